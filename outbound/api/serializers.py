"""Callbacks as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from outbound.actions.making import CALLERS
from outbound.models import Callback, CallbackAttempt, Outcome, Purpose, Satisfaction
from tickets.api.bodies import shown_scripts

LONGEST = 3_000


class AttemptSerializer(serializers.ModelSerializer[CallbackAttempt]):
    """One try, as it was entered."""

    by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = CallbackAttempt
        fields: ClassVar = [
            "id", "outcome", "response", "satisfied", "wants_visit", "further_help_offered", "identity_checked",
            "satisfaction", "next_try_at", "by", "at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class CallbackSerializer(serializers.ModelSerializer[Callback]):
    """One call that is owed. ``round`` says how often the escort had come back when it was made."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    claimed_by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    for_person = serializers.SlugRelatedField(slug_field="agent_code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    created_by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Callback
        fields: ClassVar = [
            "id", "ticket", "purpose", "due_at", "state", "information", "attempts", "attempts_count", "claimed_by",
            "lease_until", "for_person", "own_until", "time_zone", "round", "created_by",
            "created_at", "done_at", "ended_because",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class OweBody(serializers.Serializer[Any]):
    """A callback to be made: what the customer must be told. ``caring`` owes the caring call again that was given up; ``promise``
    needs a ticket with an open promise."""

    ticket = serializers.CharField(max_length=20)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)
    information = serializers.CharField(max_length=LONGEST)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    for_person = serializers.CharField(
        max_length=8, required=False, allow_null=True, help_text=f"Agent code; one of {', '.join(CALLERS)}."
    )


class AttemptBody(serializers.Serializer[Any]):
    """What came of the call. Reached needs ``response`` and, for a caring call, ``satisfied``; call_later ``next_try_at``."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    response = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, allow_null=True)
    satisfied = serializers.BooleanField(required=False, allow_null=True)
    next_try_at = serializers.DateTimeField(required=False, allow_null=True)
    wants_visit = serializers.BooleanField(required=False)
    further_help_offered = serializers.BooleanField(required=False)
    identity_checked = serializers.BooleanField(required=False)
    satisfaction = serializers.ChoiceField(choices=Satisfaction.choices, required=False, allow_blank=True, allow_null=True)
    scripts = shown_scripts()


class DialSerializer(serializers.Serializer[Any]):
    """What the softphone dials by; the call stands in the history."""

    address = serializers.CharField()


class WithdrawBody(serializers.Serializer[Any]):
    """Why nobody need call any more."""

    reason = serializers.CharField(max_length=500)
