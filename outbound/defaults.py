"""What a new installation starts with: the call reasons of the floor, until an administrator changes them (CT-4)."""

from typing import Any

from accounts.models import Counter
from outbound.models import CallReason

Row = tuple[str, str, dict[str, Any]]
GROUPS: dict[str, tuple[str, list[Row]]] = {
    "contacted": (
        "Tersambung",
        [
            ("agree", "Agree, janji bayar", {"agreed": True, "needs_date": True, "needs_amount": True}),
            ("paid", "Sudah bayar", {}),
            ("objection", "Keberatan", {"needs_note": True}),
            ("callback", "Minta callback", {"callback": True}),
            ("unable", "Belum mampu bayar", {"needs_note": True}),
            ("other-person", "Diterima orang lain", {"retry_minutes": 240}),
            ("unsubscribe", "Minta berhenti berlangganan", {"needs_note": True}),
            ("do-not-call", "Jangan ditelepon lagi", {"do_not_call": True}),
        ],
    ),
    "not-contacted": (
        "Tidak tersambung",
        [
            ("no-answer", "RNA, tidak diangkat", {"retry_minutes": 120}),
            ("busy", "Sibuk", {"retry_minutes": 15}),
            ("inactive", "Tidak aktif", {"retry_minutes": 1440}),
            ("mailbox", "Kotak suara", {"retry_minutes": 240}),
            ("wrong-number", "Salah sambung", {"unworkable": True}),
            ("no-such-number", "Nomor tidak terdaftar", {"unworkable": True}),
        ],
    ),
}


def lay_reasons() -> None:
    """The reasons in two levels, where none is yet."""
    if CallReason.objects.exists():
        return
    for place, (code, (name, rows)) in enumerate(GROUPS.items(), start=1):
        contacted = code == "contacted"
        group = CallReason.objects.create(code=code, name=name, contacted=contacted, order=place)
        CallReason.objects.bulk_create(
            CallReason(code=code, name=name, parent=group, contacted=contacted, order=order, **meaning)
            for order, (code, name, meaning) in enumerate(rows, start=1)
        )


def lay(**_: Any) -> None:
    """Everything; runs after each migrate and changes nothing where something stands."""
    lay_reasons()
    for name in ("prospects", "results"):
        Counter.objects.get_or_create(name=name)
