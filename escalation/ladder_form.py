"""A policy as the editor's form holds it: the head, and the ladders as cards. Every typed word stays, right or wrong (ESC-2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Site
from common.problems import Problem
from escalation.models import Calendar, Channel, MilestoneName, Policy
from escalation.whom import choices as whom_choices
from tickets.forms import KawalForm, picked, written
from tickets.models import Kind, Segment, ServiceLine

# The fields of a card, each a list over all cards of the form in drawn order, and what the action calls those that it refuses.
CARD = ("rung", "after", "whom", "channel", "repeat", "times", "all")
THEIRS = {"after_seconds": "after", "whom": "whom", "channel": "channel", "repeat_seconds": "repeat"}
LONGEST_MINUTES = 43_200
FRESH = {"after": "0", "whom": "holder", "channel": "page", "repeat": "", "times": "", "all": ""}


ALL = ("", _("semua"))
REGIONS = [ALL, *((number, f"TREG {number}") for number in range(1, 8))]


def _row(label: Any, rows: QuerySet[Any], key: str, empty: Any) -> "forms.ModelChoiceField[Any]":
    return forms.ModelChoiceField(label=label, queryset=rows, to_field_name=key, empty_label=empty, required=False)


class HeadForm(KawalForm):
    """Whom the policy serves, by which hours, and where it is written."""

    name = written(_("Nama"))
    clause = written(_("Klausul"), help_text=_("Bagian prosedur yang menetapkannya."))
    kind = picked(_("Jenis"), Kind.choices)
    segment = picked(_("Segmen"), [ALL, *Segment.choices], required=False)
    service_line = picked(_("Layanan"), [ALL, *ServiceLine.choices], required=False)
    region = forms.TypedChoiceField(label=_("TREG"), choices=REGIONS, coerce=int, empty_value=None, required=False)
    site = _row(_("Situs"), Site.objects.all(), "code", ALL[1])
    counting = _row(_("Detik dihitung"), Calendar.objects.all(), "slug", _("24 jam"))
    notifying = _row(_("Orang diberi tahu"), Calendar.objects.all(), "slug", _("24 jam"))


@dataclass
class Card:
    """One rung as typed; ``place`` counts over the whole form, ``step`` within its ladder."""

    values: dict[str, str]
    place: int = 0
    step: int = 0
    last: bool = False
    focused: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Section:
    """One milestone: its minutes, empty for no clock, and its ladder."""

    name: str
    label: Any
    minutes: str = ""
    cards: list[Card] = field(default_factory=list)
    error: str = ""
    focused: bool = False

    @property
    def field_id(self) -> str:
        return f"minutes-{self.name}"


class LadderForm:
    """Head and sections, read from a version, from what was posted, or from a draft."""

    def __init__(self, head: HeadForm, minutes: Mapping[str, str], cards: Iterable[Mapping[str, str]]) -> None:
        self.head = head
        self.sections = [Section(name, label, minutes.get(name, "")) for name, label in MilestoneName.choices]
        by_name = {section.name: section for section in self.sections}
        for values in cards:
            if values["rung"] in by_name:
                by_name[values["rung"]].cards.append(Card(dict(values)))
        self._number()

    @classmethod
    def of_policy(cls, policy: Policy | None) -> "LadderForm":
        """As the version has it; for None an empty one."""
        if policy is None:
            return cls(HeadForm(), {}, [])
        initial = {name: getattr(policy, name) for name in HeadForm.base_fields}
        for name, key in (("site", "code"), ("counting", "slug"), ("notifying", "slug")):
            initial[name] = getattr(initial[name], key) if initial[name] else ""
        milestones = list(policy.milestones.all())
        cards = [
            {
                "rung": row.milestone,
                "after": _minutes(rung.after_seconds),
                "whom": rung.whom,
                "channel": rung.channel,
                "repeat": _minutes(rung.repeat_seconds) if rung.repeat_times else "",
                "times": str(rung.repeat_times) if rung.repeat_times else "",
                "all": "all" if rung.all_must_acknowledge else "",
            }
            for row in milestones
            for rung in sorted(row.rungs.all(), key=lambda rung: rung.order)
        ]
        return cls(HeadForm(initial=initial), {row.milestone: _minutes(row.seconds) for row in milestones}, cards)

    @classmethod
    def of_post(cls, posted: QueryDict, *, bound: bool = True) -> "LadderForm":
        """As it was typed."""
        columns = {name: posted.getlist(name)[:200] for name in CARD}
        count = len(columns["rung"])
        cards = [{name: (columns[name] + [""] * count)[place][:80] for name in CARD} for place in range(count)]
        minutes = {name: posted.get(f"minutes-{name}", "")[:12] for name in MilestoneName.values}
        head = HeadForm(posted) if bound else HeadForm(initial=posted.dict())
        return cls(head, minutes, cards)

    @classmethod
    def of_draft(cls, values: Mapping[str, Any]) -> "LadderForm":
        """As a draft kept it."""
        posted = QueryDict(mutable=True)
        for name, value in values.items():
            posted.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
        return cls.of_post(posted, bound=False)

    def _number(self) -> None:
        place = 0
        for section in self.sections:
            for step, card in enumerate(section.cards):
                card.place, card.step, card.last = place, step + 1, card is section.cards[-1]
                place += 1

    def act(self, word: str) -> None:
        """``add-claim``, ``up-3``, ``down-3`` or ``remove-3``: cards are counted over the whole form. What is not there stays."""
        verb, _dash, where = word.partition("-")
        for section in self.sections:
            if verb == "add" and where == section.name:
                section.cards.append(Card({"rung": section.name, **FRESH, "after": self._next_after(section)}, focused=True))
            for index, card in enumerate(section.cards):
                if str(card.place) == where and verb in ("up", "down", "remove"):
                    self._move(section, index, verb)
                    self._number()
                    return
        self._number()

    def _next_after(self, section: Section) -> str:
        last = section.cards[-1].values["after"] if section.cards else ""
        return str(int(last) + 10) if last.isascii() and last.isdigit() else "0"

    def _move(self, section: Section, index: int, verb: str) -> None:
        card = section.cards.pop(index)
        if verb == "remove":
            section.focused = not section.cards
            if section.cards:
                section.cards[min(index, len(section.cards) - 1)].focused = True
            return
        card.focused = True
        section.cards.insert(max(index - 1, 0) if verb == "up" else index + 1, card)

    def as_posted(self) -> dict[str, str | list[str]]:
        """As a browser would post it, for the draft."""
        cards = [card.values for section in self.sections for card in section.cards]
        columns: dict[str, str | list[str]] = {name: [values[name] for values in cards] for name in CARD}
        head = {name: str(self.head.initial.get(name, "")) for name in self.head.fields}
        return {**head, **{section.field_id: section.minutes for section in self.sections}, **columns}

    def values(self) -> dict[str, Any] | None:
        """What ``create_policy`` takes; None where a number is none or a choice is missing, with errors at their places."""
        milestones = [
            {"milestone": section.name, "seconds": seconds, "rungs": [self._rung(card) for card in section.cards]}
            for section in self.sections
            if (seconds := self._seconds(section)) is not None
        ]
        if not self.head.is_valid() or self.problems:
            return None
        return {**self.head.cleaned_data, "milestones": milestones}

    def _seconds(self, section: Section) -> int | None:
        if not section.minutes.strip() and not section.cards:
            return None
        number = _number(section.minutes, smallest=1)
        if number is None:
            section.error = str(_("Tulis menitnya, 1 sampai 43200; tanpa menit jam ini tidak ada, jadi hapus anak tangganya."))
        return (number or 0) * 60

    def _rung(self, card: Card) -> dict[str, Any]:
        numbers = {name: _number(card.values[name] or "0", smallest=0) for name in ("after", "repeat", "times")}
        for name, number in numbers.items():
            if number is None or (name == "times" and number > 20):
                card.errors[name] = str(
                    _("Ulangi 0 sampai 20 kali.") if name == "times" else _("Tulis menit sebagai angka bulat.")
                )
        return {
            "after_seconds": (numbers["after"] or 0) * 60,
            "whom": card.values["whom"],
            "channel": card.values["channel"],
            "repeat_seconds": (numbers["repeat"] or 0) * 60,
            "repeat_times": numbers["times"] or 0,
            "all_must_acknowledge": card.values["all"] == "all",
        }

    def refuse(self, problem: Problem) -> None:
        """Put the refusal of the action beside what it names."""
        used = [section for section in self.sections if section.minutes.strip() or section.cards]
        for place, sentences in problem.errors.items():
            text = " ".join(map(str, sentences))
            if at := re.fullmatch(r"milestones\.(\d+)\.rungs\.(\d+)\.(\w+)", place):
                used[int(at[1])].cards[int(at[2])].errors[THEIRS[at[3]]] = text
            elif at := re.match(r"milestones\.(\d+)", place):
                used[int(at[1])].error = text
            else:
                self.head.add_error(place if place in self.head.fields else None, text)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every wrong place outside the head: where to jump, its name, the sentence."""
        found = []
        for section in self.sections:
            if section.error:
                found.append((section.field_id, str(section.label), section.error))
            for card in section.cards:
                named = f"{section.label} {card.step}"
                found += [(f"{name}-{card.place}", named, sentence) for name, sentence in card.errors.items()]
        return found


def card_choices() -> dict[str, Any]:
    """What the cards' lists offer."""
    channels = Channel.objects.filter(active=True).order_by("name").values_list("slug", "name")
    return {"whoms": whom_choices(), "channels": [("page", _("halaman ini")), *channels]}


def _minutes(seconds: int) -> str:
    return str(seconds // 60) if seconds % 60 == 0 else f"{seconds / 60:.2f}".rstrip("0")


def _number(text: str, *, smallest: int) -> int | None:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
    return number if smallest <= number <= LONGEST_MINUTES else None
