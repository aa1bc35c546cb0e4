"""An IMAP server, read and never changed: the folder is opened read-only, and nothing is marked, moved or deleted."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from escalation.channels.addresses import Target, target_of
from escalation.channels.port import PermanentFailure, TemporaryFailure

SCHEMES = ("imap", "imaps")
TIMEOUT_SECONDS = 20
AT_ONCE = 50
HEAD_BYTES = 64 * 1024
TOGETHER_BYTES = 4 * 1024 * 1024  # so much of the folder is asked for, and held in memory, at once; a larger mail comes alone
_VALIDITY = re.compile(rb"([0-9]+)")
_UID, _SIZE = re.compile(rb"UID ([0-9]+)"), re.compile(rb"RFC822\.SIZE ([0-9]+)")


@dataclass(frozen=True)
class Account:
    """Where the mail lies, and who may read it."""

    base_url: str
    user: str
    password: str
    folder: str


@dataclass(frozen=True)
class Found:
    """One mail as the server has it. ``cut``: larger than we take, so only its head was fetched."""

    uid: int
    raw: bytes
    cut: bool


class Folder:
    """The open folder: ``uid_validity`` says whether the numbers are still those of last time (RFC 3501 2.3.1.1)."""

    def __init__(self, server: imaplib.IMAP4, uid_validity: int) -> None:
        self.server, self.uid_validity = server, uid_validity

    def after(self, uid: int) -> Iterator[list[Found]]:
        """The mails with greater numbers, in order, some at a time: one question a mail is what a flood costs."""
        kind, data = self.server.uid("SEARCH", f"UID {uid + 1}:*")
        _expect(kind, data)
        numbers = sorted(int(each) for each in (data[0] or b"").split() if int(each) > uid)  # "n:*" names the last one always
        for start in range(0, len(numbers), AT_ONCE):
            sizes = self._sizes(numbers[start : start + AT_ONCE])
            for group in _groups(sizes):
                yield from self._together(group, cut=sizes[group[0]] > settings.MAIL_MOST_BYTES)

    def _sizes(self, numbers: list[int]) -> dict[int, int]:
        kind, data = self.server.uid("FETCH", ",".join(map(str, numbers)), "(UID RFC822.SIZE)")
        _expect(kind, data)
        lines = [each if isinstance(each, bytes) else each[0] for each in data if each]
        pairs = [(_UID.search(line), _SIZE.search(line)) for line in lines]
        return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}

    def _together(self, numbers: list[int], *, cut: bool) -> Iterator[list[Found]]:
        """Those that came before the first that the server withholds; then its failure, for a mail must not be passed over."""
        asked = f"(UID BODY.PEEK[]<0.{HEAD_BYTES}>)" if cut else "(UID BODY.PEEK[])"
        kind, data = self.server.uid("FETCH", ",".join(map(str, numbers)), asked)
        _expect(kind, data)
        given = dict(_numbered(data))
        came = list(takewhile(given.__contains__, numbers))
        if came:
            yield [Found(number, given[number], cut) for number in came]
        if len(came) < len(numbers):
            raise TemporaryFailure(_("Server IMAP tidak memberi surat yang diminta."))


def _groups(sizes: dict[int, int]) -> Iterator[list[int]]:
    """The numbers in order, in runs that are asked for at once; each too large a mail is a run of its own."""
    most = min(TOGETHER_BYTES, settings.MAIL_MOST_BYTES)
    group: list[int] = []
    held = 0
    for number in sorted(sizes):
        if group and held + sizes[number] > most:
            yield group
            group, held = [], 0
        group.append(number)
        held += sizes[number]
    if group:
        yield group


def _numbered(data: list[Any]) -> Iterator[tuple[int, bytes]]:
    """Each literal of an answer with its number, which servers write before it or behind it."""
    for part, behind in zip(data, [*data[1:], b""], strict=True):
        if isinstance(part, tuple):
            number = _UID.search(part[0]) or (_UID.search(behind) if isinstance(behind, bytes) else None)
            if number:
                yield int(number[1]), bytes(part[1])


@contextmanager
def opened(account: Account) -> Iterator[Folder]:
    """The folder, signed in; a ``Failure`` with a sentence for the administrator when it cannot be."""
    target = target_of(account.base_url, SCHEMES)
    try:
        server = _connected(target)
    except (OSError, imaplib.IMAP4.error) as error:
        raise TemporaryFailure(_("Server IMAP tidak dapat dihubungi.")) from error
    try:
        yield _signed_in(server, target, account)
    except (OSError, imaplib.IMAP4.error) as error:
        raise TemporaryFailure(_("Server IMAP memutus sambungan atau menolak perintah.")) from error
    finally:
        _leave(server)


def _signed_in(server: imaplib.IMAP4, target: Target, account: Account) -> Folder:
    _secured(server, target)
    try:
        server.login(account.user, account.password)
    except imaplib.IMAP4.error as error:
        raise TemporaryFailure(_("Server IMAP menolak pengguna atau sandi.")) from error
    kind, data = server.select(_quoted(account.folder), readonly=True)
    if kind != "OK":
        raise PermanentFailure(_("Folder %(name)s tidak ada di server IMAP.") % {"name": account.folder})
    _name, said = server.response("UIDVALIDITY")
    validity = _VALIDITY.search(said[0] or b"") if said else None
    return Folder(server, int(validity[1]) if validity else 0)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _expect(kind: str, data: object) -> None:
    if kind != "OK":
        raise TemporaryFailure(_("Server IMAP menolak perintah: %(said)s") % {"said": str(data)[:120]})


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()


def _connected(target: Target) -> imaplib.IMAP4:
    """At the first of the checked addresses that answers; the certificate is compared with the name."""
    *others, last = target.reached_at
    kind = _PinnedTLS if target.url.scheme == "imaps" else _Pinned
    for each in (*others, last):
        try:
            return kind(target, each)
        except OSError:
            if each == last:
                raise
    raise TemporaryFailure(_("Nama host gerbang tidak ditemukan."))


def _secured(server: imaplib.IMAP4, target: Target) -> None:
    if target.url.scheme == "imaps":
        return
    if "STARTTLS" in server.capabilities and not target.is_trusted:
        server.starttls(ssl_context=ssl.create_default_context())
    elif not target.is_trusted:
        raise PermanentFailure(_("Server IMAP di luar GATEWAY_HOSTS harus memakai TLS."))


class _Pinned(imaplib.IMAP4):
    """IMAP to one address of the network, under the name of its host."""

    def __init__(self, target: Target, reached_at: str) -> None:
        self.reached_at = reached_at
        super().__init__(target.host, target.port, timeout=TIMEOUT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self.reached_at, self.port), timeout)


class _PinnedTLS(_Pinned):
    """The same, under TLS from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)
