"""What every view of the API stands on: the order of refusals, one way to do an act, ETags, and keys that make a POST once.

The order is 401, 403 (the role never may), 404 (not visible), 403 (not on this one), 400 or 422, 428, 412, 409. ``docs/api.md``
shows how to add an act.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, models, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import RoleMay, SignedStatement
from accounts.idempotency import Answer, once
from accounts.models import Person
from common.problems import NotVisible, Problem, Stale

Body = type[BaseSerializer[Any]]


class MatchRequired(Problem):
    """A change of fields must say which version it changes."""

    status, code = 428, "if-match-required"


class Conventions(APIView):
    """For a view of its own (``me/``): ``acts`` maps the lower-case method to a line of the table of roles, None for all."""

    permission_classes = [SignedStatement, RoleMay]
    acts: ClassVar[Mapping[str, str | None]] = {}

    @property
    def person(self) -> Person:
        """Who is asking."""
        return cast(Person, self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the gates, a POST with an ``Idempotency-Key`` is led through ``once``."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        handler = getattr(self, "post", None)
        if key and handler and request.method == "POST" and request.user.is_authenticated:
            setattr(self, "post", partial(self._once, key, handler))  # noqa: B010 (the name is found by the method)

    def read(self, body: Body | None, *, partial: bool = False) -> dict[str, Any]:
        """The body as plain values; 400 with errors per field. ``None``: an act without a body, which still must be readable."""
        data = self.request.data
        if body is None:
            return {}
        serializer = body(data=data, partial=partial, context={"request": self.request, "view": self})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _once(self, key: str, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def act() -> Answer:
            response = handler(request, *args, **kwargs)
            body = b"" if response.data is None else JSONRenderer().render(response.data)
            return Answer(response.status_code, body.decode(), response.headers.get("ETag", ""))

        answer = once(self.person, key, _digest(request), act)
        headers = {"Idempotent-Replayed": "true"} if answer.again else {}
        headers |= {"ETag": answer.etag} if answer.etag else {}
        return HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=headers)


class ActViewSet(ListModelMixin, Conventions, GenericViewSet[Any]):
    """A collection: a list by cursor, one object, and the acts on it.

    ``acts``: operation -> line of the table of roles; ``retrieve`` follows ``list`` unless it is named.
    ``checks``: operation -> ``check(object, by=person)``, which raises ``NotAllowed`` when this object is not this person's to
    act on; asked before the body is read, because 403 comes before 400. The rule itself stands in the action's module.
    """

    model: ClassVar[type[models.Model]]
    ordering: ClassVar[tuple[str, ...]] = ("id",)
    checks: ClassVar[Mapping[str, Callable[..., object]]] = {}
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> models.QuerySet[Any]:
        """What the person may see; override to add what the serializer shows (``select_related``)."""
        everything: Any = self.model._default_manager
        if getattr(self, "swagger_fake_view", False):
            return cast("models.QuerySet[Any]", everything.none())
        return cast("models.QuerySet[Any]", everything.visible_to(self.person))

    def get_object(self) -> Any:
        """The object of the address, seen and allowed: 404, then 403."""
        value = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        try:
            found = self.get_queryset().get(**{self.lookup_field: value})
        except (ObjectDoesNotExist, ValueError, TypeError, ValidationError, DataError, OverflowError) as error:
            raise NotVisible(_("Tidak ada, atau tidak untuk Anda lihat.")) from error
        check = self.checks.get(self.action)
        if check:
            check(found, by=self.person)
        return found

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answered(self.get_object())

    def act(
        self,
        body: Body | None,
        function: Callable[..., Any],
        *,
        status: int = 200,
        answer: Body | None = None,
        changes_fields: bool = False,
    ) -> Response:
        """Do ``function(object, by=person, **values of the body)`` and answer with what it returns, else with the object.

        ``answer``: the serializer of the answer where it is not the view's own. ``changes_fields``: a PATCH, which needs
        ``If-Match`` and may leave fields out.
        """
        target = self.get_object()
        values = self.read(body, partial=changes_fields)
        with transaction.atomic():
            self._match(target, required=changes_fields)
            result = function(target, by=self.person, **values)
        return self.answered(target if result is None else result, status=status, answer=answer)

    def make(self, body: Body, function: Callable[..., Any], *, status: int = 201, answer: Body | None = None) -> Response:
        """Do ``function(by=person, **values of the body)``, which makes a new object, and answer with it."""
        return self.answered(function(by=self.person, **self.read(body)), status=status, answer=answer)

    def answered(self, result: Any, *, status: int = 200, answer: Body | None = None) -> Response:
        """``result`` as JSON, with its ETag where it has a version."""
        context = self.get_serializer_context()
        data = answer(result, context=context).data if answer else self.get_serializer(result).data
        version = getattr(result, "version", None)
        return Response(data, status=status, headers={} if version is None else {"ETag": f'"v{version}"'})

    def _match(self, target: models.Model, *, required: bool) -> None:
        wanted = parse_etags(self.request.headers.get("If-Match", ""))
        if not wanted and required:
            raise MatchRequired(_("Kirim If-Match dengan ETag yang Anda terima."))
        if not wanted or wanted == ["*"] or not hasattr(target, "version"):
            return
        target = type(target)._base_manager.select_for_update().get(pk=target.pk)
        if f'"v{target.version}"' not in wanted:
            fresh = self.get_queryset().get(pk=target.pk)
            raise Stale(_("Orang lain sudah mengubahnya."), current=self.get_serializer(fresh).data)


def _digest(request: Request) -> str:
    """What makes two requests the same: method, address and body."""
    running = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not (request.content_type or "").startswith("multipart/"):
        running.update(request.body)
        return running.hexdigest()
    for name, value in sorted(cast("dict[str, Any]", request.data).items(), key=lambda pair: str(pair[0])):
        running.update(f"\n{name}\n".encode())
        for chunk in value.chunks() if hasattr(value, "chunks") else [str(value).encode()]:
            running.update(chunk)
        if hasattr(value, "seek"):
            value.seek(0)
    return running.hexdigest()
