"""I9: a mail bomb of an hour, from one address and from a thousand, arrives at once; real customers still get through."""

import time
from collections.abc import Iterator

import pytest

from common.clock import now
from escalation.actions import mail_polling
from escalation.actions.mail_intake import read_new
from escalation.models import MailItem, MailMessage, MailPart
from tests.escalation.mails import letter, mailbox_of
from tests.fakes import dovecot as fake
from tickets.actions import Intake, log_ticket
from tickets.models import Customer, Ticket

BOMB, SENDERS, REAL = 5_000, 1_000, 50
PATIENCE = 120  # seconds: I9


@pytest.mark.slow
@pytest.mark.req("EM-1")
@pytest.mark.parametrize("senders", [1, SENDERS])
def test_a_bomb_of_an_hour_at_once_holds_no_real_customer_up(agent, settings, tmp_path, senders):
    settings.MEDIA_ROOT = tmp_path
    known = log_ticket(Intake(**form()), by=agent)
    with fake.serving() as server:
        account = {"base_url": server.url, "user": fake.USER, "password": fake.PASSWORD}
        mailbox = mailbox_of(agent, None, **account)
        server.deliver(*letters(known.number, senders))
        arrived = time.monotonic()  # all of it lies there before anybody looks
        while mail_polling.poll(mailbox):  # a pass ends after its time; the next goes on
            pass
        fetched = time.monotonic() - arrived
        took = read_all(arrived)
    late = sorted(took.values())[int(len(took) * 0.95)]
    stood = MailItem.objects.filter(state="new", sender__startswith="bom").count()
    print(
        f"senders={senders} mails={BOMB} fetched={fetched:.1f}s p95={late:.1f}s worklist={stood} items={MailItem.objects.count()}"
    )
    assert len(took) == REAL and late <= PATIENCE
    assert MailItem.objects.filter(sender__startswith="asli", state="new").count() == REAL
    assert not MailPart.objects.exists() and Ticket.objects.count() == 1  # nothing is acknowledged, no ticket made
    assert stood <= settings.MAIL_FLOOD_STRANGERS and MailMessage.objects.filter(reading="raw").count() == 0
    assert MailMessage.objects.filter(sender__startswith="bom").count() == BOMB  # not one is lost
    assert MailItem.objects.filter(state="quarantined").count() <= senders  # one for each address, not for each mail


def letters(number: str, senders: int) -> Iterator[bytes]:
    """The bomb, and among it, evenly, real customers; among a thousand strangers those whom we know."""
    for place in range(BOMB):
        yield letter(f"Bom {place}", sender=f"bom{place % senders}@jahat.example")
        if place % (BOMB // REAL) == 0:
            sender = f"asli{place}@pelanggan.example"
            if senders > 1:
                own = {"name": "Toko Tani", "service_line": "data_internet", "contact_email": sender, "updated_at": now()}
                Customer.objects.create(service_number=f"1311{place}", **own)
            yield letter(f"Surat {place}", sender=sender, Subject=f"{number} {place}")


def read_all(arrived: float) -> dict[int, float]:
    """Read everything; for each real letter the seconds until it stood somewhere."""
    took: dict[int, float] = {}
    real = MailMessage.objects.filter(sender__startswith="asli").exclude(reading="raw")
    while read_new():
        for pk in real.exclude(pk__in=took).values_list("pk", flat=True):
            took[pk] = time.monotonic() - arrived
    return took


def form():
    return {
        "service_number": "131172047777", "service_line": "data_internet", "customer_name": "Toko Tani", "reporter_name": "Tono",
        "contact_phone": "081220457732", "symptom": "Putus-putus", "description": "Sejak kemarin",
    }  # fmt: skip
