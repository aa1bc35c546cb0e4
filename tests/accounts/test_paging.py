"""Lists by cursor (api.md, "Conventions")."""

import pytest
from django.db.models import F
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.models import Site, Team
from common.paging import Cursor
from common.problems import Invalid


class View(APIView):
    def __init__(self, *ordering):
        self.ordering = ordering


def page(queryset, url="/api/v1/x/", ordering=("id",)):
    pager = Cursor()
    rows = pager.paginate_queryset(queryset, Request(APIRequestFactory().get(url)), View(*ordering))
    return rows, pager.get_paginated_response([]).data


def walk(queryset, ordering, size, way="next", url=None):
    """All pages one after the other, and the address of the last."""
    url, pages = url or f"/api/v1/x/?page_size={size}", []
    while url:
        last = url
        rows, links = page(queryset, url, ordering)
        pages.append([row.name for row in rows])
        url = links[way]
    return pages, last


@pytest.fixture
def teams(site, agent, stranger):
    """Seven teams; two have a leader."""
    other = Site.objects.create(code="BDG", name="Bandung")
    Team.objects.bulk_create([Team(name=f"T{n}", site=other if n % 2 else site) for n in range(5)])
    return Team.objects.all()


ORDERINGS = [("id",), ("-id",), ("-name", "id"), ("site_id", "-name", "id"), ("leader_id", "id"), ("-leader_id", "-id")]


@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
def test_every_row_comes_once_forward_and_back(teams, ordering):
    whole = [name for names in walk(teams, ordering, 100)[0] for name in names]
    pages, last = walk(teams, ordering, 2)
    assert [name for names in pages for name in names] == whole
    assert [len(names) for names in pages] == [2, 2, 2, 1]
    back, _first = walk(teams, ordering, 2, "previous", last)
    assert [name for names in reversed(back) for name in names] == whole


def test_empty_values_stand_last_both_ways(teams):
    assert walk(teams, ("leader_id", "id"), 100)[0][0][-1] == walk(teams, ("-leader_id", "id"), 100)[0][0][-1] == "T4"


def test_an_annotation_may_lead_the_order(teams):
    annotated = teams.annotate(rank=F("site_id") * 10)
    assert sum(map(len, walk(annotated, ("rank", "id"), 3)[0])) == 7


def test_rows_that_go_meanwhile_shift_nothing(teams):
    first, links = page(teams, "/api/v1/x/?page_size=3", ("-id",))
    expected = list(teams.order_by("-id").values_list("pk", flat=True))[3:6]
    Team.objects.filter(pk=first[0].pk).delete()
    assert [row.pk for row in page(teams, links["next"], ("-id",))[0]] == expected


def test_a_page_has_at_most_200_rows(teams):
    Team.objects.bulk_create([Team(name=f"N{n}", site=teams[0].site) for n in range(205)])
    assert len(page(teams, "/api/v1/x/?page_size=5000")[0]) == 200


ODD = ["cursor=x", "cursor=", "cursor=%00", "page_size=0", "page_size=-1", "page_size=x", "page_size=%C2%B2"]


@pytest.mark.parametrize("query", ODD)
def test_odd_pages_are_refused(teams, query):
    with pytest.raises(Invalid):
        page(teams, f"/api/v1/x/?{query}")


def test_a_cursor_of_another_list_is_refused(teams):
    _rows, links = page(teams, "/api/v1/x/?page_size=1", ("-name", "id"))
    with pytest.raises(Invalid):
        page(teams, links["next"], ("id",))
    with pytest.raises(Invalid):
        page(teams, links["next"], ("site_id", "id"))


def test_a_page_costs_one_statement(teams, django_assert_num_queries):
    with django_assert_num_queries(1):
        page(teams, "/api/v1/x/?page_size=2")
