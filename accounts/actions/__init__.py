"""What changes people, and is written into their history."""

from accounts.actions.administration import change_person, change_site, change_team, create_person, create_site, create_team
from accounts.actions.handovers import accept_handover, decline_handover, fall_due, offer_handover, withdraw_handover
from accounts.actions.leading import leader_of, require_on_duty
from accounts.actions.second_factor import (
    add_second_factor,
    begin_second_factor,
    check_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
)
from accounts.actions.self import change_password, choose_language, choose_preferences, set_duty, sign_statement
from accounts.actions.signing_in import lock_out, refuse_sign_in, sign_in, sign_out
from accounts.actions.standing_in import end_stand_in, name_stand_in

__all__ = [
    "end_stand_in",
    "name_stand_in",
    "accept_handover",
    "add_second_factor",
    "begin_second_factor",
    "change_password",
    "change_person",
    "change_site",
    "change_team",
    "check_second_factor",
    "choose_language",
    "choose_preferences",
    "create_person",
    "create_site",
    "create_team",
    "decline_handover",
    "fall_due",
    "leader_of",
    "lock_out",
    "offer_handover",
    "refuse_sign_in",
    "remove_second_factor",
    "renew_recovery_codes",
    "require_on_duty",
    "reset_second_factor",
    "set_duty",
    "sign_in",
    "sign_out",
    "sign_statement",
    "withdraw_handover",
]
