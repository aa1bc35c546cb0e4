"""Demo work for the agents' desk: a briefing that waits to be read, a session, a ticket at its unit, a note of the last shift."""

from datetime import timedelta

from accounts.actions.shift_notes import leave_note
from accounts.models import Person
from common.clock import now
from quality.actions.briefings import BriefingBody, plan_training, publish
from tickets.actions import chase, forward
from tickets.models import How, Kind, Outcome, Ticket

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
    _at_unit()
    leave_note(by=Person.objects.get(agent_code="10002"), text="ODP Cibeureum masih mati, TREG 3 janji kabar siang.")
    plan_training(by=leader, title="Simulasi penutup telepon", at=now() + timedelta(days=1), people=codes, briefing=briefing)


def _at_unit() -> None:
    """One regular ticket of an agent that was forwarded, with what its unit said so far."""
    agent = Person.objects.get(agent_code="10001")
    ticket = Ticket.objects.open().filter(kind=Kind.REGULAR, assignee=agent).order_by("id").first()
    if ticket is None:
        return
    forward(ticket, "Access Bandung", by=agent, outside_reference="IN-77120", text="Mohon cek redaman.")
    chase(ticket, How.CALL, Outcome.ANSWERED, by=agent, text="Teknisi menuju ODP.")
