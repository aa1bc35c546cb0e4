"""Phone numbers in any usual Indonesian spelling: stored as E.164, shown the national way."""

import re
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext_lazy as _

from common.problems import Invalid

REGION = "ID"
DIALLED = ("tel", "sip", "sips", "callto")  # what softphones are called by
LONGEST = 40
_SPELLED = re.compile(r"\(?\+?[0-9()./\- ]+")
# What comes along when a number is copied from a chat or a sheet: direction marks, blanks and hyphens that do not break.
_COPIED = {
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
}


def to_e164(text: str) -> str:
    """``0812-2045-7731``, ``62812...``, ``+62 812 ...`` -> ``+6281220457731``; ``Invalid`` when it is no phone number."""
    raw = text.translate(_COPIED).strip() if len(text) <= LONGEST else ""
    if not _SPELLED.fullmatch(raw):
        raise Invalid(_("Nomor telepon hanya berisi angka. Contoh: 0812 2045 7731"))
    if raw.startswith("00"):
        raw = "+" + raw[2:]
    try:
        number = phonenumbers.parse(raw, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(_("Nomor telepon tidak lengkap atau terlalu panjang. Contoh: 0812 2045 7731"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def same_number(text: str) -> str | None:
    """The E.164 form for looking up, or None when ``text`` is no phone number."""
    try:
        return to_e164(text)
    except Invalid:
        return None


@lru_cache(maxsize=4096)
def national(e164: str) -> str:
    """``+6281220457731`` -> ``0812-2045-7731``; anything else comes back unchanged."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(e164, REGION), phonenumbers.PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return e164


def dial_address(template: str, e164: str) -> str:
    """The address that makes a softphone call this number: ``sip:{e164}@pabx``, ``tel:{e164}``, ``callto:{national}``."""
    digits = "".join(character for character in national(e164) if character.isdigit())
    return template.format(e164=e164, national=digits)


def is_dial_template(template: str) -> bool:
    """Whether a template names a softphone's scheme and one of the two forms of the number, and nothing else in braces."""
    scheme, colon, rest = template.partition(":")
    braces = re.findall(r"\{[^}]*\}?|\}", rest)
    return bool(colon) and scheme in DIALLED and braces in (["{e164}"], ["{national}"]) and not re.search(r"\s", template)
