"""The shape of prospect files (CT-1): which columns a row may fill, and which arrears belong to which product."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models.people import ZONES
from common.clock import now
from common.problems import Invalid
from common.words import thousands
from outbound.models import PaymentState, Product
from tickets import parsing
from tickets.mapping import Field, Reader, Shape

ZONE_MEANINGS = {short.lower(): name for name, short in ZONES}
PAYMENT_MEANINGS = {
    **dict.fromkeys(("unpaid", "belum", "belum bayar", "0", "no"), PaymentState.UNPAID),
    **dict.fromkeys(("paid", "lunas", "sudah bayar", "1", "yes"), PaymentState.PAID),
    **dict.fromkeys(("partly", "sebagian", "bayar sebagian"), PaymentState.PARTLY),
}
MONTH_FORMS = ("%Y-%m", "%Y%m", "%m/%Y", "%m-%Y")


def this_month() -> date:
    """The first day of the present month, by the house's clock."""
    return timezone.localtime(now()).date().replace(day=1)


def _months(_field: Field, said: str, _reader: Reader) -> int:
    digits = said.removesuffix(".0")
    months = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else None
    if months not in settings.ARREARS_PRODUCTS:
        known = ", ".join(map(str, settings.ARREARS_PRODUCTS))
        raise Invalid(_("tunggakan “%(value)s” bulan; yang dikerjakan hanya %(known)s bulan"), value=said[:20], known=known)
    return months


def month(_field: Field, said: str, reader: Reader) -> date:
    """``2026-11``, ``202611``, ``11/2026``, or any date of that month."""
    for form in (reader.format, *MONTH_FORMS):
        read = parsing.parsed(said, form) if form else None
        if read:
            break
    else:
        read = parsing.parsed(f"{said} 00:00" if len(said) == 10 else said, "")
    if read is None or not read.year >= parsing.EARLIEST_YEAR or read.date().replace(day=1) > this_month():
        raise Invalid(_("bulan tagihan “%(value)s” tidak terbaca atau belum tiba"), value=said[:20])
    return read.date().replace(day=1)


def _known(meanings: dict[str, Any]) -> Any:
    def read(field: Field, said: str, reader: Reader) -> str:
        return parsing.choice(field, meanings.get(said.lower(), said), reader)

    return read


def _bill(number: int) -> Field:
    """The bill of one unpaid month: the oldest is N, the next N+1, as P-01 counts."""
    age = f"N+{number - 1}" if number > 1 else "N"
    words = (f"bill_{number}", f"tagihan_{number}", f"tagihan_n_{number - 1}", f"tagihan_n{number - 1}", f"bill_n{number - 1}")
    named = (*words, "tagihan_n", "bill_n") if number == 1 else words
    return Field(format_lazy(_("Tagihan bulan {age}"), age=age), parsing.rupiah, empty=None, words=named)


BILLS = {f"bill_{number}": _bill(number) for number in range(1, max(settings.ARREARS_PRODUCTS) + 1)}
# The bills by month stand before their sum: a column "tagihan_n" is never guessed to be all of it.
FIELDS: dict[str, Field] = {
    "service_number": Field(
        _("Nomor layanan"), parsing.text, needed=True, longest=40, is_naming=True,
        words=("service_number", "nomor_layanan", "nd", "internet_number", "account"),
    ),
    "customer_name": Field(
        _("Nama pelanggan"), parsing.text, needed=True, longest=200, words=("customer_name", "nama_pelanggan", "nama", "customer")
    ),
    "contact_phone": Field(
        _("Nomor kontak"), parsing.phone, needed=True, words=("contact_phone", "phone", "telepon", "telp", "hp", "no_hp")
    ),
    "arrears_months": Field(
        _("Bulan tunggakan"), _months, needed=True, words=("arrears_months", "umur", "bulan_tunggakan", "tunggakan", "aging")
    ),
    **BILLS,
    "bill_amount": Field(
        _("Jumlah tagihan"), parsing.rupiah, needed=True, words=("bill_amount", "tagihan", "saldo", "amount", "rupiah")
    ),
    "bill_month": Field(_("Bulan tagihan terakhir"), month, empty=None, words=("bill_month", "periode", "bulan_tagihan")),
    "payment_state": Field(
        _("Status bayar"), _known(PAYMENT_MEANINGS), empty=PaymentState.UNPAID, choices=PaymentState.choices,
        words=("payment_state", "status_bayar"), meanings=PAYMENT_MEANINGS,
    ),
    "area": Field(_("Area atau Witel"), parsing.text, longest=120, words=("area", "witel", "kota", "city")),
    "time_zone": Field(
        _("Zona waktu"), _known(ZONE_MEANINGS), empty=None, choices=ZONES, words=("time_zone", "zona"), meanings=ZONE_MEANINGS
    ),
    "priority": Field(
        _("Prioritas"), parsing.whole(0, 999, _("prioritas adalah angka 0 sampai 999")), empty=0, words=("priority", "prioritas")
    ),
    "best_hour": Field(
        _("Jam terbaik"), parsing.whole(0, 23, _("jam terbaik adalah angka 0 sampai 23")), empty=None,
        words=("best_hour", "jam_terbaik", "jam"),
    ),
}  # fmt: skip


def bills_together(values: dict[str, Any]) -> dict[str, Any]:
    """The bills by month as one list, the oldest first. A row names all of its months or none, and they make up the sum."""
    by_month = [values.pop(name, None) for name in BILLS]
    bills = [amount for amount in by_month if amount]
    months, total = values.get("arrears_months"), values.get("bill_amount")
    if bills and by_month[: len(bills)] != bills:
        raise Invalid(_("tagihan per bulan melompati satu bulan"))
    if bills and months is not None and len(bills) != months:
        raise Invalid(_("tagihan per bulan ada %(count)s, tunggakannya %(months)s bulan"), count=len(bills), months=months)
    if bills and total is not None and sum(bills) != total:
        raise Invalid(
            _("tagihan per bulan berjumlah Rp%(sum)s, tagihannya Rp%(all)s"), sum=thousands(sum(bills)), all=thousands(total)
        )
    return {**values, "bills": bills}


PROSPECTS = Shape(FIELDS, _("Nomor layanan"), FIELDS["service_number"].words, bills_together)
USUAL = {"system": "Dapros", "number": "service_number", "fields": {name: name for name in FIELDS}}


def require_product(months: int, product: str) -> None:
    """Refuse a row whose arrears belong to the other product (CT-1)."""
    right = settings.ARREARS_PRODUCTS[months]
    if right != product:
        raise Invalid(
            _("tunggakan %(months)s bulan adalah %(right)s, kampanye ini %(product)s"),
            months=months, right=Product(right).label, product=Product(product).label,
        )  # fmt: skip


def _day(_field: Field, said: str, reader: Reader) -> date:
    read = parsing.parsed(said, reader.format) or parsing.parsed(f"{said} 00:00" if len(said) == 10 else said, "")
    if read is None or read.year < parsing.EARLIEST_YEAR:
        raise Invalid(_("tanggal “%(value)s” tidak terbaca"), value=said[:40])
    return read.date()


PAYMENTS = Shape(
    {
        "service_number": FIELDS["service_number"],
        "paid_on": Field(
            _("Tanggal bayar"), _day, needed=True, is_moment=True, words=("paid_on", "tgl_bayar", "tanggal", "date")
        ),
        "amount": Field(_("Jumlah bayar"), parsing.rupiah, needed=True, words=("amount", "jumlah", "nominal", "bayar")),
        "reference": Field(_("Nomor referensi"), parsing.text, longest=80, words=("reference", "referensi", "ref")),
    },
    _("Nomor layanan"),
    FIELDS["service_number"].words,
)
COMPARED = Shape(
    {
        "service_number": FIELDS["service_number"],
        "on": Field(
            _("Tanggal telepon"), _day, needed=True, is_moment=True,
            words=("call_date", "tgl_caring", "tanggal", "date"),
        ),
        "sub_reason": Field(
            _("Reason call"), parsing.text, longest=80, words=("sub_reason", "reason_call", "hasil", "reason", "status")
        ),
        "promised_on": Field(
            _("Tanggal janji"), _day, empty=None, is_moment=True, words=("promise_date", "ptp_date", "tgl_janji")
        ),
        "promised_amount": Field(
            _("Jumlah janji"), parsing.rupiah, empty=None, words=("promise_amount", "ptp_amount", "jml_janji")
        ),
    },
    _("Nomor layanan"),
    FIELDS["service_number"].words,
)  # fmt: skip
