"""Asking the mailboxes for new mail (EM-1). Each is asked by one worker at a time; the bytes are kept together
with the place in the folder, so that whatever dies in between loses nothing, and fetching again adds nothing."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from common.clock import now
from escalation.actions.mail_intake import Fetched, take_in_all
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.channels import Failure
from escalation.mail.imap import Account, Folder, opened
from escalation.models import Event
from escalation.models.mail import Mailbox
from escalation.secrets import Unreadable
from escalation.secrets import opened as secrets_of
from escalation.wording import Words

log = logging.getLogger(__name__)
BUDGET = timedelta(seconds=60)  # a worker stays with one mailbox for so long; the next pass goes on where it ended
LEASE = timedelta(minutes=3)
FAILURES_TO_TELL = 3


def poll_due() -> int:
    """One pass over the mailboxes that are due; returns how many new mails were kept."""
    due = Mailbox.objects.filter(Q(next_poll_at=None) | Q(next_poll_at__lte=now()), active=True).exclude(base_url="")
    return sum(_poll_claimed(mailbox) for mailbox in list(due))


def _poll_claimed(mailbox: Mailbox) -> int:
    mine = Mailbox.objects.filter(pk=mailbox.pk, next_poll_at=mailbox.next_poll_at)
    if mine.update(next_poll_at=now() + LEASE) != 1:
        return 0
    begun = now()
    try:
        kept = poll(mailbox)
    except Failure as failure:
        _failed(mailbox, str(failure))
        return 0
    except Exception:
        log.exception("mailbox %s", mailbox.pk)
        _failed(mailbox, "unexpected")
        return 0
    # What the time did not reach is not left waiting: the next pass goes on at once.
    after = now() if now() > begun + BUDGET else now() + timedelta(seconds=mailbox.poll_seconds)
    Mailbox.objects.filter(pk=mailbox.pk).update(polled_at=now(), next_poll_at=after, failures=0, problem="")
    return kept


def poll(mailbox: Mailbox) -> int:
    """Fetch what is new in one mailbox, as far as the time reaches; ``Failure`` when its server does not let us."""
    with opened(account_of(mailbox)) as folder:
        return _fetch(mailbox, folder)


def account_of(mailbox: Mailbox) -> Account:
    try:
        password = secrets_of(mailbox.secrets).get("password", "")
    except Unreadable as error:
        raise Failure(_UNREADABLE) from error
    return Account(mailbox.base_url, mailbox.user, password, mailbox.folder)


_UNREADABLE = gettext_lazy("Sandi tersimpan tidak terbaca dengan SECRET_KEY ini; isi lagi.")


def _fetch(mailbox: Mailbox, folder: Folder) -> int:
    """All after the last number that was kept; from the first on where the server has numbered anew."""
    if mailbox.uid_validity != folder.uid_validity:
        mailbox.uid_validity, mailbox.last_uid = folder.uid_validity, 0
    until, kept = now() + BUDGET, 0
    for together in folder.after(mailbox.last_uid):
        fetched = [Fetched(found.raw, folder.uid_validity, found.uid, found.cut) for found in together]
        with transaction.atomic():
            kept += len(take_in_all(mailbox, fetched))
            mailbox.last_uid = together[-1].uid
            mailbox.save(update_fields=["uid_validity", "last_uid"])
        if now() > until:
            break
    return kept


def _failed(mailbox: Mailbox, why: str) -> None:
    """Later again, longer each time up to ten minutes; administrators hear of it once an hour."""
    wait = timedelta(seconds=min(mailbox.poll_seconds * 2 ** min(mailbox.failures, 5), 600))
    Mailbox.objects.filter(pk=mailbox.pk).update(failures=F("failures") + 1, problem=why[:200], next_poll_at=now() + wait)
    if mailbox.failures + 1 >= FAILURES_TO_TELL:
        text = Words("%(name)s: %(why)s", name=mailbox.name, why=why)
        key = f"mailbox:{mailbox.pk}:{now():%Y%m%d%H}"
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=key, text=text, url=f"/mailboxes/{mailbox.pk}/")
