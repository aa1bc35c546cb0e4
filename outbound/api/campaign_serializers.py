"""Campaigns, prospects, reasons and results as JSON, and the bodies of their acts."""

from typing import Any, ClassVar, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Team
from outbound.models import CallReason, Campaign, CaringResult, Difference, Product, Prospect
from tickets.api.bodies import shown_scripts
from tickets.personal import shown

LONGEST = 3_000


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """One campaign."""

    class Meta:
        model = Campaign
        fields: ClassVar = ["id", "name", "product", "prospect_count", "team", "active", "created_at"]
        read_only_fields: ClassVar = fields


class CampaignBody(serializers.Serializer[Any]):
    """A new campaign. Without ``team`` it is for the team of Tier-2 agents that the caller leads."""

    name = serializers.CharField(max_length=120)
    product = serializers.ChoiceField(choices=Product.choices)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), required=False, allow_null=True)


class CampaignChange(serializers.Serializer[Any]):
    """Another name; closed or opened."""

    name = serializers.CharField(max_length=120)
    active = serializers.BooleanField()


class ImportBody(serializers.Serializer[Any]):
    """A file with the usual columns, or with those of a saved mapping."""

    file = serializers.FileField()
    mapping = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class ProspectSerializer(serializers.ModelSerializer[Prospect]):
    """A customer in arrears. Name and phone are covered where the role does not need them."""

    product = serializers.ChoiceField(choices=Product.choices, source="campaign.product", read_only=True)
    bills = serializers.ListField(child=serializers.IntegerField(), read_only=True, help_text=_("Per bulan, yang tertua dahulu."))
    customer_name = serializers.SerializerMethodField()
    contact_phone = serializers.SerializerMethodField()
    held_by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    last_agent = serializers.SlugRelatedField(slug_field="agent_code", read_only=True, allow_null=True)  # type: ignore[var-annotated]

    class Meta:
        model = Prospect
        fields: ClassVar = [
            "id", "campaign", "product", "service_number", "customer_name", "contact_phone", "area", "time_zone",
            "arrears_months", "bill_amount", "bills", "bill_month", "payment_state", "payment_checked_at", "state",
            "ended_because", "priority", "attempts",
            "best_hour", "due_at", "returned", "held_by", "lease_until", "last_agent",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    def get_customer_name(self, prospect: Prospect) -> str:
        return str(shown("customer_name", prospect.customer_name, self.context["request"].user))

    def get_contact_phone(self, prospect: Prospect) -> str:
        return str(shown("contact_phone", prospect.contact_phone, self.context["request"].user))


class ReasonSerializer(serializers.ModelSerializer[CallReason]):
    """A call reason. Those without ``parent`` are groups; the others can be chosen."""

    class Meta:
        model = CallReason
        fields: ClassVar = [
            "id", "name", "name_en", "parent", "code", "contacted", "agreed", "callback", "unworkable", "do_not_call",
            "needs_date", "needs_amount", "needs_note", "retry_minutes", "active", "order",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class ResultSerializer(serializers.ModelSerializer[CaringResult]):
    """What came of one call. ``recording`` is null until one is attached."""

    by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True)  # type: ignore[var-annotated]
    recording = serializers.SerializerMethodField()
    service_number = serializers.CharField(source="prospect.service_number", read_only=True)
    call_seconds = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = CaringResult
        fields: ClassVar = [
            "id", "prospect", "campaign", "service_number", "reason", "contacted", "agreed", "identity_checked", "promised_on",
            "promised_amount", "next_contact_at", "note", "recording", "state", "by", "at", "call_seconds", "sent_back_reason",
            "recommendation", "redo_by", "promise_state", "paid_on",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    @extend_schema_field(OpenApiTypes.INT)
    def get_recording(self, result: CaringResult) -> int | None:
        if hasattr(result, "newest_recording"):
            return cast("int | None", result.newest_recording)
        return result.recordings.values_list("pk", flat=True).first()


@extend_schema_field(OpenApiTypes.INT)
class ReasonField(serializers.Field[CallReason, Any, Any, Any]):
    """A reason by its id, or by its code."""

    default_error_messages: ClassVar = {"unknown": _("Reason call ini tidak ada.")}

    def to_internal_value(self, data: Any) -> CallReason:
        word = str(data) if isinstance(data, (int, str)) and not isinstance(data, bool) else ""
        by_id = {"pk": int(word)} if word.isascii() and word.isdigit() and len(word) < 18 else {"code": word[:40]}
        found = CallReason.objects.filter(**by_id).first() if "\x00" not in word else None
        if found is None:
            self.fail("unknown")
        return found


class ResultBody(serializers.Serializer[Any]):
    """The result of a call. What the reason needs must be there; ``contacted`` and ``agreed`` may be left to the reason."""

    reason = ReasonField(help_text="id or code of a call reason that is no group")
    contacted = serializers.BooleanField(required=False, allow_null=True)
    agreed = serializers.BooleanField(required=False, allow_null=True)
    promised_on = serializers.DateField(required=False, allow_null=True)
    promised_amount = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10_000_000_000)
    next_contact_at = serializers.DateTimeField(required=False, allow_null=True)
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    identity_checked = serializers.BooleanField(required=False)


class EnterBody(ResultBody):
    """The same, when it is entered, with the scripts that the call was spoken with."""

    scripts = shown_scripts()


class DifferenceSerializer(serializers.ModelSerializer[Difference]):
    """``values``: field by field what Kawal says, and what the other system says; or ``missing``: it has no such call."""

    class Meta:
        model = Difference
        fields: ClassVar = ["id", "result", "system", "values", "state", "found_at", "settled_at", "note"]
        read_only_fields: ClassVar = fields


class SettleBody(serializers.Serializer[Any]):
    """What was done about it."""

    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class SendBackBody(serializers.Serializer[Any]):
    """Why the entry is wrong."""

    reason = serializers.CharField(max_length=1_000)


class PickBody(serializers.Serializer[Any]):
    """From one campaign, or from all of the own team."""

    campaign = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class RatesSerializer(serializers.Serializer[Any]):
    """Counts, and rates in percent; null where nothing can be said."""

    calls = serializers.IntegerField()
    contacted = serializers.IntegerField()
    agreed = serializers.IntegerField()
    approved = serializers.IntegerField()
    returned = serializers.IntegerField()
    kept = serializers.IntegerField()
    broken = serializers.IntegerField()
    contact_rate = serializers.IntegerField(allow_null=True, help_text="contacted of calls")
    agree_rate = serializers.IntegerField(allow_null=True, help_text="agreed of contacted")
    approved_rate = serializers.IntegerField(allow_null=True, help_text="approved of approved and returned")
    kept_rate = serializers.IntegerField(allow_null=True, help_text="kept of kept and broken promises")


class AgentRatesSerializer(RatesSerializer):
    """The same of one agent."""

    agent_code = serializers.CharField(source="by__agent_code")
    online_name = serializers.CharField(source="by__online_name")


class FiguresSerializer(serializers.Serializer[Any]):
    """Of a campaign in all and per agent."""

    all = RatesSerializer()
    agents = AgentRatesSerializer(many=True)


class TeamRatesSerializer(RatesSerializer):
    """The same of one team."""

    team = serializers.CharField(source="campaign__team__name")


class CampaignRatesSerializer(RatesSerializer):
    """The same of one campaign."""

    campaign = serializers.IntegerField(source="campaign_id")
    name = serializers.CharField(source="campaign__name")


class AllFiguresSerializer(FiguresSerializer):
    """Of the open campaigns this month: in all, per team, campaign and agent."""

    teams = TeamRatesSerializer(many=True)
    campaigns = CampaignRatesSerializer(many=True)
