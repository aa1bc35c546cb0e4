from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from tickets import page_acts, rail  # noqa: PLC0415 models are ready only now
        from tickets.actions import kinds, ticket_loads  # noqa: PLC0415

        page_acts.register()
        rail.register()
        kinds.register(ticket_loads.TicketLoads())
