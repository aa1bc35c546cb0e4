"""Which tickets QC reads: those behind what it judges, but never those of the own team (requirements.md, QC-8)."""

from django.db.models import Q

from accounts.models import Person
from accounts.roles import Role
from quality.models import Evaluation, Nonconformity
from tickets.models import show_tickets_to


def _behind_the_work(person: Person) -> Q:
    judged = Evaluation.objects.visible_to(person).filter(ticket__isnull=False).values("ticket")
    found = Nonconformity.objects.visible_to(person).filter(ticket__isnull=False).values("ticket")
    elsewhere = Q(team__isnull=True) | ~Q(team=person.team_id) if person.team_id else Q()
    return (Q(pk__in=judged) | Q(pk__in=found)) & elsewhere & (Q(team__isnull=True) | ~Q(team__leader=person))


def register() -> None:
    """Say so, once, when the apps are ready."""
    show_tickets_to(Role.QUALITY_CONTROL, _behind_the_work)
