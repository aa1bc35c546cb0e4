"""Who pushes the fault to its end, and talks to the world."""

from escalation.models.calendars import Calendar, CalendarVersion, Holiday, HolidayCategory
from escalation.models.channels import Channel, ChannelKind, Group, InboundMessage, InboundState, Message, MessageState, Purpose
from escalation.models.clocks import (
    AROUND_THE_CLOCK,
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
    Scope,
    Whom,
)
from escalation.models.escorts import ESCORT_MOVES, ESCORT_OPEN, Escort, EscortState, Progress, Severity, Source
from escalation.models.notifications import Event, Notification

__all__ = [
    "AROUND_THE_CLOCK",
    "CLOCK_ENDED",
    "ESCORT_MOVES",
    "ESCORT_OPEN",
    "Calendar",
    "CalendarVersion",
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
    "Holiday",
    "HolidayCategory",
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
    "Scope",
    "Severity",
    "Source",
    "Whom",
]
