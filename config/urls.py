"""All addresses."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import handover_views, procedure_views, second_factor_views, shift_views, views
from accounts.admin import desk
from accounts.api.docs import ApiDocs, ApiSchema
from config import health

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/code/", views.SignInCode.as_view(), name="login-code"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("me/", views.me, name="me"),
    path("shift/", shift_views.shift, name="shift"),
    path("shift/note/", shift_views.write_note, name="shift-note"),
    path("handovers/", handover_views.handovers, name="handovers"),
    path("handovers/<int:pk>/accept/", handover_views.accept, name="handover-accept"),
    path("handovers/<int:pk>/decline/", handover_views.decline, name="handover-decline"),
    path("handovers/<int:pk>/withdraw/", handover_views.withdraw, name="handover-withdraw"),
    path("stand-ins/", handover_views.name_stand_in, name="stand-ins"),
    path("stand-ins/<int:pk>/end/", handover_views.end_stand_in, name="stand-in-end"),
    path("me/second-factor/", second_factor_views.second_factor, name="second-factor"),
    path("me/password/", views.password, name="password"),
    path("procedures/", procedure_views.procedures, name="procedures"),
    path("statement/", views.statement, name="statement"),
    path("language/", views.set_language, name="set_language"),
    path("favicon.ico", login_not_required(RedirectView.as_view(url="/static/img/favicon.svg"))),
    path("", include("tickets.urls")),
    path("", include("escalation.urls")),
    path("", include("outbound.urls")),
    path("", include("quality.urls")),
    path("admin/", desk.urls),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("tickets.api.urls")),
    path("api/v1/", include("escalation.api.urls")),
    path("api/v1/", include("outbound.api.urls")),
    path("api/v1/", include("quality.api.urls")),
    path("api/v1/schema/", ApiSchema.as_view(), name="api-schema"),
    path("api/v1/docs/", ApiDocs.as_view(), name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "accounts.views.bad_request"
handler403 = "accounts.views.not_allowed"
handler404 = "accounts.views.not_found"
handler500 = "accounts.views.our_fault"
