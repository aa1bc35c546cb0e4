"""Mailboxes on a real IMAP server, dovecot from Debian's packages: fetched once, raw, and nothing changed there (EM-1)."""

import pytest

from escalation import tasks
from escalation.actions import mail_polling
from escalation.actions.mailboxes import change_mailbox
from escalation.models import Mailbox, MailItem, MailMessage
from tests.escalation.mails import ODD, letter, mailbox_on
from tests.fakes import dovecot as fake

pytestmark = pytest.mark.req("EM-1")


@pytest.fixture(scope="module")
def server():
    with fake.serving() as dovecot:
        yield dovecot


@pytest.fixture
def mailbox(agent, settings, tmp_path, server):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_on(server, agent)


def test_mail_on_a_real_server_comes_in_once_and_stays_there_as_it_was(mailbox, server, settings, forward):
    odd = [made() for made in ODD.values() if made()]
    server.deliver(letter("Satu"), letter("Dua"), *odd)
    tasks.poll_mailboxes()
    tasks.read_mail()
    kept = MailMessage.objects.filter(mailbox=mailbox)
    assert kept.count() == 2 + len(odd) and not kept.filter(item=None).exists()
    assert MailItem.objects.filter(subject="Internet mati", state="new").count() == 2
    forward(minutes=1)
    tasks.poll_mailboxes()
    Mailbox.objects.update(uid_validity=None, last_uid=0, next_poll_at=None)  # as if the server had numbered anew
    assert mail_polling.poll_due() == 0 and kept.count() == 2 + len(odd)
    assert not any(b"Seen" in flags for flags in server.flags())
    settings.MAIL_MOST_BYTES = 5_000
    server.deliver(letter("x" * 70_000, Subject="Besar"))
    forward(minutes=1)
    tasks.poll_mailboxes()
    tasks.read_mail()
    large = kept.latest("id")
    assert (large.machine, large.cut, large.subject, large.size) == ("too_large", True, "Besar", 65_536)


@pytest.mark.slow
def test_a_wrong_password_or_folder_is_said_to_administrators_and_the_rest_goes_on(mailbox, server, administrator, forward):
    for password, folder, said in (("salah-sekali", "INBOX", "menolak"), (fake.PASSWORD, "Tidak ada", "Folder")):
        change_mailbox(mailbox, by=None, changes={"folder": folder}, password=password)
        for _try in range(3):
            assert mail_polling.poll_due() == 0
            forward(minutes=11)
        mailbox.refresh_from_db()
        assert said in mailbox.problem and mailbox.failures == 3
    assert administrator.notifications.filter(url=f"/mailboxes/{mailbox.pk}/").exists()


def test_a_server_inside_our_network_that_nobody_trusted_is_refused(mailbox, settings, api, administrator):
    settings.GATEWAY_HOSTS = []
    body = {"name": "Lain", "address": "lain@contoh.co.id", "team": mailbox.team.name, "user": "a", "password": "b"}
    answer = api(administrator).post("/api/v1/mailboxes/", body | {"base_url": "imaps://127.0.0.1:993"})
    assert answer.status_code == 400 and "base_url" in answer.json()["errors"]
    made = api(administrator).post("/api/v1/mailboxes/", body | {"address": "baru@contoh.co.id"})
    assert made.status_code == 201 and "password" not in made.json() and b"rahasia" not in bytes(mailbox.secrets)
