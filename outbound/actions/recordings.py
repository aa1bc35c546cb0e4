"""Attaching recordings to calls, and noting who heard them (QC-1, QM-3)."""

import hashlib
import secrets
from datetime import timedelta
from typing import IO, Any, cast
from urllib.parse import urlsplit

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import HistoryEntry, Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid, NotVisible
from common.text import clean
from outbound.models import CaringResult, Prospect, Recording
from outbound.sound import kind_of, shape_of

MOST_BYTES = 60 * 1024 * 1024
HEARD_AGAIN = timedelta(minutes=10)  # seeking asks for many parts; one hearing is noted once


@transaction.atomic
def attach_recording(
    prospect: Prospect,
    *,
    by: Person,
    result: CaringResult | None = None,
    file: "File[Any] | None" = None,
    link: str = "",
) -> Recording:
    """Keep a recording of a call to this customer: a file, or a link. Without ``result`` it goes with the result entered next."""
    require(by, "recording.attach")
    if result is None and not Prospect.objects.visible_to(by).filter(pk=prospect.pk).exists():
        raise NotVisible(_("Dapros ini tidak ada, atau tidak Anda pegang."))
    recording = Recording(prospect=prospect, result=result, by=by, at=now())
    link = clean(link, longest=500)
    if bool(file) == bool(link):
        sentence = _("Pilih file rekaman, atau tulis tautannya.")
        raise Invalid(sentence, errors={"file": [sentence]})
    if file:
        _keep_file(recording, file)
    else:
        recording.link = _checked_link(link)
    recording.save()
    facts = {"prospect": prospect.pk, "result": result.pk if result else None, "size": recording.size, "sha256": recording.sha256}
    record(recording, "recording.attached", by=by, facts=facts, first=True)
    return recording


def _keep_file(recording: Recording, file: "File[Any]") -> None:
    given = cast(IO[bytes], file.file)
    size = file.size or 0
    if not size:
        raise _refused(_("File ini kosong."))
    if size > MOST_BYTES:
        raise _refused(_("File ini lebih besar dari %(limit)s MB."), limit=MOST_BYTES // 1024 // 1024)
    given.seek(0)
    kind = kind_of(given.read(64))
    if kind is None:
        raise _refused(_("Ini bukan rekaman suara yang dikenal. Yang dikenal: WAV, MP3, OGG, M4A, FLAC, WEBM, AMR."))
    recording.content_type, ending = kind
    shape = shape_of(given) if ending == "wav" else None
    if shape:
        recording.seconds, recording.peaks = shape.seconds, shape.peaks
    recording.name = "".join(letter for letter in (file.name or "").replace("\\", "/").split("/")[-1] if letter.isprintable())[
        :200
    ]
    recording.size, recording.sha256 = size, _digest(given)
    given.seek(0)
    recording.file.save(f"{secrets.token_hex(16)}.{ending}", File(given), save=False)


def _refused(sentence: Any, **values: Any) -> Invalid:
    problem = Invalid(sentence, **values)
    problem.errors = {"file": [str(problem)]}
    return problem


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    running = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        running.update(piece)
    return running.hexdigest()


def _checked_link(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        sentence = _("Tautan rekaman diawali http:// atau https:// dan tanpa kata sandi.")
        raise Invalid(sentence, errors={"link": [sentence]})
    return link


def attach_waiting(result: CaringResult) -> int:
    """What its agent attached during the call belongs to the result that was entered now; returns how many."""
    return Recording.objects.filter(prospect=result.prospect_id, by=result.by_id, result=None).update(result=result)


@transaction.atomic
def note_heard(recording: Recording, *, by: Person) -> None:
    """Who listened, and when; going on listening within ten minutes is one hearing (QM-3)."""
    Recording.objects.select_for_update().get(pk=recording.pk)
    earlier = HistoryEntry.objects.filter(subject_kind="recording", subject_id=recording.pk, act="recording.heard", by=by)
    if not earlier.filter(at__gt=now() - HEARD_AGAIN).exists():
        record(recording, "recording.heard", by=by)
