"""What comes in as files is refused by its announced length, before a byte of it is kept; and how that is said."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024


class Limit(FileUploadHandler):
    """The first upload handler: 413 for a body over ``MOST_UPLOAD_BYTES``. Bodies that announce no length are read by nobody."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        if content_length > settings.MOST_UPLOAD_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes of {settings.MOST_UPLOAD_BYTES} that are taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def announced(request: HttpRequest) -> int:
    """How long the body says that it is."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


def require_readable(request: HttpRequest) -> None:
    """``RequestDataTooBig`` for a body of words that is longer than what is taken into memory."""
    if announced(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig


def too_large(request: HttpRequest) -> str:
    """The sentence for a body that was refused: how large it is, what is taken, and what to do."""
    size = announced(request)
    is_file = size > settings.MOST_UPLOAD_BYTES
    limit = settings.MOST_UPLOAD_BYTES if is_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    measures = {"size": -(-size // MEGABYTE), "limit": limit // MEGABYTE}
    if is_file:
        sentence = _("Berkas ini %(size)s MB; paling besar %(limit)s MB diterima. Bagi menjadi beberapa berkas.")
    else:
        sentence = _("Kiriman ini %(size)s MB; paling besar %(limit)s MB teks diterima. Pendekkan atau bagi isinya.")
    return sentence % measures
