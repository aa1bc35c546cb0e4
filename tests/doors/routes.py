"""Every door of Kawal: address and method, as the resolver has them. Nobody keeps a list of them by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")
PAGE_METHODS = ("get", "post")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Door:
    """One method of one address; ``{pk}`` and ``{number}`` stand where the object is named."""

    method: str
    address: str
    app: str

    @property
    def name(self) -> str:
        return f"{self.method.upper()} /{self.address}"

    @property
    def is_api(self) -> bool:
        return self.address.startswith("api/")

    @property
    def has_object(self) -> bool:
        return "{" in self.address


def all_doors() -> list[Door]:
    """All but those of the Django admin, which has a test of its own."""
    return sorted(set(_doors(get_resolver(), "")), key=lambda door: (door.app, door.address, METHODS.index(door.method)))


def _doors(resolver: URLResolver, above: str) -> Iterator[Door]:
    for entry in resolver.url_patterns:
        address = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from _doors(entry, address)
            continue
        plain = (
            PLACE.sub(lambda found: "{" + (found[1] or found[2]) + "}", address)
            .replace("^", "")
            .replace("$", "")
            .replace("\\.", ".")
        )
        for method in _methods(entry):
            yield Door(method, plain, _app(entry.callback))


def _app(view: Any) -> str:
    module = getattr(view, "cls", getattr(view, "view_class", view)).__module__
    return module.split(".")[0] if not module.startswith("django") else "config"


def _methods(entry: URLPattern) -> tuple[str, ...]:
    """What an API view says that it answers; of a page, which says nothing, those that forms send."""
    view: Any = entry.callback
    if actions := getattr(view, "actions", None):
        return tuple(method for method in METHODS if method in actions)
    if api := getattr(view, "cls", None):
        return tuple(method for method in METHODS if hasattr(api, method))
    return ("get",) if _app(view) == "config" else PAGE_METHODS  # what machines ask, and the icon
