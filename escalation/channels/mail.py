"""E-mail by SMTP. The server's 250 after the text is the proof that it took the message. Answers do not come here."""

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.clock import now
from escalation.channels.addresses import Target, target_of
from escalation.channels.port import Abilities, Outgoing, PermanentFailure, Session, Setting, TemporaryFailure
from escalation.channels.reading import secret_of
from escalation.models import Channel

TIMEOUT_SECONDS = 10
SCHEMES = ("smtp", "smtps")
ABILITIES = Abilities(
    sends=True,
    takes_once=True,  # by its Message-ID
    tells_session=True,
    address=gettext_lazy("alamat e-mail grup atau milis"),
    schemes=SCHEMES,
    settings=(
        Setting("base_url", gettext_lazy("Server SMTP"), "smtp://mail.contoh.co.id:587, smtps://…:465"),
        Setting("device", gettext_lazy("Alamat pengirim"), "kawal@contoh.co.id"),
        Setting("user", gettext_lazy("Pengguna"), gettext_lazy("kosong bila server tidak meminta"), needed=False),
        Setting("password", gettext_lazy("Sandi"), needed=False),
    ),
)


def send(channel: Channel, out: Outgoing) -> str:
    """One message to one address. Its Message-ID is made from the key, so that a second try is the same mail."""
    letter = _letter(channel, out)
    with _server(channel) as server:
        try:
            server.send_message(letter)
        except smtplib.SMTPNotSupportedError as error:  # an address with letters beyond ASCII, which this server cannot write to
            raise PermanentFailure(_("Server surat tidak dapat menulis ke alamat ini.")) from error
        except smtplib.SMTPServerDisconnected as error:  # perhaps after it had taken the text
            raise TemporaryFailure(_("Server surat memutus sambungan."), doubtful=True) from error
        except TimeoutError as error:
            raise TemporaryFailure(_("Server surat tidak menjawab sampai selesai."), doubtful=True) from error
    return str(letter["Message-ID"])


def session(channel: Channel) -> Session:
    """Whether the server lets us in."""
    with _server(channel) as server:
        code, words = server.noop()
    return Session(code == 250, words.decode(errors="replace")[:100])


def _letter(channel: Channel, out: Outgoing) -> EmailMessage:
    letter = EmailMessage()
    sender = parseaddr(out.sender or channel.device)[1]
    first = out.text.strip().splitlines()[0] if out.text.strip() else "Kawal"
    number = hashlib.sha256(f"{channel.slug}:{out.key}".encode()).hexdigest()[:40]
    try:
        letter["From"], letter["To"] = out.sender or channel.device, out.address
        letter["Subject"] = " ".join((out.subject or first.replace("*", "")).split())[:150]
        letter["Message-ID"] = out.message_id or f"<{number}@{sender.rpartition('@')[2] or 'kawal'}>"
        if out.reply_to:
            letter["In-Reply-To"], letter["References"] = out.reply_to, out.references or out.reply_to
    except ValueError as error:
        raise PermanentFailure(_("Alamat e-mail grup atau pengirim tidak terbaca.")) from error
    letter["Date"] = format_datetime(now())
    if not out.by_person:
        letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(out.text)
    for name, content in out.files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter


@contextmanager
def _server(channel: Channel) -> Iterator[smtplib.SMTP]:
    """Connected, under TLS wherever the host is not our own, and signed in. What fails before the text is plain."""
    target = target_of(channel.base_url, SCHEMES)
    try:
        server = _connected(target)
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(_("Server surat tidak dapat dihubungi.")) from error
    try:
        _secured(server, target)
        if channel.user:
            server.login(channel.user, secret_of(channel))
        yield server
    except smtplib.SMTPAuthenticationError as error:
        raise TemporaryFailure(_("Server surat menolak pengguna atau sandi (%(code)s).") % {"code": error.smtp_code}) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(_("Server surat tidak menjawab sampai selesai.")) from error
    finally:
        server.close()


def _refused(code: int, words: bytes | str) -> TemporaryFailure | PermanentFailure:
    """4xx: not now; 5xx: never (RFC 5321 4.2.1)."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    reason = f"{code} {said}"[:200]
    return TemporaryFailure(reason, code=code) if 400 <= code < 500 else PermanentFailure(reason, code=code)


def _connected(target: Target) -> smtplib.SMTP:
    """At the first of the checked addresses that answers; the certificate is compared with the name."""
    *others, last = target.reached_at
    for each in (*others, last):
        try:
            if target.url.scheme == "smtps":
                return _PinnedTLS(target, each)
            return _Pinned(target, each)
        except OSError:
            if each == last:
                raise
    raise TemporaryFailure(_("Nama host gerbang tidak ditemukan."))


class _Pinned(smtplib.SMTP):
    """SMTP to one address of the network, under the name of its host."""

    def __init__(self, target: Target, reached_at: str) -> None:
        self.reached_at = reached_at
        super().__init__(target.host, target.port, local_hostname="kawal.localhost", timeout=TIMEOUT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self.reached_at, port), timeout)


class _PinnedTLS(_Pinned):
    """The same, under TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _secured(server: smtplib.SMTP, target: Target) -> None:
    server.ehlo()
    if target.url.scheme == "smtps":
        return
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    elif not target.is_trusted:
        raise PermanentFailure(_("Server surat di luar GATEWAY_HOSTS harus memakai TLS."))
