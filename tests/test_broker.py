"""The embedded broker hands over whole messages, however closely the worker looks."""

from queue import Empty
from typing import Any

import pytest
from kombu import Connection


class LooksWhileWritten:
    """A part of a message that, while it is being written, lets a worker look into the folder."""

    def __init__(self, reader):
        self.reader = reader

    def __json__(self):
        with pytest.raises(Empty):
            self.reader._get("celery")
        return "whole"


def test_a_worker_never_sees_a_message_that_is_still_being_written(tmp_path):
    options = {"data_folder_in": tmp_path, "data_folder_out": tmp_path, "control_folder": tmp_path}
    channel: Any = Connection("filesystem://", transport_options=options).channel()
    channel._put("celery", {"word": LooksWhileWritten(channel)})
    assert channel._get("celery") == {"word": "whole"}
