"""What the pages of loads ask: a file, and how its columns become fields (HC-3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as hidden
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.problems import Problem
from common.words import moment as moment_words
from tickets.forms import EMPTY, KawalForm, picked
from tickets.guessing import FORMATS, column_values, first_guess, how_to_read
from tickets.mapping import EXCEL, Field, Reader, Shape, read, reader_of
from tickets.models import ImportMapping

CONSTANT = "constant"
MOST_VALUES = 40
SHOWN_ROWS = 5
EXAMPLES = {
    "": gettext_lazy("tahun dulu: 2026-11-24 14:05"),
    "%d/%m/%Y %H:%M:%S": "24/11/2026 14:05:00",
    "%d/%m/%Y %H:%M": "24/11/2026 14:05",
    "%d/%m/%Y": "24/11/2026",
    "%d-%m-%Y %H:%M:%S": "24-11-2026 14:05:00",
    "%d-%m-%Y %H:%M": "24-11-2026 14:05",
    "%d.%m.%Y %H:%M": "24.11.2026 14:05",
    "%m/%d/%Y %I:%M:%S %p": gettext_lazy("bulan dulu: 11/24/2026 02:05:00 PM"),
    "%m/%d/%Y %H:%M:%S": gettext_lazy("bulan dulu: 11/24/2026 14:05:00"),
    "%m/%d/%Y %H:%M": gettext_lazy("bulan dulu: 11/24/2026 14:05"),
    EXCEL: gettext_lazy("angka Excel: 46350,5868"),
}
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT", "UTC": "UTC"}


class UploadForm(KawalForm):
    """A file, how its CSV is written, and a mapping to begin with."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Pilih file."), "empty": gettext_lazy("File ini kosong.")},
    )
    mapping = forms.ModelChoiceField(
        ImportMapping.objects.none(), label=gettext_lazy("Pemetaan"), required=False, empty_label=gettext_lazy("susun baru")
    )
    encoding = picked(
        gettext_lazy("Penyandian CSV"),
        [("", gettext_lazy("UTF-8, atau seperti di pemetaan")), ("cp1252", gettext_lazy("Windows (cp1252)"))],
        required=False,
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        mapping: Any = self.fields["mapping"]
        mapping.queryset = ImportMapping.objects.filter(kind=kind)

    def spelling(self) -> dict[str, str]:
        """How the CSV is written: as picked, else as the mapping says."""
        mapping = self.cleaned_data["mapping"]
        kept = mapping.definition if mapping else {}
        return {
            "encoding": self.cleaned_data["encoding"] or str(kept.get("encoding", "")),
            "delimiter": str(kept.get("delimiter", "")),
        }


@dataclass
class FieldRow:
    """One field of a ticket on the page: from where it comes, how it is read, and how the first rows read."""

    name: str
    field: Field
    how: Mapping[str, Any] | None
    head: Sequence[str]
    rows: Sequence[Sequence[str]] = hidden(repr=False)

    @property
    def label(self) -> Any:
        return self.field.label

    @property
    def needed(self) -> bool:
        return self.field.needed

    @property
    def columns(self) -> list[str]:
        how = self.how or {}
        return [str(how["column"])] if "column" in how else [str(each) for each in how.get("columns", [])]

    @property
    def picked(self) -> str:
        """The chosen source as the page posts it."""
        return json.dumps(self.columns) if self.columns else CONSTANT if self.how and CONSTANT in self.how else ""

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Every column; and the joined ones where a saved mapping joins some."""
        each = [(json.dumps([name]), name) for name in self.head if name]
        joined = [(json.dumps(self.columns), " + ".join(self.columns))] if self.picked not in dict(each) and self.columns else []
        return [*joined, *each]

    @property
    def is_moment(self) -> bool:
        return self.field.is_moment and bool(self.columns)

    @property
    def is_text(self) -> bool:
        return bool(self.field.longest) and bool(self.columns)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Kawal's own values, where the field has a fixed list of them."""
        return list(self.field.choices)

    @property
    def formats(self) -> list[tuple[str, Any]]:
        """The usual formats, and the mapping's own where it is another one."""
        known = [(how, EXAMPLES[how]) for how in FORMATS]
        return known if self.format in FORMATS else [(self.format, self.format), *known]

    @property
    def format(self) -> str:
        return str((self.how or {}).get("format", ""))

    @property
    def zone(self) -> str:
        return str((self.how or {}).get("zone", "Asia/Jakarta"))

    @property
    def constant(self) -> str:
        return str((self.how or {}).get(CONSTANT, "") or "")

    @property
    def otherwise(self) -> str:
        return str((self.how or {}).get("otherwise", "") or "")

    @property
    def cut(self) -> bool:
        return bool((self.how or {}).get("cut"))

    @cached_property
    def values(self) -> list[tuple[str, str]]:
        """What stands in the column, and what each means: the most frequent ones, and all that the mapping names."""
        if not (self.choices and self.columns):
            return []
        meant = {str(said): str(code) for said, code in dict((self.how or {}).get("values") or {}).items()}
        found = column_values(self.columns[0], self.head, self.rows) if len(self.columns) == 1 else []
        return [(said, meant.get(said, "")) for said in dict.fromkeys([*found[:MOST_VALUES], *meant])]

    @cached_property
    def reader(self) -> Reader | str:
        """The reader, or why there is none."""
        if self.how is None:
            return _("wajib diisi") if self.needed else ""
        try:
            return reader_of(self.field, self.how, {name: at for at, name in enumerate(self.head) if name})
        except Problem as problem:
            return str(problem)

    @property
    def problem(self) -> str:
        """What is wrong with the mapping of this field, in words."""
        return self.reader if isinstance(self.reader, str) else ""

    def readings(self) -> list[dict[str, Any]]:
        """How the first rows read."""
        return [self._reading(cells) for cells in self.rows[:SHOWN_ROWS]] if isinstance(self.reader, Reader) else []

    def _reading(self, cells: Sequence[str]) -> dict[str, Any]:
        assert isinstance(self.reader, Reader)  # noqa: S101 asked by the caller
        try:
            value = read(self.field, self.reader, cells)
        except Problem as problem:
            return {"text": str(problem), "wrong": True}
        return {"text": self._said(value), "empty": value in (None, "", [])}

    def _said(self, value: Any) -> str:
        if value in (None, "", []):
            return _("kosong")
        if self.field.is_moment:
            return f"{value:%d-%m-%Y %H.%M}" + (f" = {moment_words(value)}" if self.zone != "Asia/Jakarta" else "")
        return str(dict(self.choices).get(value, value))[:80]


class MappingPage:
    """The page on which columns become fields: a definition with the file that it is made for."""

    def __init__(
        self, shape: Shape, definition: Mapping[str, Any], name: str, head: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        self.shape, self.definition, self.name, self.head = shape, definition, name, head
        fields = definition.get("fields", {})
        self.fields = [FieldRow(name, field, _spelled_out(fields.get(name)), head, rows) for name, field in shape.fields.items()]

    @classmethod
    def of(cls, shape: Shape, mapping: ImportMapping | None, head: Sequence[str], rows: Sequence[Sequence[str]]) -> "MappingPage":
        """As it was saved, or as far as the names of the columns tell."""
        definition = mapping.definition if mapping else first_guess(shape, head, rows)
        return cls(shape, definition, mapping.name if mapping else "", head, rows)

    @classmethod
    def posted(cls, shape: Shape, sent: Mapping[str, str], head: Sequence[str], rows: Sequence[Sequence[str]]) -> "MappingPage":
        """As it was picked on the page."""
        fields = {name: _how(name, field, sent, head, rows) for name, field in shape.fields.items()}
        definition = {"system": sent.get("system", "").strip(), "number": sent.get("number", ""), "fields": fields}
        return cls(shape, definition, sent.get("name", "").strip(), head, rows)

    @property
    def errors(self) -> list[tuple[str, Any, Any]]:
        """Where, what and why the mapping cannot be used yet."""
        wanted = {"system": gettext_lazy("Sistem asal"), "name": gettext_lazy("Nama pemetaan")}
        said = {"system": self.definition.get("system"), "name": self.name}
        missing: list[tuple[str, Any, Any]] = [(at, label, EMPTY) for at, label in wanted.items() if not said[at]]
        if self.definition.get("number") not in self.head:
            missing.append(("number", self.shape.number_label, gettext_lazy("Pilih kolomnya.")))
        return [*missing, *((f"from-{row.name}", row.label, row.problem) for row in self.fields if row.problem)]


def _spelled_out(how: Any) -> Mapping[str, Any] | None:
    if isinstance(how, str):
        return {"column": how}
    return how if isinstance(how, Mapping) and (CONSTANT in how or "column" in how or how.get("columns")) else None


def _how(
    name: str, field: Field, sent: Mapping[str, str], head: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, Any] | None:
    """How one field was picked. When its column is another one than before, its details are guessed anew."""
    source = sent.get(f"from-{name}", "")
    if source == CONSTANT:
        return {CONSTANT: sent.get(f"constant-{name}", "").strip()}
    columns = _columns(source)
    if not columns:
        return None
    if sent.get(f"was-{name}") != source and len(columns) == 1:
        return how_to_read(field, columns[0], head, rows)
    how: dict[str, Any] = (
        {"column": columns[0]} if len(columns) == 1 else {"columns": columns, "join": sent.get(f"join-{name}", " · ")}
    )
    return how | _details(name, field, sent)


def _details(name: str, field: Field, sent: Mapping[str, str]) -> dict[str, Any]:
    if field.is_moment:
        return {"format": sent.get(f"format-{name}", ""), "zone": sent.get(f"zone-{name}", "").strip() or "Asia/Jakarta"}
    if field.choices:
        mark = f"value-{name}="
        values = {key.removeprefix(mark): code for key, code in sent.items() if key.startswith(mark) and code}
        otherwise = sent.get(f"otherwise-{name}", "")
        return {"values": values} | ({"otherwise": otherwise} if otherwise else {})
    return {"cut": True} if sent.get(f"cut-{name}") else {}


def _columns(source: str) -> list[str]:
    try:
        said = json.loads(source)
    except ValueError:
        return []
    return [str(each) for each in said] if isinstance(said, list) else []
