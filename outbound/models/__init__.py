"""Calls that we owe a customer, and calls to customers in arrears: campaigns, prospects, reasons, results."""

from outbound.models.callbacks import (
    CALLBACK_MOVES,
    CALLBACK_OPEN,
    Callback,
    CallbackAttempt,
    CallbackState,
    Ending,
    Outcome,
    Purpose,
    Satisfaction,
)
from outbound.models.campaigns import Campaign, Product
from outbound.models.checks import MISSING, Difference, DifferenceState, ExportLayout, ResultRule, RuleKind
from outbound.models.payments import Payment, PromiseReminder, ReminderKind
from outbound.models.prospects import PROSPECT_MOVES, DoNotCall, PaymentState, Prospect, ProspectState
from outbound.models.recordings import Recording
from outbound.models.results import RESULT_MOVES, CallReason, CaringResult, PromiseState, ResultState

__all__ = [
    "CALLBACK_MOVES",
    "CALLBACK_OPEN",
    "PROSPECT_MOVES",
    "RESULT_MOVES",
    "MISSING",
    "CallReason",
    "Callback",
    "CallbackAttempt",
    "CallbackState",
    "Campaign",
    "CaringResult",
    "DoNotCall",
    "Ending",
    "Outcome",
    "PaymentState",
    "Product",
    "PromiseState",
    "Prospect",
    "ProspectState",
    "Purpose",
    "Recording",
    "ResultState",
    "Satisfaction",
    "Difference",
    "DifferenceState",
    "ExportLayout",
    "ResultRule",
    "RuleKind",
    "Payment",
    "PromiseReminder",
    "ReminderKind",
]
