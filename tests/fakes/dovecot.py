"""A real IMAP server: Debian's dovecot (package dovecot-imapd), on a free port, with everything in one folder."""

import getpass
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "tenesa", "rahasia-kotak"
MISSING = (
    "dovecot is missing: apt-get install dovecot-imapd (.ci/run does it). IMAP is tested against a real server or not at all."
)
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """The running server."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port}"

    def deliver(self, *raws: bytes, folder: str = "INBOX") -> None:
        """Mail arrives."""
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login(USER, PASSWORD)
            for raw in raws:
                kind, said = server.append(folder, "", None, raw)
                assert kind == "OK", said

    def holds(self) -> set[bytes]:
        """The bytes of what is there, each once."""
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login(USER, PASSWORD)
            server.select("INBOX", readonly=True)
            return {part[1] for part in server.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)}

    def flags(self) -> list[bytes]:
        """What is marked at each mail."""
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login(USER, PASSWORD)
            server.select("INBOX", readonly=True)
            return [line for line in server.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


@contextmanager
def serving() -> Iterator[Dovecot]:
    program = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    assert program, MISSING
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = _configure(folder, port)
    process = subprocess.Popen([program, "-F", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port, folder)
        yield Dovecot(port, folder)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, port: int) -> Path:
    """As root the mail belongs to nobody, because dovecot lets nobody read mail as root; else all of it is ours."""
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    if root:
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    us = getpass.getuser()
    values = {
        "folder": folder, "port": port, "password": PASSWORD, "owner": owner.pw_uid, "group": owner.pw_gid,
        "internal": "dovecot" if root else us, "login": "dovenull" if root else us,
    }  # fmt: skip
    conf = folder / "dovecot.conf"
    conf.write_text(CONFIGURATION.format(**values))
    return conf


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    log = folder / "log"
    raise AssertionError(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")
