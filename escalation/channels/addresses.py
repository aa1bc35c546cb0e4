"""Where an outgoing address really leads. An administrator types it, so it must not lead into our own network.

A host of ``GATEWAY_HOSTS``, in exactly that spelling, is trusted by whoever runs the server. Every other one is looked up; each
of its addresses must be public, and the connection goes to the very address that was checked, so that a name that changes between
look-up and connection changes nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from escalation.channels.port import PermanentFailure, TemporaryFailure

PORTS = {"http": 80, "https": 443, "smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
OPEN = ("http",)  # what says everything to whoever listens; among our own hosts only
HIDDEN = [ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48")]  # IPv4 in IPv6, through NAT64


@dataclass(frozen=True)
class Target:
    """An address taken apart and found allowed, with the addresses of the network that it may be reached at."""

    url: SplitResult
    host: str
    port: int
    reached_at: tuple[str, ...]

    @property
    def default_port(self) -> int:
        """The one that nobody writes down for this scheme."""
        return PORTS[self.url.scheme]

    @property
    def is_trusted(self) -> bool:
        """One of our own hosts."""
        return self.host in settings.GATEWAY_HOSTS


def target_of(address: str, schemes: tuple[str, ...] = ("http", "https")) -> Target:
    """``PermanentFailure`` for what must not be spoken to, ``TemporaryFailure`` for a name that nobody knows now."""
    url, host, port = _taken_apart(address)
    if url.scheme not in schemes or not host or "@" in url.netloc or url.fragment:
        raise PermanentFailure(_("Alamat gerbang dimulai dengan %(schemes)s, tanpa nama pengguna.") % {"schemes": _said(schemes)})
    trusted = host in settings.GATEWAY_HOSTS
    if not trusted and url.scheme in OPEN:
        raise PermanentFailure(_("Gerbang di luar GATEWAY_HOSTS hanya lewat https."))
    found = look_up(host, port)
    if not trusted and not all(is_public(each) for each in found):
        raise PermanentFailure(_("Alamat ini menuju jaringan dalam. Bila benar, tambahkan host-nya di GATEWAY_HOSTS."))
    return Target(url, host, port, tuple(found))


def _taken_apart(address: str) -> tuple[SplitResult, str, int]:
    """The address, its host as the network spells it, and its port."""
    try:
        if not address.isprintable():
            raise ValueError("letters that no address has")
        url = urlsplit(address)
        host = (url.hostname or "").encode("idna").decode()
        return url, host, url.port or PORTS.get(url.scheme, 0)
    except ValueError as error:
        raise PermanentFailure(_("Alamat gerbang tidak terbaca.")) from error


def _said(schemes: tuple[str, ...]) -> str:
    return ", ".join(f"{each}://" for each in schemes)


def look_up(host: str, port: int) -> list[str]:
    """The network addresses of a host, each once."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TemporaryFailure(_("Nama host gerbang tidak ditemukan.")) from error
    return list(dict.fromkeys(str(each[4][0]).split("%")[0] for each in found))


def is_public(address: str) -> bool:
    """Whether it is an address of the world: not ours, not the machine's, not the cloud's about itself, not hidden in another."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inside is not None:
            return is_public(str(inside))
        if any(ip in network for network in HIDDEN):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
