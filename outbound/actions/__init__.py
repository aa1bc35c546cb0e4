"""Every change of a callback, a campaign, a prospect or a result, one function per verb."""

from outbound.actions.ageing import age_arrears
from outbound.actions.answering import CallResult, record_attempt
from outbound.actions.base import require_may_work
from outbound.actions.campaigns import change_campaign, create_campaign
from outbound.actions.differences import settle_difference
from outbound.actions.exporting import export_results
from outbound.actions.figures import figures_by, figures_of, midnight, month_start, of_open_campaigns
from outbound.actions.making import create_callback, end_caring, make_caring_callbacks, withdraw_callback
from outbound.actions.paying import fire_reminders
from outbound.actions.picking import call_prospect, free_abandoned_prospects, keep_prospect, pick, release_prospect
from outbound.actions.results import approve_result, correct, enter_result, return_result, send_back, undo_result
from outbound.actions.working import (
    claim_callback,
    claim_next,
    free_abandoned_callbacks,
    keep_lease,
    record_call,
    release_callback,
)

__all__ = [
    "CallResult",
    "age_arrears",
    "approve_result",
    "call_prospect",
    "change_campaign",
    "claim_callback",
    "claim_next",
    "correct",
    "create_callback",
    "create_campaign",
    "end_caring",
    "enter_result",
    "export_results",
    "figures_by",
    "figures_of",
    "fire_reminders",
    "free_abandoned_callbacks",
    "free_abandoned_prospects",
    "keep_lease",
    "keep_prospect",
    "make_caring_callbacks",
    "midnight",
    "month_start",
    "of_open_campaigns",
    "pick",
    "record_attempt",
    "record_call",
    "release_callback",
    "release_prospect",
    "require_may_work",
    "return_result",
    "send_back",
    "settle_difference",
    "undo_result",
    "withdraw_callback",
]
