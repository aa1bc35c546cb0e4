"""What every API view on one ticket stands on, here and above: the address, what is seen, how an act is declared."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action

from accounts.api.base import ActViewSet, Body
from common.problems import NotVisible
from common.queries import columns_of
from tickets.api.serializers import TicketSerializer
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

Declared = Callable[[Callable[..., Any]], Callable[..., Any]]

SHOWN_OF_OTHERS = ("team__name", "assignee__agent_code", "assignee__online_name", "holder_person__online_name")


def posted(body: Body | None, *, status: int = 200, url_path: str | None = None, answer: Body = TicketSerializer) -> Declared:
    """Declare ``POST <object>/<url_path>/`` with its body and answer, for the router and for OpenAPI."""

    def declare(method: Callable[..., Any]) -> Callable[..., Any]:
        routed = action(detail=True, methods=["post"], url_path=url_path)(method)  # first: it would forget the description
        described: Callable[..., Any] = extend_schema(request=body, responses={status: answer})(routed)
        return described

    return declare


class OnTicket(ActViewSet):
    """Acts on a ticket, addressed by its number. ``for_callers``: operations that also reach other teams' tickets."""

    model = Ticket
    serializer_class: Any = TicketSerializer
    lookup_field = "number"
    lookup_value_converter = "str"
    for_callers: ClassVar[frozenset[str]] = frozenset()

    def get_queryset(self) -> QuerySet[Ticket]:
        """The tickets that the present operation may reach, with what the JSON shows of each."""
        return self.reachable().select_related("team", "assignee", "holder_person").only(*columns_of(Ticket), *SHOWN_OF_OTHERS)

    def reachable(self) -> TicketQuerySet:
        """The same without what is shown."""
        if getattr(self, "swagger_fake_view", False):
            return Ticket.objects.none()
        if self.action in self.for_callers:
            return Ticket.objects.findable_by(self.person)
        return Ticket.objects.visible_to(self.person)

    def get_object(self) -> Ticket:
        """The ticket of the address, seen and allowed: 404, then 403. Whatever is no number is not there."""
        found: Ticket | None = cast(TicketQuerySet, self.get_queryset()).by_number(self.kwargs["number"]).first()
        if found is None:
            raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
        check = self.checks.get(self.action)
        if check:
            check(found, by=self.person)
        return found
