"""Call reasons have an English name; those of the first installation get theirs where nobody has renamed them."""

from typing import Any

from django.db import migrations, models

NAMES = [
    ("agree", "Agree, janji bayar", "Agrees, promises to pay"),
    ("paid", "Sudah bayar", "Has paid already"),
    ("objection", "Keberatan", "Objects"),
    ("callback", "Minta callback", "Asks for a callback"),
    ("unable", "Belum mampu bayar", "Cannot pay yet"),
    ("other-person", "Diterima orang lain", "Somebody else answered"),
    ("unsubscribe", "Minta berhenti berlangganan", "Wants to end the subscription"),
    ("do-not-call", "Jangan ditelepon lagi", "Do not call again"),
    ("no-answer", "RNA, tidak diangkat", "No answer"),
    ("busy", "Sibuk", "Busy"),
    ("inactive", "Tidak aktif", "Switched off"),
    ("mailbox", "Kotak suara", "Voice mail"),
    ("wrong-number", "Salah sambung", "Wrong number"),
    ("no-such-number", "Nomor tidak terdaftar", "Number does not exist"),
    ("contacted", "Tersambung", "Connected"),
    ("not-contacted", "Tidak tersambung", "Not connected"),
]


def fill(apps: Any, schema_editor: Any) -> None:
    reasons = apps.get_model("outbound", "CallReason").objects
    for code, name, english in NAMES:
        reasons.filter(code=code, name=name, name_en="").update(name_en=english)


class Migration(migrations.Migration):
    dependencies = [("outbound", "0004_scripts_in_one_home")]

    operations = [
        migrations.AddField(
            "callreason",
            "name_en",
            models.CharField("nama dalam bahasa Inggris", blank=True, db_default="", default="", max_length=80),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
