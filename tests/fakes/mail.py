"""A fake SMTP server: it takes mail, or refuses, greylists, hangs, or breaks off after it has taken it."""

import email
import email.message
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.gateway import Fake


class Mail(Fake):
    """``answers(451, 554, "hang", "cut")`` is what the next texts get; ``cut`` and ``hang`` have taken them."""

    KIND, CHAT, DEVICE = "email", "treg3@contoh.co.id", "kawal@contoh.co.id"

    def chat_of(self, message: dict[str, Any]) -> str:
        return str(message["to"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["text"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return str(message["reply_to"])

    @property
    def secrets(self) -> dict[str, str]:
        return {}


class Handler(socketserver.StreamRequestHandler):
    mail: Mail

    def handle(self) -> None:
        self._say("220 contoh.co.id ESMTP")
        for line in self.rfile:
            verb = line[:4].upper().decode(errors="replace").strip()
            self.mail.calls.append(verb)
            if verb == "QUIT":
                return self._say("221 bye")
            if verb == "DATA" and not self._data():
                return
            if verb != "DATA":
                self._say("250 contoh.co.id" if verb in ("EHLO", "HELO", "MAIL", "RCPT", "NOOP", "RSET") else "502 no")

    def _data(self) -> bool:
        self._say("354 go on")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        step = self.mail.script.pop(0) if self.mail.script else 250
        if step in (250, "cut", "hang"):
            self._take(b"".join(lines))
        if step == "hang":
            self.mail.released.wait(30)
        if isinstance(step, int):
            self._say(f"{step} {'ok' if step == 250 else 'not now, try again'}")
        return isinstance(step, int)

    def _take(self, raw: bytes) -> None:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(letter, email.message.EmailMessage)
        body = letter.get_body(("plain",))
        number, text = str(letter["Message-ID"]), body.get_content().strip().replace("\r\n", "\n") if body else ""
        if number not in [each["id"] for each in self.mail.messages]:  # as every mail server and reader does
            said = {"to": str(letter["To"]), "text": text, "subject": str(letter["Subject"]), "from": str(letter["From"])}
            said["files"] = [file.get_content() for file in letter.iter_attachments()]
            said["by_machine"] = letter["Auto-Submitted"] is not None
            self.mail.messages.append({"id": number, "reply_to": str(letter["In-Reply-To"] or ""), **said})

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def serving() -> Iterator[Mail]:
    """The fake, listening on a free port of this machine."""
    mail = Mail()
    server = Server(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"mail": mail}))
    mail.url = f"smtp://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield mail
    finally:
        mail.released.set()
        server.shutdown()
        server.server_close()
