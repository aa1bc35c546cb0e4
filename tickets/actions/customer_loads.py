"""Customers as SISKA knows them: name, segment, line, area, contacts of a service number, taken over where they are filled."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.history import Act, record, record_first
from accounts.models import Person
from accounts.roles import may
from common import bulk
from common.clock import now
from common.words import thousands
from tickets.actions.intake import LONGEST
from tickets.actions.kinds import Good, LoadKind, Sorted
from tickets.mapping import Shape
from tickets.models import Customer, ImportLoad
from tickets.reading import CUSTOMERS

PERSONAL = ("name", "contact_phone", "contact_email")


class CustomerLoads(LoadKind):
    """The service number is the key; an empty cell changes nothing, and tickets keep what was said when they were logged."""

    name, act = "customers", "ticket.import"
    shape: ClassVar[Shape] = CUSTOMERS

    def seen_by(self, person: Person) -> Q:
        return Q() if may(person, self.act) else Q(pk__in=[])

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        there = {each.service_number: each for each in Customer.objects.filter(service_number__in=[row.number for row in rows])}
        fresh: dict[str, dict[str, Any]] = {}
        refused: list[tuple[Good, str]] = []
        for each in rows:
            known = there.get(each.number)
            if len(each.number) > LONGEST["service_number"]:
                refused.append((each, _("nomor layanan terlalu panjang")))
            elif known is None or _differing(known, each.values):
                fresh.setdefault(each.number, {name: value for name, value in each.values.items() if value})
        return Sorted(fresh, refused)

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        rows = Customer.objects.select_for_update().filter(service_number__in=list(fresh)).order_by("pk")
        there = {each.service_number: each for each in rows}
        facts = {"load": load.pk, "system": system}
        for number, known in there.items():
            _renew(known, fresh[number], load.by, facts)
        made = [Customer(service_number=number, updated_at=now(), **v) for number, v in fresh.items() if number not in there]
        bulk.insert(made)
        record_first(Act(each, "customer.loaded", load.by, facts) for each in made)

    def begin_words(self, load: ImportLoad) -> str:
        return _("Perbarui %(count)s pelanggan") % {"count": thousands(load.loaded)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s pelanggan baru atau diperbarui.") % {"count": thousands(load.loaded)}

    def home(self, load: ImportLoad) -> str:
        return reverse("tickets:imports")


def _differing(known: Customer, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (getattr(known, name), value) for name, value in values.items() if value and getattr(known, name) != value}


def _renew(customer: Customer, values: Mapping[str, Any], by: Person | None, facts: Mapping[str, Any]) -> None:
    changes = _differing(customer, values)
    for name, (_before, value) in changes.items():
        setattr(customer, name, value)
    customer.updated_at = now()
    customer.save(update_fields=[*changes, "updated_at"])
    free = {name: list(change) for name, change in changes.items() if name not in PERSONAL}
    personal = {name: change for name, change in changes.items() if name in PERSONAL}
    record(customer, "customer.refreshed", by=by, facts={**facts, **free}, personal=personal)
