"""The places on the rail for those who escort tickets, and where their day happens."""

from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.roles import Role
from escalation.actions.mail_items import handles_mail
from escalation.board import words_to_read
from escalation.tabs import free_escorts, waiting_inbound

LEADERS = (Role.TEAM_LEADER, Role.SUPERVISOR)


def register() -> None:
    """Lay the places, once, when the apps are ready."""
    places.register(Role.SUPPORT_HC, _("Antrean"), "escalation:queue", "inbox", count=free_escorts, order=10, hot=True)
    places.register(Role.SUPPORT_HC, _("Kotak WA"), "escalation:inbox", "chat", count=waiting_inbound, order=30)
    places.register(Role.AGENT, _("E-mail"), "escalation:mail", "mail", key="e", order=30, shown=handles_mail)
    places.register(LEADERS, _("E-mail"), "escalation:mail", "mail", key="e", order=65, minor=True)
    places.register(Role.ADMINISTRATOR, _("Kotak surat"), "escalation:mailboxes", "mail", key="m", order=25)
    seeing = (Role.SUPPORT_HC, *LEADERS)
    places.register(seeing, _("Gangguan"), "escalation:outages", "offline", key="o", order=35, minor=True)
    places.register(LEADERS, _("Papan"), "escalation:board", "board", count=words_to_read, order=10, hot=True)
    places.register(Role.ADMINISTRATOR, _("Saluran"), "escalation:channels", "chat", key="s", order=20)
    for role in (Role.SUPERVISOR, Role.SUPPORT_HC, Role.ADMINISTRATOR):
        places.register(role, _("Kebijakan"), "escalation:policies", "ladder", order=60, minor=role != Role.ADMINISTRATOR)
    places.register((*LEADERS, Role.SUPPORT_HC), _("Angka"), "escalation:figures", "chart", order=70, minor=True)
    for role in (Role.ADMINISTRATOR, Role.SUPPORT_HC):
        places.register(role, _("Kesehatan"), "escalation:health", "alert", order=80, minor=role != Role.ADMINISTRATOR)
    places.lend_to_stand_ins("escalation:board")
    for role in LEADERS:
        places.set_home(role, "escalation:board")
    places.set_home(Role.SUPPORT_HC, "escalation:queue")
