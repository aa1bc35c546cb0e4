"""What a new installation starts with: the documents that the house works by, as their headers have them (QM-7)."""

from datetime import date
from typing import Any

from accounts.actions.procedures import register_procedure
from accounts.models import Procedure

TODAY = [
    ("W-24", "IN.OCC.TELK.W-24", "Instruksi Kerja Support HC, CC Telkom", "00", None, date(2018, 8, 6)),
    ("P-06", "IN.OCC.TDSCC.P-06", "Prosedur Operasi Standar Agent Outbound", "02", date(2019, 7, 10), date(2019, 8, 1)),
    ("PM-08", "IN.CC.TELK.PM-08", "Manual Mutu Layanan Contact Center Telkom", "04", date(2021, 4, 8), date(2021, 5, 11)),
    ("W-05", "IN.OCC.TENESA.W-05", "Instruksi Kerja Agent Email", "", None, date(2021, 8, 1)),
    ("P-01", "OB.IN.OCC.TELK.P-01", "Prosedur Operasi Standar CT-0 dan PRANPC", "00", None, date(2022, 10, 13)),
    (
        "F-19",
        "OB.IN.QCC.TELK.F-19",
        "Form Pelaporan Hasil Validasi Agree Layanan CT-0 dan PRANPC",
        "00",
        None,
        date(2022, 10, 13),
    ),
]


def lay(**_: Any) -> None:
    """Each document that the register does not know yet; runs after each migrate."""
    known = set(Procedure.objects.values_list("short", flat=True))
    for short, code, title, revision, revised_on, effective_on in TODAY:
        if short in known:
            continue
        named: dict[str, Any] = {"short": short, "code": code, "title": title, "revision": revision}
        register_procedure(by=None, **named, revised_on=revised_on, effective_on=effective_on)
