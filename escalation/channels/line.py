"""One connection to a gateway: what is asked goes out in one piece, and llhttp, the parser of Node.js, reads what is answered.

The standard library's client costs four times the time, most of it for the heads of answers; the fuller ones cost far more, and
none of their comforts (redirects, cookies, proxies, retries) may be used here.
"""

import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from escalation.channels.addresses import Target

TIMEOUT_SECONDS = 10
KEPT_SECONDS = 2  # gateways close what is silent
LONGEST_ANSWER = 256 * 1024
PIECE = 16 * 1024


class TooLong(Exception):
    """The answer has no end, or takes too long about it."""


@dataclass
class Answer:
    """What a gateway answers."""

    code: int = 0  # the status
    headers: dict[str, str] = field(default_factory=dict)  # by their names in small letters
    body: bytearray = field(default_factory=bytearray)


class Reader:
    """Reads the answers that come over one connection, piece by piece. What begins with ``on_`` is called by its parser."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._begin()

    def _begin(self) -> None:
        self.answer, self._length = Answer(), 0
        self._has_head = self._is_whole = self._has_more = self._is_kept = False

    def read(self, connection: socket.socket) -> Answer:
        """The next answer. ``OSError`` for what is none, or breaks off; ``TooLong``."""
        self._begin()
        until = time.monotonic() + TIMEOUT_SECONDS
        while not self._is_whole:
            piece = connection.recv(PIECE)
            self._length += len(piece)
            if self._length > LONGEST_ANSWER or time.monotonic() > until:
                raise TooLong
            self._take(piece)
        return self.answer

    @property
    def may_go_on(self) -> bool:
        """Whether the connection can be used for another question: the other side keeps it, and said nothing unasked."""
        return self._is_kept and not self._has_more

    def _take(self, piece: bytes) -> None:
        if not piece:
            self._hung_up()
            return
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._has_more = True  # behind a whole answer it changes nothing
            if not self._is_whole:
                raise OSError("no answer of HTTP") from error

    def _hung_up(self) -> None:
        """An answer that names no length goes on until here; every other one has broken off."""
        if not self._has_head or {"content-length", "transfer-encoding"} & set(self.answer.headers):
            raise OSError("it broke off in its answer")
        self._is_whole, self.answer.code = True, self._parser.get_status_code()

    def on_message_begin(self) -> None:
        """Another one while the first is whole was not asked for."""
        self._has_more = self._is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head."""
        if not self._is_whole:
            self.answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head."""
        self._has_head = True

    def on_body(self, piece: bytes) -> None:
        """A piece of what it says."""
        if not self._is_whole:
            self.answer.body += piece

    def on_message_complete(self) -> None:
        """Its end; one below 200 only says that the answer will come."""
        code = self._parser.get_status_code()
        if self._is_whole:
            return
        if code < 200:
            self.answer, self._has_head = Answer(), False
            return
        self.answer.code, self._is_whole, self._is_kept = code, True, self._parser.should_keep_alive()


class Line:
    """A connection to one of the checked addresses; under TLS the certificate is compared with the name."""

    def __init__(self, target: Target) -> None:
        """Opened at the first of the addresses that answers; ``OSError`` where none does."""
        self.target, self.used_at, self._reader = target, 0.0, Reader()
        *others, last = target.reached_at
        for each in (*others, last):
            try:
                self._socket = self._reached(each)
                break
            except OSError:
                if each == last:
                    raise
        self._watch = select.poll()
        self._watch.register(self._socket, select.POLLIN)

    def _reached(self, address: str) -> socket.socket:
        plain = socket.create_connection((address, self.target.port), TIMEOUT_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.url.scheme != "https":
            return plain
        try:
            return trust().wrap_socket(plain, server_hostname=self.target.host)
        except OSError:
            plain.close()
            raise

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Ask, and read the answer to its end.

        ``ValueError`` before anything was sent: letters that no head may have. ``OSError`` or ``TooLong`` after it.
        """
        self._socket.sendall(self._head(method, path, headers, len(body)) + body)
        answer = self._reader.read(self._socket)
        self.used_at = time.monotonic()
        return answer

    def _head(self, method: str, path: str, headers: Mapping[str, str], length: int) -> bytes:
        host = f"[{self.target.host}]" if ":" in self.target.host else self.target.host
        port = "" if self.target.port == self.target.default_port else f":{self.target.port}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if length or method != "GET":
            lines.append(f"Content-Length: {length}")
        if not all(line.isprintable() for line in lines):
            raise ValueError("a line of the head would end where it should not")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    @property
    def is_alive(self) -> bool:
        """Whether it is open and was in use lately. What can be read now is the other side's farewell."""
        return self._reader.may_go_on and time.monotonic() - self.used_at <= KEPT_SECONDS and not self._watch.poll(0)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


@cache
def trust() -> ssl.SSLContext:
    """Whom this machine trusts; reading that costs more than many messages."""
    return ssl.create_default_context()
