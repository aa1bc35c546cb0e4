"""Customers' mail has a class of its own in the retention table: kept until an administrator sets a term (QM-5, EM-1)."""

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.history import broken_places
from accounts.models import HistoryDetail
from common.clock import now
from escalation.actions import mail_answers, mail_items
from escalation.actions.mail_items import Classed
from escalation.models import MailItem, MailMessage, MailPart
from quality.actions import retention
from quality.models import RetentionRun, RetentionTerm
from tests.escalation.mails import letter, letter_with_file, mailbox_of, receive
from tests.tickets.conftest import FORM
from tickets.actions import Intake, log_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.req("QM-5")]


@pytest.fixture
def mailbox(agent, settings, tmp_path):
    settings.MEDIA_ROOT, settings.RETENTION_CAP_LEAST = tmp_path, 100
    return mailbox_of(agent)


@pytest.fixture
def term():
    RetentionTerm.objects.filter(record_class="mails").update(days=365)


def answered(mailbox, agent, raw=None, **numbers):
    [item] = receive(mailbox, raw or letter())
    mail_items.classify(item, Classed("DES", "information", **numbers), by=agent)
    mail_answers.answer(item, "Silakan.", by=agent)
    return MailItem.objects.get(pk=item.pk)


def aged(days):
    MailItem.objects.update(last_in_at=now() - timedelta(days=days), done_at=now() - timedelta(days=days))


def purge():
    run = retention.begin_run(by=None)
    retention.tick()
    return RetentionRun.objects.get(pk=run.pk)


def test_without_a_term_no_mail_goes_and_an_administrator_sets_one(mailbox, agent, api, administrator):
    answered(mailbox, agent)
    aged(4_000)
    assert purge().purged == {} and MailItem.objects.count() == 1
    term = RetentionTerm.objects.get(record_class="mails")
    answer = api(administrator).post(f"/api/v1/retention-terms/{term.pk}/change/", {"days": 365})
    assert answer.status_code == 200
    assert purge().purged == {"mails": 1}


def test_it_goes_with_its_messages_files_answers_and_personal_history(mailbox, agent, term):
    item = answered(mailbox, agent, letter_with_file("Foto ODP", "sri@pelanggan.example"))
    path = Path(item.messages.get().raw.path)
    aged(366)
    assert path.exists() and purge().purged == {"mails": 1}
    assert not (MailItem.objects.exists() or MailMessage.objects.exists() or MailPart.objects.exists() or path.exists())
    left = HistoryDetail.objects.filter(entry__subject_kind="mailitem", entry__subject_id=item.pk)
    assert not left.exclude(before=None, after=None).exists() and not list(broken_places())


def test_at_the_edge_it_stays(mailbox, agent, term):
    answered(mailbox, agent)
    aged(365)
    assert purge().purged == {}


def test_what_somebody_works_on_or_an_open_ticket_stands_on_stays(mailbox, agent, term, ticket_by_mail):
    receive(mailbox, letter("Belum dijawab", sender="lain@pelanggan.example"))
    aged(900)
    assert purge().purged == {} and MailItem.objects.count() == 2


@pytest.fixture
def ticket_by_mail(mailbox, agent):

    item = answered(mailbox, agent)
    MailItem.objects.filter(pk=item.pk).update(ticket=log_ticket(Intake(**FORM), by=agent))


def test_quarantine_goes_too(mailbox, term):
    receive(mailbox, letter(Precedence="bulk"))
    aged(366)
    assert purge().purged == {"mails": 1}


def test_a_hold_on_the_customer_keeps_it(mailbox, agent, term, administrator):
    answered(mailbox, agent, service_number="131172043918")
    aged(900)
    hold = retention.lay_hold("Sengketa", by=administrator, service_number="131172043918")
    assert purge().purged == {}
    retention.lift_hold(hold, by=administrator)
    assert purge().purged == {"mails": 1}


def test_a_file_that_another_mailbox_keeps_stays(mailbox, agent, colleague, term):
    other = mailbox_of(agent, name="Lain", address="lain@contoh.co.id")
    raw = letter("Ke dua alamat")
    answered(mailbox, agent, raw)
    [stays] = receive(other, raw)
    path = Path(stays.messages.get().raw.path)
    aged(900)
    assert purge().purged == {"mails": 1} and path.exists() and MailMessage.objects.get().item == stays


def test_purged_mail_is_not_fetched_again_by_the_same_numbers(mailbox, agent, term):
    mailbox.uid_validity, mailbox.last_uid = 7, 41
    mailbox.save()
    answered(mailbox, agent)
    aged(900)
    purge()
    mailbox.refresh_from_db()
    assert mailbox.last_uid == 41
