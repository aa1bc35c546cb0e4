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
EXAMPLE = {"service_number": "152400000001", "reference": "IN1234567"}
SIP_FORM = _("Tulis alamat SIP sebagai sip:{service_number}@server, dengan nama server yang tetap.")
_PLACE = re.compile(r"\{(service_number|reference)\}")
_SIP = re.compile(r"sip:[^@/?#]+@[a-z0-9.-]+(:[0-9]{1,5})?", re.IGNORECASE)
_NEVER = re.compile(r"[\s\x00-\x20\x7f\\\"<>^`|]")


def checked_link(template: str) -> str:
    """The template, or ``Invalid`` with what is wrong with it; empty stays empty."""
    text = clean(template, longest=LONGEST)
    if text and (problem := _problem(text)):
        raise Invalid(problem, errors={"link": [problem]})
    return text


def example_of(template: str) -> str:
    """The address as it becomes for a service number and a number made up, or ``Invalid``."""
    return filled(checked_link(template), **EXAMPLE)


def _problem(text: str) -> str:
    if "sip" in settings.TOOL_LINK_SCHEMES and text.lower().startswith("sip:"):
        return _unknown_place(text) if _SIP.fullmatch(text) and not _NEVER.search(text) else str(SIP_FORM)
    return _web_problem(text)


def _web_problem(text: str) -> str:
    schemes = [scheme for scheme in settings.TOOL_LINK_SCHEMES if scheme != "sip"]
    begins = ", ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return str(_("Alamat ini tidak terbaca."))
    if parts.scheme not in schemes or not host or _NEVER.search(text):
        return str(_("Tulis alamat lengkap yang diawali %(schemes)s, tanpa spasi.") % {"schemes": begins})
    if "@" in parts.netloc:
        return str(_("Alamat tidak boleh memuat nama pengguna atau sandi."))
    if any(sign in parts.netloc for sign in "{}%"):
        return str(_("Nomor tidak boleh menjadi bagian nama server."))
    return _unknown_place(text)


def _unknown_place(text: str) -> str:
    left = re.search(r"[{}]", _PLACE.sub("", text))
    return str(_("Yang dapat diisikan hanya {service_number} dan {reference}.")) if left else ""


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
