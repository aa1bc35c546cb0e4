"""A limit far above what people and their programs need: up to 300 requests a minute are never refused (api.md)."""

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.clock import now

if TYPE_CHECKING:  # the settings name this module, so the views must not be imported from here
    from rest_framework.views import APIView

log = logging.getLogger(__name__)


class PerPerson(BaseThrottle):
    """Counts a person's requests within the clock's minute; one small number in the cache, and no list of moments."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        name = f"asked:{who}:{int(now().timestamp()) // 60}"
        try:
            cache.add(name, 0, timeout=120)
            return cache.incr(name) <= settings.REQUESTS_A_MINUTE
        except Exception:  # the cache is away or full, and each backend says so in its own words: nobody is turned away for that
            log.warning("requests are not counted: the cache does not answer", exc_info=True)
            return True

    def wait(self) -> float:
        return 60 - now().timestamp() % 60
