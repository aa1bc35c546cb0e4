"""One careful way to speak HTTP to a gateway: allowed addresses only, no redirects, ten seconds, a bounded answer."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import httpx
from django.utils.translation import gettext as _

from escalation.channels.addresses import Target, target_of
from escalation.channels.port import PermanentFailure, TemporaryFailure

TIMEOUT_SECONDS = 10
LIMITS = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=2)  # gateways close what is silent
LONGEST_ANSWER = 256 * 1024
LONGEST_WAIT = timedelta(minutes=5)
UNWILLING = {401, 403, 408, 425, 429}  # the gateway's own trouble or ours with it; the message itself is not at fault
PERHAPS_SENT = {500, 504}  # it broke on the way, or somebody before it lost patience: the message may be in the group


def ask(
    method: str,
    base: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    answers: bool = True,
    **content: Any,
) -> Any:
    """Ask a gateway; its JSON answer, or None where ``answers`` is not needed and there is none.

    A failure before anything was sent is plain, one after it is doubtful.
    """
    target = target_of(base)
    try:
        with _client_for(target) as client:
            return _asked(client, target, method, path, dict(headers or {}), answers, {"auth": auth, **content})
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TemporaryFailure(_("Gerbang tidak dapat dihubungi.")) from error
    except httpx.HTTPError as error:
        raise TemporaryFailure(_("Gerbang tidak menjawab sampai selesai."), doubtful=True) from error
    except (UnicodeError, httpx.InvalidURL) as error:
        raise PermanentFailure(_("Alamat atau isian saluran memuat huruf yang tidak dapat dikirim.")) from error


Origin = tuple[str, str, int]
_kept: ContextVar[dict[Origin, httpx.Client] | None] = ContextVar("kept", default=None)


@contextmanager
def kept_open() -> Iterator[None]:
    """Within this block whatever is asked of the same host goes over the same connection: opening one costs more than asking."""
    clients: dict[Origin, httpx.Client] = {}
    token = _kept.set(clients)
    try:
        yield
    finally:
        _kept.reset(token)
        for client in clients.values():
            client.close()


@contextmanager
def _client_for(target: Target) -> Iterator[httpx.Client]:
    """One for each name, never for an address that several names share: a certificate was compared with one of them."""
    clients = _kept.get()
    if clients is None:
        with _client() as client:
            yield client
        return
    origin = (target.url.scheme, target.host, target.port)
    if origin not in clients:
        clients[origin] = _client()
    yield clients[origin]


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, limits=LIMITS)


def _asked(
    client: httpx.Client, target: Target, method: str, path: str, headers: dict[str, str], answers: bool, content: dict[str, Any]
) -> Any:
    """At the first of the checked addresses that answers; the certificate is still compared with the name."""
    url = httpx.URL(str(target.url).rstrip("/") + path)
    headers["Host"] = target.url.netloc.decode()
    *others, last = target.reached_at
    for each in (*others, last):
        pinned = url.copy_with(host=each)
        try:
            with client.stream(method, pinned, headers=headers, extensions={"sni_hostname": target.host}, **content) as answer:
                said = _read(answer)
        except httpx.ConnectError:
            if each == last:
                raise
            continue
        return _judged(answer, said, answers)
    return None


def _judged(answer: httpx.Response, read: bytes, answers: bool) -> Any:
    said, code = _json(read), answer.status_code
    if code in (200, 201, 202, 204):
        if said is None and answers:
            raise TemporaryFailure(_("Jawaban gerbang tidak terbaca."), doubtful=True)
        return said
    if code in UNWILLING or code >= 500:
        reason = _("Gerbang menjawab %(code)s.") % {"code": code}
        raise TemporaryFailure(reason, retry_after=_wait(answer), doubtful=code in PERHAPS_SENT, code=code, said=said)
    raise PermanentFailure(_("Gerbang menolak dengan %(code)s.") % {"code": code}, code=code, said=said)


def _wait(answer: httpx.Response) -> timedelta | None:
    given = answer.headers.get("Retry-After", "")
    return bounded(int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else None


def bounded(seconds: int) -> timedelta:
    """A wait that a gateway asks for, five minutes at the most."""
    return min(timedelta(seconds=max(0, seconds)), LONGEST_WAIT)


def _read(answer: httpx.Response) -> bytes:
    read, until = bytearray(), time.monotonic() + TIMEOUT_SECONDS
    for chunk in answer.iter_bytes():
        read += chunk
        if len(read) > LONGEST_ANSWER or time.monotonic() > until:
            raise TemporaryFailure(_("Jawaban gerbang terlalu panjang."), doubtful=True)
    return bytes(read)


def _json(read: bytes) -> Any:
    """The object or list that was answered; None for anything else."""
    try:
        said = json.loads(read)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict | list) else None
