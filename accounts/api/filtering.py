"""Filters only where somebody filters: a filter set is a form of many fields, and most lists are asked for as they are."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

OF_PAGING = {"cursor", "page_size"}


class WhereAsked(DjangoFilterBackend):
    """django-filter's own, but nothing is built for a request that names nothing but the page."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if request.query_params.keys() <= OF_PAGING:
            return queryset
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed
