"""Making policies: versions that are never edited; of those that serve a ticket the most special one that is in force counts
(ESC-1, ESC-2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from escalation.actions.ladders import check_ladders
from escalation.models import AROUND_THE_CLOCK, Milestone, Policy, Rung
from tickets.models import Kind, Segment, ServiceLine

SCOPE = ("kind", "segment", "service_line", "region", "site")
CHOICES = {"kind": Kind.values, "segment": ["", *Segment.values], "service_line": ["", *ServiceLine.values]}
HEAD = (*SCOPE, "name", "clause", "counting", "notifying", "in_force_from")


@transaction.atomic
def create_policy(*, by: Person, milestones: Sequence[Mapping[str, Any]], active: bool = True, **head: Any) -> Policy:
    """A new version of the policy of this scope; what runs keeps the version that it started with (ESC-2).

    ``head`` has the fields of HEAD; name and kind are needed, and where it cites no clause that of the version before it holds.
    A row of ``milestones`` has ``milestone``, ``seconds``, ``rungs``. 400: a value that is no choice, a milestone twice, too many
    rungs, somebody or a channel that is not there, office hours for a kind that knows none.
    """
    require(by, "policy.edit")
    policy = Policy(active=active, created_at=now(), created_by=by, **_head(head))
    policy.clause = policy.clause or _clause_before(policy)
    check_ladders(milestones)
    policy.version = _newest_version(policy) + 1
    policy.save(force_insert=True)
    for row in milestones:
        milestone = Milestone.objects.create(policy=policy, milestone=row["milestone"], seconds=row["seconds"])
        Rung.objects.bulk_create(
            Rung(milestone=milestone, order=order, **rung) for order, rung in enumerate(row["rungs"], start=1)
        )
    record(policy, "policy.created", by=by, facts=_facts(policy), first=True)
    return policy


def _newest_version(policy: Policy) -> int:
    """The newest of its scope, with the kind's rows locked: two administrators who save at once get two versions."""
    same = {field: getattr(policy, field) for field in SCOPE}
    list(Policy.objects.select_for_update().filter(kind=policy.kind).values_list("pk"))
    return Policy.objects.filter(**same).order_by("-version").values_list("version", flat=True).first() or 0


def _clause_before(policy: Policy) -> str:
    """What the newest of its scope cites, else the newest of its kind: a policy says by which procedure it runs (ESC-1)."""
    citing = Policy.objects.filter(kind=policy.kind).exclude(clause="").order_by("-version", "-pk")
    same = citing.filter(**{field: getattr(policy, field) for field in SCOPE})
    for found in (same, citing):
        if clause := found.values_list("clause", flat=True).first():
            return clause
    sentence = _("Sebutkan klausul prosedurnya.")
    raise Invalid(sentence, errors={"clause": [sentence]})


def _facts(policy: Policy) -> dict[str, Any]:
    scope = {field: getattr(policy, field) for field in SCOPE if field != "site" and getattr(policy, field)}
    return {**scope, "site": policy.site.code if policy.site else None, "version": policy.version, "active": policy.active}


def _head(head: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the head, each checked; ``Invalid`` names every wrong one at once."""
    values = {field: head.get(field) for field in HEAD} | {
        "name": clean(str(head.get("name") or ""), longest=120),
        "clause": clean(str(head.get("clause") or ""), longest=120),
        "segment": head.get("segment") or "",
        "service_line": head.get("service_line") or "",
        "region": head.get("region") or None,
    }
    errors: dict[str, list[Any]] = {
        field: [_("Pilih salah satu dari daftar.")] for field, choices in CHOICES.items() if values[field] not in choices
    }
    if not values["name"]:
        errors["name"] = [_("Isian ini masih kosong.")]
    if values["region"] is not None and values["region"] not in range(1, 8):
        errors["region"] = [_("TREG adalah angka 1 sampai 7.")]
    if values["kind"] in AROUND_THE_CLOCK:
        rule = _("Jenis ini tidak mengenal jam tenang: 24 jam, setiap hari.")
        errors |= {field: [rule] for field in ("counting", "notifying") if values[field]}
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)
    return values


@transaction.atomic
def confirm_policy(policy: Policy, *, by: Person) -> Policy:
    """Say that the minutes of this version are agreed; until then they are shown as an assumption (requirements.md, defaults)."""
    policy = _locked(policy, by)
    if policy.confirmed:
        raise Conflict(_("Versi ini sudah dikonfirmasi."))
    policy.confirmed, policy.confirmed_by, policy.confirmed_at = True, by, now()
    policy.save(update_fields=["confirmed", "confirmed_by", "confirmed_at"])
    record(policy, "policy.confirmed", by=by, facts=_facts(policy))
    return policy


@transaction.atomic
def switch_on(policy: Policy, *, by: Person, in_force_from: datetime | None = None) -> Policy:
    """Let this version serve what starts from now on, or from a moment ahead. Running tickets keep theirs (ESC-2)."""
    policy = _locked(policy, by)
    if in_force_from and in_force_from <= now():
        sentence = _("Waktunya sudah lewat. Kosongkan untuk berlaku sekarang juga.")
        raise Invalid(sentence, errors={"in_force_from": [sentence]})
    if policy.active and policy.in_force_from == in_force_from:
        raise Conflict(_("Versi ini sudah berlaku."))
    policy.active, policy.in_force_from = True, in_force_from
    policy.save(update_fields=["active", "in_force_from"])
    when = in_force_from.isoformat() if in_force_from else None
    record(policy, "policy.switched_on", by=by, facts={**_facts(policy), "from": when})
    return policy


@transaction.atomic
def switch_off(policy: Policy, *, by: Person) -> Policy:
    """Let this version serve nothing more that starts; the one before it that is on serves again, else a less special policy."""
    policy = _locked(policy, by)
    if not policy.active:
        raise Conflict(_("Versi ini sudah dimatikan."))
    policy.active, policy.in_force_from = False, None
    policy.save(update_fields=["active", "in_force_from"])
    record(policy, "policy.switched_off", by=by, facts=_facts(policy))
    return policy


def _locked(policy: Policy, by: Person) -> Policy:
    require(by, "policy.edit")
    return Policy.objects.select_for_update(of=("self",)).select_related("site").get(pk=policy.pk)
