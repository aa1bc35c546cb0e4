"""Who sees which personal value plain (QM-3): one table, read by the API, the pages and the history.

- Names: whoever speaks with customers or works their tickets. QC and the administrator judge and read; they see ``Sri W. H.``
- Phone and e-mail: whoever calls, in the API, where a program must dial. Support HC speaks with units, not with customers.
- On pages nobody sees a phone or e-mail plain at once: it is covered, and *Tampilkan* gives a reason to the history (``unmask``).
"""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import Person
from accounts.roles import Role
from common import masking

CALLING = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.SUPERVISOR, Role.OUTBOUND_AGENT})
NAMING = CALLING | {Role.SUPPORT_HC}

NEEDED_BY: Mapping[str, frozenset[Role]] = {
    "customer_name": NAMING,
    "reporter_name": NAMING,
    "contact_phone": CALLING,
    "contact_email": CALLING,
}
COVERS: Mapping[str, Callable[[str], str]] = {
    "customer_name": masking.name,
    "reporter_name": masking.name,
    "contact_phone": masking.phone,
    "contact_email": masking.email,
}
# From where an act came (an address of the house's network): for those who look into acts, not for those who do them.
DOOR_READERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def sees(person: Person, field: str) -> bool:
    """Whether this person's role sees ``field`` plain; what is not personal everybody sees."""
    return field not in NEEDED_BY or person.role in NEEDED_BY[field]


def covered(field: str, value: Any) -> Any:
    """``value`` with all but a little covered; empty ones and fields that are not personal stay as they are."""
    return COVERS[field](str(value)) if value and field in COVERS else value


def shown(field: str, value: Any, person: Person) -> Any:
    """``value`` as this person may see it."""
    return value if sees(person, field) else covered(field, value)


def on_page(field: str, value: Any, person: Person) -> Any:
    """The same on a page, where phones and e-mails stay covered for everybody until they are asked for."""
    return covered(field, value) if field.startswith("contact_") else shown(field, value, person)
