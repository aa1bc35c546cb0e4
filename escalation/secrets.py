"""A channel's secrets, encrypted at rest with keys made from ``SECRET_KEY``; the fallbacks still open what older keys closed."""

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"kawal channel secrets"


class Unreadable(Exception):
    """The box was closed with a key that is gone."""


def _box() -> MultiFernet:
    keys = [hashlib.sha256(PURPOSE + key.encode()).digest() for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def close(secrets: Mapping[str, str]) -> bytes:
    """The secrets as bytes that only this installation reads."""
    return _box().encrypt(json.dumps(dict(secrets)).encode())


def opened(closed: bytes | memoryview) -> dict[str, str]:
    """What ``close`` was given; nothing for an empty box; ``Unreadable`` when the key is gone."""
    if not closed:
        return {}
    try:
        values: dict[str, str] = json.loads(_box().decrypt(bytes(closed)))
    except InvalidToken as error:
        raise Unreadable from error
    return values
