"""The OpenAPI document, and a page to read and try it."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny


class ApiSchema(SpectacularAPIView):
    """The document itself is no secret, so that programs can read it before they sign in."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI from our own machine. It writes styles into its elements, which no other page may."""

    url_name = "api-schema"

    def handle_exception(self, error: Exception) -> HttpResponseBase:  # type: ignore[override]
        if isinstance(error, NotAuthenticated):
            return redirect_to_login(self.request.get_full_path())
        response: HttpResponseBase = super().handle_exception(error)
        return response
