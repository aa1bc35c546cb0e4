"""Doing a repeated request once (api.md, ``Idempotency-Key``). Pages use it too, against the double click."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import IdempotentAnswer, Person
from common.clock import now
from common.problems import Invalid, Problem

LONGEST_KEY = 255


class KeyReused(Problem):
    """The same key came with another request."""

    status, code = 422, "idempotency-key-reused"


@dataclass(frozen=True)
class Answer:
    """What was answered; ``again`` when it was kept from the first time."""

    status: int
    body: str
    etag: str = ""
    again: bool = False


def once(person: Person, key: str, request_digest: str, act: Callable[[], Answer]) -> Answer:
    """The answer of ``act``, done once per key whatever comes twice or at the same time.

    1. The key's row goes in first, in the transaction of the act. PostgreSQL lets a second insert wait until the first
       request has committed; SQLite lets it wait at the start of its transaction.
    2. The act is done and its answer written into the row. An act that raises takes the row back with it.
    3. Who finds the row taken gets the answer that stands there, or ``KeyReused`` when the request was another one.
    """
    if len(key) > LONGEST_KEY:
        raise Invalid(_("Idempotency-Key terlalu panjang: paling banyak %(longest)s karakter."), longest=LONGEST_KEY)
    with transaction.atomic():
        row, is_new = _taken(person, key, request_digest)
        if not is_new:
            return _kept(row, request_digest)
        answer = act()
        row.status, row.body, row.etag = answer.status, answer.body, answer.etag
        row.save(update_fields=["status", "body", "etag"])
        return answer


def _taken(person: Person, key: str, request_digest: str) -> tuple[IdempotentAnswer, bool]:
    try:
        with transaction.atomic():
            row = IdempotentAnswer.objects.create(person=person, key=key, request_digest=request_digest, created_at=now())
            return row, True
    except IntegrityError:
        return IdempotentAnswer.objects.get(person=person, key=key), False


def _kept(row: IdempotentAnswer, request_digest: str) -> Answer:
    if row.request_digest != request_digest:
        raise KeyReused(_("Kunci ini sudah dipakai untuk permintaan lain. Pakai Idempotency-Key yang baru."))
    return Answer(row.status or 200, row.body, row.etag, again=True)
