"""Tickets and customers over HTTP. Every act calls the action of the same name; the rules stand there."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.api.base import ActViewSet
from accounts.models import HistoryEntry, Person
from common.problems import Invalid, NotVisible
from tickets import actions
from tickets.actions.activities import checklist
from tickets.api import bodies
from tickets.api.base import OnTicket, posted
from tickets.api.rows import rows, shown_rows
from tickets.api.serializers import (
    CustomerSerializer,
    HistorySerializer,
    LineSerializer,
    UnmaskedSerializer,
    WholeTicketSerializer,
)
from tickets.api.tools import OfferedSerializer
from tickets.filters import CustomerFilter, TicketFilter, queryset_for
from tickets.models import Customer, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.tool_panel import tools_of


class TicketViewSet(OnTicket):
    """Tickets. What a person sees whole has all fields; with ``search`` other teams' open or recent ones come in short form."""

    filterset_class = TicketFilter
    ordering = ("-id",)
    for_callers = frozenset({"repeat_reports", "updates", "verification"})
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "ticket.list",
        "create": "ticket.log",
        "partial_update": "ticket.edit",
        "repeat_reports": "ticket.repeat_report",
        "updates": "ticket.update",
        "verification": "ticket.verify",
        "told": "ticket.tell",
        "forward": "ticket.forward",
        "chase": "ticket.chase",
        "assign": "ticket.assign",
        "take_over": "ticket.take_over",
        "request_take_over": "ticket.request_take_over",
        "activities": "ticket.activity",
        "list_activities": "ticket.list",
        "findings": "ticket.record_finding",
        "references": "ticket.refer",
        "tools": "tool.list",
        "twin": "ticket.link_twin",
        "untwin": "ticket.link_twin",
        "pause": "ticket.pause",
        "resume": "ticket.resume",
        "solve": "ticket.solve",
        "close": "ticket.close",
        "reopen": "ticket.reopen",
        "overrule_criterion": "ticket.overrule_criterion",
    }

    def reachable(self) -> TicketQuerySet:
        if self.action != "list" or getattr(self, "swagger_fake_view", False):
            return super().reachable()
        found: TicketQuerySet = queryset_for(self.person, self.request.query_params.get("search"))
        return found

    def list(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """The tickets that one sees, newest first."""
        page = self.paginate_queryset(rows(self.filter_queryset(self.reachable())))
        return self.get_paginated_response(shown_rows(page or [], self.person))

    @extend_schema(request=bodies.IntakeBody, responses={201: WholeTicketSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Log a ticket (HC-2). Three repeat reports of its service number, or one sign, make it a hard complaint (HC-1)."""
        return self.make(bodies.IntakeBody, log)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """A ticket that was made says where it is, also when its answer is repeated for an ``Idempotency-Key``."""
        if self.action == "create" and response.status_code == 201:
            made = response.data if isinstance(response, Response) else json.loads(response.content)
            response["Location"] = reverse("ticket-detail", args=[made["number"]], request=request)
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(request=bodies.EditBody, responses=WholeTicketSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change the form's fields; kind, status and team have acts of their own."""
        return self.act(bodies.EditBody, edit, changes_fields=True)

    @posted(bodies.RepeatReportBody, status=201, url_path="repeat-reports")
    def repeat_reports(self, request: Request, **_kwargs: Any) -> Response:
        """The customer reported again (HC-2): a complaint counts, a question for progress does not (HC-1)."""
        return self.act(bodies.RepeatReportBody, actions.add_repeat_report, status=201)

    @posted(bodies.UpdateBody, status=201)
    def updates(self, request: Request, **_kwargs: Any) -> Response:
        """Something was said to the customer or among ourselves (OB-4)."""
        return self.act(bodies.UpdateBody, actions.post_update, status=201)

    @posted(bodies.VerificationBody, status=201)
    def verification(self, request: Request, **_kwargs: Any) -> Response:
        """What the caller was verified by (OB-1)."""
        return self.act(bodies.VerificationBody, actions.verify_caller, status=201)

    @posted(bodies.ToldBody, status=201)
    def told(self, request: Request, **_kwargs: Any) -> Response:
        """The customer was told what the unit published (SE-4)."""
        return self.act(bodies.ToldBody, actions.tell_customer, status=201)

    @posted(bodies.TwinBody)
    def twin(self, request: Request, **_kwargs: Any) -> Response:
        """It was logged twice: link it to the one that was there first. Nothing is merged (HC-8)."""
        return self.act(bodies.TwinBody, actions.link_twin)

    @posted(None)
    def untwin(self, request: Request, **_kwargs: Any) -> Response:
        """Undo the link."""
        return self.act(None, actions.unlink_twin)

    @posted(bodies.ForwardBody, status=201)
    def forward(self, request: Request, **_kwargs: Any) -> Response:
        """Hand a regular ticket to its responsible unit (OB-4)."""
        return self.act(bodies.ForwardBody, actions.forward, status=201)

    @posted(bodies.ChaseBody, status=201)
    def chase(self, request: Request, **_kwargs: Any) -> Response:
        """Ask the unit that has a forwarded ticket, and keep what it said (OB-4)."""
        return self.act(bodies.ChaseBody, actions.chase, status=201)

    @posted(bodies.ActivityBody, status=201)
    def activities(self, request: Request, **_kwargs: Any) -> Response:
        """Tick an activity of P-06 7 that no act of Kawal shows, or take the own tick back (OB-2)."""
        return self.act(bodies.ActivityBody, actions.set_activity, status=201)

    @extend_schema(responses=LineSerializer(many=True))
    @activities.mapping.get  # type: ignore[attr-defined, untyped-decorator]
    def list_activities(self, request: Request, **_kwargs: Any) -> Response:
        """Its checklist: the rows of P-06 7 that hold for it, each with who did it (OB-2)."""
        return Response(LineSerializer(checklist(self.get_object()), many=True).data)

    @posted(bodies.FindingBody, status=201)
    def findings(self, request: Request, **_kwargs: Any) -> Response:
        """What was found in an outside tool (OB-5)."""
        return self.act(bodies.FindingBody, record_finding, status=201)

    @posted(bodies.ReferenceBody, status=201)
    def references(self, request: Request, **_kwargs: Any) -> Response:
        """Its number in another system; ``remove`` takes back one that a person typed. 409 where another ticket has it."""
        return self.act(bodies.ReferenceBody, actions.refer, status=201)

    @extend_schema(responses=OfferedSerializer(many=True))
    @action(detail=True, methods=["get"])
    def tools(self, request: Request, **_kwargs: Any) -> Response:
        """The outside tools of its line and site, each with the address for its numbers (OB-5)."""
        return Response(OfferedSerializer(tools_of(self.get_object()), many=True).data)

    @posted(bodies.AssignBody)
    def assign(self, request: Request, **_kwargs: Any) -> Response:
        """Give it to a person, by agent code; it moves to that person's team."""
        return self.act(bodies.AssignBody, assign)

    @posted(None, url_path="take-over")
    def take_over(self, request: Request, **_kwargs: Any) -> Response:
        """TL or supervisor takes the ticket or the live call (OB-7)."""
        return self.act(None, actions.take_over)

    @posted(None, url_path="request-take-over")
    def request_take_over(self, request: Request, **_kwargs: Any) -> Response:
        """An agent asks the TL to take it (OB-7)."""
        return self.act(None, actions.request_take_over)

    @posted(bodies.ReasonBody)
    def pause(self, request: Request, **_kwargs: Any) -> Response:
        """Wait for the customer (ESC-5)."""
        return self.act(bodies.ReasonBody, actions.pause)

    @posted(None)
    def resume(self, request: Request, **_kwargs: Any) -> Response:
        """Go on after waiting."""
        return self.act(None, actions.resume)

    @posted(bodies.SolveBody)
    def solve(self, request: Request, **_kwargs: Any) -> Response:
        """The fault is repaired; the customer has yet to confirm. 409 while an escort is not closed."""
        return self.act(bodies.SolveBody, actions.solve)

    @posted(bodies.CloseBody)
    def close(self, request: Request, **_kwargs: Any) -> Response:
        """Close as the standard asks (OB-6). 409 while an escort is not closed, and when the customer did not confirm."""
        return self.act(bodies.CloseBody, actions.close)

    @posted(bodies.ReasonBody)
    def reopen(self, request: Request, **_kwargs: Any) -> Response:
        """It was not solved after all; reopening counts (OB-6)."""
        return self.act(bodies.ReasonBody, actions.reopen)

    @posted(bodies.OverruleBody, url_path="overrule-criterion")
    def overrule_criterion(self, request: Request, **_kwargs: Any) -> Response:
        """A TL takes back a sign, with a reason (HC-1)."""
        return self.act(bodies.OverruleBody, actions.overrule_criterion)


def log(*, by: Person, **values: Any) -> Ticket:
    return actions.log_ticket(actions.Intake(**values), by=by)


def edit(ticket: Ticket, *, by: Person, **values: Any) -> Ticket:
    """The version was compared with ``If-Match`` before."""
    return actions.edit(ticket, values, by=by, version=None)


def record_finding(ticket: Ticket, *, by: Person, **values: Any) -> Ticket:
    return actions.record_finding(ticket, actions.Look(**values), by=by)


def assign(ticket: Ticket, *, by: Person, assignee: str) -> Ticket:
    person = Person.objects.select_related("team").filter(agent_code=assignee).first()
    if person is None:
        raise Invalid(_("Kode agen ini tidak dikenal."), errors={"assignee": [_("Kode agen ini tidak dikenal.")]})
    return actions.assign(ticket, person, by=by)


class TicketHistoryViewSet(OnTicket):
    """A ticket's history, newest first (QM-2)."""

    serializer_class = HistorySerializer
    filterset_class = None
    ordering = ("-sequence",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "ticket.list"}

    @extend_schema(responses=HistorySerializer(many=True))
    def list(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Every act on the ticket: who, when, what, before and after. Personal values are covered as everywhere."""
        entries = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=self.get_object().pk)
        page = self.paginate_queryset(entries.select_related("by").prefetch_related("details"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CustomerViewSet(ActViewSet):
    """The customers of the tickets that one sees whole, with covered values (QM-3)."""

    model = Customer
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    lookup_value_converter = "str"
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "customer.list", "unmask": "customer.unmask"}

    @posted(bodies.UnmaskBody, answer=UnmaskedSerializer)
    def unmask(self, request: Request, **_kwargs: Any) -> Response:
        """Show the personal values, for a reason that goes into the history of the ticket or the customer."""
        return self.act(bodies.UnmaskBody, unmask, answer=UnmaskedSerializer)


def unmask(customer: Customer, *, by: Person, reason: str, ticket: str = "") -> dict[str, Any]:
    named = Ticket.objects.visible_to(by).by_number(ticket).first() if ticket else None
    if ticket and named is None:
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    plain = actions.unmask(customer, reason, by=by, ticket=named)
    return {"id": customer.pk, "service_number": customer.service_number, **plain}
