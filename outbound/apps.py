from django.apps import AppConfig


class OutboundConfig(AppConfig):
    name = "outbound"

    def ready(self) -> None:
        from outbound import panels, receivers  # noqa: F401, PLC0415 models are ready only now

        panels.register()
