"""What a ticket shows of its callbacks."""


def register() -> None:
    """Lay the panels, once, when the apps are ready."""
