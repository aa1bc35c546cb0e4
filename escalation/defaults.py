"""What a new installation starts with: the policies of requirements.md, all assumptions until an administrator confirms them,
office hours with the holidays of Indonesia, and the groups that the documents name, worked by hand."""

from typing import Any

from accounts.models import Counter
from common.clock import now
from escalation.actions.calendars import lay_holidays, save_calendar
from escalation.group_words import FIRST_WORDS
from escalation.mail_defaults import lay_mail
from escalation.models import (
    Calendar,
    Channel,
    ChannelKind,
    Group,
    HolidayCategory,
    MessageTemplate,
    Milestone,
    Policy,
    ProblemRung,
    ProblemWhom,
    Rung,
    Whom,
)
from escalation.models.channels import Purpose
from tickets.models import Kind

URGENT = {"claim": 5, "dispatch": 15, "unit_silence": 30, "customer_update": 30, "caring": 60}
MINUTES: dict[str, dict[str, int]] = {
    Kind.SUPER_EMERGENCY: URGENT,
    Kind.BUZZER_VISIT: URGENT,
    Kind.BUZZER: URGENT,
    Kind.HARD_COMPLAINT: {"claim": 15, "dispatch": 30, "unit_silence": 45, "customer_update": 60, "caring": 120},
    Kind.REGULAR: {"unit_silence": 120, "customer_update": 240, "solution": 1440},
}
LADDER = [(0, Whom.HOLDER), (10, Whom.TEAM_LEADER), (20, Whom.SUPERVISOR), (60, Whom.GROUP)]


def lay_policies() -> None:
    """The first policy of each kind, where none is yet."""
    if Policy.objects.exists():
        return
    for kind, minutes in MINUTES.items():
        policy = Policy.objects.create(name=str(Kind(kind).label), kind=kind, clause="W-24 4; P-06 5.8-5.11", created_at=now())
        for milestone, length in minutes.items():
            row = Milestone.objects.create(policy=policy, milestone=milestone, seconds=length * 60)
            Rung.objects.bulk_create(
                Rung(milestone=row, order=order, after_seconds=after * 60, whom=whom)
                for order, (after, whom) in enumerate(LADDER, start=1)
            )


OFFICE = [["08:00", "12:00"], ["13:00", "17:00"]]
DAYTIME = [["07:00", "21:00"]]


def lay_calendars() -> None:
    """The holidays, and two calendars that policies may choose, where none is yet; the first policies need neither (ESC-4)."""
    lay_holidays()
    if Calendar.objects.exists():
        return
    weekdays, everyday = ({str(day): hours for day in range(days)} for days, hours in ((5, OFFICE), (7, DAYTIME)))
    closed = [HolidayCategory.PUBLIC, HolidayCategory.JOINT_LEAVE]
    save_calendar(by=None, slug="jam-kantor", name="Jam kantor", weekly=weekdays, closed_on=closed)
    save_calendar(by=None, slug="siang-hari", name="Siang hari, 07.00-21.00", weekly=everyday)


def lay_groups() -> None:
    """The groups of W-24 on the channel by hand, where no channel is yet."""
    if Channel.objects.exists():
        return
    by_hand = Channel.objects.create(slug="by-hand", name="Manual", kind=ChannelKind.BY_HAND)
    groups = [
        Group(name=f"TIAL REG-{region}", purpose=Purpose.TIAL_REG, region=region, channel=by_hand) for region in range(1, 8)
    ]
    others = [("C4", Purpose.C4), ("Support HC", Purpose.SUPPORT_HC), ("Telkom", Purpose.TELKOM)]
    groups += [Group(name=name, purpose=purpose, channel=by_hand) for name, purpose in others]
    Group.objects.bulk_create(groups)


def lay_message_templates() -> None:
    """What groups read, where no template is yet; the documents give no wording, so the clause names where it is sent."""
    if not MessageTemplate.objects.exists():
        rows = [MessageTemplate(use=use, text=text, clause="W-24 5.1.5, 5.2.5") for use, text in FIRST_WORDS.items()]
        MessageTemplate.objects.bulk_create(rows)


def lay_problem_ladder() -> None:
    """Who hears of an application that does not work, where no rung is yet (*our choice*: P-01 6.9 names only IOC)."""
    if not ProblemRung.objects.exists():
        rungs = [(0, ProblemWhom.SUPERVISOR), (0, ProblemWhom.SUPPORT_HC), (10, ProblemWhom.ADMINISTRATOR)]
        ProblemRung.objects.bulk_create(ProblemRung(after_minutes=after, whom=whom) for after, whom in rungs)


def lay(**_: Any) -> None:
    """Everything; runs after each migrate and changes nothing where something stands."""
    lay_policies()
    lay_calendars()
    lay_groups()
    lay_mail()
    lay_message_templates()
    lay_problem_ladder()
    for name in ("queue", "tickets", "mail", "problems"):
        Counter.objects.get_or_create(name=name)
