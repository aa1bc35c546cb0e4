"""What a body names by code or number, looked up as far as this person sees it. A wrong one is said beside its field."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.problems import Invalid
from quality.models import Evaluation, Nonconformity, ScoringForm
from tickets.models import Ticket


def person_coded(code: str, field: str = "person") -> Person:
    """An active person."""
    found = Person.objects.filter(agent_code=code, is_active=True).select_related("team__leader").first()
    if found is None:
        raise _wrong(field, _("Tidak ada orang aktif dengan kode ini."))
    return found


def form_numbered(number: int | None, person: Person) -> ScoringForm | None:
    if number is None:
        return None
    return _found(ScoringForm.objects.visible_to(person).filter(pk=number), "form", _("Formulir ini tidak ada."))  # type: ignore[no-any-return]


def ticket_numbered(number: str | None, person: Person) -> Ticket | None:
    if not number:
        return None
    rows = Ticket.objects.visible_to(person).by_number(number).select_related("team__leader")
    return _found(rows, "ticket", _("Tiket ini tidak ada atau tidak untuk Anda lihat."))  # type: ignore[no-any-return]


def ticket_of_service(number: str | None, served_by: Person, person: Person) -> Ticket | None:
    """A ticket that the judged person's team serves: QC names it, and may read it once the sheet stands."""
    if not number:
        return None
    theirs = Q(team=served_by.team_id) if served_by.team_id else Q(pk__in=[])
    rows = Ticket.objects.filter(theirs | Q(pk__in=Ticket.objects.visible_to(person).values("pk"))).by_number(number)
    return _found(rows.select_related("team__leader"), "ticket", _("Tim orang ini tidak menangani tiket dengan nomor ini."))  # type: ignore[no-any-return]


def reads_ticket(person: Person, ticket: int | None) -> bool:
    """Whether the number of this ticket leads this person to its page."""
    return ticket is not None and Ticket.objects.visible_to(person).filter(pk=ticket).exists()


def evaluation_numbered(number: int | None, person: Person) -> Evaluation | None:
    if number is None:
        return None
    rows = Evaluation.objects.visible_to(person).shown().filter(pk=number)
    return _found(rows, "evaluation", _("Penilaian ini tidak ada atau tidak untuk Anda lihat."))  # type: ignore[no-any-return]


def nonconformity_numbered(number: int, person: Person) -> Nonconformity:
    rows = Nonconformity.objects.visible_to(person).filter(pk=number)
    return _found(rows, "nonconformity", _("Ketidaksesuaian ini tidak ada atau tidak untuk Anda lihat."))  # type: ignore[no-any-return]


def _found(rows: QuerySet[Any], field: str, sentence: Any) -> Any:
    found = rows.first()
    if found is None:
        raise _wrong(field, sentence)
    return found


def _wrong(field: str, sentence: Any) -> Invalid:
    return Invalid(sentence, errors={field: [sentence]})
