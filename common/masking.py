"""Personal values with all but a little covered (QM-3). Masking happens here, on the server; CSS never hides a value."""

from common.phones import national

DOT = "•"
COVERED = 4  # at least so many digits of a phone number stay covered


def phone(value: str) -> str:
    """``+6281220457731`` -> ``0812 •••• 7731``; of a shorter number less is shown."""
    digits = "".join(c for c in national(value) if c.isdigit())
    shown = min(len(digits) - COVERED, 8)
    if shown < 4:
        return DOT * 4 if value else ""
    head, tail = shown - shown // 2, shown // 2
    return f"{digits[:head]} {DOT * 4} {digits[-tail:]}"


def email(value: str) -> str:
    """``sri.wahyuni@contoh.id`` -> ``s•••@contoh.id``."""
    name, at, domain = value.rpartition("@")
    first = name[0] if len(name) > 1 else ""
    return f"{first}{DOT * 3}@{domain}" if at else (DOT * 4 if value else "")


def name(value: str) -> str:
    """``Sri Wahyuni Handayani`` -> ``Sri W. H.``; of a name of one word only the first letter is shown."""
    first, *rest = value.split() or [""]
    if not rest:
        return f"{first[:1]}{DOT * 3}" if first else ""
    return " ".join([first, *(f"{word[0]}." for word in rest)])


def number(value: str) -> str:
    """``131172043918`` -> ``1311 •••• 3918``: a service number for who must find it among others, not call it."""
    shown = min(max(len(value) - COVERED, 0), 8)
    if shown < 4:
        return DOT * 4 if value else ""
    return f"{value[: shown - shown // 2]} {DOT * 4} {value[-(shown // 2) :]}"
