"""What was found in outside tools, and the ticket's numbers there (OB-5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from tickets.actions.base import lock_visible, required, say
from tickets.findings import facts_of
from tickets.models import MEASURES, Finding, Found, LinkState, OutsideReference, Ticket, Tool

Errors = dict[str, list[Any]]
MOST_REFERENCES = 20  # of one ticket


@dataclass(frozen=True)
class Look:
    """What somebody saw in a tool, by its code: dB and Mbps in EMBASSY, a status in NMS and MRTG, registered or not in IDEAS."""

    tool: str
    attenuation_db: Decimal | None = None
    snr_db: Decimal | None = None
    rate_mbps: Decimal | None = None
    attainable_mbps: Decimal | None = None
    link_state: str = ""
    registered: bool | None = None
    note: str = ""


@transaction.atomic
def record_finding(ticket: Ticket, look: Look, *, by: Person) -> Ticket:
    """Keep what was found in a tool (OB-5).

    Only the fields of that tool are kept; what it should have said and did not, or cannot be, is refused under the field's name.
    """
    require(by, "ticket.record_finding")
    ticket = lock_visible(ticket, by)
    tool = Tool.objects.filter(code=clean(look.tool, longest=30), active=True).first()
    if tool is None:
        raise Invalid(_("Alat ini tidak dikenal."), errors={"tool": [_("Pilih alat dari daftar.")]})
    values = _of_tool(tool, look) | {"note": clean(look.note, longest=500)}
    _require_something(tool, values)
    finding = Finding.objects.create(ticket=ticket, tool=tool, by=by, at=now(), **values)
    ticket.save(update_fields=say(ticket, _("Dicek di %(tool)s"), tool=tool.name))
    record(ticket, "ticket.finding_recorded", by=by, facts=facts_of(finding), personal={"note": (None, finding.note)})
    Counter.grow("tickets")
    return ticket


def _of_tool(tool: Tool, look: Look) -> dict[str, Any]:
    if tool.found == Found.LINE:
        measures: dict[str, Decimal | None] = {name: getattr(look, name) for name in MEASURES}
        _require_sane(measures)
        return dict(measures)
    if tool.found == Found.STATUS:
        return {"link_state": look.link_state if look.link_state in LinkState.values else ""}
    return {"registered": look.registered} if tool.found == Found.REGISTERED else {}


def _require_sane(measures: Mapping[str, Decimal | None]) -> None:
    errors: Errors = {}
    for name, value in measures.items():
        _label, unit, least, most = MEASURES[name]
        if value is not None and not (value.is_finite() and least <= value <= most):
            errors[name] = [_("Antara %(least)s dan %(most)s %(unit)s.") % {"least": least, "most": most, "unit": unit}]
    if errors:
        raise Invalid(_("Ukuran ini di luar yang mungkin. Periksa angka dan satuannya."), errors=errors)


def _require_something(tool: Tool, values: Mapping[str, Any]) -> None:
    missing: dict[str, tuple[str, Any]] = {
        Found.LINE: ("attenuation_db", _("Isi sedikitnya satu ukuran.")),
        Found.STATUS: ("link_state", _("Pilih status link.")),
        Found.REGISTERED: ("registered", _("Pilih terdaftar atau belum.")),
        Found.WORDS: ("note", _("Tulis apa yang terlihat.")),
    }
    said = [value for name, value in values.items() if name != "note" or tool.found == Found.WORDS]
    if not any(value not in (None, "") for value in said):
        field, sentence = missing[tool.found]
        raise Invalid(sentence, errors={field: [sentence]})


@transaction.atomic
def refer(ticket: Ticket, system: str, number: str, *, by: Person, remove: bool = False) -> Ticket:
    """Keep the ticket's number in another system (an order's too), or take back one that a person typed.

    409 where another ticket has this number already, and for numbers that came with a load: by those loads know their rows again.
    """
    require(by, "ticket.refer")
    ticket = lock_visible(ticket, by)
    number = required(number, "number", _("Tulis nomornya."), longest=80)
    system = clean(system, longest=30)
    if not Tool.objects.filter(code=system, numbered=True).exists():
        raise Invalid(_("Pilih sistem dari daftar."), errors={"system": [_("Pilih sistem dari daftar.")]})
    if remove:
        _take_back(ticket, system, number)
    else:
        add_reference(ticket, system, number)
    act = "ticket.reference_removed" if remove else "ticket.referred"
    record(ticket, act, by=by, facts={"system": system, "number": number})
    Counter.grow("tickets")
    return ticket


def add_reference(ticket: Ticket, system: str, number: str) -> OutsideReference:
    """Write a number down on a locked ticket; the same one again changes nothing."""
    if ticket.references.count() >= MOST_REFERENCES:
        raise Conflict(_("Tiket ini sudah punya %(most)s nomor luar."), most=MOST_REFERENCES)
    made = {"ticket": ticket, "typed": True}
    reference, _made = OutsideReference.objects.get_or_create(system=system, number=number, defaults=made)
    if reference.ticket_id != ticket.pk:
        raise Conflict(_("Nomor %(number)s sudah dipakai tiket %(ticket)s."), number=number, ticket=reference.ticket.number)
    return reference


def _take_back(ticket: Ticket, system: str, number: str) -> None:
    reference = ticket.references.filter(system=system, number=number).first()
    if reference is None:
        raise Conflict(_("Nomor %(number)s tidak tercatat pada tiket ini."), number=number)
    if not reference.typed:
        raise Conflict(_("Nomor %(number)s datang dari muatan data dan tidak dapat dilepas."), number=number)
    reference.delete()
