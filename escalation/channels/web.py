"""One careful way to speak HTTP to a gateway: allowed addresses only, no redirects, no proxies, ten seconds, a bounded answer."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import ceil
from typing import Any
from urllib.parse import SplitResult, quote, urlencode

from django.utils.translation import gettext as _

from common.clock import now
from escalation.channels.addresses import target_of
from escalation.channels.line import Answer, Line, TooLong
from escalation.channels.port import PermanentFailure, TemporaryFailure

LONGEST_WAIT = timedelta(hours=1)  # that a gateway may ask for: a mad value must not silence a channel for ever
UNWILLING = {401, 403, 408, 425, 429}  # the gateway's own trouble or ours with it; the message itself is not at fault
PERHAPS_SENT = {500, 502, 504}  # it broke on the way, or somebody before it lost it or patience: the message may be in the group
IN_PATHS = "%/?&=;:@!$'()*+,~"  # what stands in an address as it is
JSON = "application/json"
ALWAYS = {"User-Agent": "Kawal", "Accept": JSON, "Accept-Encoding": "identity"}


def ask(
    method: str,
    base: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    answers: bool = True,
    body: Any = None,
    params: Mapping[str, str] | None = None,
) -> Any:
    """Ask a gateway; its JSON answer, or None where ``answers`` is not needed and there is none.

    The ``body`` goes as JSON, bytes as they are. A failure before anything was sent is plain, one after it is doubtful.
    """
    said = ALWAYS | dict(headers or {})
    if body is None:
        body = b""
    else:
        said["Content-Type"] = JSON
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    with _line_to(base) as line:
        try:
            answer = line.ask(method, _path(line.target.url, path, urlencode(params or {})), said, body)
        except OSError as error:
            raise TemporaryFailure(_("Gerbang tidak menjawab sampai selesai."), doubtful=True) from error
        except TooLong as error:
            raise TemporaryFailure(_("Jawaban gerbang terlalu panjang."), doubtful=True) from error
        except ValueError as error:  # before anything was sent: letters that no header may have
            raise PermanentFailure(_("Alamat atau isian saluran memuat huruf yang tidak dapat dikirim.")) from error
    return _judged(answer, answers)


def basic(user: str, password: str) -> dict[str, str]:
    """The header of HTTP's basic authentication."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@lru_cache(64)  # the sender asks the same of every message
def _path(url: SplitResult, path: str, params: str) -> str:
    """Below the gateway's address, or that address itself."""
    own = url.path.rstrip("/") if path else url.path
    asked = "&".join(filter(None, (url.query, params)))
    return quote(own + path or "/", safe=IN_PATHS) + (f"?{quote(asked, safe=IN_PATHS)}" if asked else "")


_kept: ContextVar[dict[str, Line] | None] = ContextVar("kept", default=None)


@contextmanager
def kept_open() -> Iterator[None]:
    """Within this block whatever is asked of the same address goes over the same connection: opening one costs more than asking.

    One for each address as it is written, never for a network address that several names share: a certificate was compared with
    one of them. The name is looked up and checked when the connection is opened.
    """
    lines: dict[str, Line] = {}
    token = _kept.set(lines)
    try:
        yield
    finally:
        _kept.reset(token)
        for line in lines.values():
            line.close()


@contextmanager
def _line_to(base: str) -> Iterator[Line]:
    """An open connection, for one question; a failure here is plain, for nothing was sent."""
    lines = _kept.get()
    if lines is None:
        with closing(_opened(base)) as line:
            yield line
        return
    kept = lines.pop(base, None)
    if kept and not kept.is_alive:
        kept.close()
        kept = None
    line = kept or _opened(base)
    try:
        yield line
    except BaseException:
        line.close()
        raise
    lines[base] = line


def _opened(base: str) -> Line:
    target = target_of(base)
    try:
        return Line(target)
    except OSError as error:
        raise TemporaryFailure(_("Gerbang tidak dapat dihubungi.")) from error


def _judged(answer: Answer, answers: bool) -> Any:
    said, code = _json(answer.body), answer.code
    if code in (200, 201, 202, 204):
        if said is None and answers:
            raise TemporaryFailure(_("Jawaban gerbang tidak terbaca."), doubtful=True)
        return said
    if code in UNWILLING or code >= 500:
        reason = _("Gerbang menjawab %(code)s.") % {"code": code}
        raise TemporaryFailure(reason, retry_after=_wait(answer), doubtful=code in PERHAPS_SENT, code=code, said=said)
    raise PermanentFailure(_("Gerbang menolak dengan %(code)s.") % {"code": code}, code=code, said=said)


def _wait(answer: Answer) -> timedelta | None:
    """Retry-After: seconds, or a date (RFC 9110, 10.2.3); None where it says neither."""
    given = answer.headers.get("retry-after", "").strip()[:40]
    if given.isascii() and given.isdigit():
        return bounded(int(given))
    try:
        until = parsedate_to_datetime(given)
        return bounded((until.replace(tzinfo=until.tzinfo or UTC) - now()).total_seconds())
    except (ValueError, OverflowError):
        return None


def bounded(seconds: float) -> timedelta:
    """A wait that a gateway asks for, in whole seconds and within ``LONGEST_WAIT``."""
    return timedelta(seconds=ceil(min(max(0, seconds), LONGEST_WAIT.total_seconds())))


def _json(read: bytearray) -> Any:
    """The object or list that was answered; None for anything else."""
    try:
        said = json.loads(read)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict | list) else None
