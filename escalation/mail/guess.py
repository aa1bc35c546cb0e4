"""What a mail seems to be about, for the agent to confirm: whose service, which ticket, what kind of contact (EM-2, EM-5)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from common.phones import same_number
from escalation.models.mail import ComplaintKind
from tickets.elsewhere import ticket_with
from tickets.models import Customer, Interaction, Ticket
from tickets.models.ticket import number_of

LOOKED_AT = 20_000  # characters of the text
MOST_NUMBERS = 20
_TICKET = re.compile(r"\bT-([0-9]{6,12})\b", re.I)
_OUTSIDE = re.compile(r"\b(?:IN|INC)[0-9]{6,12}\b", re.I)
_DIGITS = re.compile(r"\+?[0-9][0-9 .-]{5,18}[0-9]")
_ANSWERS = re.compile(r"\s*((re|fw|fwd|bls|trs)\s*(\[\d+\])?\s*:\s*)+", re.I)
_LABELLED = {
    "service_number": r"(?:id produk|no(?:mor)?\.? (?:layanan|internet|telepon rumah|pelanggan)|sid)",
    "reporter_name": r"(?:nama pelapor|pelapor|pic)",
    "customer_name": r"(?:nama pelanggan|atas nama|a\.?n\.?|nama)",
    "contact_phone": r"(?:no(?:mor)?\.? (?:hp|kontak|telp|telepon|wa)|hp|telp|telepon|kontak|wa|phone)",
    "symptom": r"(?:gejala|keluhan|gangguan|masalah)",
    "area": r"(?:alamat|lokasi|area)",
}
_LABELS = {name: re.compile(rf"\s*[-*•]?\s*{pattern}\s*[:=]\s*(.{{1,200}})$", re.I) for name, pattern in _LABELLED.items()}


def bare_subject(subject: str) -> str:
    """The subject without the marks of answering and forwarding."""
    return _ANSWERS.sub("", subject, count=1).strip()


def ticket_numbers(*texts: str) -> list[str]:
    """The ticket numbers in the texts, each once, in order."""
    found = (number_of(int(digits)) for text in texts for digits in _TICKET.findall(text[:LOOKED_AT]))
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


def guessed(*, sender: str, sender_name: str, subject: str, text: str) -> dict[str, Any]:
    """What was found, and under ``why`` from where."""
    text = text[:LOOKED_AT]
    fields = _labelled(text)
    customer, known_by = _customer(_numbers(f"{subject}\n{text}"), sender)
    outside = _OUTSIDE.search(f"{subject}\n{text}")
    ticket = _ticket(ticket_numbers(subject, text), outside[0] if outside else "")
    found: dict[str, Any] = {
        "service_number": customer.service_number if customer else fields.pop("service_number", ""),
        "segment": customer.segment if customer else (ticket.segment if ticket else ""),
        "service_line": customer.service_line if customer else "",
        "region": customer.region if customer else None,
        "ticket": ticket.number if ticket else "",
        "outside_number": outside[0].upper() if outside else "",
        "why": known_by or ("ticket" if ticket else ""),
    }
    own = {"customer_name": customer.name, "contact_phone": customer.contact_phone} if customer else {}
    usual = {"reporter_name": sender_name, "customer_name": sender_name, "symptom": bare_subject(subject)[:200]}
    phone = next((each for each in _phones(text) if each != found["service_number"]), "")
    said = {name: value for name, value in {**usual, "contact_phone": phone, **own, **fields}.items() if value}
    return found | _kind(f"{bare_subject(subject)}\n{text}", found) | {"fields": said}


def _ticket(numbers: list[str], outside_number: str) -> Ticket | None:
    """The newest that is named by our number, else the one that has the other system's."""
    named = Ticket.objects.filter(pk__in=[int(number[2:]) for number in numbers]).order_by("-id").first()
    if named or not outside_number:
        return named
    return ticket_with(outside_number, Ticket.objects.findable_by_all())


def _labelled(text: str) -> dict[str, str]:
    """``Nama: Sri`` and the like, the first of each."""
    found: dict[str, str] = {}
    for line in text.split("\n")[:400]:
        for name, label in _LABELS.items():
            if name not in found and (said := label.match(line[:300])):
                found[name] = said[1].strip()
                break
    if "contact_phone" in found and not same_number(found["contact_phone"]):
        del found["contact_phone"]
    return found


def _numbers(text: str) -> list[str]:
    bare = (re.sub(r"[ .+-]", "", found) for found in _DIGITS.findall(text[:LOOKED_AT]))
    return list(dict.fromkeys(number for number in bare if 6 <= len(number) <= 20))[:MOST_NUMBERS]


def _phones(text: str) -> Iterable[str]:
    return (phone for found in _DIGITS.findall(text[:LOOKED_AT])[:MOST_NUMBERS] if (phone := same_number(found)))


def _customer(numbers: list[str], sender: str) -> tuple[Customer | None, str]:
    """By the product ID in the text, else by who writes; and which of the two it was."""
    by_number = {each.service_number: each for each in Customer.objects.filter(service_number__in=numbers)} if numbers else {}
    for number in numbers:
        if number in by_number:
            return by_number[number], "product"
    known = list(Customer.objects.filter(contact_email=sender).order_by("-id")[:2]) if sender else []
    return (known[0], "sender") if len(known) == 1 else (None, "")


def _kind(text: str, found: Mapping[str, Any]) -> dict[str, str]:
    words = text.lower()
    hits = {kind: sum(word in words for word in each) for kind, each in settings.MAIL_KIND_WORDS.items()}
    asks = found["ticket"] or found["outside_number"] or hits.get(ComplaintKind.PROGRESS)
    if asks:
        return {"interaction": Interaction.COMPLAINT, "complaint": ComplaintKind.PROGRESS}
    best = max((Interaction.COMPLAINT, Interaction.REQUEST, Interaction.INFORMATION), key=lambda kind: hits.get(kind, 0))
    if not hits.get(best):
        return {"interaction": "", "complaint": ""}
    return {"interaction": best, "complaint": ComplaintKind.NEW if best == Interaction.COMPLAINT else ""}
