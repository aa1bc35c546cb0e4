"""Every change of a callback, one function per verb."""

from outbound.actions.answering import CallResult, record_attempt
from outbound.actions.base import require_may_work
from outbound.actions.making import create_callback, end_caring, make_caring_callback
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
    "claim_callback",
    "claim_next",
    "create_callback",
    "end_caring",
    "free_abandoned_callbacks",
    "keep_lease",
    "make_caring_callback",
    "record_attempt",
    "record_call",
    "release_callback",
    "require_may_work",
]
