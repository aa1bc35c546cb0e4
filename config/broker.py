"""The embedded broker: kombu's folder of messages, with each message put there whole.

kombu writes a message into the folder that the worker reads; a worker that looks between the opening and the writing finds an
empty file, and ends. Here the file gets the name that the worker looks for only when it is complete.
"""

import os
import uuid
from time import monotonic_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Puts messages whole; everything else is kombu's."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override] # kombu contradicts itself
        name = os.path.join(self.data_folder_out, f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg")
        with open(f"{name}.part", "w", encoding="utf-8") as file:
            file.write(dumps(payload))
        os.replace(f"{name}.part", name)


class Transport(filesystem.Transport):
    """``filesystem://`` with the channel above."""

    Channel = Channel


def install() -> None:
    """Let ``filesystem://`` mean this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
