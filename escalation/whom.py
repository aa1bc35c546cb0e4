"""The words for whom a rung reaches, as people read them (ESC-6)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import Role
from escalation.models import Group, Whom


def word(whom: str) -> str:
    """Without looking anything up: a Whom or a role on duty in words; a code or a group's number stays what it is."""
    if whom in Whom.values:
        return str(Whom(whom).label)
    role = whom.removeprefix("role:")
    if whom.startswith("role:") and role in Role.values:
        return _("%(role)s yang bertugas") % {"role": Role(role).label}
    return whom


def words(whoms: Iterable[str]) -> Mapping[str, str]:
    """Each in words, people and groups by their names; at most two statements, none where only plain words are meant."""
    found = {whom: word(whom) for whom in whoms}
    codes = [whom for whom in found if whom.isdecimal()]
    groups = [whom.removeprefix("group:") for whom in found if whom.startswith("group:")]
    if codes:
        found |= dict(Person.objects.filter(agent_code__in=codes).values_list("agent_code", "online_name"))
    if groups:
        found |= {f"group:{pk}": name for pk, name in Group.objects.filter(pk__in=groups).values_list("pk", "name")}
    return found


def choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What an administrator may choose, in groups: words, roles on duty, groups, people who lead or escort."""
    leading = (Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC, Role.ADMINISTRATOR)
    people = Person.objects.filter(role__in=leading, is_active=True).order_by("online_name", "agent_code")[:200]
    groups = Group.objects.filter(active=True).order_by("name", "id").values_list("pk", "name")[:200]
    return [
        (_("Menurut tiketnya"), [(each.value, each.label) for each in Whom]),
        (_("Semua yang bertugas"), [(f"role:{role.value}", word(f"role:{role.value}")) for role in Role if role != Role.CLIENT]),
        (_("Grup"), [(f"group:{pk}", name) for pk, name in groups]),
        (_("Orang"), [(person.agent_code, f"{person.online_name} ({person.get_role_display()})") for person in people]),
    ]
