"""Reading what gateways say without trusting its shape: each helper takes anything and gives something plain."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from escalation.channels.port import Junk, PermanentFailure, TemporaryFailure
from escalation.models import Channel
from escalation.secrets import Unreadable, opened

LONGEST_ID = 120


def an_object(body: bytes) -> dict[str, Any]:
    """The JSON object of these bytes; ``Junk`` for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Junk("no JSON") from error
    if not isinstance(said, dict):
        raise Junk("no object")
    return said


def inner(said: Any, *path: str) -> dict[str, Any]:
    """The object at the end of the path; an empty one where there is none."""
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said if isinstance(said, dict) else {}


def rows(said: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing where it is none."""
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def word(said: Mapping[str, Any], name: str) -> str:
    """A text, or a number as text; empty where it is neither."""
    value = said.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def moment(value: Any) -> datetime | None:
    """A time in ISO 8601, or in seconds since 1970 as number or text; None where it makes no sense."""
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            at = datetime.fromisoformat(value)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def fingerprint(*parts: str) -> str:
    """An id for what has none: the same parts are the same thing."""
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()


def the_id(value: Any) -> str:
    """The id of what was sent; without one nobody knows whether it was."""
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value):
        raise TemporaryFailure(_("Gerbang tidak memberi nomor pesan."), doubtful=True)
    return str(value)[:LONGEST_ID]


def same(given: str, expected: str) -> bool:
    """Whether two secrets are the same, compared in constant time; an empty one never is."""
    return bool(expected) and hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))


def signed(body: bytes, secret: str, given: str, digest: str = "sha256") -> bool:
    """Whether ``given`` is the HMAC of these bytes with the secret, in hex."""
    return bool(secret) and same(given.lower(), hmac.new(secret.encode(), body, digest).hexdigest())


def secret_of(channel: Channel, name: str = "password") -> str:
    """One secret of the channel; ``PermanentFailure`` when the key that closed it is gone."""
    try:
        return opened(channel.secrets).get(name, "")
    except Unreadable as error:
        raise PermanentFailure(_("Sandi gerbang tidak terbaca lagi; isi ulang di halaman saluran.")) from error
