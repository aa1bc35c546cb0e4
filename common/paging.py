"""Pages of a list by cursor: the place in the order, not a number of rows to skip, so that page 1,000 costs what page 1 does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from common.problems import Invalid

if TYPE_CHECKING:  # the settings name this module, so the views must not be imported from here
    from rest_framework.views import APIView

SALT = "cursor"
LARGEST = 200
Place = list[Any]


def ordered(queryset: QuerySet[Any], names: Sequence[str], *, backward: bool = False) -> QuerySet[Any]:
    """In the order of the pages, as for a list that is wanted whole."""
    return queryset.order_by(*(column.order(backward) for column in _columns(queryset, names)))


def _columns(queryset: QuerySet[Any], names: Sequence[str]) -> list["Column"]:
    return [_column(queryset.model, name) for name in names]


class Cursor(BasePagination):
    """``next``, ``previous`` and ``results``. The view says its ``ordering``: names, ``-`` for falling, the last one unique.

    A name may be an annotation. Empty values stand last. There is no total: counting a long list costs more than reading it.
    """

    page_size = 50

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: "APIView | None" = None
    ) -> list[Any]:
        """The rows of the asked page; ``Invalid`` for a cursor or a size that we never gave."""
        self.request = request
        self.ordering: Sequence[str] = getattr(view, "ordering", ("id",))
        backward, place = self._asked()
        size = self._size()
        rows = self._read(queryset, backward, place, size + 1)
        more, rows = len(rows) > size, rows[:size]
        if backward:
            rows.reverse()
        self.after = self._place(rows[-1]) if rows and (more or backward) else None
        self.before = self._place(rows[0]) if rows and (more if backward else place is not None) else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._link(False, self.after), "previous": self._link(True, self.before), "results": data})

    def _read(self, queryset: QuerySet[Any], backward: bool, place: Place | None, limit: int) -> list[Any]:
        columns = _columns(queryset, self.ordering)
        queryset = ordered(queryset, self.ordering, backward=backward)
        try:
            return list((queryset.filter(_beyond(columns, place, backward)) if place else queryset)[:limit])
        except (ValueError, TypeError, ValidationError, DataError) as error:
            raise Invalid(_("Penanda halaman ini bukan untuk daftar ini.")) from error

    def _asked(self) -> tuple[bool, Place | None]:
        cursor = self.request.query_params.get("cursor")
        if cursor is None:
            return False, None
        try:
            backward, *place = signing.loads(cursor, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise Invalid(_("Penanda halaman ini bukan dari kami.")) from error
        if len(place) != len(self.ordering):
            raise Invalid(_("Penanda halaman ini bukan untuk daftar ini."))
        return bool(backward), place

    def _size(self) -> int:
        asked = self.request.query_params.get("page_size", str(self.page_size))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked)):
            raise Invalid(_("page_size adalah angka dari 1 sampai %(largest)s."), largest=LARGEST)
        return min(int(asked), LARGEST)

    def _place(self, row: Any) -> Place:
        values = [getattr(row, name.lstrip("-")) for name in self.ordering]
        return [value.isoformat() if isinstance(value, (date, datetime)) else value for value in values]

    def _link(self, backward: bool, place: Place | None) -> str | None:
        if place is None:
            return None
        cursor = signing.dumps([int(backward), *place], salt=SALT)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        return [
            {"name": "cursor", "in": "query", "description": "From `next` or `previous`.", "schema": {"type": "string"}},
            {
                "name": "page_size",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": self.page_size},
            },
        ]


@dataclass(frozen=True)
class Column:
    """One name of an order. Whether it may be empty matters: ``IS NULL`` beside a comparison keeps an index from serving."""

    name: str
    falls: bool
    may_be_empty: bool

    def order(self, backward: bool) -> str | OrderBy:
        """Its part of ``ORDER BY``, the empty ones last (first when read backward)."""
        falls = self.falls != backward
        if not self.may_be_empty:
            return f"-{self.name}" if falls else self.name
        ends: dict[str, bool] = {"nulls_first": True} if backward else {"nulls_last": True}
        return F(self.name).desc(**ends) if falls else F(self.name).asc(**ends)

    def beyond(self, value: Any, backward: bool, *, or_level: bool = False) -> Q:
        """What stands further than ``value`` in this column, with what is level too where asked."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            further = ~empty if backward else Q(pk__in=[])
            return further | empty if or_level else further
        comparison = ("lt" if self.falls != backward else "gt") + ("e" if or_level else "")
        further = Q(**{f"{self.name}__{comparison}": value})
        return further | empty if self.may_be_empty and not backward else further

    def level(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def _column(model: type[Model], name: str) -> Column:
    try:
        may_be_empty = bool(getattr(model._meta.get_field(name.lstrip("-")), "null", True))
    except FieldDoesNotExist:
        may_be_empty = True  # an annotation: who knows
    return Column(name.lstrip("-"), name.startswith("-"), may_be_empty)


def _beyond(columns: Sequence[Column], place: Place, backward: bool) -> Q:
    """The rows beyond ``place``: further in the first column, or level in it and further in the second, and so on."""
    beyond, level = Q(), Q()
    for column, value in zip(columns, place, strict=True):
        beyond |= level & column.beyond(value, backward)
        level &= column.level(value)
    # The first part says nothing new, but lets an index on the first column skip to the place.
    return columns[0].beyond(place[0], backward, or_level=True) & beyond
