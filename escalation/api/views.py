"""The doors of escorts, clocks, policies and notifications."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from escalation.actions import (
    calendars,
    clocks,
    escorts,
    hearing,
    notifying,
    policies,
    progress,
    raising,
    timers,
    together,
    trying,
)
from escalation.api import serializers as s
from escalation.filters import ClockFilter, EscortFilter, HolidayFilter, NotificationFilter, PolicyFilter, TrialFilter
from escalation.models import Calendar, Clock, ClockInterval, DispatchLine, Escort, Holiday, Notification, Policy, Progress, Trial
from tickets.api.base import OnTicket, posted


class EscortViewSet(ActViewSet):
    """Escorts: the queue of Support HC, most urgent first."""

    model = Escort
    serializer_class = s.EscortSerializer
    filterset_class = EscortFilter
    ordering = ("rank", "-returned", "next_due_at", "id")
    acts = {
        "list": "escort.list",
        "claim": "escort.claim",
        "release": "escort.release",
        "analysis": "escort.analyse",
        "dispatch_to_unit": "escort.dispatch",
        "dispatch_together": "escort.dispatch",
        "progress": "escort.record_progress",
        "solve": "escort.solve",
    }

    def get_queryset(self) -> QuerySet[Escort]:
        lines = DispatchLine.objects.select_related("message__group__channel", "message__ticket")
        messages = Prefetch("ticket__dispatches", lines.prefetch_related("message__lines__ticket"))
        said = Prefetch("progress", Progress.objects.select_related("group", "by").order_by("id"))
        return super().get_queryset().select_related("ticket", "owner").prefetch_related(messages, said)

    def _done(self, escort: Escort) -> Escort:
        return self.get_queryset().get(pk=escort.pk)

    @extend_schema(request=None, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, **_kwargs: Any) -> Response:
        """Take it: one person at a time (HC-4)."""
        return self.act(None, lambda escort, *, by: self._done(escorts.claim_escort(escort, by=by)))

    @extend_schema(request=None, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Put it back."""
        return self.act(None, lambda escort, *, by: self._done(escorts.release_escort(escort, by=by)))

    @extend_schema(request=s.AnalysisBody, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"])
    def analysis(self, request: Request, **_kwargs: Any) -> Response:
        """Cause, unit, severity, note; region and area of the ticket where given (HC-4)."""
        return self.act(s.AnalysisBody, lambda escort, *, by, **values: self._done(escorts.analyse(escort, values, by=by)))

    @extend_schema(request=s.DispatchBody, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"], url_path="dispatch", url_name="dispatch")
    def dispatch_to_unit(self, request: Request, **_kwargs: Any) -> Response:
        """Send it to the groups of its region and kind, one message each (HC-5, SE-3)."""
        return self.act(s.DispatchBody, lambda escort, *, by, text: self._done(escorts.dispatch(escort, by=by, text=text)))

    @extend_schema(operation_id="escorts_dispatch_together", request=s.TogetherBody, responses=s.TogetherSerializer)
    @action(detail=False, methods=["post"], url_path="dispatch", url_name="dispatch-together")
    def dispatch_together(self, request: Request, **_kwargs: Any) -> Response:
        """Send several in one message to each group, a line each. What cannot go says why in its row; the rest goes (HC-5)."""
        return self.make(s.TogetherBody, together.dispatch_together, status=200, answer=s.TogetherSerializer)

    @extend_schema(request=s.ProgressBody, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"])
    def progress(self, request: Request, **_kwargs: Any) -> Response:
        """Record what the unit says; ``publish`` feeds it to the TL (HC-6, SE-4)."""
        return self.act(
            s.ProgressBody,
            lambda escort, *, by, **said: self._done(progress.record_progress(escort, progress.Said(**said), by=by)),
        )

    @extend_schema(request=s.TextBody, responses=s.EscortSerializer)
    @action(detail=True, methods=["post"])
    def solve(self, request: Request, **_kwargs: Any) -> Response:
        """The unit has repaired it; a caring call is due (SE-5)."""
        return self.act(s.TextBody, lambda escort, *, by, text: self._done(escorts.solve_escort(escort, text, by=by)))


class ClockViewSet(ActViewSet):
    """The clocks of tickets."""

    model = Clock
    serializer_class = s.ClockSerializer
    filterset_class = ClockFilter
    ordering = ("-id",)
    acts = {"list": "clock.list", "retrieve": "clock.look", "acknowledge": "clock.acknowledge"}

    def get_queryset(self) -> QuerySet[Clock]:
        rows = super().get_queryset().select_related("ticket", "policy", "acknowledged_by")
        stretches = ClockInterval.objects.select_related("by").order_by("started_at", "id")
        return rows.prefetch_related(Prefetch("intervals", stretches), "rungs")

    @extend_schema(request=s.AcknowledgeBody, responses=s.ClockSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, **_kwargs: Any) -> Response:
        """*I have it* for so many minutes; then the ladder goes on (ESC-2)."""

        def acknowledged(clock: Clock, *, by: Person, minutes: int) -> Clock:
            return self.get_queryset().get(pk=clocks.acknowledge(clock, by=by, minutes=minutes).pk)

        return self.act(s.AcknowledgeBody, acknowledged)


class PolicyViewSet(ActViewSet):
    """Policies: every version, the most special and newest of a kind first."""

    model = Policy
    serializer_class = s.PolicySerializer
    filterset_class = PolicyFilter
    ordering = ("kind", "-specificity", "-version", "id")
    acts = {
        "list": "policy.list",
        "create": "policy.edit",
        "confirm": "policy.edit",
        "switch_on": "policy.edit",
        "switch_off": "policy.edit",
        "try_on_past_tickets": "policy.edit",
    }

    def get_queryset(self) -> QuerySet[Policy]:
        return Policy.objects.select_related("site", "counting", "notifying").prefetch_related("milestones__rungs")

    @extend_schema(request=s.PolicySerializer, responses={201: s.PolicySerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new version for a kind; running tickets keep theirs (ESC-2)."""
        return self.make(s.PolicySerializer, policies.create_policy)

    @extend_schema(request=None, responses=s.PolicySerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_kwargs: Any) -> Response:
        """Its minutes are agreed and no assumption any more (ESC-1)."""
        return self.act(None, policies.confirm_policy)

    @extend_schema(request=s.SwitchOnBody, responses=s.PolicySerializer)
    @action(detail=True, methods=["post"], url_path="switch-on")
    def switch_on(self, request: Request, **_kwargs: Any) -> Response:
        """Serve what starts from now on, or from a moment ahead (ESC-6)."""
        return self.act(s.SwitchOnBody, policies.switch_on)

    @extend_schema(request=None, responses=s.PolicySerializer)
    @action(detail=True, methods=["post"], url_path="switch-off")
    def switch_off(self, request: Request, **_kwargs: Any) -> Response:
        """Serve nothing more that starts; the version before it that is on does (ESC-6)."""
        return self.act(None, policies.switch_off)

    @extend_schema(request=s.TryBody, responses={202: s.TrialSerializer})
    @action(detail=True, methods=["post"], url_path="try", url_name="try")
    def try_on_past_tickets(self, request: Request, **_kwargs: Any) -> Response:
        """What it would have done on the newest 500 tickets of a period; the answer says where to look for the result (ESC-6)."""
        return self.act(s.TryBody, trying.try_policy, status=202, answer=s.TrialSerializer)


class TrialViewSet(ActViewSet):
    """Tries of policies, newest first."""

    model = Trial
    serializer_class = s.TrialSerializer
    filterset_class = TrialFilter
    ordering = ("-id",)
    acts = {"list": "policy.list", "retrieve": "policy.list"}

    def get_queryset(self) -> QuerySet[Trial]:
        return Trial.objects.select_related("by")


class CalendarViewSet(ActViewSet):
    """Office hours that policies choose, as they are now."""

    model = Calendar
    serializer_class = s.CalendarSerializer
    ordering = ("slug", "id")
    acts = {"list": "policy.list", "create": "policy.edit"}

    def get_queryset(self) -> QuerySet[Calendar]:
        return Calendar.objects.select_related("current")

    @extend_schema(request=s.CalendarSerializer, responses={201: s.CalendarSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new version of this calendar, or a new calendar; running clocks keep theirs (ESC-4)."""
        return self.make(s.CalendarSerializer, calendars.save_calendar)


class HolidayViewSet(ActViewSet):
    """The holidays that calendars close on, newest first."""

    model = Holiday
    serializer_class = s.HolidaySerializer
    filterset_class = HolidayFilter
    ordering = ("-date", "id")
    acts = {"list": "policy.list", "create": "policy.edit", "strike": "policy.edit"}

    def get_queryset(self) -> QuerySet[Holiday]:
        return Holiday.objects.all()

    @extend_schema(request=s.HolidaySerializer, responses={201: s.HolidaySerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Set a holiday; calendars that close on its category get a new version (ESC-4)."""
        return self.make(s.HolidaySerializer, calendars.save_holiday)

    @extend_schema(request=None, responses=s.HolidaySerializer)
    @action(detail=True, methods=["post"])
    def strike(self, request: Request, **_kwargs: Any) -> Response:
        """Strike it out: people work on this day (ESC-4)."""
        return self.act(None, calendars.strike_holiday)


class NotificationViewSet(ActViewSet):
    """What the signed-in person was told, newest first."""

    model = Notification
    serializer_class = s.NotificationSerializer
    filterset_class = NotificationFilter
    ordering = ("-id",)
    acts = {"list": None, "mark_read": None}

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.filter(person_id=self.person.pk).select_related("ticket")

    @extend_schema(request=None, responses=s.NotificationSerializer)
    @action(detail=True, methods=["post"], url_path="read")
    def mark_read(self, request: Request, **_kwargs: Any) -> Response:
        """Mark it as read; progress is then told to this person (SE-4)."""
        return self.act(None, notifying.read_notification)


class TicketEscalationViewSet(OnTicket):
    """What escalation adds to a ticket."""

    acts = {
        "escalate": "ticket.escalate",
        "help_instead": "ticket.take_over",
        "super_emergency": "ticket.raise_super_emergency",
        "withdraw_super_emergency": "ticket.withdraw_super_emergency",
    }

    @posted(None)
    def escalate(self, request: Request, **_kwargs: Any) -> Response:
        """Take the next rung of the most urgent clock now (P-06 5.10)."""
        return self.act(None, timers.escalate)

    @posted(None, url_path="help-instead")
    def help_instead(self, request: Request, **_kwargs: Any) -> Response:
        """Answer an agent's request without taking over: it asks no more, and the agent hears of it (OB-7)."""
        return self.act(None, hearing.help_instead)

    @posted(s.RaiseBody, url_path="super-emergency")
    def super_emergency(self, request: Request, **_kwargs: Any) -> Response:
        """Raise it, with the reason (SE-1)."""
        return self.act(s.RaiseBody, raising.raise_super_emergency)

    @posted(s.ReasonBody, url_path="withdraw-super-emergency")
    def withdraw_super_emergency(self, request: Request, **_kwargs: Any) -> Response:
        """Take the raising back within five minutes (SE-1)."""
        return self.act(s.ReasonBody, raising.withdraw_super_emergency)
