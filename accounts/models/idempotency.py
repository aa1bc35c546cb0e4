"""Answers kept for repeated requests (api.md, ``Idempotency-Key``)."""

from django.conf import settings
from django.db import models


class IdempotentAnswer(models.Model):
    """The first answer to a request with a key. The unique pair is what makes 20 parallel repeats act once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)  # as it was sent, because jsonb would turn the keys about
    etag = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_age")]

    def __str__(self) -> str:
        return self.key
