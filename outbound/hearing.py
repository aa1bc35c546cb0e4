"""Letting a recording be heard: its own part of the file, or the way to the recorder, and a note of who did (QC-1, QM-3)."""

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.problems import NotVisible
from common.ranges import served
from outbound.actions.recordings import note_heard
from outbound.models import Recording


class Away(HttpResponseRedirect):
    """To the recorder's own page."""

    allowed_schemes = ["http", "https"]


def heard(request: HttpRequest, pk: int, person: Person) -> HttpResponseBase:
    """What this person may hear; 404 otherwise."""
    recording = Recording.objects.visible_to(person).filter(pk=pk).first()
    if recording is None:
        raise NotVisible(_("Rekaman ini tidak ada atau tidak untuk Anda dengar."))
    note_heard(recording, by=person)
    if recording.link:
        return Away(recording.link)
    ending = str(recording.file.name).rsplit(".", 1)[-1]
    return served(
        recording.file.open("rb"), size=recording.size, name=f"rekaman-{recording.pk}.{ending}",
        content_type=recording.content_type, header=request.headers.get("Range", ""),
    )  # fmt: skip
