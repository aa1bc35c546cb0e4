"""Who pushes the fault to its end, and talks to the world."""

from escalation.models.channels import Channel, ChannelKind, Group, InboundMessage, InboundState, Message, MessageState, Purpose
from escalation.models.clocks import (
    CLOCK_ENDED,
    Clock,
    ClockInterval,
    ClockRung,
    ClockState,
    Milestone,
    MilestoneName,
    Policy,
    Rung,
    RungState,
    Whom,
)
from escalation.models.escorts import ESCORT_MOVES, ESCORT_OPEN, Escort, EscortState, Progress, Severity, Source
from escalation.models.notifications import Event, Notification

__all__ = [
    "CLOCK_ENDED",
    "ESCORT_MOVES",
    "ESCORT_OPEN",
    "Channel",
    "ChannelKind",
    "Clock",
    "ClockInterval",
    "ClockRung",
    "ClockState",
    "Escort",
    "EscortState",
    "Event",
    "Group",
    "InboundMessage",
    "InboundState",
    "Message",
    "MessageState",
    "Milestone",
    "MilestoneName",
    "Notification",
    "Policy",
    "Progress",
    "Purpose",
    "Rung",
    "RungState",
    "Severity",
    "Source",
    "Whom",
]
