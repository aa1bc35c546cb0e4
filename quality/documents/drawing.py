"""A form as a file. What draws weighs 15 MB, and most processes never draw: each is loaded for the first paper that needs it."""

from collections.abc import Callable

from django.utils.module_loading import import_string

from quality.documents.paper import Form

DRAWN_BY = {"pdf": "quality.documents.pdf.as_pdf", "xlsx": "quality.documents.xlsx.as_xlsx"}


def drawn(form: Form, ending: str) -> bytes:
    """The content of the file with this ending, ``pdf`` or ``xlsx``."""
    draw: Callable[[Form], bytes] = import_string(DRAWN_BY[ending])
    return draw(form)
