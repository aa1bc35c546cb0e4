"""Addresses in the API."""

from rest_framework.routers import SimpleRouter

from outbound.api.views import CallbackViewSet

router = SimpleRouter()
router.register("callbacks", CallbackViewSet, basename="callback")
urlpatterns = router.urls
