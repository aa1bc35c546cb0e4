"""A program of its own: writes the first visible sheet of an .xlsx as CSV, within bounded memory, time and output.

A file of a few kilobytes can ask for hundreds of gigabytes (one cell in the last corner of a sheet is enough), and the process
that gives way is killed. So it is a child that dies and not a worker. Run by ``common.spreadsheets``; imports no Django.
"""

import csv
import resource
import sys
from contextlib import suppress
from datetime import datetime

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 512 * 1024 * 1024  # of addresses; a sheet of 100,000 rows and 16 columns takes 190 MB
OUTPUT = 600 * 1024 * 1024
SECONDS = 60
BROKEN, EMPTY, MERGED = 3, 4, 5  # why it ended; any other status but 0 is a limit that was met


def limit() -> None:
    """Let the system end this process where a file asks for too much; what a system does not know it does not limit."""
    limits = {"RLIMIT_AS": MEMORY, "RLIMIT_FSIZE": OUTPUT, "RLIMIT_CPU": SECONDS, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


def main(path: str) -> int:
    """Write the sheet to standard output; the exit status says why not, standard error where."""
    limit()
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = (
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        name = next(sheets, None)
        if name is None:
            return EMPTY
        sheet = workbook.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        return BROKEN
    if sheet.merged_cell_ranges:
        print(*(spot(*corner) for corner in sheet.merged_cell_ranges[0]), sep=":", end="", file=sys.stderr)
        return MERGED
    csv.writer(sys.stdout).writerows([text(cell) for cell in row] for row in sheet.iter_rows())
    return 0


def spot(row: int, column: int) -> str:
    """(6, 27) -> AB7."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def text(value: object) -> str:
    """A cell as a person reads it: whole numbers without ``.0``, moments in ISO form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1]))
