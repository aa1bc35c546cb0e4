"""Demo work for the agents' desk: a briefing that waits to be read, and a session."""

from datetime import timedelta

from accounts.models import Person
from common.clock import now
from quality.actions.briefings import BriefingBody, plan_training, publish

TEXT = (
    "Mulai hari ini agen menyebut paket yang berkaitan sebelum menutup telepon, dengan kalimat dari naskah.\n\n"
    "Pelanggan yang hanya bertanya tagihan cukup ditawari e-billing. Pelanggan dengan gangguan terbuka tidak ditawari apa pun."
)


def make() -> None:
    """What the trainers have for the floor."""
    officer, leader = Person.objects.get(agent_code="60001"), Person.objects.get(agent_code="20001")
    refresher = BriefingBody(
        "sop_refresher", "Tawaran produk lain sebelum menutup", TEXT, clause="P-06 5.5",
        question="Siapa yang tidak ditawari produk lain?", right_choice=2,
        choices=["Pelanggan yang bertanya tagihan", "Pelanggan dengan gangguan terbuka", "Semua pelanggan ditawari"],
    )  # fmt: skip
    briefing = publish(refresher, by=officer)
    codes = ["10001", "10002", "10003"]
    plan_training(by=leader, title="Simulasi penutup telepon", at=now() + timedelta(days=1), people=codes, briefing=briefing)
