"""How a row of an export becomes the values of a ticket, and every way in which it is refused (HC-3)."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from common.problems import Invalid
from tickets.mapping import checked, ready, row_values
from tickets.reading import TICKETS

HEAD = ["nomor", "dibuka", "status", "gejala", "lain"]
FIELDS = {
    "opened_at": "dibuka",
    "status": {"column": "status", "values": {"Open": "open", "Done": "solved", "End": "closed"}},
    "service_line": {"constant": "indihome"},
    "symptom": "gejala",
}
CELLS = {"nomor": "A1", "dibuka": "2023-03-01 08:00", "status": "Open", "gejala": "Mati total", "lain": ""}

pytestmark = pytest.mark.req("HC-3")


def mapping(head=HEAD, **fields):
    return ready(TICKETS, {"system": "MyCX", "number": "nomor", "fields": {**FIELDS, **fields}}, head)


def values_of(fields=None, **cells):
    return row_values(mapping(**(fields or {})), list({**CELLS, **cells}.values()))[1]


def refusal(fields=None, **cells) -> str:
    with pytest.raises(Invalid) as refused:
        values_of(fields, **cells)
    return str(refused.value)


def test_a_row_becomes_a_ticket():
    number, values = row_values(mapping(), list(CELLS.values()))
    opened = datetime(2023, 3, 1, 8, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert (number, values["opened_at"]) == ("A1", opened)
    assert (values["status"], values["service_line"], values["symptom"]) == ("open", "indihome", "Mati total")


DATES = [
    ("2023-03-01 08:00:30", {}, "2023-03-01T01:00:30"),
    ("2023-03-01", {}, "2023-02-28T17:00:00"),
    ("2023-03-01T08:00:00Z", {}, "2023-03-01T08:00:00"),
    ("2023-03-01T08:00:00+09:00", {}, "2023-02-28T23:00:00"),
    ("02/03/2023 08:00", {"format": "%d/%m/%Y %H:%M"}, "2023-03-02T01:00:00"),
    ("02/03/2023 08:00", {"format": "%m/%d/%Y %H:%M"}, "2023-02-03T01:00:00"),
    ("03/02/2023 08:00:00 PM", {"format": "%m/%d/%Y %I:%M:%S %p", "zone": "UTC"}, "2023-03-02T20:00:00"),
    ("2023-03-01 08:00:00", {"format": "%d/%m/%Y"}, "2023-03-01T01:00:00"),
    ("2023-03-01 08:00", {"zone": "Asia/Jayapura"}, "2023-02-28T23:00:00"),
    ("44986.5", {"format": "excel"}, "2023-03-01T05:00:00"),
    ("44986,5", {"format": "excel"}, "2023-03-01T05:00:00"),
]


@pytest.mark.parametrize(("text", "how", "utc"), DATES)
def test_a_date_reads_as_its_mapping_says(text, how, utc):
    opened = values_of({"opened_at": {"column": "dibuka", **how}}, dibuka=text)["opened_at"]
    assert opened.astimezone(UTC).isoformat()[:19] == utc


@pytest.mark.parametrize(
    "text", ["kemarin", "31/02/2023", "44986.5", "0001-01-01", "9999-12-31", "1899-12-30", "2023-13-01", "1e400"]
)
def test_what_is_no_date_is_refused_with_field_and_column(text):
    assert refusal(dibuka=text).startswith("Dibuka (dibuka):")


@pytest.mark.parametrize("text", ["1e308", "nan", "inf", "-1", "0"])
def test_numbers_that_are_no_days_are_refused(text):
    assert "Dibuka" in refusal({"opened_at": {"column": "dibuka", "format": "excel"}}, dibuka=text)


def test_tomorrow_has_not_happened(forward):
    assert "belum terjadi" in refusal(dibuka=f"{datetime.now(UTC).year + 1}-12-31 08:00")


PHONES = ["081220457731", "81220457731", "6281220457731", "+62 812-2045-7731", "0062 812 2045 7731", "(0812) 2045.7731"]


@pytest.mark.parametrize("text", PHONES)
def test_a_phone_in_any_spelling_is_one_number_also_when_excel_took_the_zero(text):
    assert values_of({"contact_phone": "lain"}, lain=text)["contact_phone"] == "+6281220457731"


REASONS = [
    ({}, {"nomor": ""}, "nomor kosong"),
    ({}, {"nomor": "1.52401E+11"}, "dibulatkan Excel"),
    ({"service_number": "lain"}, {"lain": "1,52E+11"}, "Nomor layanan (lain)"),
    ({}, {"dibuka": ""}, "Dibuka (dibuka): kosong"),
    ({}, {"status": "Entah"}, "nilai “Entah”"),
    ({}, {"gejala": ""}, "Gejala (gejala): kosong"),
    ({}, {"gejala": "x" * 201}, "201"),
    ({}, {"gejala": "a\x00b"}, "NUL"),
    ({"contact_phone": "lain"}, {"lain": "12"}, "Nomor kontak (lain)"),
    ({"contact_email": "lain"}, {"lain": "bukan surel"}, "bukan alamat e-mail"),
    ({"region": "lain"}, {"lain": "8"}, "1 sampai 7"),
    ({"kind": "lain"}, {"lain": "luar biasa"}, "Jenis (lain)"),
    ({"criteria": "lain"}, {"lain": "marah"}, "tanda"),
    ({"closed_at": "lain"}, {"lain": "2023-02-01"}, "sebelum dibuka"),
    ({"solved_at": "lain"}, {"lain": "2023-02-01"}, "sebelum dibuka"),
]


@pytest.mark.parametrize(("fields", "cells", "word"), REASONS)
def test_a_bad_row_is_refused_with_its_reason(fields, cells, word):
    assert word in refusal(fields, **cells)


def test_a_row_with_more_cells_than_the_head_is_refused():
    with pytest.raises(Invalid, match="6 sel"):
        row_values(mapping(), [*CELLS.values(), "geser"])


def test_a_short_row_is_read_with_empty_cells():
    assert row_values(mapping(area="lain"), list(CELLS.values())[:4])[1]["area"] == ""


def test_what_the_mapping_leaves_empty_is_null_and_never_a_placeholder():
    names = ("service_number", "customer_name", "reporter_name", "contact_phone", "contact_email", "region")
    values = values_of(dict.fromkeys(names, "lain"))
    assert [values[name] for name in names] == [None] * 6
    assert "customer_name" not in values_of({"customer_name": None})


def test_columns_are_joined_without_the_empty_ones():
    joined = {"symptom": {"columns": ["gejala", "lain", "status"], "join": ", "}}
    assert values_of(joined)["symptom"] == "Mati total, Open"


def test_a_long_text_is_cut_where_the_mapping_says_so():
    assert values_of({"symptom": {"column": "gejala", "cut": True}}, gejala="x" * 500)["symptom"] == "x" * 200


def test_other_values_have_a_meaning_where_the_mapping_gives_one():
    channel = {"column": "lain", "values": {"WEB": "email"}, "otherwise": "call"}
    read = [values_of({"channel": channel}, lain=said)["channel"] for said in ("WEB", "", "entah", "social")]
    assert read == ["email", "call", "call", "social"]


def test_columns_that_nobody_asked_for_are_left_alone():
    assert "lain" not in values_of(lain="catatan")


BAD_MAPPINGS: list[tuple[Any, str]] = [
    (None, "system"),
    ([], "system"),
    ({"system": "X", "number": "nomor"}, "fields"),
    ({"system": " ", "number": "nomor", "fields": FIELDS}, "system"),
    ({"system": "X" * 31, "number": "nomor", "fields": FIELDS}, "31"),
    ({"system": "X", "number": "no", "fields": FIELDS}, "Kolom “no” tidak ada"),
    ({"system": "X\x00", "number": "nomor", "fields": FIELDS}, "NUL"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "colour": "lain"}}, "colour"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "status": None}}, "Status"),
    ({"system": "X", "number": "nomor", "fields": FIELDS, "encoding": "klingon"}, "klingon"),
    ({"system": "X", "number": "nomor", "fields": FIELDS, "delimiter": "ab"}, "Pemisah"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "area": "witel"}}, "witel"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "area": 5}}, "Area"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "area": {"columns": ["lain", "x"]}}}, "“x”"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "status": {"constant": "baru"}}}, "baru"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "status": {"constant": ""}}}, "Status"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "kind": {"column": "lain", "values": {"a": "b"}}}}, "Jenis"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "kind": {"column": "lain", "values": ["a"]}}}, "Jenis"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "opened_at": {"column": "dibuka", "zone": "Mars"}}}, "Mars"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "opened_at": {"column": "dibuka", "zone": "../x"}}}, "../x"),
    ({"system": "X", "number": "nomor", "fields": {**FIELDS, "opened_at": {"column": "dibuka", "format": "%Q"}}}, "Dibuka"),
]


@pytest.mark.parametrize(("definition", "word"), BAD_MAPPINGS)
def test_a_mapping_that_cannot_work_is_refused_before_any_row(definition, word):
    with pytest.raises(Invalid) as refused:
        ready(TICKETS, definition, HEAD)
    assert word in str(refused.value)


def test_a_sound_mapping_is_taken_whatever_the_file():
    definition = {"system": "MyCX", "number": "nomor", "fields": FIELDS}
    assert checked(TICKETS, definition) == definition


def test_a_renamed_column_is_named_with_those_that_are_there():
    with pytest.raises(
        Invalid, match="Kolom “gejala” tidak ada di file ini. Kolom yang ada: nomor, dibuka, status, keluhan, lain"
    ):
        mapping(head=["nomor", "dibuka", "status", "keluhan", "lain"])


def columns_of(how: Any) -> list[str]:
    if isinstance(how, str):
        return [how]
    return how.get("columns") or [how["column"]] if how and "constant" not in how else []


def test_the_mappings_in_the_documentation_are_sound():
    text = (Path(settings.BASE_DIR) / "docs" / "imports.md").read_text()
    examples = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    assert len(examples) == 3
    for definition in examples:
        named = [column for how in definition["fields"].values() for column in columns_of(how)]
        assert ready(TICKETS, definition, [definition["number"], *named])
