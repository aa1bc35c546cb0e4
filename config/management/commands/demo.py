"""Makes the demo people, teams and tickets of the README, by the same actions as the pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Person
from config import demo


class Command(BaseCommand):
    help = "Make the demo people, teams and tickets in an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if Person.objects.exists():
            raise CommandError("There are people already: the demo is for an empty database.")
        demo.make()
        self.stdout.write("The demo is ready. Password of everybody: kawal-demo")
