"""What the lists of quality control can be narrowed by; pages and API share them."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outbound.models import Product
from quality.models import (
    Check,
    DisputeState,
    Evaluation,
    Evidence,
    Nonconformity,
    NonconformityState,
    Paper,
    Validation,
    ValidationState,
)
from tickets.filters import Among


class EvaluationFilter(filters.FilterSet):
    """By check, person, form, days of the service, whether the score is disputed, whether a critical item failed."""

    check = Among(field_name="check_kind", choices=Check.choices)
    person = filters.CharFilter(field_name="person__agent_code", label=_("Kode agen"))
    form = filters.NumberFilter(field_name="form_id", label=_("Formulir"))
    since = filters.DateFilter(field_name="performed_on", lookup_expr="gte", label=_("Sejak"))
    until = filters.DateFilter(field_name="performed_on", lookup_expr="lte", label=_("Sampai"))
    dispute = Among(field_name="dispute__state", choices=DisputeState.choices)
    failed = filters.BooleanFilter(label=_("Butir fatal gagal"))

    class Meta:
        model = Evaluation
        fields: list[str] = []


class ValidationFilter(filters.FilterSet):
    """By state, whose result, who reviews, product, days of the decision, and what is not cared again yet."""

    state = Among(choices=ValidationState.choices)
    person = filters.CharFilter(field_name="person__agent_code", label=_("Kode agen"))
    reviewer = filters.CharFilter(field_name="reviewer__agent_code", label=_("Kode penilai"))
    product = Among(field_name="result__campaign__product", choices=Product.choices)
    caring_result = filters.NumberFilter(field_name="result_id", label=_("Hasil caring"))
    since = filters.IsoDateTimeFilter(field_name="decided_at", lookup_expr="gte", label=_("Sejak"))
    until = filters.IsoDateTimeFilter(field_name="decided_at", lookup_expr="lt", label=_("Sampai"))
    redone = filters.BooleanFilter(label=_("Sudah dicaring ulang"))

    class Meta:
        model = Validation
        fields: list[str] = []


class NonconformityFilter(filters.FilterSet):
    """By state, owner, whether it is overdue."""

    state = Among(choices=NonconformityState.choices)
    owner = filters.CharFilter(field_name="owner__agent_code", label=_("Kode agen"))
    overdue = filters.BooleanFilter(method="only_overdue", label=_("Lewat batas"))

    class Meta:
        model = Nonconformity
        fields: list[str] = []

    def only_overdue(self, rows: QuerySet[Nonconformity], _name: str, wanted: bool) -> Any:
        late = Nonconformity.objects.overdue().values("pk")
        return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)


class EvidenceFilter(filters.FilterSet):
    """By kind of paper, and whether it was released."""

    paper = Among(choices=Paper.choices)
    released = filters.BooleanFilter(field_name="released_at", lookup_expr="isnull", exclude=True, label=_("Dirilis"))

    class Meta:
        model = Evidence
        fields: list[str] = []
