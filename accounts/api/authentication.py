"""Who is asking: a token, or the session of the pages."""

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class PersonToken(TokenAuthentication):
    """``Authorization: Token ...``, with team and site in the same query. A deactivated person's token is refused."""

    def authenticate_credentials(self, key: str) -> tuple[object, Token]:
        if "\x00" in key:
            raise AuthenticationFailed()
        found: QuerySet[Token] = Token.objects.select_related("user__team__site")
        token = found.filter(key=key, user__is_active=True).first()
        if token is None:
            raise AuthenticationFailed()
        return token.user, token


class BrowserSession(SessionAuthentication):
    """The session of the pages, with its CSRF check. Who is not signed in gets 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class PersonTokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document calls the token."""

    target_class = "accounts.api.authentication.PersonToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`, from `POST /api/v1/auth/token/`.",
        }


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document calls the session."""

    target_class = "accounts.api.authentication.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "The session of the pages."}
