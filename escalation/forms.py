"""What the pages of escalation ask. The rules are in the actions."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Site
from accounts.roles import Role
from escalation.actions.matching import OURS
from escalation.actions.promises import Terms
from escalation.models import Escort, Group, Scope, Severity
from escalation.simulating import Happenings
from tickets.forms import EMPTY, REGIONS, UNKNOWN, KawalForm, picked, written
from tickets.models import Kind, Segment, ServiceLine

ANALYSED = ("cause", "responsible_unit", "severity", "note", "region", "area")
RAISED = [(kind, kind.label) for kind in (Kind.SUPER_EMERGENCY, Kind.BUZZER, Kind.BUZZER_VISIT)]


NO_DAY = {"invalid": _("Tulis tanggalnya."), "required": _("Tulis tanggalnya.")}


def after(label: Any) -> forms.IntegerField:
    """So many minutes, or empty for never."""
    wrong = _("Tulis menit, 0 sampai 43200.")
    errors = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=43_200, widget=widget, error_messages=errors)


class AnalysisForm(KawalForm):
    """What Support HC finds out before the unit hears of it (HC-4)."""

    cause = written(_("Penyebab"), required=False, list="causes", autocomplete="off")
    responsible_unit = written(_("Unit"), required=False, list="units", autocomplete="off")
    severity = picked(_("Keparahan"), [UNKNOWN, *Severity.choices], required=False)
    region = picked(_("TREG"), REGIONS, required=False)
    area = written(_("Area"), required=False, autocomplete="off")
    note = written(_("Yang diminta dari unit"), required=False, rows=2)

    def mine(self) -> dict[str, str]:
        """What stands in the form now, field by field, valid or not."""
        return {name: str(self.data.get(name, "")).strip() for name in ANALYSED}

    def was(self) -> dict[str, str]:
        """What stood in the escort when the form was shown."""
        return {name: str(self.data.get(f"was-{name}", "")).strip() for name in ANALYSED}


def analysis_of(escort: Escort) -> dict[str, str]:
    """The values of the analysis as the form writes them."""
    ticket = escort.ticket
    own = {name: getattr(escort, name) for name in ("cause", "responsible_unit", "severity", "note")}
    return {**own, "region": str(ticket.region or ""), "area": ticket.area}


class PaneForm(KawalForm):
    """One of several forms in the pane that ask for a text. Its ids are its own, else its label leads to another's field."""

    own_id = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.own_id}-%s", **kwargs})


class FollowUpForm(PaneForm):
    """A question to the groups, in one's own words."""

    own_id = "follow-up"
    text = written(_("Tanya lagi ke grup"), rows=1)


class OpeningForm(PaneForm):
    """What stands above the list of several tickets."""

    own_id = "opening"
    text = written(_("Kalimat pembuka"), required=False)


class ProgressForm(PaneForm):
    """What the unit said (HC-6)."""

    own_id = "progress"
    text = written(_("Kata unit"), rows=2, attrs={"aria-keyshortcuts": "p"})
    group = picked(_("Dari grup"), [], required=False)
    publish = forms.BooleanField(label=_("Teruskan ke TL"), required=False, initial=True)
    done = forms.BooleanField(label=_("Unit bilang selesai"), required=False)
    needs_data = forms.BooleanField(label=_("Unit minta data"), required=False)

    def __init__(self, *args: Any, groups: Iterable[Group] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = [*((key, group.name) for key, group in self.groups.items()), ("", _("lewat cara lain"))]


class SolvedForm(PaneForm):
    """The unit has repaired it (SE-5)."""

    own_id = "solved"
    text = written(_("Apa yang dikerjakan unit"), rows=3)


def promised_moment(*, required: bool = True) -> forms.DateTimeField:
    """Until when, in the time of the person's site."""
    wrong = {"invalid": _("Tulis tanggal dan jam, misalnya 24/11/2026 16.00."), "required": EMPTY}
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=_("Sebelum"), required=required, widget=widget, error_messages=wrong)


class PromiseForm(KawalForm):
    """What was promised to the customer (PM-3)."""

    what = written(_("Yang dijanjikan"))
    promised_to = written(_("Kepada"))
    due_at = promised_moment()
    slot_note = ""  # what the promise would take

    def asked(self) -> Terms:
        """As the action takes it."""
        values = self.cleaned_data
        return Terms(values["promised_to"], values["what"], values["due_at"])


class RenegotiateForm(KawalForm):
    """Another moment for a promise, and why."""

    due_at = promised_moment()
    reason = written(_("Mengapa berubah"), rows=2)

    def asked(self) -> tuple[datetime, str]:
        """As the action takes it."""
        return self.cleaned_data["due_at"], self.cleaned_data["reason"]


class BreakForm(KawalForm):
    """Why a promise was not kept."""

    reason = written(_("Mengapa tidak ditepati"), rows=3)

    def asked(self) -> str:
        """As the action takes it."""
        return str(self.cleaned_data["reason"])


class OfferForm(KawalForm):
    """Which other TL is asked to take a promise."""

    to = picked(_("Kepada TL"), [])

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = Person.objects.filter(role=Role.TEAM_LEADER, is_active=True).exclude(pk=person.pk).select_related("team")
        self.leaders = {each.agent_code: each for each in leaders.order_by("online_name")[:200]}
        field: Any = self.fields["to"]
        field.choices = [
            (code, f"{each.online_name}, {each.team.name}" if each.team else each.online_name)
            for code, each in self.leaders.items()
        ]

    def asked(self) -> Person:
        """As the action takes it."""
        return self.leaders[self.cleaned_data["to"]]


class RaiseForm(KawalForm):
    """Why a ticket is raised, and to what (SE-1, PM-2); the flag may carry the promise (PM-1)."""

    kind = picked(_("Naik menjadi"), RAISED, initial=Kind.SUPER_EMERGENCY, widget=forms.RadioSelect)
    reason = written(_("Alasan"), rows=3)
    what = written(_("Yang dijanjikan"), required=False)
    promised_to = written(_("Kepada"), required=False)
    due_at = promised_moment(required=False)
    slot_note = ""  # what the promise would take
    previews: Sequence[Any] = ()  # what Support HC's group will read, for each kind
    destinations: Sequence[str] = ()  # the units' groups that Support HC will send to

    def promise(self) -> Terms | None:
        """What is promised along with the flag; None when nothing is."""
        values = self.cleaned_data
        return Terms(values["promised_to"], values["what"], values["due_at"]) if values["what"] else None

    def clean(self) -> dict[str, Any]:
        """A promise is whole or not there."""
        values = self.cleaned_data
        if values.get("what") or values.get("due_at"):
            for name in ("what", "promised_to", "due_at"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, EMPTY)
        return values


class WithdrawForm(KawalForm):
    """Why the raising is taken back (SE-1)."""

    reason = written(_("Mengapa ditarik"), rows=2)


class MatchForm(KawalForm):
    """Which ticket a word of the groups belongs to, and what it means."""

    number = written(_("Nomor tiket"), autocomplete="off")
    kind = picked(_("Jenis"), OURS, required=False)


class SwitchOnForm(KawalForm):
    """From when on a version serves; empty for at once."""

    in_force_from = forms.DateTimeField(
        label=_("Berlaku sejak"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Kosong: sekarang juga."),
        error_messages={"invalid": _("Tulis tanggal dan jamnya.")},
    )


class SimulationForm(KawalForm):
    """A ticket that might come, and what might befall it; minutes count from its logging (ESC-6)."""

    kind = picked(_("Jenis"), Kind.choices)
    segment = picked(_("Segmen"), [UNKNOWN, *Segment.choices], required=False)
    service_line = picked(_("Layanan"), ServiceLine.choices)
    region = forms.TypedChoiceField(label=_("TREG"), choices=REGIONS, coerce=int, empty_value=None, required=False)
    site = forms.ModelChoiceField(label=_("Situs"), queryset=Site.objects.all(), to_field_name="code", empty_label=None)
    at = forms.DateTimeField(
        label=_("Dicatat"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Tulis tanggal dan jamnya."), "required": _("Tulis tanggal dan jamnya.")},
    )
    claimed = after(_("Diambil setelah"))
    dispatched = after(_("Dikirim ke unit setelah"))
    told = after(_("Pelanggan dikabari setelah"))
    solved = after(_("Selesai setelah"))
    paused = after(_("Jeda dari menit"))
    resumed = after(_("sampai menit"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("resumed") is not None and values["resumed"] <= (values.get("paused") or -1):
            self.add_error("resumed", _("Jeda selesai setelah ia mulai."))
        return values

    def scope(self) -> Scope:
        """What the policy is chosen by."""
        values = self.cleaned_data
        return Scope(values["kind"], values["segment"], values["service_line"], values["region"], [values["site"].pk])

    def happenings(self) -> Happenings:
        """As moments, in the zone of the chosen site."""
        values = self.cleaned_data
        logged = values["at"].replace(tzinfo=ZoneInfo(values["site"].time_zone))
        names = ("claimed", "dispatched", "told", "solved", "paused", "resumed")
        given = {name: logged + timedelta(minutes=values[name]) for name in names if values[name] is not None}
        return Happenings(logged, **given)


class TrialForm(KawalForm):
    """Tickets logged from one day to another, both included (ESC-6)."""

    since = forms.DateField(
        label=_("Tiket sejak"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), error_messages=NO_DAY
    )
    until = forms.DateField(
        label=_("sampai dengan"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), error_messages=NO_DAY
    )

    def period(self) -> dict[str, datetime]:
        """The two days as moments, in the zone of who asks."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        begin = timezone.make_aware(datetime.combine(first, time()))
        return {"since": begin, "until": timezone.make_aware(datetime.combine(last, time())) + timedelta(days=1)}
