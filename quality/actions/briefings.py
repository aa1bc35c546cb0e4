"""Publishing briefings, reading them, and holding sessions (QM-4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person, Site, Team
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible
from common.text import clean
from escalation.actions.notifying import notify
from escalation.models import Event
from quality.models import Attendance, Briefing, BriefingKind, Reading, Training
from tickets.models import ServiceLine

COUNTER = "briefings"
MOST_CHOICES, MOST_INVITED, MOST_NAMES = 6, 200, 300


@dataclass(frozen=True)
class BriefingBody:
    """What is published. ``choices`` are the answers, ``right_choice`` the place of the right one, from 1."""

    kind: str
    title: str
    text: str
    clause: str = ""
    for_roles: Sequence[str] = field(default_factory=list)
    service_line: str = ""
    team: Team | None = None
    site: Site | None = None
    question: str = ""
    choices: Sequence[str] = field(default_factory=list)
    right_choice: int | None = None
    until: date | None = None


@transaction.atomic
def publish(body: BriefingBody, *, by: Person) -> Briefing:
    """Put it before everybody whom it is meant for, who see it on every page until they have read it."""
    require(by, "briefing.publish")
    words = {
        "title": clean(body.title, longest=160),
        "text": clean(body.text),
        "clause": clean(body.clause, longest=120),
        "question": clean(body.question, longest=300),
    }
    choices = [text for each in body.choices if (text := clean(str(each), longest=200))]
    _check(body, words, choices)
    if by.role == Role.TEAM_LEADER and (body.team is None or body.team.pk not in by.team_scope):
        raise NotAllowed(_("TL menerbitkan briefing untuk timnya sendiri. Pilih tim Anda."))
    briefing = Briefing.objects.create(
        **words, kind=body.kind, for_roles=f",{','.join(body.for_roles)}," if body.for_roles else "",
        service_line=body.service_line, team=body.team, site=body.site, choices=choices if words["question"] else [],
        right_choice=body.right_choice if words["question"] else None, until=body.until, published_by=by, published_at=now(),
    )  # fmt: skip
    right = True if briefing.question else None
    Reading.objects.create(briefing=briefing, person=by, read_at=now(), right=right)  # who wrote it knows it
    facts = {"kind": body.kind, "title": words["title"], "clause": words["clause"], "roles": list(body.for_roles)}
    record(briefing, "briefing.published", by=by, facts=facts, first=True)
    Counter.grow(COUNTER)
    return briefing


def _check(body: BriefingBody, words: dict[str, str], choices: Sequence[str]) -> None:
    errors: dict[str, list[Any]] = {name: [_("Isian ini masih kosong.")] for name in ("title", "text") if not words[name]}
    if body.kind not in BriefingKind.values:
        errors["kind"] = [_("Pilih salah satu dari daftar.")]
    if body.service_line not in ("", *ServiceLine.values):
        errors["service_line"] = [_("Pilih salah satu dari daftar.")]
    if not set(body.for_roles) <= set(Role.values):
        errors["for_roles"] = [_("Pilih salah satu dari daftar.")]
    if words["question"] and not 2 <= len(choices) <= MOST_CHOICES:
        errors["choices"] = [_("Beri dua sampai enam pilihan jawaban, satu per baris.")]
    if words["question"] and not 1 <= (body.right_choice or 0) <= len(choices):
        errors["right_choice"] = [_("Sebutkan nomor jawaban yang benar.")]
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)


@transaction.atomic
def read_briefing(briefing: Briefing, *, by: Person, answer: int | None = None) -> Briefing:
    """The receipt: this person has read it. With ``answer`` also what was answered; a wrong one may be given again."""
    require(by, "briefing.read")
    if not Briefing.objects.visible_to(by).filter(pk=briefing.pk).exists():
        raise NotVisible(_("Tidak ada, atau tidak untuk Anda lihat."))
    if answer is not None and not 1 <= answer <= len(briefing.choices):
        raise Invalid(_("Pilih salah satu jawaban."), errors={"answer": [_("Pilih salah satu jawaban.")]})
    Reading.objects.get_or_create(briefing=briefing, person=by, defaults={"read_at": now()})
    reading = Reading.objects.select_for_update().get(briefing=briefing, person=by)
    if answer is not None and not reading.right:
        reading.answer, reading.right, reading.answered_at = answer, answer == briefing.right_choice, now()
        reading.attempts += 1
        reading.save(update_fields=["answer", "right", "answered_at", "attempts"])
    Counter.grow(COUNTER)
    return briefing


@transaction.atomic
def withdraw(briefing: Briefing, *, by: Person) -> Briefing:
    """Take it from everybody's page; what was read stays in the record."""
    require(by, "briefing.publish")
    briefing = Briefing.objects.select_for_update().get(pk=briefing.pk)
    if briefing.published_by_id != by.pk and by.role not in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise NotAllowed(_("Hanya penerbitnya, SPV, atau administrator yang dapat menarik briefing ini."))
    if briefing.withdrawn_at:
        raise Conflict(_("Briefing ini sudah ditarik."))
    briefing.withdrawn_at = now()
    briefing.save(update_fields=["withdrawn_at"])
    record(briefing, "briefing.withdrawn", by=by)
    Counter.grow(COUNTER)
    return briefing


def audience(briefing: Briefing, person: Person) -> QuerySet[Person]:
    """Whom it is meant for, as far as ``person`` leads them: a TL the own teams, a supervisor the site, QC everybody."""
    people = Person.objects.filter(is_active=True).select_related("team").order_by("team__name", "online_name")
    if briefing.roles:
        people = people.filter(role__in=briefing.roles)
    if briefing.team_id:
        people = people.filter(team=briefing.team_id)
    if briefing.site_id:
        people = people.filter(team__site=briefing.site_id)
    if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
        people = people.filter(team__in=person.team_scope)
    if briefing.service_line:
        teams = [t.pk for t in Team.objects.all() if not t.service_lines or briefing.service_line in t.service_lines]
        people = people.filter(team__in=teams)
    return people


def receipts(briefing: Briefing, person: Person) -> dict[str, Any]:
    """Who has read and who has not, as far as this person leads them."""
    people = list(audience(briefing, person)[:MOST_NAMES])
    read = {row.person_id: row for row in Reading.objects.filter(briefing=briefing, person__in=people)}
    done = [{"person": each, "reading": read[each.pk]} for each in people if each.pk in read]
    return {"readers": done, "missing": [each for each in people if each.pk not in read], "audience": len(people)}


@transaction.atomic
def plan_training(
    *, by: Person, title: str, at: datetime, people: Collection[str], place: str = "", briefing: Briefing | None = None
) -> Training:
    """A session at that time, with the people of these agent codes, who are told of it."""
    require(by, "training.hold")
    title, place = clean(title, longest=160), clean(place, longest=120)
    if not title:
        raise Invalid(_("Isian ini masih kosong."), errors={"title": [_("Isian ini masih kosong.")]})
    invited = list(Person.objects.filter(agent_code__in=set(people), is_active=True))
    unknown = sorted(set(people) - {person.agent_code for person in invited})
    if unknown or not 1 <= len(invited) <= MOST_INVITED:
        sentence = _("Kode agen ini tidak dikenal.") if unknown else _("Undang sedikitnya satu, paling banyak 200 orang.")
        raise Invalid(sentence, errors={"people": [sentence, *unknown[:10]]})
    training = Training.objects.create(title=title, at=at, place=place, briefing=briefing, held_by=by, made_at=now())
    Attendance.objects.bulk_create(Attendance(training=training, person=person) for person in invited)
    record(training, "training.planned", by=by, facts={"title": title, "at": at.isoformat(), "invited": len(invited)}, first=True)
    notify(invited, Event.TRAINING, key=f"training:{training.pk}", text=title, url="/briefings/")
    Counter.grow(COUNTER)
    return training


@transaction.atomic
def note_attendance(training: Training, present: Collection[str], *, by: Person) -> Training:
    """Who was there, by agent codes; all others who were invited were not. May be corrected by noting it again."""
    require(by, "training.hold")
    training = Training.objects.select_for_update().get(pk=training.pk)
    if training.at > now():
        raise Conflict(_("Sesi ini belum dimulai."))
    rows = Attendance.objects.filter(training=training)
    unknown = set(present) - set(rows.values_list("person__agent_code", flat=True))
    if unknown:
        sentence = _("Tidak diundang: %(codes)s.") % {"codes": ", ".join(sorted(unknown)[:10])}
        raise Invalid(sentence, errors={"present": [sentence]})
    moment = {"marked_by": by, "marked_at": now()}
    rows.filter(person__agent_code__in=present).update(present=True, **moment)
    rows.exclude(person__agent_code__in=present).update(present=False, **moment)
    record(training, "training.attended", by=by, facts={"present": sorted(present)})
    Counter.grow(COUNTER)
    return training
