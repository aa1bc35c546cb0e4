"""The banner for briefings that wait to be read, and what of this app cites a clause (QM-4, QM-7)."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.procedures import Citation, cites
from escalation.models import MessageTemplate, Policy
from quality.models import Briefing, ScoringForm


def _forms() -> Iterable[Citation]:
    for form in ScoringForm.objects.published():
        yield Citation(form.name, f"{form.clause} {form.code}", f"{form.code} v{form.version}")


def _policies() -> Iterable[Citation]:
    for policy in Policy.objects.filter(active=True).exclude(clause="").order_by("kind", "-version"):
        yield Citation(policy.name, policy.clause, f"v{policy.version}")


def _message_templates() -> Iterable[Citation]:
    for template in MessageTemplate.objects.filter(active=True).exclude(clause="")[:50]:
        yield Citation(str(template), template.clause, f"v{template.version}")


def _briefings() -> Iterable[Citation]:
    for briefing in Briefing.objects.filter(withdrawn_at=None).exclude(clause="")[:50]:
        yield Citation(briefing.title, briefing.clause)


def register() -> None:
    """Once, when the apps are ready."""
    notices.register(notices.Notice("briefings", 20, "quality/parts/briefing_notice.html", Briefing.objects.waiting_for))
    cites("policies", _("Kebijakan"), _policies)
    cites("message-templates", _("Pesan grup"), _message_templates)
    cites("scoring-forms", _("Formulir penilaian"), _forms)
    cites("briefings", _("Briefing"), _briefings)
