"""What comes in as files is refused by its announced length, before a byte of it is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Limit(FileUploadHandler):
    """The first upload handler: 400 for a body over ``MOST_UPLOAD_BYTES``. Bodies that announce no length are read by nobody."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        if content_length > settings.MOST_UPLOAD_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes of {settings.MOST_UPLOAD_BYTES} that are taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
