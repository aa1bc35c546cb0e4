from django.apps import AppConfig


class OutboundConfig(AppConfig):
    name = "outbound"

    def ready(self) -> None:
        from outbound import panels, rail, receivers, seen, timeline  # noqa: F401, PLC0415 models are ready only now

        panels.register()
        rail.register()
        seen.register()
        timeline.register()
