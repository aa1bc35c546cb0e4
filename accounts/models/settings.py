"""Version counters: a list that people watch has a number that grows with every change, so that asking costs one row."""

from django.db import models
from django.db.models import F


class Counter(models.Model):
    """One number per watched list (``queue``, ``bell:42``)."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"

    @classmethod
    def grow(cls, name: str) -> None:
        """Add one, making the counter where it is new. Runs in the caller's transaction, so it moves only with the change."""
        if not cls.objects.filter(name=name).update(value=F("value") + 1):
            cls.objects.get_or_create(name=name, defaults={"value": 1})

    @classmethod
    def read(cls, name: str) -> int:
        """The number now; 0 where nothing has happened yet."""
        return cls.objects.filter(name=name).values_list("value", flat=True).first() or 0
