"""Text from outside: kept as it was typed, or refused in words; never silently changed."""

from django.utils.translation import gettext_lazy as _

from common.problems import Invalid

LONGEST = 10_000


def clean(value: str, *, longest: int = LONGEST) -> str:
    """``value`` without surrounding blanks. NUL, lone surrogates and over-long text are refused with a sentence."""
    if "\x00" in value:
        raise Invalid(_("Teks memuat karakter NUL yang tidak dapat disimpan. Hapus lalu kirim lagi."))
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise Invalid(_("Teks memuat karakter rusak. Hapus emoji terakhir lalu kirim lagi."))
    if len(value) > longest:
        raise Invalid(_("Teks terlalu panjang: %(length)s dari %(longest)s karakter."), length=len(value), longest=longest)
    return value.strip()
