"""Logging a ticket and its repeat reports; finding that it is a hard complaint (HC-1, HC-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.phones import to_e164
from common.problems import Conflict, Invalid, NotVisible, Problem
from common.text import clean
from tickets.actions.activities import tick
from tickets.actions.base import (
    HOLDER_OF_ROLE,
    change_kind,
    criteria_in_order,
    in_house_words,
    lock,
    lock_visible,
    required,
    say,
)
from tickets.actions.distributing import put_into_hands, receiver_of
from tickets.models import (
    TICKET_MOVES,
    Channel,
    Criterion,
    Customer,
    Interaction,
    Kind,
    Report,
    ReportKind,
    Segment,
    ServiceLine,
    Step,
    Ticket,
)
from tickets.shown_scripts import Shown, facts_of
from tickets.signals import repeat_reported, ticket_logged, tickets_assigned

PERSONAL = ("customer_name", "reporter_name", "contact_phone", "contact_email", "description")
REQUIRED = ("service_number", "service_line", "customer_name", "reporter_name", "contact_phone", "symptom", "description")


@dataclass(frozen=True)
class Intake:
    """What the form asks. Phones come in any usual form; ``criteria`` are the agent's ticks, without ``repeat_report``."""

    service_number: str
    service_line: str
    customer_name: str
    reporter_name: str
    contact_phone: str
    symptom: str
    description: str
    contact_email: str = ""
    segment: str = ""
    region: int | None = None
    area: str = ""
    interaction: str = Interaction.COMPLAINT
    channel: str = Channel.CALL
    criteria: Sequence[str] = field(default_factory=list)
    intake_key: UUID | None = None
    scripts: Sequence[Shown] = ()  # the versions that stood before the agent (OB-3)


LONGEST = {
    "service_number": 40,
    "customer_name": 200,
    "reporter_name": 200,
    "contact_phone": 40,
    "contact_email": 254,
    "symptom": 200,
    "area": 120,
    "description": 10_000,
}
CHOICES: Mapping[str, Sequence[str]] = {
    "service_line": ServiceLine.values,
    "interaction": Interaction.values,
    "channel": Channel.values,
    "segment": ["", *Segment.values],
}


def cleaned_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields of the form, each checked; ``Invalid`` names every wrong field at once, with what to do."""
    errors: dict[str, list[Any]] = {}
    done: dict[str, Any] = {}
    for name, value in values.items():
        try:
            done[name] = _cleaned(name, value)
        except Problem as problem:
            errors[name] = [str(problem)]
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)
    return done


def _cleaned(name: str, value: Any) -> Any:
    if name == "region":
        return _region(value)
    text = clean(str(value or ""), longest=LONGEST.get(name, 200))
    if not text and name in REQUIRED:
        raise Invalid(_("Isian ini masih kosong."))
    if name in CHOICES and text not in CHOICES[name]:
        raise Invalid(_("Pilih salah satu dari daftar."))
    if name == "contact_phone":
        return to_e164(text)
    if name == "contact_email" and text:
        return _email(text)
    return text


def _region(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdecimal() or not 1 <= int(value) <= 7:
        raise Invalid(_("TREG adalah angka 1 sampai 7."))
    return int(value)


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Invalid(_("Alamat e-mail tidak lengkap. Contoh: nama@contoh.id")) from None
    return text


def _criteria(ticked: Sequence[str]) -> set[str]:
    allowed = set(Criterion.values) - {Criterion.REPEAT_REPORT}
    if not isinstance(ticked, (list, tuple)) or not all(isinstance(one, str) for one in ticked):
        raise Invalid(_("Tanda hard complaint adalah daftar kode."), errors={"criteria": [_("Kirim daftar kode.")]})
    if wrong := set(ticked) - allowed:
        sentence = _("Tanda ini tidak dikenal atau dihitung sistem: %(codes)s.")
        raise Invalid(
            sentence, errors={"criteria": [sentence % {"codes": ", ".join(sorted(wrong))}]}, codes=", ".join(sorted(wrong))
        )
    return set(ticked)


@transaction.atomic
def log_ticket(intake: Intake, *, by: Person) -> Ticket:
    """Log a ticket (HC-2). A complaint counts as a report of its service number; three repeats or one sign make it hard (HC-1).

    The same ``intake_key`` gives the ticket that it made before: a double click makes one.
    """
    require(by, "ticket.log")
    fields = cleaned_fields({name: getattr(intake, name) for name in (*REQUIRED, *LONGEST, *CHOICES, "region")})
    criteria = _criteria(intake.criteria)
    customer = locked_customer(fields)
    if intake.intake_key and (made := Ticket.objects.filter(intake_key=intake.intake_key).first()):
        if made.logged_by_id != by.pk:
            raise Conflict(_("Kunci isian ini sudah dipakai orang lain. Muat ulang formulir."))
        return made
    ticket = _new_ticket(fields, customer, by)
    ticket.intake_key = intake.intake_key
    if ticket.interaction == Interaction.COMPLAINT:
        ticket.repeat_count = count_reports(ticket.service_number or "")
        if ticket.repeat_count >= settings.REPEAT_REPORTS_FOR_HARD_COMPLAINT:
            criteria.add(Criterion.REPEAT_REPORT)
    ticket.criteria = criteria_in_order(criteria)
    ticket.kind = Kind.HARD_COMPLAINT if criteria else Kind.REGULAR
    receiver = _give_out(ticket, by)
    ticket.save()
    if ticket.interaction == Interaction.COMPLAINT:
        _report(ticket, fields["description"], ReportKind.COMPLAINT, by)
    personal = {name: (None, getattr(ticket, name)) for name in PERSONAL}
    record(ticket, "ticket.logged", by=by, facts=_facts(ticket) | facts_of(intake.scripts), personal=personal, first=True)
    tick(ticket, [Step.CHECK], by=by, act="ticket.logged")
    ticket_logged.send(Ticket, ticket=ticket, by=by)
    if receiver:
        record(ticket, "ticket.distributed", by=None, facts={"assignee": [by.agent_code, receiver.agent_code]})
        tickets_assigned.send(Ticket, tickets=[ticket], by=by)
    Counter.grow("tickets")
    ticket.logged_now = True
    return ticket


def _give_out(ticket: Ticket, by: Person) -> Person | None:
    """Put a new ticket into the hands of whose turn it is (OB-5); None where it stays with whoever logs it."""
    receiver = receiver_of(ticket, by)
    if receiver is None or receiver.pk == by.pk:
        return None
    put_into_hands(ticket, receiver)
    return receiver


def _facts(ticket: Ticket) -> dict[str, Any]:
    names = ("kind", "interaction", "channel", "service_line", "segment", "region", "symptom", "criteria", "repeat_count")
    return {name: getattr(ticket, name) for name in names}


def _new_ticket(fields: Mapping[str, Any], customer: Customer, by: Person) -> Ticket:
    moment = now()
    known = {"segment": customer.segment, "region": customer.region, "area": customer.area}
    return Ticket(
        **{**fields, **{name: fields.get(name) or known[name] for name in known}},
        customer=customer,
        team=by.team,
        logged_by=by,
        assignee=by,
        holder_kind=HOLDER_OF_ROLE[by.role],  # type: ignore[index]
        holder_person=by,
        holder_since=moment,
        opened_at=moment,
        last_word=in_house_words(_("Tiket dicatat")),
        last_word_at=moment,
    )


def locked_customer(fields: Mapping[str, Any]) -> Customer:
    """The customer's row, made where new, refreshed with what the caller said, and locked: reports are counted under it."""
    said = {
        "service_line": fields["service_line"],
        "name": fields["customer_name"],
        "contact_phone": fields["contact_phone"],
        **{name: fields[name] for name in ("contact_email", "segment", "region", "area") if fields.get(name)},
    }
    customer = Customer.objects.select_for_update().filter(service_number=fields["service_number"]).first()
    if customer is None:
        return _new_customer(Customer(service_number=fields["service_number"], updated_at=now(), **said), list(said))
    if any(getattr(customer, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(customer, name, value)
        customer.updated_at = now()
        customer.save()
    return customer


def _new_customer(customer: Customer, said: list[str]) -> Customer:
    """Made and locked in one statement: whoever else makes it at this moment waits here, and goes on with the same row."""
    Customer.objects.bulk_create([customer], update_conflicts=True, unique_fields=["service_number"], update_fields=said)
    return customer


def count_reports(service_number: str) -> int:
    """The complaints about this service number in the window; the caller holds its customer's lock."""
    since = now() - timedelta(days=settings.REPEAT_REPORT_WINDOW_DAYS)
    return Report.objects.counted(service_number, since).count()


def _report(ticket: Ticket, description: str, kind: ReportKind, by: Person) -> Report:
    return Report.objects.create(
        ticket=ticket, service_number=ticket.service_number or "", kind=kind, description=description, by=by, reported_at=now()
    )


@transaction.atomic
def add_repeat_report(
    ticket: Ticket,
    description: str,
    *,
    by: Person,
    kind: str = ReportKind.COMPLAINT,
    criteria: Sequence[str] = (),
    scripts: Sequence[Shown] = (),
) -> Ticket:
    """Join a repeat report to an open ticket instead of opening a twin (HC-2).

    Complaints count, and three make it hard; so does one sign that shows in this call (HC-1).
    """
    require(by, "ticket.repeat_report")
    if not Ticket.objects.findable_by(by).filter(pk=ticket.pk).exists():
        raise NotVisible(_("Tiket ini tidak ada atau sudah lama ditutup."))
    if kind not in ReportKind.values:
        raise Invalid(_("Pilih keluhan atau tanya progres."), errors={"kind": [_("Pilih salah satu dari daftar.")]})
    text, signs = required(description, "description", _("Tulis apa yang dikatakan pelanggan.")), _criteria(criteria)
    if ticket.customer_id is None:
        raise Conflict(_("Tiket ini tanpa nomor layanan, jadi lapul tidak dapat dihitung. Catat tiket baru."))
    Customer.objects.select_for_update().get(pk=ticket.customer_id)
    ticket = lock(ticket)
    TICKET_MOVES.require("repeat_report", ticket.status)
    report = _report(ticket, text, ReportKind(kind), by)
    changed = say(ticket, _("Pelanggan lapor ulang") if kind == ReportKind.COMPLAINT else _("Pelanggan bertanya progres"))
    if kind == ReportKind.COMPLAINT:
        ticket.repeat_count = count_reports(ticket.service_number or "") - 1
        changed.append("repeat_count")
    ticket.save(update_fields=changed)
    facts = {"kind": kind, "repeat_count": ticket.repeat_count} | ({"criteria": criteria_in_order(signs)} if signs else {})
    facts |= facts_of(scripts)
    record(ticket, "ticket.repeat_reported", by=by, facts=facts, personal={"description": (None, text)})
    repeat_reported.send(Ticket, ticket=ticket, report=report, by=by)
    _turn_hard_by_signs(ticket, signs, by=by)
    turn_hard_by_count(ticket)
    Counter.grow("tickets")
    return ticket


def _turn_hard_by_signs(ticket: Ticket, signs: set[str], *, by: Person) -> None:
    if signs <= set(ticket.criteria):
        return
    ticket.criteria = criteria_in_order({*ticket.criteria, *signs})
    ticket.version += 1
    ticket.save(update_fields=["criteria", "version"])
    if ticket.kind == Kind.REGULAR:
        change_kind(ticket, Kind.HARD_COMPLAINT, by=by, act="ticket.turned_hard")


def turn_hard_by_count(ticket: Ticket) -> None:
    """Three repeat reports make the ticket that carries the newest one hard, unless a TL overruled that sign before (HC-1)."""
    found = Criterion.REPEAT_REPORT
    known = found in ticket.criteria or found in ticket.overruled_criteria
    if known or ticket.repeat_count < settings.REPEAT_REPORTS_FOR_HARD_COMPLAINT:
        return
    ticket.criteria = criteria_in_order({*ticket.criteria, found})
    ticket.save(update_fields=["criteria"])
    if ticket.kind == Kind.REGULAR:
        change_kind(ticket, Kind.HARD_COMPLAINT, by=None, act="ticket.turned_hard")


@transaction.atomic
def overrule_criterion(ticket: Ticket, criterion: str, reason: str, *, by: Person) -> Ticket:
    """A TL takes back a sign, with a reason (HC-1). Without any sign left the hard complaint becomes regular again."""
    require(by, "ticket.overrule_criterion")
    ticket = lock_visible(ticket, by)
    text = required(reason, "reason", _("Tulis alasannya."))
    TICKET_MOVES.require("change_kind", ticket.status)
    if criterion not in ticket.criteria:
        raise Conflict(_("Tanda ini tidak ada pada tiket."))
    ticket.criteria = [code for code in ticket.criteria if code != criterion]
    ticket.overruled_criteria = [*ticket.overruled_criteria, criterion]
    ticket.save(update_fields=["criteria", "overruled_criteria"])
    record(ticket, "ticket.criterion_overruled", by=by, facts={"criterion": criterion}, personal={"reason": (None, text)})
    if not ticket.criteria and ticket.kind == Kind.HARD_COMPLAINT:
        change_kind(ticket, Kind.REGULAR, by=by, act="ticket.eased")
    return ticket
