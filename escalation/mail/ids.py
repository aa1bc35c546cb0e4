"""Our own Message-IDs: only this installation can make one, so an answer to it answers a mail that we really sent (S13)."""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "kawal mail id"
_OURS = re.compile(r"<kawal\.([0-9]{1,18})\.([0-9a-f]{32})@[^<>@\s]{1,120}>")


def id_of(key: int, domain: str) -> str:
    """The Message-ID of the part with this key."""
    return f"<kawal.{key}.{_seal(key, settings.SECRET_KEY)}@{domain}>"


def key_in(message_id: str) -> int | None:
    """The key of our part that this id names; None for an id that we did not make."""
    found = _OURS.fullmatch(message_id)
    if found is None:
        return None
    key, keys = int(found[1]), [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    same = [constant_time_compare(found[2], _seal(key, secret)) for secret in keys]
    return key if any(same) else None


def _seal(key: int, secret: str) -> str:
    return salted_hmac(SALT, str(key), secret=secret, algorithm="sha256").hexdigest()[:32]
