"""The note that a shift leaves to the next one (OB-7)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, ShiftNote, Team
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean

LONGEST = 2_000


@transaction.atomic
def leave_note(*, by: Person, text: str) -> ShiftNote:
    """Write a note for whoever comes next in the own team, or for a TL in the team that one leads."""
    require(by, "shift_note.write")
    words = clean(text, longest=LONGEST)
    if not words:
        raise Invalid(_("Tulis catatannya dulu."), errors={"text": [_("Isian ini masih kosong.")]})
    team = by.team or Team.objects.filter(pk__in=by.team_scope).order_by("id").first()
    if team is None:
        raise Conflict(_("Anda belum punya tim. Minta administrator menempatkan Anda."))
    note = ShiftNote.objects.create(author=by, team=team, text=words, written_at=now())
    record(note, "shift_note.written", by=by, facts={"team": team.name}, personal={"text": (None, words)}, first=True)
    return note
