"""Checks that no row of the history was altered, removed or inserted (QM-2)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.history import broken_places


class Command(BaseCommand):
    help = "Verify the hash chains, the details and the daily seals of the history."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for place in broken_places():
            broken += 1
            self.stderr.write(place)
        if broken:
            raise CommandError(f"{broken} places of the history are not as they were written.")
        self.stdout.write("The history is whole.")
