"""Addresses of the pages."""

from django.urls import path

from outbound.views import cockpit, listing, owing

app_name = "outbound"
urlpatterns = [
    path("caring/", listing.listing, name="list"),
    path("caring/next/", listing.take_next, name="next"),
    path("caring/<int:pk>/", cockpit.callback, name="callback"),
    path("caring/<int:pk>/claim/", cockpit.claim, name="claim"),
    path("caring/<int:pk>/release/", cockpit.release, name="release"),
    path("caring/<int:pk>/call/", cockpit.call, name="call"),
    path("caring/<int:pk>/pulse/", cockpit.pulse, name="pulse"),
    path("tickets/<str:number>/caring/", cockpit.of_ticket, name="caring-of-ticket"),
    path("tickets/<str:number>/callback/", owing.owe, name="owe"),
]
