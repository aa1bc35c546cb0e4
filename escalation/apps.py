from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EscalationConfig(AppConfig):
    name = "escalation"

    def ready(self) -> None:
        from escalation import defaults, panels, rail, receivers  # noqa: F401, PLC0415 models are ready only now

        post_migrate.connect(defaults.lay, sender=self)
        panels.register()
        rail.register()
