"""What changes people, and is written into their history."""

from accounts.actions.administration import change_person, change_site, change_team, create_person, create_site, create_team
from accounts.actions.self import change_password, choose_language, choose_preferences, set_duty, sign_statement
from accounts.actions.signing_in import lock_out, refuse_sign_in, sign_in, sign_out

__all__ = [
    "change_password",
    "change_person",
    "change_site",
    "change_team",
    "choose_language",
    "choose_preferences",
    "create_person",
    "create_site",
    "create_team",
    "lock_out",
    "refuse_sign_in",
    "set_duty",
    "sign_in",
    "sign_out",
    "sign_statement",
]
