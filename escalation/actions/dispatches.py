"""Where a ticket goes, what a group reads about it, and what it has had already (HC-5, SE-3)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.problems import Conflict
from escalation.actions.outbox import queue_message
from escalation.group_words import GroupWords, with_number
from escalation.models import DispatchLine, Escort, Group, Message, MessageUse
from escalation.models.channels import Purpose
from tickets.models import Kind, Ticket

WITH_C4 = [Kind.SUPER_EMERGENCY, Kind.BUZZER, Kind.BUZZER_VISIT]


def groups_for(ticket: Ticket) -> list[Group]:
    """Where a ticket of this kind and region goes: TIAL REG, and C4 as well for the three kinds (HC-5, SE-3)."""
    if ticket.region is None:
        raise Conflict(_("TREG belum diisi. Isi TREG di analisa, lalu kirim."), code="no-region")
    purposes: list[tuple[Purpose, int | None]] = [(Purpose.TIAL_REG, ticket.region)]
    if ticket.kind in WITH_C4:
        purposes.append((Purpose.C4, None))
    found = []
    for purpose, region in purposes:
        rows = Group.objects.filter(purpose=purpose, active=True).select_related("channel")
        group = (rows.filter(region=region) if region else rows).order_by("id").first()
        if group is None:
            raise Conflict(_("Grup %(name)s belum ada. Minta administrator menambahkannya."), name=purpose.label)
        found.append(group)
    return found


def dispatch_text(escort: Escort, group: Group, words: GroupWords, *, had_kind: str | None = None) -> str:
    """What the group will read: no customer name, no phone and, but where the group may, no full service number (QM-3).

    A group that already has the ticket as another kind (``had_kind``) hears the new kind alone.
    """
    return words.of_escort(MessageUse.RAISED if had_kind else MessageUse.DISPATCH, escort, group)


def had_by(escort: Escort) -> dict[int, str]:
    """Under which kind each group has got the ticket in this round."""
    lines = DispatchLine.objects.filter(ticket=escort.ticket_id, round=escort.returns, dropped_at=None).order_by("id")
    return dict(lines.values_list("message__group_id", "kind"))


def groups_wanting(escort: Escort, groups: Iterable[Group], had: Mapping[int, str], *, again: bool = False) -> list[Group]:
    """Those of the groups that have not had the escort as it is now, or with ``again`` all; a Conflict where there is none."""
    wanted = [group for group in groups if again or had.get(group.pk) != escort.ticket.kind]
    if not wanted:
        raise Conflict(_("Sudah dikirim ke semua grup. Tulis teks untuk menanyakan lagi, atau kirim ulang yang gagal."))
    return wanted


def dispatch_to(escort: Escort, group: Group, words: str | GroupWords, had_kind: str | None, by: Person) -> Message:
    """Write the message of one ticket to one group: in a person's own words, or in those of the template."""
    ticket = escort.ticket
    text = with_number(words, ticket) if isinstance(words, str) else dispatch_text(escort, group, words, had_kind=had_kind)
    key = f"dispatch:{ticket.pk}:{group.pk}:{escort.returns}:{times_sent(ticket, group)}"
    return queue_message(ticket, group, text, key=key, by=by, about="dispatch", escort=escort)


def times_sent(ticket: Ticket, group: Group) -> int:
    """How many dispatches of the ticket this group has been written; part of the outbox's key."""
    return DispatchLine.objects.filter(ticket=ticket, message__group=group).count()
