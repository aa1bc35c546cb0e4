"""The door for gateways: verify the signature over the raw body, store, answer. Matching is a task's work."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from escalation.actions.inbox import take_in, take_in_junk, without_secrets
from escalation.channels import Junk, abilities_of, gateway_of
from escalation.models import Channel
from escalation.secrets import Unreadable, opened
from escalation.tasks import match_inbox

log = logging.getLogger(__name__)
LONGEST_BODY = 1024 * 1024


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /hooks/<channel>/``: 404 unknown, 413 too long, 401 not from this gateway, 400 no sense, else 200."""
    channel = Channel.objects.filter(slug=slug, active=True).first()
    if channel is None or not abilities_of(channel.kind).hears:
        raise Http404
    try:
        secrets = opened(channel.secrets)
    except Unreadable:
        log.exception("the secrets of %s cannot be read", slug)
        return HttpResponse("not now", status=503)  # our own trouble: the gateway comes again
    if request.method == "GET":
        return _greet(request, channel, secrets.get("verify_token", ""))
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        return HttpResponse("too long", status=413)
    if not gateway_of(channel.kind).verify(body, request.headers, secrets.get("webhook_secret", "")):
        return HttpResponse("signature", status=401)
    return _taken_in(channel, body)


def _greet(request: HttpRequest, channel: Channel, token: str) -> HttpResponse:
    """A gateway asks once whether this hook is ours, before it sends anything."""
    if not abilities_of(channel.kind).greets:
        return HttpResponseNotAllowed(["POST"])
    answer = gateway_of(channel.kind).greet(request.GET, token)
    return HttpResponse("signature", status=401) if answer is None else HttpResponse(answer, content_type="text/plain")


def _taken_in(channel: Channel, body: bytes) -> HttpResponse:
    gateway, body = gateway_of(channel.kind), without_secrets(channel, body)
    try:
        heard = gateway.parse(body)
    except Junk:
        take_in_junk(channel, body)
        return HttpResponse("no sense", status=400)
    with transaction.atomic():
        take_in(channel, body, heard)
        transaction.on_commit(_wake)
    return HttpResponse("ok")


def _wake() -> None:
    """A courtesy: the beat would come to it as well, so a broker that is down harms nothing."""
    try:
        match_inbox.apply_async(retry=False, expires=20)
    except Exception:
        log.warning("the broker could not be told of new messages", exc_info=True)
