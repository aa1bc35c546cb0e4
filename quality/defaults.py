"""The first version of each scoring form, laid once into an empty database. An administrator publishes the next ones.

The documents name F-18 and keep its parameters to themselves: these are our choice, after P-01 7.1, 7.2 and PM-08 8.6.
"""

from datetime import date
from typing import Any

from quality.actions.forms import FormBody, ParameterBody, create_form, publish_form
from quality.actions.retained import TWO_YEARS
from quality.models import Check, CommentRule, Measure, QualityTarget, RecordClass, RetentionTerm, ReturnReason, ScoringForm

F18 = "OB.IN.QCC.TELK.F-18"
CAUSES = ["naskah dilewati", "tergesa", "belum paham", "aplikasi lambat"]
TAPPING = [
    ("Pembukaan", "Salam sesuai naskah", 5, False, False),
    ("Pembukaan", "Menyebut nama dan layanan", 5, False, False),
    ("Verifikasi", "Memastikan pelanggan atau yang berwenang", 12, True, False),
    ("Verifikasi", "Mencocokkan alamat pemasangan", 8, False, True),
    ("Isi", "Menyebut jumlah dan bulan tagihan", 15, False, False),
    ("Isi", "Mengulang tanggal dan jumlah janji", 20, True, False),
    ("Isi", "Menjawab keberatan dengan data", 10, False, True),
    ("Sikap", "Sopan, tidak memotong", 15, False, False),
    ("Sikap", "Empati pada kendala", 10, False, True),
]
PROPPER = [
    ("Produk", "Menjelaskan produk dan tarif dengan benar", 35, False, False),
    ("Prosedur", "Menjalankan urutan prosedur yang berlaku", 35, False, False),
    ("Perilaku", "Bahasa, nada, dan sikap sesuai standar", 30, False, False),
]
REASONS = [
    ("R-01", "bukan pelanggan atau yang berwenang"),
    ("R-02", "tagihan tidak disebut"),
    ("R-03", "pelanggan tidak menyatakan setuju"),
    ("R-04", "janji tidak diulang"),
    ("R-05", "isian tidak sama dengan rekaman"),
]
# Measure, limit, near. PM-08 8.1 asks for targets and names none here: assumptions until an administrator saves them.
TARGETS = [
    (Measure.SUPER_EMERGENCIES, 4, 3),
    (Measure.HARD_OVERDUE, 0, 0),
    (Measure.UNIT_SILENCE, 45, 30),
    (Measure.PROMISES_KEPT, 95, 97),
    (Measure.CARING_WAITING, 20, 15),
    (Measure.QC_WAITING, 30, 20),
]
EFFECTIVE = date(2022, 10, 13)


def _parameters(rows: list[tuple[str, str, int, bool, bool]]) -> list[ParameterBody]:
    return [
        ParameterBody(section, text, weight, critical, may_be_na, CommentRule.ON_NO if critical else CommentRule.NEVER, CAUSES)
        for section, text, weight, critical, may_be_na in rows
    ]


def lay(**_kwargs: Any) -> None:
    """After migrating: forms and return reasons where there is none of their code yet."""
    _lay(
        FormBody(
            Check.TAPPING, F18, "00", "Standar Penilaian Parameter Layanan CT-0 dan PRANPC", "P-01 7.2, 9.3, 10",
            EFFECTIVE, 80, _parameters(TAPPING),
        )
    )  # fmt: skip
    _lay(FormBody(Check.PROPPER, "PROPPER", "00", "Propper Test", "PM-08 8.6", date(2021, 5, 11), 80, _parameters(PROPPER)))
    for name in RecordClass:
        days, clause = (730, "P-01 10") if name in TWO_YEARS else (None, "")
        RetentionTerm.objects.get_or_create(record_class=name, defaults={"days": days, "clause": clause})
    for measure, limit, near in TARGETS:
        values = {"limit": limit, "near": near, "clause": "PM-08 8.1"}
        QualityTarget.objects.get_or_create(measure=measure, site=None, defaults=values)
    if not ReturnReason.objects.exists():
        ReturnReason.objects.bulk_create(ReturnReason(code=code, name=name) for code, name in REASONS)


def _lay(body: FormBody) -> None:
    if not ScoringForm.objects.filter(code=body.code).exists():
        publish_form(create_form(body, by=None), by=None)
