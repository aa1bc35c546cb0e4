"""The sentence to say: what the customer hears about a ticket, made from the last published word of its unit (OB-4, SE-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from common.queries import Prepared, any_of
from common.words import nearby
from escalation.models import Clock, ClockState, MilestoneName, OutageStep, Progress, StepState, WordKind
from tickets.models import Chase, HolderKind, Language, Outcome, Status, Ticket
from tickets.panels import Panel, add_panel
from tickets.personal import on_page

NO_WORD = ""  # stands where a row is the clock's


def _words(tickets: Any) -> QuerySet[Any, Any]:
    """What units said that customers may hear, of escorted and of forwarded tickets, and to all tickets of an outage (HC-8)."""
    published = Progress.objects.filter(any_of("escort__ticket_id", tickets), published_at__isnull=False)
    heard = Chase.objects.filter(any_of("forwarding__ticket_id", tickets), outcome__in=[Outcome.ANSWERED, Outcome.DONE])
    rows: QuerySet[Any, Any] = published.order_by().values_list("escort__ticket_id", "published_at", "text")
    of_outage = {"word__kind": WordKind.PROGRESS, "word__publish": True, "state": StepState.DONE}
    spread = OutageStep.objects.filter(any_of("ticket_id", tickets), **of_outage)
    return rows.union(
        heard.order_by().values_list("forwarding__ticket_id", "at", "text"),
        spread.order_by().values_list("ticket_id", "ended_at", "word__text"),
        all=True,
    )


def _words_and_clock(tickets: Any) -> QuerySet[Any, Any]:
    clock = Clock.objects.filter(any_of("ticket_id", tickets), milestone=MilestoneName.CUSTOMER_UPDATE, state=ClockState.RUNNING)
    due = clock.annotate(word=Value(NO_WORD, TextField())).values_list("ticket_id", "due_at", "word")
    return _words(tickets).union(due, all=True)


_said, _beside = Prepared(_words), Prepared(_words_and_clock)


@dataclass(frozen=True)
class Saying:
    """The same sentence in both languages."""

    id: str
    en: str


def last_words(tickets: Sequence[int]) -> Mapping[int, str]:
    """Of each ticket the last word of its unit that customers may hear."""
    return {ticket: text for ticket, _at, text in sorted(_said(tickets), key=itemgetter(1))}


def sentence_for(ticket: Ticket, person: Person) -> Saying:
    """What to say now, with the name as far as this person sees it plain."""
    rows = sorted(_beside([ticket.pk]), key=itemgetter(1))
    said = [(at, text) for _ticket, at, text in rows if text != NO_WORD]
    due = next((at for _ticket, at, text in rows if text == NO_WORD), None)
    name = str(on_page("reporter_name", ticket.reporter_name or ticket.customer_name, person) or "")
    texts = {}
    for language in Language.values:
        with override(language):
            texts[language] = " ".join(_parts(ticket, name, said[-1] if said else None, due))
    return Saying(**texts)


def _parts(ticket: Ticket, name: str, said: tuple[datetime, str] | None, due: datetime | None) -> list[str]:
    values = {"name": name or _("Bapak atau Ibu"), "number": ticket.number}
    if ticket.status == Status.SOLVED:
        first = _("%(name)s, laporan %(number)s sudah diperbaiki. Apakah sekarang sudah normal?")
    elif said:
        values |= {"when": nearby(said[0]), "said": said[1].rstrip(". ")}
        first = _("%(name)s, kabar terakhir laporan %(number)s pukul %(when)s: %(said)s.")
    elif ticket.holder_kind == HolderKind.UNIT:
        values |= {"when": nearby(ticket.holder_since), "unit": ticket.holder_name}
        first = _("%(name)s, laporan %(number)s sudah kami teruskan ke %(unit)s pukul %(when)s dan sedang ditangani.")
    else:
        first = _("%(name)s, laporan %(number)s sedang kami tangani.")
    parts = [first % values]
    if due and ticket.is_open:
        parts.append(_("Kami kabari lagi paling lambat pukul %(when)s.") % {"when": nearby(due)})
    return parts


def panel(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The card, while the ticket is not closed."""
    return {} if ticket.status == Status.CLOSED else {"saying": sentence_for(ticket, person)}


def register() -> None:
    """Lay the card, once, when the apps are ready."""
    add_panel(Panel("saying", 15, "escalation/panels/saying.html", panel))
