"""How the text of a cell becomes a value: texts, codes, moments, phones. Nothing here touches the database."""

import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.phones import to_e164
from common.problems import Invalid
from common.text import clean
from tickets.mapping import EXCEL, Field, Parser, Reader, unrounded

EXCEL_EPOCH = datetime(1899, 12, 30)
EARLIEST_YEAR = 1990
MOST_RUPIAH = 10_000_000_000
_RUPIAH = re.compile(r"(?:Rp\.? ?)?(\d+|\d{1,3}(?:[.,]\d{3})+)(?:[.,]\d{1,2})?", re.IGNORECASE)


def text(field: Field, said: str, reader: Reader) -> str:
    """Words; cut where the mapping says so. Texts that are digits are refused where Excel has rounded them."""
    kept = clean(said[: field.longest] if reader.cut else said, longest=field.longest)
    return unrounded(kept) if field.is_naming else kept


def email(field: Field, said: str, reader: Reader) -> str:
    """An e-mail address."""
    kept = text(field, said, reader)
    try:
        validate_email(kept)
    except ValidationError:
        raise Invalid(_("“%(value)s” bukan alamat e-mail"), value=kept[:60]) from None
    return kept


def choice(field: Field, said: str, _reader: Reader) -> str:
    """One of Kawal's own codes."""
    if said not in field.codes:
        raise Invalid(_("nilai “%(value)s” tidak dikenal"), value=said[:60])
    return said


def moment(_field: Field, said: str, reader: Reader) -> datetime:
    """A moment of the past, in the mapping's format and zone."""
    read = parsed(said, reader.format)
    if read is None:
        raise Invalid(_("tanggal “%(value)s” tidak terbaca"), value=said[:40])
    if read.year < EARLIEST_YEAR or read.year > now().year + 1:
        raise Invalid(_("tahun %(year)s tidak mungkin"), year=read.year)
    read = read if read.tzinfo else read.replace(tzinfo=reader.zone)
    if read > now() + timedelta(days=1):
        raise Invalid(_("tanggal “%(value)s” belum terjadi"), value=said[:40])
    return read


def parsed(said: str, how: str) -> datetime | None:
    """By the mapping's format; what is written year first cannot be misread and is always taken (Excel's own dates are)."""
    if how == EXCEL:
        try:
            return EXCEL_EPOCH + timedelta(days=float(said.replace(",", ".")))
        except (ValueError, OverflowError):
            how = ""
    if how:
        try:
            return datetime.strptime(said, how)
        except ValueError:
            pass
    try:
        return parse_datetime(said) if said[4:5] == "-" else None
    except ValueError:
        return None


def phone(_field: Field, said: str, _reader: Reader) -> str:
    """A phone number in any usual spelling, as E.164."""
    return to_e164(said)


def whole(least: int, most: int, sentence: object) -> Parser:
    """A parser of whole numbers between two bounds; ``sentence`` says what is allowed."""

    def read(_field: Field, said: str, _reader: Reader) -> int:
        digits = said.removesuffix(".0")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 12 and least <= int(digits) <= most):
            raise Invalid(str(sentence))
        return int(digits)

    return read


def rupiah(_field: Field, said: str, _reader: Reader) -> int:
    """``350000``, ``Rp1.184.500`` or ``1,184,500.00`` in whole rupiah."""
    found = _RUPIAH.fullmatch(said)
    amount = int(re.sub(r"\D", "", found[1])) if found else 0
    if not 0 < amount <= MOST_RUPIAH:
        raise Invalid(_("jumlah “%(value)s” tidak terbaca; tulis rupiah lebih dari 0"), value=said[:40])
    return amount
