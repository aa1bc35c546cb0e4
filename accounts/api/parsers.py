"""JSON from outside, read strictly: what two programs could understand differently is refused."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from common.uploads import require_readable

DEEPEST = 20
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates


class StrictJSON(BaseParser):
    """Refuses names that come twice, NaN, NUL, lone surrogates and deep nesting with 400, whatever field they stand in.

    A body over ``DATA_UPLOAD_MAX_MEMORY_SIZE`` is 413 before it is read: the framework's own limit is not asked here.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        context = parser_context or {}
        encoding = context.get("encoding") or "utf-8"
        if "request" in context:
            require_readable(context["request"])
        try:
            text = codecs.getreader(encoding)(stream).read()
            value = json.loads(text, object_pairs_hook=_each_name_once, parse_constant=_no_constant) if text.strip() else {}
        except (ValueError, RecursionError, LookupError) as error:
            raise ParseError(_("Isi bukan JSON yang dapat dibaca: %(why)s") % {"why": error}) from error
        for said, depth in _inside(value):
            if depth > DEEPEST:
                raise ParseError(_("JSON bersarang terlalu dalam."))
            if isinstance(said, str) and UNSTORABLE.search(said):
                raise ParseError(_("JSON memuat karakter NUL atau karakter rusak."))
        return value


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _inside(value: Any) -> Iterator[tuple[Any, int]]:
    """Every value and name with its depth. A loop and no recursion: what we look for is nesting that exhausts the stack."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        yield each, depth
        if depth <= DEEPEST and isinstance(each, dict):
            waiting.extend((part, depth + 1) for pair in each.items() for part in pair)
        elif depth <= DEEPEST and isinstance(each, list):
            waiting.extend((part, depth + 1) for part in each)
