"""A folder of mail goes in through a real IMAP server, and each ends as ticket, reply or in quarantine (EM-1, EM-6).

Our own mails are odd on purpose (``mails.ODD``); ``pytest tests/escalation/test_mail_ends.py --mails FOLDER`` feeds others, each
file of the folder as one mail.
"""

from collections import Counter
from pathlib import Path

import pytest

from accounts.history import broken_places
from escalation.actions import mail_intake, mail_polling
from escalation.models import Mailbox, MailMessage
from tests.escalation.mails import ODD, letter, mailbox_on
from tests.fakes import dovecot as fake
from tickets.models import Ticket

FAULT = {"segment": "DES", "interaction": "complaint", "complaint": "new"}
SPOKEN = {  # what the agent asks for where the mail does not say it
    "customer_name": "Sri Wahyuni",
    "reporter_name": "Sri Wahyuni",
    "contact_phone": "0812 2045 7731",
    "symptom": "Internet mati",
    "description": "Internet mati sejak pagi.",
}


@pytest.fixture
def mails(request) -> list[bytes]:
    folder = request.config.getoption("--mails")
    if folder:
        found = [file.read_bytes() for file in sorted(Path(folder).rglob("*")) if file.is_file()]
        assert found, f"{folder} holds no file"
        return found
    first = letter("Mati sejak pagi.", Message_ID="<satu@pelanggan.example>")
    again = letter("Masih mati.", Subject="Re: Internet mati", In_Reply_To="<satu@pelanggan.example>")
    machine = letter("Saya cuti.", sender="budi@pelanggan.example", Auto_Submitted="auto-replied")
    return [first, again, machine, first, *(made() for made in ODD.values())]


@pytest.fixture
def server():
    with fake.serving() as dovecot:
        yield dovecot


@pytest.fixture
def mailbox(agent, settings, tmp_path, server):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_on(server, agent)


def poll_and_read() -> None:
    while mail_polling.poll_due():
        while mail_intake.read_new():
            pass


def open_ticket(asking, item: int) -> str:
    """As an agent does, asking the customer for what Kawal says is missing; the number."""
    assert asking.post(f"/api/v1/mail/{item}/claim/").status_code == 200
    assert asking.post(f"/api/v1/mail/{item}/classify/", FAULT).status_code == 200
    body = {"service_line": "data_internet", "service_number": f"1311720{item:05}", "troubleshooting": "NMS: link down"}
    answer = asking.post(f"/api/v1/mail/{item}/open-ticket/", body)
    if answer.status_code == 400:
        missing = {name: SPOKEN[name] for name in answer.json()["errors"]}
        answer = asking.post(f"/api/v1/mail/{item}/open-ticket/", body | missing)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["ticket"])


@pytest.mark.req("EM-1", "EM-6")
def test_every_mail_ends_somewhere_with_its_bytes_and_feeding_all_again_adds_nothing(
    mails, mailbox, server, agent, api, sign_in, forward
):
    server.deliver(*filter(None, mails))
    held, page, asking, ends = server.holds(), sign_in(agent), api(agent), Counter[str]()
    poll_and_read()
    kept = MailMessage.objects.filter(mailbox=mailbox)
    assert {page.get(f"/mail/messages/{pk}/raw/").content for pk in kept.values_list("pk", flat=True)} == held
    assert kept.count() == len(held) and not kept.exclude(reading="read").exists()
    for message in kept.select_related("item").order_by("id"):
        item = message.item
        assert item is not None
        if message.machine:
            assert item.state == "quarantined", message.machine
            ends["quarantine"] += 1
        elif item.messages.earliest("id").pk != message.pk:
            ends["reply"] += 1
        else:
            assert item.state == "new"
            opened = asking.get(f"/api/v1/tickets/{open_ticket(asking, item.pk)}/").json()
            assert opened["channel"] == "email"
            ends["ticket"] += 1
    print(dict(ends))
    assert ends.total() == len(held) and min(ends[each] for each in ("ticket", "reply", "quarantine")) > 0
    assert Ticket.objects.count() == ends["ticket"]
    forward(minutes=11)
    server.deliver(*filter(None, mails))
    Mailbox.objects.update(uid_validity=None, last_uid=0, next_poll_at=None)
    poll_and_read()
    assert kept.count() == len(held) and Ticket.objects.count() == ends["ticket"] and list(broken_places()) == []
