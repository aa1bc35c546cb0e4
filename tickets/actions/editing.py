"""Changing what the form holds: fields, the service number, signs that show later."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.problems import Invalid, Stale
from common.text import clean
from tickets.actions.base import change_kind, criteria_in_order, lock_visible
from tickets.actions.intake import PERSONAL, cleaned_fields, count_reports, locked_customer, turn_hard_by_count
from tickets.models import TICKET_MOVES, Criterion, Customer, Interaction, Kind, Report, ReportKind, Ticket

FIELDS = (
    "service_number",
    "service_line",
    "segment",
    "customer_name",
    "reporter_name",
    "contact_phone",
    "contact_email",
    "region",
    "area",
    "symptom",
    "description",
    "interaction",
    "channel",
)
EDITABLE = (*FIELDS, "criteria")
Changes = dict[str, tuple[Any, Any]]


@transaction.atomic
def edit(ticket: Ticket, values: Mapping[str, Any], *, by: Person, version: int | None) -> Ticket:
    """Change the form's fields. ``Stale`` carries the other's values when somebody changed the ticket since ``version``."""
    require(by, "ticket.edit")
    _lock_customer_to_count(ticket, values)
    ticket = lock_visible(ticket, by)
    fields = _cleaned(ticket, values)
    if version is not None and version != ticket.version:
        raise Stale(
            _("Tiket ini diubah orang lain sejak Anda membukanya. Pakai isian Anda atau isian yang baru?"),
            current={**{name: getattr(ticket, name) for name in EDITABLE}, "version": ticket.version},
        )
    TICKET_MOVES.require("edit", ticket.status)
    changes = {
        name: (getattr(ticket, name), value) for name, value in fields.items() if (getattr(ticket, name) or "") != (value or "")
    }
    return _changed(ticket, changes, by=by) if changes else ticket


def _lock_customer_to_count(ticket: Ticket, values: Mapping[str, Any]) -> None:
    """Reports may change their count: under the customer's lock, which everybody takes before the ticket's.

    A new service number brings its own customer's lock, and the count there (``_follow_number``).
    """
    number = clean(str(values.get("service_number", ticket.service_number) or ""))
    if "interaction" in values and ticket.customer_id and number == ticket.service_number:
        Customer.objects.select_for_update().get(pk=ticket.customer_id)


def _changed(ticket: Ticket, changes: Changes, *, by: Person) -> Ticket:
    for name, (_before, value) in changes.items():
        setattr(ticket, name, value)
    ticket.version += 1
    ticket.save(update_fields=[*changes, "version", *_recounted(ticket, changes)])
    facts = {name: list(change) for name, change in changes.items() if name not in PERSONAL}
    record(ticket, "ticket.edited", by=by, facts=facts, personal={n: c for n, c in changes.items() if n in PERSONAL})
    if "criteria" in changes and ticket.kind == Kind.REGULAR:
        change_kind(ticket, Kind.HARD_COMPLAINT, by=by, act="ticket.turned_hard")
    turn_hard_by_count(ticket)
    Counter.grow("tickets")
    return ticket


def _cleaned(ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(EDITABLE):
        raise Invalid(_("Isian ini tidak dapat diubah di sini."), errors={name: [_("Tidak dapat diubah.")] for name in unknown})
    fields = cleaned_fields({name: value for name, value in values.items() if name in FIELDS})
    return fields | ({"criteria": _more_signs(ticket, values["criteria"])} if "criteria" in values else {})


def _more_signs(ticket: Ticket, wanted: Any) -> list[str]:
    """Signs may show in a later call. Taking one back is for a TL, and finding repeat reports for the system (HC-1)."""
    known, asked = set(ticket.criteria), set(wanted)
    if asked - known - (set(Criterion.values) - {Criterion.REPEAT_REPORT}):
        raise Invalid(_("Tanda ini tidak dikenal atau dihitung sistem."), errors={"criteria": [_("Kirim tanda dari daftar.")]})
    if known - asked:
        sentence = _("Tanda yang sudah ada hanya dapat dicabut TL, dengan alasan.")
        raise Invalid(sentence, errors={"criteria": [sentence]})
    return criteria_in_order(asked)


def _recounted(ticket: Ticket, changes: Changes) -> list[str]:
    """Whose ticket it is, and what of it counts as a complaint, follow what was corrected (HC-1); returns the changed fields."""
    if not {"service_number", "interaction"} & changes.keys():
        return []
    if "service_number" in changes:
        _follow_number(ticket)
    if "interaction" in changes and not ticket.imported:
        _follow_interaction(ticket, changes["interaction"][0])
    is_counted = ticket.reports.filter(kind=ReportKind.COMPLAINT).exists()
    ticket.repeat_count = max(0, count_reports(ticket.service_number or "") - 1) if is_counted else 0
    return ["customer", "repeat_count"]


def _follow_number(ticket: Ticket) -> None:
    """The ticket and its reports go over to the customer of its new service number, and are counted there."""
    said = {name: getattr(ticket, name) or "" for name in FIELDS if name != "region"}
    ticket.customer = locked_customer(said | {"region": ticket.region})
    Report.objects.filter(ticket=ticket).update(service_number=ticket.service_number or "")


def _follow_interaction(ticket: Ticket, before: str) -> None:
    """What turns out to be a complaint is a report from when it was logged; what turns out to be none was never one."""
    if ticket.interaction == Interaction.COMPLAINT and ticket.logged_by:
        said = {"service_number": ticket.service_number, "description": ticket.description}
        Report.objects.create(ticket=ticket, by=ticket.logged_by, reported_at=ticket.opened_at, **said)
    elif before == Interaction.COMPLAINT:
        own = ticket.reports.filter(kind=ReportKind.COMPLAINT).order_by("reported_at", "id").first()
        Report.objects.filter(pk=own.pk if own else 0).delete()
