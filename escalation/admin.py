"""The administrator's pages for the words of groups and of mail, its table of decisions and handlers. Nothing is deleted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin import Kept, LinesField, desk
from common.problems import Problem
from escalation.actions import message_templates
from escalation.actions.mailboxes import change_row, create_row, require_sense
from escalation.actions.problems import change_rung, create_rung
from escalation.group_words import BLANKS, example
from escalation.models import MailHandler, MailRule, MailTemplate, MessageTemplate, MessageUse, ProblemRung


class SensibleForm(forms.ModelForm):  # type: ignore[type-arg]
    """The action's own rule, shown beside the fields that it names."""

    sense: Callable[[Any], None] = staticmethod(require_sense)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        meant = self._meta.model(pk=self.instance.pk, **{name: value for name, value in values.items() if name in self.fields})
        try:
            self.sense(meant)
        except Problem as problem:
            for name, said in problem.errors.items():
                self.add_error(name if name in self.fields else None, [str(each) for each in said])
        return values


class RuleForm(SensibleForm):
    segments = LinesField(label=_("segmen"), required=False, help_text="DES, DGS, DBS, DCS")
    acts = LinesField(label=_("tindakan"), help_text="answer, forward, open_ticket")

    class Meta:
        model = MailRule
        fields = [
            "order",
            "name",
            "clause",
            "segments",
            "interaction",
            "complaint",
            "acts",
            "needs",
            "template",
            "handler",
            "active",
        ]


class TemplateForm(SensibleForm):
    class Meta:
        model = MailTemplate
        fields = ["slug", "title", "use", "clause", "text", "active"]
        help_texts = {"text": "{nama} {nomor} {tiket} {progres} {agen} {perihal} {penanganan} {segmen} {surat}"}


def creating(kind: Any) -> Callable[..., Any]:
    return staticmethod(partial(create_row, kind))


@admin.register(MailRule, site=desk)
class MailRuleAdmin(Kept):
    form = RuleForm
    create, change = creating(MailRule), staticmethod(change_row)
    list_display = ["order", "name", "clause", "segments", "interaction", "complaint", "acts", "needs", "active"]
    list_display_links = ["name"]


@admin.register(MailTemplate, site=desk)
class MailTemplateAdmin(Kept):
    form = TemplateForm
    create, change = creating(MailTemplate), staticmethod(change_row)
    list_display = ["title", "use", "clause", "version", "active"]
    list_filter = ["use", "active"]


@admin.register(MailHandler, site=desk)
class MailHandlerAdmin(Kept):
    create, change = creating(MailHandler), staticmethod(change_row)
    fields = ["name", "address", "group"]
    list_display = ["name", "address", "group"]
    list_select_related = ["group"]


@admin.register(ProblemRung, site=desk)
class ProblemRungAdmin(Kept):
    create, change = staticmethod(create_rung), staticmethod(change_rung)
    fields = ["after_minutes", "whom", "active"]
    list_display = ["after_minutes", "whom", "active"]
    list_display_links = ["after_minutes", "whom"]


class MessageTemplateForm(SensibleForm):
    sense = staticmethod(message_templates.require_sense)

    class Meta:
        model = MessageTemplate
        fields = ["use", "kind", "purpose", "text", "clause", "active"]
        help_texts = {
            "text": _("Bagian dalam [ ] hilang bila isiannya kosong. Nomor tiket ditambahkan bila tidak ditulis."),
            "kind": _("Kosong berlaku untuk semua jenis."),
            "purpose": _("Kosong berlaku untuk semua grup."),
        }


@admin.register(MessageTemplate, site=desk)
class MessageTemplateAdmin(Kept):
    form = MessageTemplateForm
    create, change = staticmethod(message_templates.create_template), staticmethod(message_templates.change_template)
    list_display = ["use", "kind", "purpose", "clause", "version", "active"]
    list_filter = ["use", "active"]
    readonly_fields = ["blanks", "example"]

    @admin.display(description=_("isian yang dikenal"))
    def blanks(self, template: MessageTemplate) -> str:
        uses = [template.use] if template.use else MessageUse.values
        rows = [(MessageUse(use).label, " ".join(f"{{{name}}}" for name in BLANKS[use])) for use in uses]
        return format_html_join("", "<div>{}: {}</div>", rows)

    @admin.display(description=_("contoh"))
    def example(self, template: MessageTemplate) -> str:
        return linebreaksbr(example(template)) if template.pk else "-"
