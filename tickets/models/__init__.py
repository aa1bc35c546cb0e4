"""What the customer said."""

from tickets.models.activities import AGAIN_AFTER_REOPENING, Activity, DoneActivity, Step
from tickets.models.customer import Customer
from tickets.models.differences import TicketDifference, What
from tickets.models.forwardings import Chase, Forwarding, ForwardingEnd, How, Outcome
from tickets.models.hands import Hand
from tickets.models.imports import ImportLoad, ImportMapping, LoadState, RefusedRow
from tickets.models.reports import OutsideReference, Report, ReportKind, TicketUpdate, UpdateTo, Verification
from tickets.models.scripts import Language, Script
from tickets.models.ticket import (
    TICKET_MOVES,
    Channel,
    Criterion,
    HolderKind,
    Interaction,
    Kind,
    Segment,
    ServiceLine,
    ShownClock,
    Status,
    Ticket,
    number_of,
    show_tickets_to,
)
from tickets.models.tools import MEASURES, Finding, Found, LinkState, Tool, ToolUse
from tickets.models.turns import Turn
from tickets.models.twins import Twin
from tickets.models.work import Draft, Hold, Presence

__all__ = [
    "AGAIN_AFTER_REOPENING",
    "MEASURES",
    "Activity",
    "DoneActivity",
    "Step",
    "TICKET_MOVES",
    "Channel",
    "Chase",
    "Criterion",
    "Customer",
    "Draft",
    "Finding",
    "Found",
    "Forwarding",
    "ForwardingEnd",
    "Hand",
    "How",
    "Outcome",
    "Hold",
    "HolderKind",
    "ImportLoad",
    "ImportMapping",
    "Interaction",
    "Kind",
    "LinkState",
    "Language",
    "LoadState",
    "OutsideReference",
    "Presence",
    "RefusedRow",
    "Report",
    "ReportKind",
    "Script",
    "Segment",
    "ServiceLine",
    "ShownClock",
    "Status",
    "Ticket",
    "TicketDifference",
    "TicketUpdate",
    "Tool",
    "ToolUse",
    "UpdateTo",
    "Turn",
    "Twin",
    "Verification",
    "What",
    "number_of",
    "show_tickets_to",
]
