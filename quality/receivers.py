"""What quality control hears from the floors below: each calls one action, in the same transaction."""

from typing import Any

from django.dispatch import receiver

from accounts.models import Person
from outbound import signals as outbound
from outbound.models import CaringResult
from quality.actions.validations import make_validation, withdraw_validation


@receiver(outbound.result_agreed)
def bring_to_qc(result: CaringResult, by: Person, **_: Any) -> None:
    make_validation(result, by=by)


@receiver(outbound.result_withdrawn)
def take_from_qc(result: CaringResult, by: Person, **_: Any) -> None:
    withdraw_validation(result, by=by)
