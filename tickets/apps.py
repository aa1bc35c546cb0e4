from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from tickets import page_acts, rail  # noqa: PLC0415 models are ready only now

        page_acts.register()
        rail.register()
