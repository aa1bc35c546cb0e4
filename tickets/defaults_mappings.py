"""Saved mappings for the exports of NOSSA, MONITA, SISKA, Sephia and MyCX, as their columns are usually called.

*Our choice*: the documents show no export. Whoever loads one sees the columns beside the fields and saves what differs.
"""

from typing import Any

from common.clock import now
from tickets.models import ImportMapping

REGIONS = {
    f"{word}{dash}{n}": str(n) for n in range(1, 8) for word in ("REG", "TREG", "TELKOM REGIONAL") for dash in ("-", " ", "")
}
SEGMENTS = {"values": {code: code for code in ("DES", "DGS", "DBS", "DCS")}, "otherwise": ""}
LINES = {
    **dict.fromkeys(("INTERNET", "IPTV", "INDIHOME", "HSI", "UseeTV"), "indihome"),
    **dict.fromkeys(("VOICE", "POTS", "TELEPHONY", "TELEPON"), "telephony"),
    **dict.fromkeys(("ASTINET", "VPNIP", "VPN IP", "METRO", "METRO-E", "DATA", "DATA & INTERNET"), "data_internet"),
    **dict.fromkeys(("GLOBAL",), "global"),
    **dict.fromkeys(("IMES",), "imes"),
}
OF_NOSSA = {
    **dict.fromkeys(("NEW", "DRAFT", "QUEUED"), "open"),
    **dict.fromkeys(("ANALYSIS", "BACKEND", "SLAHOLD", "REOPEN", "INPROG"), "in_progress"),
    "PENDING": "pending_customer",
    **dict.fromkeys(("RESOLVED", "MEDIACARE", "SALAMSIM", "FINALCHECK"), "solved"),
    **dict.fromkeys(("CLOSED", "CANCELLED"), "closed"),
}
IN_WORDS = {
    **dict.fromkeys(("Open", "OPEN", "New", "Baru"), "open"),
    **dict.fromkeys(("In Progress", "ON PROGRESS", "Proses", "Assigned", "Eskalasi"), "in_progress"),
    **dict.fromkeys(("Pending", "PENDING"), "pending_customer"),
    **dict.fromkeys(("Resolved", "Solved", "Selesai"), "solved"),
    **dict.fromkeys(("Closed", "CLOSED", "Close", "Tutup"), "closed"),
}
SLASHED, DASHED = {"format": "%d/%m/%Y %H:%M"}, {"format": "%d-%m-%Y %H:%M:%S"}


def _status(column: str, values: dict[str, str]) -> dict[str, Any]:
    return {"column": column, "values": values}


NOSSA: dict[str, Any] = {
    "opened_at": {"column": "REPORTED DATE", **DASHED},
    "status": _status("STATUS", OF_NOSSA),
    "service_line": {"column": "SERVICE TYPE", "values": LINES, "otherwise": "indihome"},
    "symptom": {"column": "SUMMARY", "cut": True},
    "segment": {"column": "CUSTOMER SEGMENT", **SEGMENTS},
    "region": {"column": "REGIONAL", "values": REGIONS, "otherwise": ""},
    "area": "WITEL",
    "service_number": "SERVICE NO",
    "customer_name": "CUSTOMER NAME",
    "reporter_name": "CONTACT NAME",
    "contact_phone": "CONTACT PHONE",
    "cause": {"column": "ACTUAL SOLUTION", "cut": True},
}
MYCX: dict[str, Any] = {
    "opened_at": {"column": "Created Date", **SLASHED},
    "closed_at": {"column": "Closed Date", **SLASHED},
    "status": _status("Status", IN_WORDS),
    "service_line": {"column": "Product", "values": LINES, "otherwise": "indihome"},
    "symptom": {"column": "Symptom", "cut": True},
    "description": "Description",
    "segment": {"column": "Segment", **SEGMENTS},
    "region": {"column": "Regional", "values": REGIONS, "otherwise": ""},
    "area": "Witel",
    "service_number": "Product ID",
    "customer_name": "Customer Name",
    "reporter_name": "Reporter Name",
    "contact_phone": "Reporter Phone",
    "contact_email": "Reporter Email",
}
SEPHIA: dict[str, Any] = {
    "opened_at": {"column": "TGL INPUT", **SLASHED},
    "status": _status("STATUS", IN_WORDS),
    "kind": {"constant": "hard_complaint"},
    "service_line": {"column": "LAYANAN", "values": LINES, "otherwise": "indihome"},
    "symptom": {"column": "KELUHAN", "cut": True},
    "description": "KETERANGAN",
    "region": {"column": "TREG", "values": REGIONS, "otherwise": ""},
    "area": "WITEL",
    "service_number": "ND",
    "customer_name": "NAMA PELANGGAN",
    "contact_phone": "CP",
}
MONITA: dict[str, Any] = {
    "opened_at": {"column": "Tanggal", **SLASHED},
    "status": _status("Status", IN_WORDS),
    "service_line": {"column": "Layanan", "values": LINES, "otherwise": "indihome"},
    "symptom": {"column": "Gangguan", "cut": True},
    "description": {"columns": ["Gangguan", "Progres", "Agent"], "join": " · "},
    "service_number": "No Layanan",
    "customer_name": "Nama Pelanggan",
}
SISKA: dict[str, Any] = {
    "name": "NAMA",
    "segment": {"column": "SEGMEN", **SEGMENTS},
    "service_line": {"column": "LAYANAN", "values": LINES, "otherwise": ""},
    "region": {"column": "TREG", "values": REGIONS, "otherwise": ""},
    "area": "DATEL",
    "contact_phone": "CP",
    "contact_email": "EMAIL",
}
TICKETS = {
    "NOSSA": ("nossa", "INCIDENT", NOSSA),
    "MyCX": ("mycx", "Ticket ID", MYCX),
    "Sephia": ("sephia", "NO TIKET", SEPHIA),
    "MONITA": ("monita", "No Tiket", MONITA),
}


def definitions() -> dict[tuple[str, str], dict[str, Any]]:
    """Kind and name of each saved mapping: tickets of four systems, the same for reconciling them, customers of SISKA."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for name, (system, number, fields) in TICKETS.items():
        found["tickets", name] = {"system": system, "number": number, "fields": fields}
        compared = {field: fields[field] for field in ("status", "service_number")}
        found["reconciliation", name] = {"system": system, "number": number, "fields": compared}
    found["customers", "I-SISKA"] = {"system": "siska", "number": "ND", "fields": SISKA}
    return found


def lay_mappings() -> None:
    """Those whose name is not taken."""
    ImportMapping.objects.bulk_create(
        [ImportMapping(kind=k, name=n, definition=how, saved_at=now()) for (k, n), how in definitions().items()],
        ignore_conflicts=True,
    )
