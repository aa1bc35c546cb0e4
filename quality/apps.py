from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from quality import banners, defaults, panels, rail, receivers, seen, waiting  # noqa: F401, PLC0415

        waiting.register_kinds()
        post_migrate.connect(defaults.lay, sender=self)
        panels.register()
        rail.register()
        seen.register()
        banners.register()
