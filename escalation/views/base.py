"""What the pages of escalation share: rows by cursor, and the answer after an act."""

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param

from common.paging import Cursor
from tickets.views.base import person_of, whole

__all__ = ["Paged", "paged", "person_of", "triggering", "whole"]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """One page of a list, and where the next and the previous ones are; None at the ends."""

    rows: list[Row]
    newer_url: str | None
    older_url: str | None


def paged(request: HttpRequest, rows: QuerySet[Row], ordering: tuple[str, ...], size: int) -> Paged[Row]:
    """The asked page by cursor, in the order of the API's lists. ``Invalid`` for a cursor that we never gave."""
    cursor = Cursor()
    cursor.page_size = size
    found = cursor.paginate_queryset(rows, Request(request), view=cast(Any, SimpleNamespace(ordering=ordering)))
    links = cursor.get_paginated_response([]).data
    return Paged(found, _bare(links["previous"]), _bare(links["next"]))


def _bare(url: str | None) -> str | None:
    """The link without the marks of the part that asked."""
    for mark in ("v", "e"):
        url = remove_query_param(url, mark) if url else None
    return url


def triggering(response: HttpResponse, *, said: Any = "", undo: str = "", seconds: int = 10) -> HttpResponse:
    """Lets the page say what was done, with *Urungkan* where there is a way back, and the lists on it ask for what is new."""
    events: dict[str, Any] = {"kawal:refresh": ""}
    if said:
        events["toast"] = {"text": str(said), "undo": undo, "seconds": seconds}
    response["HX-Trigger"] = json.dumps(events)
    return response
