"""A calendar as people type it: *08.00-12.00, 13.00-17.00* on a weekday, *24-12-2026 08.00-12.00* for a date (ESC-4)."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.problems import Problem
from escalation.models import CalendarVersion, HolidayCategory
from tickets.forms import KawalForm, picked, written

SPAN = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})")
CLOSED = {"tutup", "closed", "libur"}
Spans = list[list[str]]


def typed_spans(spans: Spans) -> str:
    """As a field shows them."""
    return ", ".join(f"{start}-{end}".replace(":", ".") for start, end in spans)


def read_spans(text: str) -> Spans:
    """The spans in a typed line; nothing or *tutup* is a closed day. ``ValidationError`` says how to write them."""
    if not text.strip() or text.strip().lower() in CLOSED:
        return []
    parts = [SPAN.fullmatch(part.strip()) for part in re.split(r"[,;]", text)]
    if not all(parts):
        raise ValidationError(_("Tulis seperti 08.00-12.00, 13.00-17.00. Kosong berarti tutup."))
    return [[f"{int(p[1]):02d}:{p[2]}", f"{int(p[3]):02d}:{p[4]}"] for p in parts if p]


class HoursLine(forms.CharField):
    """The hours of one weekday."""

    def clean(self, value: Any) -> Any:
        return read_spans(super().clean(value))


class CalendarForm(KawalForm):
    """Name and hours; the days are fields of their own, ``day_0`` is Monday."""

    name = written(gettext_lazy("Nama"))
    slug = written(gettext_lazy("Kode"), help_text=gettext_lazy("Huruf kecil, angka, dan tanda hubung; tetap selamanya."))
    closed_on = forms.MultipleChoiceField(
        label=gettext_lazy("Tutup pada"),
        choices=HolidayCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    exceptions = written(
        gettext_lazy("Tanggal yang lain dari biasanya"),
        required=False,
        rows=4,
        help_text=gettext_lazy("Satu per baris: 24-12-2026 08.00-12.00, atau 31-12-2026 tutup. Menang atas hari libur."),
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["slug"]
        for day, label in WEEKDAYS.items():
            self.fields[f"day_{day}"] = HoursLine(
                label=label, required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
            )

    @property
    def days(self) -> list[Any]:
        """The fields of the week, Monday first."""
        return [self[f"day_{day}"] for day in range(7)]

    def clean_exceptions(self) -> dict[str, Spans]:
        lines = [line.strip() for line in self.cleaned_data["exceptions"].splitlines() if line.strip()]
        return dict(_exception(line) for line in lines)

    def values(self) -> dict[str, Any]:
        """What ``save_calendar`` takes beside the code."""
        given = self.cleaned_data
        weekly = {str(day): given[f"day_{day}"] for day in range(7)}
        return {"name": given["name"], "weekly": weekly, "exceptions": given["exceptions"], "closed_on": given["closed_on"]}

    def refuse(self, problem: Problem) -> None:
        """The week is refused as a whole: its sentence stands at Monday."""
        if "weekly" in problem.errors:
            self.add_error("day_0", [str(sentence) for sentence in problem.errors["weekly"]])
        else:
            super().refuse(problem)


def _exception(line: str) -> tuple[str, Spans]:
    day, _space, hours = line.partition(" ")
    try:
        if not hours.strip():
            raise ValueError
        return _date(day).isoformat(), read_spans(hours)
    except (ValueError, ValidationError):
        sentence = _("%(line)s: tulis seperti 24-12-2026 08.00-12.00, atau 24-12-2026 tutup.")
        raise ValidationError(sentence % {"line": line[:40]}) from None


def _date(text: str) -> date:
    parts = [int(part) for part in re.split(r"[-/.]", text)]
    year, month, day = parts if parts[0] > 31 else reversed(parts)
    return date(year, month, day)


def initial_of(version: CalendarVersion, name: str) -> dict[str, Any]:
    """What stands in the form when a calendar is changed."""
    lines = [
        f"{date.fromisoformat(day):%d-%m-%Y} {typed_spans(spans) or 'tutup'}" for day, spans in sorted(version.exceptions.items())
    ]
    days = {f"day_{day}": typed_spans(version.weekly.get(str(day), [])) for day in range(7)}
    return {"name": name, "closed_on": version.closed_on, "exceptions": "\n".join(lines), **days}


class HolidayForm(KawalForm):
    """A day off of one's own, or another category for one."""

    date = forms.DateField(
        label=gettext_lazy("Tanggal"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Tulis tanggalnya."), "required": gettext_lazy("Tulis tanggalnya.")},
    )
    name = written(gettext_lazy("Nama"))
    category = picked(gettext_lazy("Golongan"), HolidayCategory.choices)
