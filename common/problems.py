"""Refusals. An action raises one of these; pages show its sentence, the API answers with it as problem details (RFC 9457)."""

from typing import Any

from django.utils.functional import Promise


class Problem(Exception):
    """A refusal with a code for programs, a sentence for people and an HTTP status.

    ``sentence`` may be lazy; ``values`` fill its ``%(name)s`` places, so that it is translated when it is shown.
    """

    status = 400
    code = "invalid"

    def __init__(
        self, sentence: str | Promise, *, code: str = "", errors: dict[str, list[Any]] | None = None, **values: Any
    ) -> None:
        super().__init__(code or self.code)
        self.sentence, self.values, self.errors = sentence, values, errors or {}
        self.code = code or self.code

    def __str__(self) -> str:
        return str(self.sentence) % self.values if self.values else str(self.sentence)


class Invalid(Problem):
    """The input cannot be accepted as it is; ``errors`` says which field and why."""

    status, code = 400, "invalid"


class NotAllowed(Problem):
    """This person's role may not do this."""

    status, code = 403, "not-allowed"


class NotVisible(Problem):
    """Not there, or not for this person's eyes: the two look alike on purpose."""

    status, code = 404, "not-found"


class Conflict(Problem):
    """The state does not allow it now."""

    status, code = 409, "conflict"


class Stale(Problem):
    """Somebody else changed it first; ``current`` holds their values, ``version`` the newest version."""

    status, code = 412, "changed-meanwhile"

    def __init__(self, sentence: str | Promise, *, current: dict[str, Any] | None = None, **values: Any) -> None:
        super().__init__(sentence, **values)
        self.current = current or {}
