"""Addresses of outside tools: what an administrator may write as one, and how a ticket's numbers get into it (OB-5).

A number stands only behind the host, and every sign of it that means something in an address is encoded, so that whatever was
typed as a service number leads to that tool and nowhere else.
"""

import re
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.problems import Invalid
from common.text import clean

LONGEST = 300
_PLACE = re.compile(r"\{(service_number|reference)\}")
_NEVER = re.compile(r"[\s\x00-\x20\x7f\\\"<>^`|]")


def checked_link(template: str) -> str:
    """The template, or ``Invalid`` with what is wrong with it; empty stays empty."""
    text = clean(template, longest=LONGEST)
    if text and (problem := _problem(text)):
        raise Invalid(problem, errors={"link": [problem]})
    return text


def _problem(text: str) -> str:
    schemes = ", ".join(f"{scheme}://" for scheme in settings.TOOL_LINK_SCHEMES)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return str(_("Alamat ini tidak terbaca."))
    if parts.scheme not in settings.TOOL_LINK_SCHEMES or not host or _NEVER.search(text):
        return str(_("Tulis alamat lengkap yang diawali %(schemes)s, tanpa spasi.") % {"schemes": schemes})
    if "@" in parts.netloc:
        return str(_("Alamat tidak boleh memuat nama pengguna atau sandi."))
    if any(sign in parts.netloc for sign in "{}%"):
        return str(_("Nomor tidak boleh menjadi bagian nama server."))
    if re.search(r"[{}]", _PLACE.sub("", text)):
        return str(_("Yang dapat diisikan hanya {service_number} dan {reference}."))
    return ""


def filled(template: str, *, service_number: str = "", reference: str = "") -> str:
    """The address for these numbers; empty where the template needs one that is missing, or may not be followed any more."""
    given = {"service_number": service_number.strip(), "reference": reference.strip()}
    needed = {found[1] for found in _PLACE.finditer(template)}
    if not template or _problem(template) or not all(_fits(given[name]) for name in needed):
        return ""
    return _PLACE.sub(lambda found: quote(given[found[1]], safe=""), template)


def _fits(number: str) -> bool:
    """Empty leads nowhere; dots alone would walk up the tool's folders, encoded or not."""
    return bool(number.strip("."))
