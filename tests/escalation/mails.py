"""Mail for tests: a mailbox with its agent, letters as customers write them, and letters as nobody should."""

from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from accounts.models import Person, Skill
from common.clock import now
from escalation.actions.channels import create_channel
from escalation.actions.mail_intake import Fetched, read_new, take_in
from escalation.actions.mailboxes import create_mailbox
from escalation.models import Channel, Mailbox, MailItem, MailMessage
from tests.fakes import dovecot
from tests.fakes.dovecot import Dovecot
from tests.fakes.mail import Mail

ADDRESS, CUSTOMER = "tenesa@contoh.co.id", "sri@pelanggan.example"


def mailbox_of(agent: Person, channel: Channel | None = None, **more: Any) -> Mailbox:
    """The account that customers write to; agents of the team with the skill, their TL and supervisor work on it."""
    skilled(agent)
    fields = {"name": "TENESA", "address": ADDRESS, "team": agent.team, "channel": channel} | more
    return create_mailbox(by=None, **fields)


def mailbox_on(server: Dovecot, agent: Person) -> Mailbox:
    """The same, fetched from a real IMAP server."""
    skilled(agent)
    own = {"base_url": server.url, "user": dovecot.USER, "password": dovecot.PASSWORD}
    return create_mailbox(by=None, name="TENESA", address=ADDRESS, team=agent.team, **own)


def skilled(agent: Person) -> Person:
    """An agent who answers mail."""
    agent.skills = [Skill.EMAIL]
    agent.save(update_fields=["skills"])
    return agent


def smtp_channel(server: Mail) -> Channel:
    """Letters go out through the fake server."""
    return create_channel(by=None, slug="surat", name="Surat", kind="email", base_url=server.url, device=ADDRESS)


def letter(text: str = "Internet mati sejak pagi.", *, sender: str = f"Sri Wahyuni <{CUSTOMER}>", **heads: str) -> bytes:
    """One letter as its bytes; ``heads`` are more headers, ``In_Reply_To`` for ``In-Reply-To``."""
    mail = EmailMessage()
    given = {"From": sender, "To": ADDRESS, "Subject": "Internet mati", "Date": format_datetime(now())}
    for name, value in {**given, **{name.replace("_", "-"): value for name, value in heads.items()}}.items():
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def letter_with_file(text: str, sender: str) -> bytes:
    """One with a file in it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, text
    mail.set_content(text)
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="foto.png")
    return mail.as_bytes()


def receive(mailbox: Mailbox, *raws: bytes) -> list[MailItem]:
    """Taken in and read; the conversations, in order."""
    kept = [take_in(mailbox, Fetched(raw)) for raw in raws]
    while read_new():
        pass
    pks = [message.pk for message in kept if message]
    read = MailMessage.objects.filter(pk__in=pks).select_related("item").order_by("id")
    return [message.item for message in read if message.item]


def head(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"


FROM = f"From: {CUSTOMER}"
MULTIPART = "Content-Type: multipart/mixed; boundary=xx"
# As real programs and bad ones have written them; each must end somewhere, its bytes kept, in seconds.
ODD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "NUL bytes": lambda: head(FROM, "Subject: a\x00b") + b"isi\x00isi",
    "no header": lambda: b"halo, internet saya mati",
    "no From": lambda: head("Subject: tanpa pengirim") + b"isi",
    "From without an address": lambda: head("From: Sri") + b"isi",
    "two From": lambda: head("From: a@b.example", "From: c@d.example") + b"isi",
    "a list in From": lambda: head('From: "A, B" <a@b.example>, c@d.example') + b"isi",
    "raw UTF-8 in headers": lambda: head("From: Jös <jos@d.example>", "Subject: Gangguan – mati 🔥") + b"isi",
    "Latin-1 in headers": lambda: b"From: a@b.example\r\nSubject: caf\xe9\r\n\r\nisi",
    "unknown charset": lambda: head(FROM, "Content-Type: text/plain; charset=x-nonsense") + b"isi \xff\xfe",
    "encoded word cut off": lambda: head(FROM, "Subject: =?utf-8?B?YWJ") + b"isi",
    "encoded word of nonsense": lambda: head(FROM, "Subject: =?x-no?Q?a=ZZ?=") + b"isi",
    "bad base64": lambda: head(FROM, "Content-Transfer-Encoding: base64") + b"****not base64****",
    "unknown transfer encoding": lambda: head(FROM, "Content-Transfer-Encoding: rot13") + b"isi",
    "boundary missing": lambda: head(FROM, "Content-Type: multipart/mixed") + b"--a\r\n\r\nisi\r\n--a--",
    "boundary never closed": lambda: head(FROM, MULTIPART) + b"--xx\r\n\r\nisi",
    "boundary of nonsense": lambda: head(FROM, 'Content-Type: multipart/mixed; boundary="=_(;:"') + b"isi",
    "empty multipart": lambda: head(FROM, MULTIPART) + b"--xx--",
    "name that climbs": lambda: (
        head(FROM, MULTIPART) + b'--xx\r\nContent-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nroot\r\n--xx--'
    ),
    "name of nonsense": lambda: (
        head(FROM, MULTIPART)
        + b"--xx\r\nContent-Disposition: attachment; filename*=x-no''%FF%00; filename=a\x00.exe\r\n\r\nroot\r\n--xx--"
    ),
    "date of nonsense": lambda: head(FROM, "Date: 99 Foo 99999 99:99:99 +9999") + b"isi",
    "date far ahead": lambda: head(FROM, "Date: Fri, 01 Jan 9999 00:00:00 +0000") + b"isi",
    "id with blanks": lambda: head(FROM, "Message-ID: <a b c>", "In-Reply-To: <", "References: <<<>>>") + b"isi",
    "nested report": lambda: (
        head("From: MAILER-DAEMON@x.example", "Content-Type: multipart/report; boundary=xx")
        + b"--xx\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--xx--"
    ),
    "message in a message": lambda: head(FROM, MULTIPART) + b"--xx\r\nContent-Type: message/rfc822\r\n\r\n\r\n--xx--",
    "HTML alone": lambda: head(FROM, "Content-Type: text/html") + b"<p>isi<script>alert(1)</script><img src=http://x.example/a>",
    "bare CR": lambda: b"From: a@b.example\rSubject: x\r\risi",
    "folded to death": lambda: head(FROM, "Subject: a" + "\r\n b" * 5_000) + b"isi",
    "bad continuation": lambda: b" From: a@b.example\r\n\r\nisi",
    "lone surrogate": lambda: head(FROM, "Content-Type: text/plain; charset=utf-7") + b"+2AA-",
}
# Made to cost time (I7).
HEAVY: dict[str, Callable[[], bytes]] = {
    "line of a megabyte": lambda: head(FROM) + b"x" * 1_000_000,
    "50,000 levels of quotation": lambda: head(FROM) + b">" * 50_000 + b" isi\r\n",
    "50,000 quoted lines": lambda: head(FROM) + b"".join(b">" * (n % 200) + b" a\r\n" for n in range(50_000)),
    "10,000 addresses": lambda: head(FROM, "To: " + ", ".join(f"a{n}@b.example" for n in range(10_000))) + b"isi",
    "a million <": lambda: head(FROM, "Content-Type: text/html") + b"<" * 1_000_000,
    "50,000 nested tags": lambda: head(FROM, "Content-Type: text/html") + b"<div>" * 50_000 + b"isi",
    "5,000 nested quotations": lambda: head(FROM, "Content-Type: text/html") + b"<blockquote>" * 5_000 + b"isi",
    "a million ( in From": lambda: head("From: " + "(" * 1_000_000 + "a@b.example") + b"isi",
    "a million < in References": lambda: head(FROM, "References: " + "<" * 1_000_000) + b"isi",
    "3,000 parts": lambda: head(FROM, MULTIPART) + b"--xx\r\n\r\nisi\r\n" * 3_000 + b"--xx--",
    "500 parts in each other": lambda: (
        head(FROM, "Content-Type: multipart/mixed; boundary=b0")
        + b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(500))
    ),
    "encoded words without end": lambda: head(FROM, "Subject: " + "=?utf-8?Q?a?= " * 100_000) + b"isi",
    "On without end": lambda: head(FROM) + b"On " * 300_000,
    "heads without end": lambda: head(FROM) + b"From: a\r\n" * 100_000,
    "numbers without end": lambda: head(FROM) + b"1234567890 " * 100_000,
}
