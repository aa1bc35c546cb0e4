"""What an administrator does about mail: mailboxes, and the table of decisions with its words (EM-1 to EM-4). ``by`` None is the
system's own hand."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, Stale
from common.text import require_lengths
from escalation.actions.mail_polling import poll
from escalation.channels import Failure
from escalation.channels.addresses import target_of
from escalation.mail.imap import SCHEMES
from escalation.mail.wording import HOLES
from escalation.models import ChannelKind
from escalation.models.mail import Mailbox
from escalation.models.mail_desk import MailHandler, MailRule, MailTemplate, RuleAct
from escalation.secrets import Unreadable, close, opened

Thing = TypeVar("Thing", Mailbox, MailRule, MailTemplate, MailHandler)


@transaction.atomic
def create_mailbox(*, by: Person | None, password: str = "", **fields: Any) -> Mailbox:
    """A new mailbox. 400 for a server that must not be spoken to, and for a channel that sends no mail."""
    return _saved_mailbox(Mailbox(), fields, by, password)


@transaction.atomic
def change_mailbox(
    mailbox: Mailbox,
    *,
    by: Person | None,
    changes: Mapping[str, Any],
    password: str = "",
    version: int | None = None,
) -> Mailbox:
    """Change it; an empty password stays as it was. 412 when somebody else changed it since ``version``."""
    mailbox = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if version is not None and mailbox.version != version:
        raise Stale(
            _("Orang lain mengubahnya sementara Anda mengisi. Isian Anda masih di sini; muat ulang untuk melihat isiannya.")
        )
    return _saved_mailbox(mailbox, changes, by, password)


def _saved_mailbox(mailbox: Mailbox, values: Mapping[str, Any], by: Person | None, password: str) -> Mailbox:
    _require(by)
    require_lengths(mailbox, values)
    before = {name: getattr(mailbox, name) for name in values} if mailbox.pk else {}
    for name, value in values.items():
        setattr(mailbox, name, value)
    mailbox.address = mailbox.address.strip().lower()
    _require_usable(mailbox, bool(password or _has_password(mailbox)))
    if password:
        mailbox.secrets = close({"password": password})
    if before and any(before.get(name) != getattr(mailbox, name) for name in ("base_url", "folder", "user") if name in values):
        mailbox.uid_validity, mailbox.last_uid = None, 0  # another place: its numbers mean nothing here
    mailbox.next_poll_at, mailbox.failures, mailbox.problem = None, 0, ""
    mailbox.version += bool(mailbox.pk)
    mailbox.save()
    facts = {name: _plain(value) for name, value in values.items() if before.get(name) != value}
    facts |= {"password": "given"} if password else {}
    record(mailbox, "mailbox.changed" if before else "mailbox.created", by=by, facts=facts)
    Counter.grow("mail")
    return mailbox


def _require_usable(mailbox: Mailbox, has_password: bool) -> None:
    errors: dict[str, list[Any]] = {}
    if mailbox.base_url:
        try:
            target_of(mailbox.base_url, SCHEMES)
        except Failure as failure:
            errors["base_url"] = [str(failure)]
        if not mailbox.user:
            errors["user"] = [_("Isian ini masih kosong.")]
        if not has_password:
            errors["password"] = [_("Isian ini masih kosong.")]
    if mailbox.channel and mailbox.channel.kind not in (ChannelKind.EMAIL, ChannelKind.BY_HAND):
        errors["channel"] = [_("Pilih saluran e-mail lewat SMTP.")]
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    for name in ("name", "address"):
        if others.filter(**{name: getattr(mailbox, name)}).exists():
            errors[name] = [_("Sudah dipakai kotak surat lain.")]
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)


def _has_password(mailbox: Mailbox) -> bool:
    try:
        return bool(opened(mailbox.secrets).get("password"))
    except Unreadable:
        return False


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _require(by: Person | None) -> None:
    if by is not None:
        require(by, "mailbox.edit")


# The table of decisions, its handlers and words


def create_row(kind: type[Thing], *, by: Person | None, **fields: Any) -> Thing:
    """A new rule, handler or template."""
    return _saved(kind(), fields, by)


def change_row(thing: Thing, *, by: Person | None, changes: Mapping[str, Any]) -> Thing:
    """Change one; a template's version grows, and what was sent before keeps its words."""
    return _saved(thing, changes, by)


@transaction.atomic
def _saved(thing: Thing, values: Mapping[str, Any], by: Person | None) -> Thing:
    _require(by)
    require_lengths(thing, values)
    known = thing.pk is not None
    facts = {name: [_plain(getattr(thing, name)) if known else None, _plain(value)] for name, value in values.items()}
    for name, value in values.items():
        setattr(thing, name, value)
    require_sense(thing)
    if isinstance(thing, MailTemplate):
        thing.version += known
    thing.save()
    record(thing, "mail_desk.changed" if known else "mail_desk.created", by=by, facts=facts)
    return thing


def require_sense(thing: models.Model) -> None:
    """400 for a rule that allows nothing or forwards to nobody, and for a template with a hole that nothing fills."""
    if isinstance(thing, MailRule):
        _require_rule(thing)
    if isinstance(thing, MailTemplate):
        unknown = set(_braced(thing.text)) - set(HOLES)
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in HOLES)
            raise Invalid(_("Bagian isian yang dikenal: %(names)s."), names=names, errors={"text": [_("Ada isian tak dikenal.")]})


def _braced(text: str) -> list[str]:
    return [piece.partition("}")[0] for piece in text.split("{")[1:]]


def _require_rule(rule: MailRule) -> None:
    if not rule.acts or set(rule.acts) - set(RuleAct.values):
        raise Invalid(_("Sebutkan tindakan: answer, forward, open_ticket."), errors={"acts": [_("Pilih dari daftar.")]})
    if RuleAct.FORWARD in rule.acts and rule.handler is None:
        raise Invalid(_("Aturan yang meneruskan butuh penanganan."), errors={"handler": [_("Pilih salah satu.")]})


def fetch_now(mailbox: Mailbox, *, by: Person) -> Mailbox:
    """Fetch what is new at once; ``Conflict`` with the server's sentence when it does not let us."""
    _require(by)
    try:
        poll(mailbox)
    except Failure as failure:
        raise Conflict(str(failure)) from failure
    Mailbox.objects.filter(pk=mailbox.pk).update(polled_at=now(), failures=0, problem="")
    mailbox.refresh_from_db()
    return mailbox
