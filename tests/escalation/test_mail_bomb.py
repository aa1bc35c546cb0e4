"""I9: a mail bomb of an hour, from one address and from a thousand, arrives at once; real customers still get through."""

import time

import pytest

from escalation.actions.mail_intake import Fetched, read_new, take_in
from escalation.models import MailItem, MailMessage, MailPart
from tests.escalation.mails import letter, mailbox_of
from tickets.actions import Intake, log_ticket
from tickets.models import Ticket

BOMB, SENDERS, REAL = 5_000, 1_000, 50
PATIENCE = 120  # seconds: I9


@pytest.mark.slow
@pytest.mark.req("EM-1")
@pytest.mark.parametrize("senders", [1, SENDERS])
def test_a_bomb_of_an_hour_at_once_holds_no_real_customer_up(agent, settings, tmp_path, senders):
    settings.MEDIA_ROOT = tmp_path
    mailbox = mailbox_of(agent)
    known = log_ticket(Intake(**form()), by=agent)
    arrived = {}
    for number in range(BOMB):
        take_in(mailbox, Fetched(letter(f"Bom {number}", sender=f"bom{number % senders}@jahat.example")))
        if number % (BOMB // REAL) == 0:
            raw = letter(f"Surat {number}", sender=f"asli{number}@pelanggan.example", Subject=f"{known.number} {number}")
            kept = take_in(mailbox, Fetched(raw))
            assert kept
            arrived[kept.pk] = time.monotonic()
    took = read_all(arrived)
    late = sorted(took.values())[int(len(took) * 0.95)]
    stood = MailItem.objects.filter(state="new", sender__startswith="bom").count()
    print(f"senders={senders} mails={BOMB} p95={late:.1f}s worklist={stood} items={MailItem.objects.count()}")
    assert len(took) == REAL and late <= PATIENCE
    assert not MailPart.objects.exists() and Ticket.objects.count() == 1  # nothing is acknowledged, no ticket made
    assert stood <= settings.MAIL_FLOOD_STRANGERS and MailMessage.objects.filter(reading="raw").count() == 0


def read_all(arrived: dict[int, float]) -> dict[int, float]:
    """Read everything; for each real letter the seconds from its arrival until it stood somewhere."""
    took: dict[int, float] = {}
    while read_new():
        for pk in MailMessage.objects.filter(pk__in=set(arrived) - set(took)).exclude(reading="raw").values_list("pk", flat=True):
            took[pk] = time.monotonic() - arrived[pk]
    return took


def form():
    return {
        "service_number": "131172047777", "service_line": "data_internet", "customer_name": "Toko Tani", "reporter_name": "Tono",
        "contact_phone": "081220457732", "symptom": "Putus-putus", "description": "Sejak kemarin",
    }  # fmt: skip
