"""The form that changes a ticket's fields, and what it knows about a change that somebody else made first (HC-4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms import REGIONS, SIGNS, UNKNOWN, KawalForm, picked, signs, written
from tickets.models import Channel, Interaction, Segment, ServiceLine, Ticket
from tickets.personal import covered

COVERED = ("contact_phone", "contact_email")  # not shown here either: who changes one types the new one
UNCHANGED = _("Kosongkan bila tidak berubah")
BASE, PICK, KNOWN_SIGNS = "base-", "pick-", "known-signs"


class EditForm(KawalForm):
    """The fields of a ticket with the version that they were read in, and beside each the value that it had then."""

    symptom = written(_("Gejala"))
    description = written(_("Uraian, pakai kata pelanggan"), rows=4)
    customer_name = written(_("Nama pelanggan"))
    reporter_name = written(_("Nama pelapor"))
    segment = picked(_("Segmen"), [UNKNOWN, *Segment.choices], required=False)
    contact_phone = written(_("Nomor kontak"), required=False, help_text=UNCHANGED, attrs={"inputmode": "tel"})
    contact_email = written(_("E-mail"), required=False, help_text=UNCHANGED, attrs={"inputmode": "email"})
    service_line = picked(_("Layanan"), ServiceLine.choices)
    interaction = picked(_("Jenis kontak"), Interaction.choices)
    channel = picked(_("Lewat"), Channel.choices)
    region = picked(_("TREG"), REGIONS, required=False)
    area = written(_("Area atau Witel"), required=False)
    service_number = written(_("Nomor layanan"), attrs={"class": "num"})
    more_signs = signs(_("Tanda yang tampak kemudian"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """As the ticket is now."""
        now = plain({name: getattr(ticket, name) for name in cls.texts()})
        shown = {name: "" if name in COVERED else value for name, value in now.items()}
        return cls._keeping(shown, now, ticket.version, ticket.criteria)

    @classmethod
    def _keeping(cls, shown: Mapping[str, Any], bases: Mapping[str, str], version: int, known: Sequence[str]) -> Self:
        form = cls(initial={**shown, "version": version})
        form.bases = {BASE + name: str(covered(name, value)) if name in COVERED else value for name, value in bases.items()}
        form.bases |= {KNOWN_SIGNS: " ".join(known)}
        form.fields["more_signs"].choices = [sign for sign in SIGNS if sign[0] not in known]  # type: ignore[attr-defined]
        form.let_empty(name for name, value in bases.items() if not value)
        return form

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.let_empty(name for name in self.texts() if self.data.get(BASE + name) == "")

    def let_empty(self, names: Iterable[str]) -> None:
        """What was empty may stay so: imported tickets have fields that nobody knows."""
        for name in names:
            self.fields[name].required = False

    bases: Mapping[str, str] = {}

    @classmethod
    def texts(cls) -> list[str]:
        """The names of the ticket's own fields."""
        return [name for name in cls.base_fields if name not in ("version", "more_signs")]

    def before(self, name: str) -> str:
        """What the field held when the form was opened; without it the typed value counts as a change."""
        return str(self.data.get(BASE + name, "")).replace("\r\n", "\n")

    def is_changed(self, name: str) -> bool:
        if name in COVERED:
            return bool(self.cleaned_data[name])
        return bool(self.cleaned_data[name] != self.before(name))

    def changed(self) -> dict[str, Any]:
        """What to save: the fields that this person changed, but those for which the other's value was picked."""
        picked_theirs = {name for name in self.texts() if self.data.get(PICK + name) == "theirs"}
        changed = {name: self.cleaned_data[name] for name in self.texts() if self.is_changed(name) and name not in picked_theirs}
        if more := self.cleaned_data["more_signs"]:
            changed["criteria"] = [*str(self.data.get(KNOWN_SIGNS, "")).split(), *more]
        return changed

    def rows_against(self, current: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each field that the other changed to something else than what stands here, with both values."""
        now = plain({name: current.get(name) for name in self.texts()})
        return [self._row(name, now[name]) for name in self.texts() if self._differs(name, now[name])]

    def _differs(self, name: str, theirs: str) -> bool:
        """Covered fields can only be compared as they are shown; they matter where this person typed a new one."""
        if name in COVERED:
            return self.is_changed(name) and str(covered(name, theirs)) != self.before(name)
        return bool(self.before(name) != theirs != self.cleaned_data[name])

    def _row(self, name: str, theirs: str) -> dict[str, Any]:
        return {
            "name": PICK + name,
            "label": self.fields[name].label,
            "mine": self._said(name, self.cleaned_data[name]),
            "theirs": self._said(name, str(covered(name, theirs)) if name in COVERED else theirs),
            "pick": "mine" if self.is_changed(name) else "theirs",
        }

    def _said(self, name: str, value: str) -> str:
        field = self.fields[name]
        choices: dict[Any, Any] = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
        return str(choices.get(value, value))

    def against(self, current: Mapping[str, Any]) -> Self:
        """The form again, with every typed word, on top of the other's version."""
        now = plain({name: current.get(name) for name in self.texts()})
        contested = {row["name"].removeprefix(PICK) for row in self.rows_against(current)}
        keep = {name for name in self.texts() if self.is_changed(name) or name in contested or name in COVERED}
        shown = {name: self.cleaned_data[name] if name in keep else now[name] for name in self.texts()}
        typed = {**shown, "more_signs": self.cleaned_data["more_signs"]}
        return self._keeping(typed, now, int(current["version"]), current["criteria"])


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Fields as a form holds them."""
    return {name: "" if value is None else str(value).replace("\r\n", "\n") for name, value in values.items()}
