"""What each role may do: one table, read by actions, pages, the API and the tests alike.

What a person may *see* is not here: that is ``visible_to`` on each queryset.
"""

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.problems import NotAllowed

if TYPE_CHECKING:
    from accounts.models import Person


class Role(TextChoices):
    """The roles of requirements.md, "People"."""

    AGENT = "agent", _("Agen")
    TEAM_LEADER = "team_leader", _("Team Leader")
    SUPERVISOR = "supervisor", _("Supervisor")
    SUPPORT_HC = "support_hc", _("Support HC")
    OUTBOUND_AGENT = "outbound_agent", _("Agen Tier-2")
    QUALITY_CONTROL = "quality_control", _("QC")
    ADMINISTRATOR = "administrator", _("Administrator")
    CLIENT = "client", _("Pembaca Telkom")


A, TL, SPV, HC, T2, QC, ADM, CLIENT = (
    Role.AGENT,
    Role.TEAM_LEADER,
    Role.SUPERVISOR,
    Role.SUPPORT_HC,
    Role.OUTBOUND_AGENT,
    Role.QUALITY_CONTROL,
    Role.ADMINISTRATOR,
    Role.CLIENT,
)
FRONT = (A, TL, SPV, HC)
LEADERS = (TL, SPV)
HOLDING = (A, TL, SPV, HC, T2)  # who has work in hand that goes to somebody at the end of a shift
ALL = tuple(Role)

MAY: dict[str, tuple[Role, ...]] = {
    # accounts
    "person.edit": (ADM,),
    "team.edit": (ADM,),
    "site.edit": (ADM,),
    "handover.list": ALL,
    "handover.offer": HOLDING,
    "handover.answer": HOLDING,
    "shift.look": (A, TL, SPV, HC, T2, QC, ADM),
    "shift_note.write": (A, TL, SPV, HC, T2, QC),
    "stand_in.list": (A, TL, SPV, ADM),
    "stand_in.name": LEADERS,
    "stand_in.end": (A, TL, SPV),
    "procedure.list": tuple(Role),
    "procedure.edit": (ADM,),
    # tickets
    "ticket.list": (A, TL, SPV, HC, T2, QC, ADM),
    "ticket.export": (TL, SPV, HC),
    "ticket.log": FRONT,
    "ticket.edit": FRONT,
    "ticket.repeat_report": FRONT,
    "ticket.update": FRONT,
    "ticket.verify": (A, TL, SPV, HC, T2),
    "ticket.tell": (A, TL, SPV, T2),
    "ticket.forward": FRONT,
    "ticket.chase": FRONT,
    "forwarding.list": (A, TL, SPV, HC, ADM),
    "ticket.activity": FRONT,
    "activity.edit": (ADM,),
    "tool.list": (A, TL, SPV, HC, T2, QC, ADM),
    "tool.edit": (ADM,),
    "ticket.record_finding": (A, TL, SPV, HC, T2),
    "ticket.refer": FRONT,
    "ticket.assign": (A, TL, SPV, HC),
    "workload.list": (TL, SPV, ADM),
    "workload.move": LEADERS,
    "ticket.pause": FRONT,
    "ticket.resume": FRONT,
    "ticket.solve": FRONT,
    "ticket.close": FRONT,
    "ticket.reopen": FRONT,
    "ticket.request_take_over": (A,),
    "ticket.take_over": (TL, SPV),
    "ticket.overrule_criterion": (TL,),
    "ticket.link_twin": FRONT,
    "script.list": (A, TL, SPV, HC, T2, QC, ADM),
    "script.edit": (HC, ADM),
    "ticket.import": (HC,),
    "load.list": (TL, HC, ADM),
    "load.rows": (TL, HC),
    "ticket_difference.list": (TL, SPV, HC, ADM),
    "ticket_difference.settle": (TL, SPV, HC),
    "customer.list": (A, TL, SPV, HC, T2, QC, ADM),
    "customer.unmask": (A, TL, SPV, HC, T2),
    # escalation
    "ticket.escalate": (A, TL, SPV, HC),
    "ticket.raise_super_emergency": (TL, SPV),
    "ticket.withdraw_super_emergency": (TL, SPV),
    "escort.list": (TL, SPV, HC, ADM),
    "escort.figures": (TL, SPV, HC, ADM),
    "escort.claim": (HC,),
    "escort.release": (HC,),
    "escort.analyse": (HC,),
    "escort.dispatch": (HC,),
    "escort.record_progress": (HC,),
    "escort.solve": (HC,),
    "message.list": (HC, ADM),
    "message.retry": (HC,),
    "message.mark_sent": (HC,),
    "inbox.list": (HC, ADM),
    "inbox.match": (HC,),
    "inbox.dismiss": (HC,),
    "clock.list": (TL, SPV, HC, ADM),
    "clock.look": (A, TL, SPV, HC, ADM),
    "clock.acknowledge": (A, TL, SPV, HC),
    "promise.list": (TL, SPV, HC, ADM),
    "promise.make": (TL, SPV),
    "promise.keep": (TL,),
    "promise.break": (TL,),
    "promise.renegotiate": (TL,),
    "promise.hand_over": (TL,),
    "promise.accept": (TL,),
    "outage.list": (TL, SPV, HC, ADM),
    "outage.open": (HC,),
    "outage.join": (HC,),
    "outage.leave": (HC,),
    "outage.progress": (HC,),
    "outage.solve": (HC,),
    "problem.list": (A, TL, SPV, HC, T2, QC, ADM),
    "problem.report": (A, TL, SPV, HC, T2, QC, ADM),
    "problem.acknowledge": (SPV, HC, ADM),
    "problem.handle": (SPV, HC),
    "problem_rung.edit": (ADM,),
    "policy.list": (SPV, HC, ADM),
    "policy.edit": (ADM,),
    "channel.list": (ADM,),
    "channel.edit": (ADM,),
    "group.list": (ADM,),
    "group.edit": (ADM,),
    "health.look": (HC, ADM),
    "rung.release": (ADM,),
    "mail.list": (A, TL, SPV),
    "mail.handle": (A, TL, SPV),
    "mailbox.edit": (ADM,),
    # outbound
    "callback.list": (A, TL, SPV, HC, T2, ADM),
    "callback.report": (TL, SPV, HC, ADM),
    "callback.create": (HC, TL),
    "callback.claim": (T2, TL, A),
    "callback.release": (T2, TL, A),
    "callback.attempt": (T2, TL, A),
    "campaign.list": (TL, SPV, T2, ADM),
    "campaign.edit": (TL,),
    "campaign.import": (TL,),
    "campaign.export": (TL, SPV),
    "prospect.list": (TL, SPV, T2, QC, ADM),
    "prospect.pick": (T2,),
    "prospect.release": (T2,),
    "prospect.result": (T2,),
    "reason.list": ALL,
    "reason.edit": (ADM,),
    "recording.list": (TL, SPV, T2, QC, ADM),
    "recording.attach": (T2, TL),
    "result.list": (TL, SPV, T2, QC, ADM),
    "result.send_back": (TL,),
    "result.correct": (T2,),
    "difference.list": (TL, SPV, T2, ADM),
    "difference.settle": (T2, TL),
    # quality
    "validation.list": (TL, SPV, T2, QC, ADM),
    "validation.claim": (QC,),
    "validation.release": (QC,),
    "validation.score": (QC,),
    "validation.dispute": (T2,),
    "validation.answer_dispute": (TL, SPV),
    "validation.approve": (QC,),
    "validation.return": (QC,),
    "scoring_form.list": (A, TL, SPV, HC, T2, QC, ADM),
    "scoring_form.edit": (ADM,),
    "return_reason.edit": (ADM,),
    "evaluation.list": (A, TL, SPV, HC, T2, QC, ADM),
    "evaluation.create": (QC,),
    "evaluation.dispute": (A, HC, T2, TL),
    "evaluation.answer_dispute": (TL, SPV),
    "nonconformity.list": (A, TL, SPV, HC, T2, QC, ADM),
    "nonconformity.create": (QC, SPV),
    "nonconformity.improve": (QC, SPV),
    "nonconformity.verify": (QC, SPV),
    "report.list": (QC, SPV, ADM),
    "report.make": (QC,),
    "wallboard.look": (SPV, HC, ADM),
    "target.list": (SPV, HC, QC, ADM),
    "target.edit": (ADM,),
    "history.list": (QC, ADM),
    "retention.list": (ADM, QC),
    "retention.edit": (ADM,),
    "retention.run": (ADM,),
    "retention.hold": (ADM,),
    "sampling.list": (QC, TL, SPV, ADM),
    "sampling.edit": (QC, SPV),
    "calibration.list": (QC, SPV, ADM),
    "calibration.open": (QC,),
    "calibration.score": (QC,),
    "evidence.list": (SPV, QC, CLIENT, ADM),
    "evidence.make": (QC,),
    "evidence.release": (QC, SPV),
    "briefing.list": tuple(Role),
    "briefing.read": tuple(Role),
    "briefing.publish": (TL, SPV, QC, ADM),
    "training.list": (A, TL, SPV, HC, T2, QC, ADM),
    "training.hold": (TL, SPV, QC, ADM),
}

# What an agent may do as well while standing in for the TL, on what that TL leads (OB-7). A TL who stands in may it all by role.
AS_STAND_IN = frozenset(
    {
        "ticket.take_over",
        "workload.list",
        "workload.move",
        "ticket.overrule_criterion",
        "ticket.raise_super_emergency",
        "ticket.withdraw_super_emergency",
        "escort.list",
        "escort.figures",
        "clock.list",
        "promise.list",
        "promise.make",
        "promise.keep",
        "promise.break",
        "promise.renegotiate",
        "callback.create",
    }
)


def may(person: "Person", act: str) -> bool:
    """Whether the person may do ``act`` at all, by role or as a stand-in TL; a particular object may still refuse."""
    return person.role in MAY[act] or (act in AS_STAND_IN and person.stands_in_for is not None)


def require(person: "Person", act: str) -> None:
    """Refuse with 403 and the roles that may, when this person's role may not do ``act``."""
    if not may(person, act):
        who = ", ".join(str(Role(role).label) for role in MAY[act])
        raise NotAllowed(_("Hanya %(who)s yang dapat melakukan ini."), who=who)
