"""What an entered result must say, by its reason (CT-4). Every wrong field is told at once."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.problems import Invalid
from common.text import clean
from outbound.actions.holding import zone_of_prospect
from outbound.hours import into_hours, require_callable
from outbound.models import CallReason, Prospect

LEAST_NOTE = 5
MOST_RUPIAH = 10_000_000_000


@dataclass(frozen=True)
class Entry:
    """What the agent enters. ``contacted`` and ``agreed`` may be left to the reason."""

    reason: CallReason
    contacted: bool | None = None
    agreed: bool | None = None
    promised_on: date | None = None
    promised_amount: int | None = None
    next_contact_at: datetime | None = None
    note: str = ""
    identity_checked: bool = False


Errors = dict[str, list[Any]]


def checked(entry: Entry, prospect: Prospect, *, entered_at: datetime | None = None) -> Entry:
    """The entry cleaned, with what follows from its reason; ``Invalid`` names every field that is wrong.

    ``entered_at``: of a correction, when the call was: the promise is measured from there.
    """
    errors: Errors = {}
    reason = entry.reason
    if not reason.active or reason.parent_id is None:
        errors["reason"] = [_("Pilih reason call dari daftar yang aktif.")]
    for name in ("contacted", "agreed"):
        said = getattr(entry, name)
        if said is not None and said != getattr(reason, name):
            errors[name] = [_("Tidak cocok dengan reason call %(reason)s.") % {"reason": reason.shown_name}]
    note = clean(entry.note or "", longest=3_000)
    if reason.needs_note and len(note) < LEAST_NOTE:
        errors["note"] = [_("Tulis catatannya, minimal 5 huruf.")]
    _check_promise(entry, errors, timezone.localtime(entered_at or now(), zone_of_prospect(prospect)).date())
    if errors:
        raise Invalid(_("Hasil telepon belum lengkap."), errors=errors)
    again = _next_contact(entry, prospect)
    return replace(entry, contacted=reason.contacted, agreed=reason.agreed, note=note, next_contact_at=again)


def _next_contact(entry: Entry, prospect: Prospect) -> datetime | None:
    """As the customer asked; who asked for a call and named no time is called in an hour, or when calls begin again."""
    zone = zone_of_prospect(prospect)
    if entry.next_contact_at:
        return require_callable(entry.next_contact_at, zone, "next_contact_at")
    return into_hours(now() + timedelta(hours=1), zone) if entry.reason.callback else None


def _check_promise(entry: Entry, errors: Errors, today: date) -> None:
    reason, last = entry.reason, today + timedelta(days=settings.PAYMENT_PROMISE_FURTHEST_DAYS)
    if entry.promised_on is None:
        if reason.needs_date:
            errors["promised_on"] = [_("Tulis tanggal janji bayar.")]
    elif not reason.agreed:
        errors["promised_on"] = [_("Janji bayar hanya untuk hasil agree.")]
    elif not today <= entry.promised_on <= last:
        sentence = _("Tanggal janji dari hari ini sampai %(last)s.")
        errors["promised_on"] = [sentence % {"last": f"{last:%d-%m-%Y}"}]
    if entry.promised_amount is None:
        if reason.needs_amount:
            errors["promised_amount"] = [_("Tulis jumlah janji bayar.")]
    elif not reason.agreed:
        errors["promised_amount"] = [_("Janji bayar hanya untuk hasil agree.")]
    elif not 0 < entry.promised_amount <= MOST_RUPIAH:
        errors["promised_amount"] = [_("Jumlah dalam rupiah, lebih dari 0.")]
