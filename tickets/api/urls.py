"""Addresses of tickets and customers in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from tickets.api.forwardings import ForwardingViewSet
from tickets.api.loads import LoadViewSet, TicketDifferenceViewSet
from tickets.api.scripts import ScriptViewSet
from tickets.api.tools import ToolViewSet
from tickets.api.views import CustomerViewSet, TicketHistoryViewSet, TicketViewSet
from tickets.api.workload import MoveView, WorkloadView

router = SimpleRouter(use_regex_path=False)
router.register("tickets", TicketViewSet, basename="ticket")
router.register("customers", CustomerViewSet, basename="customer")
router.register("tools", ToolViewSet, basename="tool")
router.register("ticket-differences", TicketDifferenceViewSet, basename="ticket-difference")
router.register("imports", LoadViewSet, basename="load")
router.register("forwardings", ForwardingViewSet, basename="forwarding")
router.register("scripts", ScriptViewSet, basename="script")
urlpatterns = [
    path("tickets/<str:number>/history/", TicketHistoryViewSet.as_view({"get": "list"}), name="ticket-history"),
    path("workload/", WorkloadView.as_view(), name="api-workload"),
    path("workload/<str:code>/move/", MoveView.as_view(), name="api-workload-move"),
    *router.urls,
]
