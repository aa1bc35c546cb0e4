"""What outbound scripts are for, and the blanks of a customer in arrears (CT-3, OB-3)."""

from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.words import thousands
from outbound.models import Product, Prospect, Purpose
from tickets.scripting import Use, register_use

OF_CALLBACK: dict[str, str] = {Purpose.CARING: "caring"}  # what is said for the others is "news"


def words_of(prospect: Prospect) -> dict[str, Any]:
    """The blanks that its row fills in."""
    return {
        "service_number": prospect.service_number,
        "amount": f"Rp{thousands(prospect.bill_amount)}",
        "months": Months(prospect),
    }


class Months:
    """``September sampai November``, or the one month, in the language that is active when it is spoken."""

    def __init__(self, prospect: Prospect) -> None:
        self.first, self.last = prospect.bill_months[0], prospect.bill_months[-1]

    def __str__(self) -> str:
        named: Any = MONTHS
        if self.first == self.last:
            return str(named[self.first.month])
        return _("%(first)s sampai %(last)s") % {"first": named[self.first.month], "last": named[self.last.month]}


def register() -> None:
    """Once, when the apps are ready."""
    of_ticket, of_bill = ("ticket", "symptom"), ("months", "amount", "promised_on")
    register_use(Use("caring", gettext_lazy("Caring"), 50, of_ticket))
    register_use(Use("news", gettext_lazy("Kabar ke pelanggan"), 60, of_ticket))
    register_use(Use(Product.PRANPC.lower(), Product.PRANPC.label, 70, of_bill))
    register_use(Use(Product.CT0.lower(), Product.CT0.label, 80, of_bill))
