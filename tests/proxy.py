"""A wire between a process and a server, which can be made slow.

with Proxy(postgres.port) as proxy: proxy.delay = 3.0      each message of the client takes so many seconds more
"""

import contextlib
import socket
import threading
import time
from typing import Self

PIECE = 64 * 1024


class Proxy:
    """Listens on a free port of this machine and passes on what comes, both ways."""

    def __init__(self, to: int) -> None:
        self.to, self.delay = to, 0.0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.ends: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.listener.close()
        for each in self.ends:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed: no more
            while True:
                client, _address = self.listener.accept()
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.to), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        self.ends += [client, server]
        for source, target, slow in ((client, server, True), (server, client, False)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(source, target, slow), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, slow: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if slow and self.delay:
                    time.sleep(self.delay)
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
