"""What is sent with an act that needs words, by the last part of its address; without an entry nothing, and 400 says enough."""

from typing import Any

from tests.tickets.conftest import FORM

SOLVED = {"solution": "ONT diganti", "cause": "ONT rusak"}
BODIES: dict[str, dict[str, Any]] = {
    "repeat-reports": {"description": "Masih mati"},
    "updates": {"text": "Dicek", "to": "internal"},
    "verification": {"name_matches": True},
    "told": {"text": "Teknisi jalan"},
    "forward": {"unit": "TREG 5"},
    "chase": {"how": "group", "outcome": "silent"},
    "activities": {"number": 5},
    "findings": {"tool": "nossa", "note": "Gangguan massal"},
    "references": {"system": "nossa", "number": "IN123"},
    "assign": {"assignee": "10001"},
    "move": {"tickets": ["T-000001"], "to": "spread"},
    "pause": {"reason": "Menunggu pelanggan"},
    "solve": SOLVED | {"text": "Kabel diganti"},
    "close": SOLVED | {"customer_confirmed": True, "further_help_offered": True},
    "reopen": {"reason": "Mati lagi"},
    "overrule-criterion": {"criterion": "threat", "reason": "Salah dengar"},
    "unmask": {"reason": "Menelepon balik"},
    "super-emergency": {"reason": "Mengancam ke media"},
    "escalate": {"reason": "Sudah lama"},
    "progress": {"text": "Teknisi sampai"},
    "POST api/v1/tickets": FORM,
    "POST api/v1/problems": {"app": "NOSSA"},
    "POST problems/new": {"app": "NOSSA"},
    "POST api/v1/tools": {"code": "radar", "name": "Radar", "purpose": "Cuaca"},
    "POST tools/new": {"code": "radar", "name": "Radar", "purpose": "Cuaca", "found": "words"},
    "POST tools/{code}/edit": {"version": 1, "name": "Radar", "purpose": "Cuaca", "found": "words"},
    "PATCH api/v1/tools/{code}": {"name": "Radar"},
    "ioc": {"number": "IOC-1"},
    "end": {"solution": "Normal lagi"},
    "dismiss": {"reason": "Bukan gangguan"},
    "POST api/v1/parked-rungs/{pk}/release": {"reason": "Data dibetulkan"},
    "POST health/rungs/{pk}/release": {"reason": "Data dibetulkan"},
    "PATCH api/v1/tickets/{number}": {"area": "Malang"},
}


def body_of(method: str, address: str) -> dict[str, Any]:
    """The words for this door."""
    parts = address.rstrip("/").split("/")
    return BODIES.get(f"{method.upper()} {'/'.join(parts)}") or BODIES.get(parts[-1], {})
