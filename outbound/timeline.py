"""The acts on callbacks as the ticket's timeline tells them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.words import nearby
from outbound.models import Ending, Outcome, Purpose
from tickets.timeline import Told, handed, words


def _label(choices: Any, value: Any) -> str:
    return str(dict(choices).get(value, value))


def _made(told: Told) -> str:
    if told.facts.get("purpose") == Purpose.CARING:
        return _("meminta caring ke pelanggan")
    return _("menitipkan kabar untuk pelanggan ke Tier-2")


def _attempted(told: Told) -> str:
    if told.facts.get("wants_visit"):
        return _("menelepon: pelanggan minta kunjungan")
    if told.facts.get("satisfied") is not None:
        return _("menelepon: pelanggan membenarkan") if told.facts["satisfied"] else _("menelepon: pelanggan menyangkal")
    outcome = _label(Outcome.choices, told.facts.get("outcome")).lower()
    if again := told.facts.get("next_try_at"):
        when = nearby(datetime.fromisoformat(again))
        return _("menelepon: %(outcome)s, dicoba lagi %(when)s") % {"outcome": outcome, "when": when}
    return _("menelepon: %(outcome)s") % {"outcome": outcome}


def _given_up(told: Told) -> str:
    return _("menyerahkan ke Support HC: %(why)s") % {"why": _label(Ending.choices, told.facts.get("because"))}


def _lease_ended(told: Told) -> str:
    return _("mengembalikan callback ke daftar, %(name)s tidak aktif lagi") % {"name": told.name("person")}


def register() -> None:
    """Lay the words, once, when the apps are ready."""
    words("callback.made", "phone", _made, quote="information")
    words("callback.claimed", "headset", gettext_lazy("mengambil callback"), small=True)
    words("callback.released", "undo", gettext_lazy("melepas callback"), small=True)
    words("callback.called", "phone", gettext_lazy("menekan nomor pelanggan"), small=True)
    words("callback.attempted", "phone", _attempted, quote="response", strong=True)
    words("callback.given_up", "phone-off", _given_up)
    words("callback.ended", "x", gettext_lazy("mengakhiri caring yang tidak diperlukan lagi"), small=True)
    words("callback.withdrawn", "x", gettext_lazy("menarik titipan kabar"), quote="reason")
    words("callback.handed_over", "swap", handed("person"), small=True)
    words("callback.let_fall", "undo", gettext_lazy("mengembalikan callback ke daftar: serah terima tidak diterima"), small=True)
    words("callback.lease_ended", "refresh", _lease_ended, small=True)
