"""Text from outside: kept as it was typed, or refused in words; never silently changed."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.problems import Invalid

LONGEST = 10_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(value: str, *, longest: int = LONGEST) -> str:
    """``value`` without surrounding blanks. NUL, lone surrogates and over-long text are refused with a sentence."""
    if len(value) > longest:
        raise Invalid(_("Teks terlalu panjang: %(length)s dari %(longest)s karakter."), length=len(value), longest=longest)
    if "\x00" in value:
        raise Invalid(_("Teks memuat karakter NUL yang tidak dapat disimpan. Hapus lalu kirim lagi."))
    if _LONE_SURROGATE.search(value):
        raise Invalid(_("Teks memuat karakter rusak. Hapus emoji terakhir lalu kirim lagi."))
    return value.strip()


def require_lengths(thing: Model, values: Mapping[str, Any]) -> None:
    """400 for words that are longer than their column, each field named."""
    most = {
        name: getattr(thing._meta.get_field(name), "max_length", None) for name, value in values.items() if isinstance(value, str)
    }
    errors = {
        name: [_("Paling banyak %(number)s karakter.") % {"number": length}]
        for name, length in most.items()
        if length and len(values[name]) > length
    }
    if errors:
        raise Invalid(_("Terlalu panjang. Persingkat isian yang ditandai."), errors=errors)
