"""Who we are, and who did what."""

from accounts.models.handovers import Handover, HandoverItem, HandoverState
from accounts.models.history import HistoryDetail, HistoryEntry, HistorySeal
from accounts.models.idempotency import IdempotentAnswer
from accounts.models.people import LINES, Desk, Distribution, Duty, Person, Site, Skill, StandIn, Team
from accounts.models.procedures import Procedure
from accounts.models.settings import Counter
from accounts.models.shift_notes import ShiftNote

__all__ = [
    "LINES",
    "Desk",
    "Distribution",
    "Counter",
    "Duty",
    "Handover",
    "HandoverItem",
    "HandoverState",
    "HistoryDetail",
    "HistoryEntry",
    "HistorySeal",
    "IdempotentAnswer",
    "Person",
    "Procedure",
    "ShiftNote",
    "Site",
    "Skill",
    "StandIn",
    "Team",
]
