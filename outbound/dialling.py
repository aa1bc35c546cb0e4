"""The address that the softphone of the caller's site dials by (PM-5, CT-3)."""

from django.conf import settings

from accounts.models import Person
from common.phones import DIALLED, dial_address

SCHEMES = [f"{scheme}:" for scheme in DIALLED]  # what the button that dials may answer with


def address_for(phone: str, by: Person) -> str:
    """By the template of the caller's site, else by the one of the house."""
    own = by.team.site.call_link if by.team else ""
    return dial_address(own or settings.CALL_LINK, phone)
