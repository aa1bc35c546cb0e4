"""Personal values with all but a little covered (QM-3). Masking happens here, on the server; CSS never hides a value."""

from common.phones import national

DOT = "•"


def phone(value: str) -> str:
    """``+6281220457731`` -> ``0812 •••• 7731``."""
    digits = "".join(c for c in national(value) if c.isdigit())
    if len(digits) < 8:
        return DOT * 4 if value else ""
    return f"{digits[:4]} {DOT * 4} {digits[-4:]}"


def email(value: str) -> str:
    """``sri.wahyuni@contoh.id`` -> ``s•••@contoh.id``."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}{DOT * 3}@{domain}" if at else (DOT * 4 if value else "")


def name(value: str) -> str:
    """``Sri Wahyuni Handayani`` -> ``Sri W. H.``."""
    first, *rest = value.split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in rest)])
