"""Versions: ETag, If-Match, and what the second of two editors is told (api.md, "Conventions")."""

from types import SimpleNamespace

import pytest
from rest_framework import serializers
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.api.base import ActViewSet
from accounts.models import Counter
from accounts.roles import MAY, Role


class Shown(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.IntegerField()


class Change(serializers.Serializer):
    value = serializers.IntegerField()


def set_value(counter, *, by, value):
    Counter.objects.filter(pk=counter.pk).update(value=value)
    return Counter.objects.get(pk=counter.pk)


class Counters(ActViewSet):
    """The smallest table with a number that grows stands for every object with a version."""

    model = Counter
    serializer_class = Shown
    acts = {"retrieve": None, "partial_update": "test.count", "count": None}

    def get_queryset(self):
        return Counter.objects.all()

    def partial_update(self, request, **kwargs):
        return self.act(Change, set_value, changes_fields=True)

    def count(self, request, **kwargs):
        return self.act(Change, set_value)


@pytest.fixture(autouse=True)
def _versions(monkeypatch):
    monkeypatch.setattr(Counter, "version", property(lambda self: self.value), raising=False)
    monkeypatch.setitem(MAY, "test.count", (Role.AGENT,))


@pytest.fixture
def ask(agent):
    Counter.objects.create(name="n", value=3)

    def asked(method, operation, body=None, match=None):
        headers = {} if match is None else {"If-Match": match}
        request = getattr(APIRequestFactory(), method)("/api/v1/counters/n/", body, format="json", headers=headers)
        force_authenticate(request, agent)
        answer = Counters.as_view({method: operation})(request, pk="n")
        answer.render()
        return SimpleNamespace(status=answer.status_code, tag=answer.get("ETag"), data=answer.data)

    return asked


def test_an_object_comes_with_its_version(ask):
    assert ask("get", "retrieve").tag == '"v3"'


def test_a_change_of_fields_needs_the_version(ask):
    assert ask("patch", "partial_update", {"value": 9}).status == 428


def test_a_bad_body_is_said_before_the_missing_version(ask):
    assert ask("patch", "partial_update", {"value": "x"}).status == 400


def test_the_right_version_changes_and_gives_the_next(ask):
    changed = ask("patch", "partial_update", {"value": 9}, '"v3"')
    assert (changed.status, changed.tag) == (200, '"v9"')


@pytest.mark.parametrize("match", ['"v2"', 'W/"v3"', "v3", '"v2", "v1"'])
def test_another_version_is_412_with_the_values_of_now(ask, match):
    refused = ask("patch", "partial_update", {"value": 9}, match)
    assert refused.status in (412, 428)
    assert refused.status == 428 or refused.data["current"] == {"name": "n", "value": 3}


@pytest.mark.parametrize("match", ["*", '"v1", "v3"'])
def test_any_version_and_one_of_many_will_do(ask, match):
    assert ask("patch", "partial_update", {"value": 9}, match).status == 200


def test_an_act_accepts_the_version_and_does_not_need_it(ask):
    assert ask("post", "count", {"value": 4}, '"v2"').status == 412
    assert ask("post", "count", {"value": 4}).status == 200
