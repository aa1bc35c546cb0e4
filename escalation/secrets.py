"""A channel's secrets, encrypted at rest with keys made from ``SECRET_KEY``; the fallbacks still open what older keys closed."""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"kawal channel secrets"


class Unreadable(Exception):
    """The box was closed with a key that is gone."""


def _keys() -> tuple[str, ...]:
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


@lru_cache(4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    digests = [hashlib.sha256(PURPOSE + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def close(secrets: Mapping[str, str]) -> bytes:
    """The secrets as bytes that only this installation reads."""
    return _box(_keys()).encrypt(json.dumps(dict(secrets)).encode())


def opened(closed: bytes | memoryview) -> dict[str, str]:
    """What ``close`` was given; nothing for an empty box; ``Unreadable`` when the key is gone."""
    return dict(_opened(bytes(closed), _keys())) if closed else {}


@lru_cache(64)  # the sender needs one for every message
def _opened(closed: bytes, keys: tuple[str, ...]) -> dict[str, str]:
    try:
        values: dict[str, str] = json.loads(_box(keys).decrypt(closed))
    except InvalidToken as error:
        raise Unreadable from error
    return values
