"""Takes somebody's second factor away: for the only administrator, whose phone is lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import reset_second_factor
from accounts.models import Person


class Command(BaseCommand):
    help = "Take the second factor of a person away; sessions and tokens end, and it stands in the history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent_code")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(agent_code=options["agent_code"]).first()
        if person is None:
            raise CommandError(f"Nobody has the agent code {options['agent_code']}.")
        if person.second_factor_at is None:
            raise CommandError(f"{person.agent_code} has no second factor.")
        reset_second_factor(person, by=None)
        self.stdout.write(f"{person.agent_code} signs in with the password alone again.")
