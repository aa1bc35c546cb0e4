"""The rows that a load refused, as a file; and the first rows of the file that was loaded."""

import csv
import itertools
from collections.abc import Iterator

from django.core.exceptions import SuspiciousOperation
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from accounts.actions.exporting import note_export
from accounts.models import Person
from common.problems import Invalid
from common.spreadsheets import safe_cell
from tickets.actions.importing import table_of
from tickets.models import ImportLoad

SAMPLE = 2000  # rows in which the values of a column are looked for


def sample(load: ImportLoad) -> tuple[list[str], list[list[str]]]:
    """The head of a load's file and its first rows."""
    with load.file.open("rb") as file:
        table = table_of(file, load.definition)
        return table.head, [cells for _number, cells in itertools.islice(table.rows, SAMPLE)]


def refused_csv(load: ImportLoad, *, by: Person) -> StreamingHttpResponse:
    """The refused rows as CSV, each with its reason and the cells as they came; no cell becomes a formula in Excel (S11).

    That it was taken out is in the person's history."""
    note_export("refused_rows", by=by, filters={"load": load.pk}, rows=load.refused, act="load.rows")
    response = StreamingHttpResponse(_refused_lines(load), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ditolak-{load.pk}.csv"'
    return response


class _Echo:
    """What a CSV writer writes to when each line is wanted at once."""

    def write(self, line: str) -> str:
        return line


def _refused_lines(load: ImportLoad) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([_("Baris"), _("Nomor"), _("Alasan"), *_head(load)])
    for row in load.refused_rows.iterator(1000):
        yield writer.writerow([row.row, *map(safe_cell, [row.number, row.reason, *row.values])])


def _head(load: ImportLoad) -> list[str]:
    """The names of the columns, as long as the file is kept."""
    try:
        return [safe_cell(name) for name in sample(load)[0]]
    except (Invalid, FileNotFoundError, SuspiciousOperation):
        return []
