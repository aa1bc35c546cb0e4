"""What the acts on tickets and customers take (api.md, "Bodies fixed by name"). Unknown fields are ignored."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.problems import Invalid
from tickets.actions.editing import FIELDS
from tickets.actions.intake import LONGEST, cleaned_fields
from tickets.models import Channel, Criterion, How, Interaction, LinkState, Outcome, ReportKind, Segment, ServiceLine, UpdateTo
from tickets.shown_scripts import MOST, of_ids

Body = serializers.Serializer[Any]
LONGEST_TEXT = 10_000
ACT_FOR = {
    "status": "pause, resume, solve, close, reopen",
    "kind": "super-emergency, withdraw-super-emergency, overrule-criterion",
    "team": "assign",
    "assignee": "assign, take-over",
}


def words(longest: int = LONGEST_TEXT, **options: Any) -> serializers.CharField:
    """Words of a person; blank ones only where ``required=False``."""
    return serializers.CharField(max_length=longest, allow_blank=not options.get("required", True), **options)


def signs() -> serializers.ListField:
    """Signs of a hard complaint that the agent ticks (HC-1); the system finds ``repeat_report`` itself."""
    return serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices), required=False, max_length=5)


class ShownScripts(serializers.ListField):
    """Ids of the scripts whose wording stood before whoever spoke; the act keeps their versions (OB-3)."""

    child = serializers.IntegerField(min_value=1)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and len(data) > MOST:
            self.fail("max_length", max_length=MOST)
        return of_ids(super().to_internal_value(data))


def shown_scripts() -> ShownScripts:
    """Optional: what a program does not say was not shown by it."""
    return ShownScripts(required=False, help_text=_("Id naskah yang tampil saat berbicara."))


class FormBody(Body):
    """The form's fields. Their rules stand in the action; here they are only asked, so that 400 comes before 412."""

    service_number = words(LONGEST["service_number"])
    service_line = serializers.ChoiceField(choices=ServiceLine.choices)
    segment = serializers.ChoiceField(choices=Segment.choices, required=False, allow_blank=True)
    customer_name = words(LONGEST["customer_name"])
    reporter_name = words(LONGEST["reporter_name"])
    contact_phone = words(LONGEST["contact_phone"], help_text=_("Dalam ejaan apa pun yang biasa."))
    contact_email = words(LONGEST["contact_email"], required=False, allow_null=True)
    region = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    area = words(LONGEST["area"], required=False)
    symptom = words(LONGEST["symptom"])
    description = words(LONGEST["description"])
    interaction = serializers.ChoiceField(choices=Interaction.choices, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in attrs.items() if name in FIELDS}
        return attrs | cleaned_fields(values)


class IntakeBody(FormBody):
    """A new ticket."""

    criteria = signs()
    scripts = shown_scripts()
    intake_key = serializers.UUIDField(required=False, allow_null=True)


class EditBody(FormBody):
    """The form's fields, each optional. Signs can be added; only a TL takes one back (``overrule-criterion``)."""

    criteria = signs()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if wrong := [name for name in ACT_FOR if isinstance(data, dict) and name in data]:
            errors = {name: [_("Ubah lewat tindakan: %(acts)s.") % {"acts": ACT_FOR[name]}] for name in wrong}
            raise Invalid(_("Isian ini tidak diubah dengan PATCH."), errors=errors)
        return dict(super().to_internal_value(data))


class RepeatReportBody(Body):
    description = words()
    kind = serializers.ChoiceField(choices=ReportKind.choices, default=ReportKind.COMPLAINT)
    criteria = signs()
    scripts = shown_scripts()


class UpdateBody(Body):
    text = words()
    to = serializers.ChoiceField(choices=UpdateTo.choices)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.CALL)


class ToldBody(Body):
    text = words()
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.CALL)


class VerificationBody(Body):
    """What the caller could prove (OB-1)."""

    name_matches = serializers.BooleanField(default=False)
    customer_id_matches = serializers.BooleanField(default=False)
    contact_matches = serializers.BooleanField(default=False)


class ForwardBody(Body):
    unit = words(120)
    text = words(required=False)
    outside_reference = words(80, required=False)
    system = serializers.RegexField(r"^[a-z0-9_-]{1,30}$", default="nossa")


class ChaseBody(Body):
    """The unit was asked. ``text``: what it said, in words that the customer may hear; needed unless ``outcome`` is silent."""

    how = serializers.ChoiceField(choices=How.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    text = words(required=False)


class ActivityBody(Body):
    """``number`` as in P-06 7; ``activity`` is another word for it. ``done`` false takes an own tick back."""

    number = serializers.IntegerField(min_value=1, max_value=20, required=False)
    activity = serializers.IntegerField(min_value=1, max_value=20, required=False, write_only=True)
    done = serializers.BooleanField(default=True)
    note = words(300, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        other = attrs.pop("activity", None)
        number = attrs.get("number", other)
        if number is None:
            raise serializers.ValidationError({"number": [_("Sebutkan nomor aktivitasnya.")]})
        return attrs | {"number": number}


class AssignBody(Body):
    assignee = serializers.CharField(max_length=8, help_text=_("Kode agen."))


class ReasonBody(Body):
    reason = words(500)


class SolveBody(Body):
    solution = words()
    cause = words(200)
    scripts = shown_scripts()


class CloseBody(Body):
    """``solution`` and ``cause`` may be left out where the ticket has them from ``solve``."""

    solution = words(required=False)
    cause = words(200, required=False)
    customer_confirmed = serializers.BooleanField(default=False)
    further_help_offered = serializers.BooleanField(default=False)
    scripts = shown_scripts()


class OverruleBody(Body):
    criterion = serializers.ChoiceField(choices=Criterion.choices)
    reason = words()


class UnmaskBody(Body):
    """``ticket``: the number of the ticket that it is for; its history keeps the reason."""

    reason = words(500)
    ticket = serializers.CharField(max_length=20, required=False)


class TwinBody(serializers.Serializer[Any]):
    """The number of the ticket that was there first."""

    of = serializers.CharField(max_length=20)


class FindingBody(Body):
    """What was found in a tool: measures in dB and Mbps, a status, registered or not, as the tool has it; else a note."""

    tool = serializers.CharField(max_length=30)
    attenuation_db = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    snr_db = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    rate_mbps = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    attainable_mbps = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    link_state = serializers.ChoiceField(choices=LinkState.choices, required=False, allow_blank=True)
    registered = serializers.BooleanField(required=False, allow_null=True)
    note = words(500, required=False)


class ReferenceBody(Body):
    """The ticket's number in another system, by the code of its tool."""

    system = serializers.CharField(max_length=30)
    number = words(80)
    remove = serializers.BooleanField(default=False)
