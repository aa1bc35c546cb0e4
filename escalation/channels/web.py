"""One careful way to speak HTTP to a gateway: allowed hosts only, no redirects, ten seconds, a bounded answer."""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from escalation.channels.port import PermanentFailure, TemporaryFailure

TIMEOUT_SECONDS = 10
LONGEST_ANSWER = 256 * 1024
LONGEST_WAIT = timedelta(minutes=5)
UNWILLING = {401, 403, 408, 425, 429}  # the gateway's own trouble or ours with it; the message itself is not at fault


def is_allowed(address: str) -> bool:
    """Whether messages may be handed to this address: http(s), and a host of ``GATEWAY_HOSTS`` in exactly that spelling."""
    try:
        parts = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        return False
    return parts.scheme in ("http", "https") and parts.host in settings.GATEWAY_HOSTS and not parts.userinfo


def ask(
    method: str, base: str, path: str, *, auth: tuple[str, str], headers: Mapping[str, str], **content: Any
) -> dict[str, Any]:
    """Ask a gateway; its JSON answer. A failure before anything was sent is plain, one after it is doubtful."""
    if not is_allowed(base):
        raise PermanentFailure(_("Alamat gerbang tidak diizinkan di server ini."))
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, auth=auth) as client,
            client.stream(method, base.rstrip("/") + path, headers=dict(headers), **content) as answer,
        ):
            _require_success(answer)
            return _read(answer)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TemporaryFailure(_("Gerbang tidak dapat dihubungi.")) from error
    except httpx.HTTPError as error:
        raise TemporaryFailure(_("Gerbang tidak menjawab sampai selesai."), doubtful=True) from error


def _require_success(answer: httpx.Response) -> None:
    code = answer.status_code
    if code in (200, 201):
        return
    if code in UNWILLING or code >= 500:
        raise TemporaryFailure(_("Gerbang menjawab %(code)s.") % {"code": code}, retry_after=_wait(answer))
    raise PermanentFailure(_("Gerbang menolak dengan %(code)s.") % {"code": code})


def _wait(answer: httpx.Response) -> timedelta | None:
    given = answer.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(given)), LONGEST_WAIT) if given.isascii() and given.isdigit() and len(given) < 7 else None


def _read(answer: httpx.Response) -> dict[str, Any]:
    read, until = bytearray(), time.monotonic() + TIMEOUT_SECONDS
    for chunk in answer.iter_bytes():
        read += chunk
        if len(read) > LONGEST_ANSWER or time.monotonic() > until:
            raise TemporaryFailure(_("Jawaban gerbang terlalu panjang."), doubtful=True)
    try:
        said = json.loads(read)
    except (ValueError, RecursionError) as error:
        raise TemporaryFailure(_("Jawaban gerbang tidak terbaca."), doubtful=True) from error
    if not isinstance(said, dict):
        raise TemporaryFailure(_("Jawaban gerbang tidak terbaca."), doubtful=True)
    return said
