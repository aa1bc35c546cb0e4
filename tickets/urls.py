"""Addresses of the pages about tickets. Every act has its own, so that the tests can press each door."""

from django.urls import path

from tickets.views import acts, desk, differences, edit, forwarded, imports, intake, listing, page, scripts, sent, short, workload

app_name = "tickets"
urlpatterns = [
    path("tickets/", listing.listing, name="list"),
    path("workload/", workload.listing, name="workload"),
    path("workload/<str:code>/", workload.holder, name="workload-of"),
    path("workload/<str:code>/move/", workload.move, name="workload-move"),
    path("imports/", imports.listing, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/reconcile/", imports.reconcile, name="import-reconcile"),
    path("imports/customers/", imports.customers, name="import-customers"),
    path("imports/differences/", differences.listing, name="differences"),
    path("imports/differences/<int:pk>/settle/", differences.settle, name="difference-settle"),
    path("imports/<int:pk>/", imports.report, name="import"),
    path("imports/<int:pk>/map/", imports.mapping, name="import-map"),
    path("imports/<int:pk>/load/", imports.begin, name="import-load"),
    path("imports/<int:pk>/refused.csv", imports.refused, name="import-refused"),
    path("forwarded/", forwarded.listing, name="forwarded"),
    path("scripts/", scripts.listing, name="scripts"),
    path("scripts/new/", scripts.new, name="script-new"),
    path("scripts/<int:pk>/", scripts.one, name="script"),
    path("scripts/<int:pk>/retire/", scripts.retire, name="script-retire"),
    path("tickets/new/", intake.new, name="new"),
    path("tickets/search/", intake.search, name="search"),
    path("tickets/draft/<slug:form>/", desk.draft, name="draft"),
    path("tickets/<str:number>/", page.page, name="page"),
    path("tickets/<str:number>/sent/", sent.sent, name="sent"),
    path("tickets/<str:number>/short/", short.short, name="short"),
    path("tickets/<str:number>/presence/", desk.presence, name="presence"),
    path("tickets/<str:number>/edit/", edit.edit, name="edit"),
    path("tickets/<str:number>/unmask/", acts.unmask, name="unmask"),
    *(path(f"tickets/<str:number>/{name}/", acts.act, {"name": name}, name=name) for name in acts.DOORS),
]
