"""Signing in for programs, and the signed-in person."""

from typing import ClassVar

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import check_second_factor, set_duty, sign_statement
from accounts.actions.second_factor import Wait
from accounts.api.base import Conventions
from accounts.api.permissions import RoleMay, SignedIn, require_set_up
from accounts.api.serializers import DutySerializer, MeSerializer, SignInSerializer, TokenSerializer
from accounts.models import Person
from accounts.signing_in import seconds_locked
from common.problems import Invalid


class TokenView(APIView):
    """A token for agent code and password. Only failures count against the limit."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []

    def get_authenticate_header(self, request: Request) -> str:
        """Nobody is signed in here, so a refusal would else become 403."""
        return "Token"

    @extend_schema(request=SignInSerializer, responses=TokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in. 401 for a wrong password and for somebody who may not sign in; 429 after too many failures."""
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        plain, code = request._request, body.validated_data["agent_code"]
        person = authenticate(plain, username=code, password=body.validated_data["password"])
        if getattr(plain, "axes_locked_out", False):
            raise Throttled(wait=seconds_locked(plain, code))
        if not isinstance(person, Person):
            raise AuthenticationFailed(_("Kode agen atau sandi tidak cocok."))
        _second_step(person, body.validated_data.get("otp", ""))
        user_logged_in.send(sender=Person, request=plain, user=person)
        return Response({"token": Token.objects.get_or_create(user=person)[0].key})


class CodeRefused(AuthenticationFailed):
    """401 that says that the password was right."""

    def __init__(self, sentence: object, code: str) -> None:
        super().__init__(str(sentence))
        self.problem_code = code


def _second_step(person: Person, otp: str) -> None:
    """Where a second factor is set up, its code is right; where the role needs one and has none, a page sets it up first."""
    require_set_up(person)
    if person.second_factor_at is None:
        return
    if not otp:
        raise CodeRefused(_("Tambahkan otp: kode yang sekarang tampil di ponsel."), "otp-needed")
    try:
        check_second_factor(person, otp, by=person)
    except Wait as refused:
        raise Throttled(wait=refused.seconds) from refused
    except Invalid as refused:
        raise CodeRefused(refused, refused.code) from refused


class MeView(Conventions):
    """The signed-in person."""

    permission_classes = [SignedIn, RoleMay]
    acts: ClassVar = {"get": None}

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who I am and what I may do."""
        return Response(MeSerializer(self.person).data)


class SignStatementView(Conventions):
    """The confidentiality statement (QM-3)."""

    permission_classes = [SignedIn, RoleMay]
    acts: ClassVar = {"post": None}

    @extend_schema(request=None, responses=MeSerializer)
    def post(self, request: Request) -> Response:
        """Sign the confidentiality statement. Signing again changes nothing."""
        self.read(None)
        return Response(MeSerializer(sign_statement(self.person, by=self.person)).data)


class DutyView(Conventions):
    """On duty or not (OB-7)."""

    acts: ClassVar = {"post": None}

    @extend_schema(request=DutySerializer, responses=MeSerializer)
    def post(self, request: Request) -> Response:
        """Set whether I am on duty, on break or off."""
        return Response(MeSerializer(set_duty(self.person, by=self.person, **self.read(DutySerializer))).data)
