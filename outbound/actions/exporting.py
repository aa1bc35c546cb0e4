"""Results leave for other systems: each export is written down (CT-5, QM-3)."""

from typing import IO

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid, NotVisible
from outbound.exporting import written
from outbound.models import Campaign, CaringResult, ExportLayout


def export_results(campaign: Campaign, layout_name: str = "", *, by: Person) -> tuple[IO[bytes], str]:
    """All results of a campaign in a saved layout (the first where none is named), as an Excel file with its name."""
    require(by, "campaign.export")
    if not Campaign.objects.visible_to(by).filter(pk=campaign.pk).exists():
        raise NotVisible(_("Kampanye ini tidak ada, atau bukan milik tim Anda."))
    layout = layout_named(layout_name)
    rows: QuerySet[CaringResult] = CaringResult.objects.standing().filter(campaign=campaign).order_by("id")
    file, count = written(layout.columns, rows)
    record(campaign, "campaign.exported", by=by, facts={"layout": layout.name, "rows": count})
    return file, f"hasil-{campaign.pk}-{layout.name.lower()}.xlsx"


def layout_named(name: str) -> ExportLayout:
    """The layout of this name; ``Invalid`` names those that are there."""
    layouts = ExportLayout.objects.filter(active=True)
    if not name and (first := layouts.first()):
        return first
    found = layouts.filter(name__iexact=name).first() if "\x00" not in name else None
    if found is None:
        known = ", ".join(layouts.values_list("name", flat=True))
        sentence = _("Susunan ini tidak ada. Yang ada: %(known)s.")
        raise Invalid(sentence, errors={"layout": [sentence % {"known": known}]}, known=known)
    return found
