"""Every change of a ticket's state, one function per verb."""

from tickets.actions.activities import change_activity, set_activity, tick
from tickets.actions.base import change_kind, hold_open, lift_hold, pass_ball, pass_ball_of, show_clocks
from tickets.actions.checking import Look, record_finding, refer
from tickets.actions.contact import post_update, request_take_over, tell_customer, unmask, verify_caller
from tickets.actions.desk import discard_draft, mark_presence, save_draft
from tickets.actions.editing import edit
from tickets.actions.forwarding import chase, forward, show_next_chases
from tickets.actions.intake import Intake, add_repeat_report, log_ticket, overrule_criterion
from tickets.actions.toolbox import Use, change_tool, create_tool
from tickets.actions.twins import link_twin, unlink_twin
from tickets.actions.work import assign, close, move_to_team, pause, reopen, resume, solve, take_over

__all__ = [
    "Intake",
    "Look",
    "Use",
    "add_repeat_report",
    "assign",
    "change_activity",
    "change_kind",
    "chase",
    "change_tool",
    "close",
    "create_tool",
    "discard_draft",
    "edit",
    "forward",
    "hold_open",
    "lift_hold",
    "link_twin",
    "log_ticket",
    "mark_presence",
    "move_to_team",
    "overrule_criterion",
    "pass_ball",
    "pass_ball_of",
    "pause",
    "post_update",
    "record_finding",
    "refer",
    "reopen",
    "request_take_over",
    "resume",
    "save_draft",
    "set_activity",
    "show_clocks",
    "show_next_chases",
    "solve",
    "take_over",
    "tell_customer",
    "tick",
    "unlink_twin",
    "unmask",
    "verify_caller",
]
