"""Loads tickets exported from another system (HC-3)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Person
from common.problems import Problem
from tickets.actions.importing import begin_load, save_mapping
from tickets.actions.loading import run_load
from tickets.models import ImportLoad, ImportMapping, LoadState


class Command(BaseCommand):
    help = "Load a CSV or .xlsx of tickets. Loading the same file again adds nothing. See docs/imports.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", required=True, help="the name of a saved mapping, or a JSON file that describes one")
        parser.add_argument("--by", help="agent code of the Support HC person who loads; needed with --live")
        parser.add_argument("--live", action="store_true", help="open tickets start their clocks now")
        parser.add_argument("--try", action="store_true", dest="is_try", help="read and report without loading")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load = self._load(options)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        for refused in load.refused_rows.all()[:1000]:
            self.stderr.write(f"row {refused.row} ({refused.number}): {refused.reason}")
        self.stdout.write(f"rows {load.rows}  loaded {load.loaded}  known {load.known}  refused {load.refused}")
        if load.state == LoadState.FAILED:
            raise CommandError(load.problem)

    def _load(self, options: dict[str, Any]) -> ImportLoad:
        by = Person.objects.filter(agent_code=options["by"]).first() if options["by"] else None
        if options["by"] and by is None:
            raise CommandError(f"Nobody has the agent code {options['by']}.")
        if options["live"] and by is None:
            raise CommandError("--live needs --by: somebody answers for the clocks that start.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        mapping = self._mapping(options["mapping"])
        with options["file"].open("rb") as opened:
            file = File(opened, name=options["file"].name)
            return run_load(begin_load(file, mapping, by=by, is_try=options["is_try"], live=options["live"]))

    def _mapping(self, name: str) -> ImportMapping:
        """A saved mapping by its name; a JSON file is kept as one under the file's name."""
        saved = ImportMapping.objects.filter(kind="tickets", name=name).first()
        path = Path(name)
        if saved is None and path.is_file():
            try:
                definition = json.loads(path.read_text())
            except (ValueError, UnicodeDecodeError) as error:
                raise CommandError(f"{name} is not JSON: {error}") from None
            return save_mapping(path.stem[:60], definition, by=None)
        if saved is None:
            known = ", ".join(ImportMapping.objects.filter(kind="tickets").values_list("name", flat=True))
            raise CommandError(f"There is no mapping {name}. Saved ones: {known}")
        return saved
