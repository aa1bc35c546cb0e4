"""How the acts of escalation are told in a ticket's timeline."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.words import hm, nearby
from escalation.models import MilestoneName, Severity
from tickets.models import Kind
from tickets.timeline import Told, handed, words

FIELDS = {
    "cause": gettext_lazy("penyebab"),
    "responsible_unit": gettext_lazy("unit"),
    "severity": gettext_lazy("keparahan"),
    "region": gettext_lazy("TREG"),
    "area": gettext_lazy("area"),
}


def _milestone(told: Told) -> str:
    name = str(told.facts.get("milestone", ""))
    return str(MilestoneName(name).label).lower() if name in MilestoneName.values else name


def _names(values: Any) -> str:
    return (
        ", ".join(str(each) for each in values) if isinstance(values, Iterable) and not isinstance(values, str) else str(values)
    )


def _analysed(told: Told) -> str:
    changed = [f"{label} {_value(name, told.facts[name][1])}" for name, label in FIELDS.items() if name in told.facts]
    return _("menganalisa: %(what)s") % {"what": ", ".join(changed)} if changed else _("menulis yang diminta dari unit")


def _value(name: str, value: Any) -> str:
    return str(dict(Severity.choices).get(value, value)) if value not in (None, "") else _("dikosongkan")


def _dispatched(told: Told) -> str:
    groups = {"groups": _names(told.facts.get("groups", []))}
    if int(told.facts.get("together", 1)) > 1:
        return _("mengirim ke %(groups)s, satu pesan untuk %(count)s tiket") % {**groups, "count": told.facts["together"]}
    return _("mengirim ke %(groups)s") % groups


def _progressed(told: Told) -> str:
    group = told.facts.get("group") or _("unit")
    if told.facts.get("done"):
        return _("mencatat dari %(group)s: selesai menurut unit") % {"group": group}
    return _("mencatat kata %(group)s") % {"group": group}


def _sent_by_hand(told: Told) -> str:
    sent = told.facts.get("sent_at")
    time = nearby(datetime.fromisoformat(sent)) if sent else ""
    return _("mengirim manual ke %(group)s, %(time)s") % {"group": told.facts.get("group", ""), "time": time}


def _retried(told: Told) -> str:
    return _("mengirim ulang ke %(group)s") % {"group": told.facts.get("group", "")}


def _to_group(sentence: Any) -> Any:
    return lambda told: sentence % {"group": told.facts.get("group", "")}


def _fired(told: Told) -> str:
    reached = _names(told.facts.get("reached", []))
    if not reached:
        return _("jam %(milestone)s lewat; tidak ada yang bertugas, naik ke anak tangga berikut") % {
            "milestone": _milestone(told)
        }
    return _("jam %(milestone)s lewat: bunyi di %(who)s") % {"milestone": _milestone(told), "who": reached}


def _released(told: Told) -> str:
    return _("melepas anak tangga jam %(milestone)s yang tersangkut") % {"milestone": _milestone(told)}


def _acknowledged(told: Told) -> str:
    until = told.facts.get("until")
    time = hm(datetime.fromisoformat(until)) if until else ""
    if missing := told.facts.get("missing"):
        words = _("mendengar jam %(milestone)s; belum menjawab: %(names)s")
        return words % {"milestone": _milestone(told), "names": ", ".join(missing)}
    return _("memegang jam %(milestone)s sampai %(time)s") % {"milestone": _milestone(told), "time": time}


def _raised(told: Told) -> str:
    return _("menaikkan menjadi %(kind)s") % {"kind": _kind(told)}


def _withdrawn(told: Told) -> str:
    return _("menarik kembali; menjadi %(kind)s lagi") % {"kind": _kind(told)}


def _kind(told: Told) -> str:
    pair = told.facts.get("kind", [])
    value = pair[-1] if isinstance(pair, list) and pair else pair
    return str(dict(Kind.choices).get(value, value))


def _moment(value: Any) -> str:
    return nearby(datetime.fromisoformat(value)) if value else ""


def _promised(told: Told) -> str:
    return _("mencatat janji sebelum %(time)s, slot %(place)s") % {
        "time": _moment(told.facts.get("due_at")),
        "place": told.facts.get("place", ""),
    }


def _renegotiated(told: Told) -> str:
    before, after = told.facts["due_at"]
    return _("mengubah waktu janji dari %(before)s ke %(after)s") % {"before": _moment(before), "after": _moment(after)}


def _offered(told: Told) -> str:
    return _("menawarkan janji ke TL %(who)s") % {"who": told.facts.get("to", "")}


def _under(told: Told) -> str:
    return _("menggabungkan tiket ke %(outage)s, %(name)s") % {
        "outage": told.facts.get("outage", ""), "name": told.facts.get("name", ""),
    }  # fmt: skip


def _left(told: Told) -> str:
    return _("melepas tiket dari %(outage)s") % {"outage": told.facts.get("outage", "")}


def _stopped(told: Told) -> str:
    return _("menghentikan jam karena gangguan aplikasi %(app)s (%(problem)s)") % _problem(told)


def _went_on(told: Told) -> str:
    return _("menjalankan jam lagi: %(app)s normal (%(problem)s)") % _problem(told)


def _problem(told: Told) -> dict[str, str]:
    return {name: str(told.facts.get(name, "")) for name in ("app", "problem")}


OWN: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("escort.claimed", "hand", gettext_lazy("mengambil tiket ini untuk dikawal"), {"small": True}),
    ("escort.released", "undo", gettext_lazy("melepas tiket ini"), {"small": True}),
    ("escort.analysed", "pencil", _analysed, {"quote": "note"}),
    ("escort.dispatched", "send", _dispatched, {}),
    ("escort.progressed", "chat", _progressed, {"quote": "text"}),
    ("escort.progress_published", "right", gettext_lazy("meneruskan progres ke TL"), {"small": True}),
    ("message.sent_by_hand", "hand", _sent_by_hand, {"small": True}),
    ("message.not_sent", "undo", _to_group(gettext_lazy("menarik bukti kirim ke %(group)s")), {"small": True}),
    ("escort.progress_taken_back", "undo", gettext_lazy("menarik kata unit, bukan untuk tiket ini"), {"small": True}),
    ("message.retried", "refresh", _retried, {"small": True}),
    ("message.sent", "send", _to_group(gettext_lazy("mengirim lewat gerbang ke %(group)s")), {"small": True}),
    ("message.failed", "alert", _to_group(gettext_lazy("tidak dapat mengirim ke %(group)s")), {"small": True}),
    ("message.cancelled", "x", _to_group(gettext_lazy("tidak mengirim ke %(group)s: tiket sudah selesai")), {"small": True}),
    ("message.handed_over", "hand", _to_group(gettext_lazy("meminta pesan ke %(group)s dikirim manual")), {"small": True}),
    ("clock.rung_fired", "ladder", _fired, {"small": True}),
    ("clock.rung_released", "right", _released, {"quote": "reason", "small": True}),
    ("clock.acknowledged", "hand", _acknowledged, {"small": True}),
    ("outage.joined_ticket", "clip", _under, {}),
    ("outage.left", "undo", _left, {"small": True}),
    ("problem.clocks_stopped", "c-paused", _stopped, {}),
    ("problem.clocks_went_on", "play", _went_on, {}),
    ("promise.made", "shield", _promised, {"quote": "what"}),
    ("promise.kept", "check", gettext_lazy("menandai janji ditepati"), {}),
    ("promise.broken", "alert", gettext_lazy("menandai janji ingkar"), {"quote": "reason"}),
    ("promise.renegotiated", "clock", _renegotiated, {"quote": "reason"}),
    ("promise.offered", "swap", _offered, {"small": True}),
    ("promise.declined", "undo", gettext_lazy("tidak jadi memindahkan janji"), {"small": True}),
    ("promise.handed_over", "swap", gettext_lazy("menerima janji dan tiketnya"), {}),
    ("ticket.helped_instead", "hand", gettext_lazy("membantu agen; tiket tetap di agen"), {"small": True}),
    ("escort.handed_over", "swap", handed("owner"), {}),
    ("escort.let_fall", "undo", gettext_lazy("mengembalikan ke antrean: serah terima tidak diterima"), {"small": True}),
    ("ticket.super_emergency_raised", "k-se", _raised, {"quote": "reason", "strong": True}),
    ("ticket.super_emergency_withdrawn", "undo", _withdrawn, {"quote": "reason"}),
]


def register() -> None:
    """Teach the timeline these words, once, when the apps are ready."""
    for act, icon, says, looks in OWN:
        words(act, icon, says, **looks)
