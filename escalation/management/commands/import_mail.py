"""Feeds mail from files into a mailbox (EM-1)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation.actions.mail_intake import Fetched, read_new, take_in
from escalation.models.mail import Mailbox


class Command(BaseCommand):
    help = "Take in one .eml file, or all files of a folder. Each is kept as it is before it is read; feeding again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="an .eml file, or a folder of them")
        parser.add_argument("--mailbox", help="the address of the mailbox; may be left out where there is one alone")

    def handle(self, *args: Any, **options: Any) -> None:
        mailbox, path = self._mailbox(options["mailbox"]), options["path"]
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}.")
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        kept = [take_in(mailbox, Fetched(file.read_bytes())) for file in files]
        while read_new():
            pass
        new = [message.pk for message in kept if message is not None]
        ends = {"quarantine": 0, "worklist": 0}
        for machine in mailbox.messages.filter(pk__in=new).values_list("machine", flat=True):
            ends["quarantine" if machine else "worklist"] += 1
        known = len(files) - len(new)
        said = f"files {len(files)}  known {known}  worklist {ends['worklist']}  quarantine {ends['quarantine']}"
        self.stdout.write(said)

    def _mailbox(self, address: str | None) -> Mailbox:
        boxes = list(Mailbox.objects.filter(address=address.lower()) if address else Mailbox.objects.all()[:2])
        if len(boxes) != 1:
            known = ", ".join(Mailbox.objects.values_list("address", flat=True)) or "none"
            raise CommandError(f"Name one mailbox with --mailbox. Known: {known}")
        return boxes[0]
