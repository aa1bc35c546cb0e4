"""What a ladder must be before it is saved: each refusal names its rung, so that the editor can show it at the card (ESC-2)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from common.problems import Invalid
from escalation.models import Channel, Group, MilestoneName, Whom

MOST_RUNGS = 12
SHORTEST_REPEAT_SECONDS = 60

Row = Mapping[str, Any]
Errors = dict[str, list[Any]]


def check_ladders(milestones: Sequence[Row]) -> None:
    """``Invalid`` with an error for each wrong place: ``milestones.0.rungs.2.whom`` is the third rung of the first milestone."""
    errors: Errors = {}
    if not milestones:
        errors["milestones"] = [_("Isi sedikitnya satu jam.")]
    names = [row["milestone"] for row in milestones]
    for place, row in enumerate(milestones):
        if names.index(names[place]) < place or row["milestone"] not in MilestoneName.values:
            errors[f"milestones.{place}.milestone"] = [_("Setiap tonggak satu kali, dari daftar.")]
        if len(row["rungs"]) > MOST_RUNGS:
            errors[f"milestones.{place}.rungs"] = [_("Paling banyak 12 anak tangga.")]
    _check_rungs(milestones, errors)
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)


def _check_rungs(milestones: Sequence[Row], errors: Errors) -> None:
    rungs = [(f"milestones.{i}.rungs.{j}", rung) for i, row in enumerate(milestones) for j, rung in enumerate(row["rungs"])]
    known = _known_words({rung["whom"] for _place, rung in rungs})
    channels = {"page", *Channel.objects.filter(active=True).values_list("slug", flat=True)}
    for place, rung in rungs:
        if rung["whom"] not in known:
            errors[f"{place}.whom"] = [_nobody(rung["whom"])]
        if rung.get("channel", "page") not in channels:
            errors[f"{place}.channel"] = [_("Tidak ada saluran aktif bernama %(slug)s.") % {"slug": rung["channel"]}]
        if rung.get("repeat_times") and rung.get("repeat_seconds", 0) < SHORTEST_REPEAT_SECONDS:
            errors[f"{place}.repeat_seconds"] = [_("Ulangi paling cepat setiap satu menit.")]
    for place in _falling(milestones):
        errors[f"{place}.after_seconds"] = [_("Lebih cepat daripada anak tangga sebelumnya. Pindahkan, atau ubah menitnya.")]


def _falling(milestones: Sequence[Row]) -> Iterator[str]:
    """The rungs that would fire before the one below them."""
    for i, row in enumerate(milestones):
        for j in range(1, len(row["rungs"])):
            if row["rungs"][j]["after_seconds"] < row["rungs"][j - 1]["after_seconds"]:
                yield f"milestones.{i}.rungs.{j}"


def _known_words(words: set[str]) -> set[str]:
    """Those of the words that reach somebody who is there: a Whom, a role on duty, an active person, an active group."""
    groups = [word.removeprefix("group:") for word in words if word.startswith("group:")]
    numbers = [each for each in groups if each.isdecimal() and len(each) < 18]
    ids = Group.objects.filter(pk__in=numbers, active=True).values_list("pk", flat=True)
    people = Person.objects.filter(agent_code__in=words, is_active=True).values_list("agent_code", flat=True)
    return {*Whom.values, *people, *(f"role:{role}" for role in Role.values), *(f"group:{pk}" for pk in ids)}


def _nobody(word: str) -> Any:
    if word.startswith("group:"):
        return _("Grup ini tidak ada atau tidak aktif. Pilih yang lain.")
    return _("Tidak ada orang aktif dengan kode %(codes)s.") % {"codes": word}
