from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from accounts import holding  # noqa: PLC0415 models are ready only now
        from tickets import checklist, defaults, forwarded, page_acts, rail, scripting, tool_panel, twin_panel  # noqa: PLC0415
        from tickets.actions import handing, kinds, ticket_loads  # noqa: PLC0415

        page_acts.register()
        rail.register()
        checklist.register()
        scripting.register()
        holding.register(handing.Tickets())
        twin_panel.register()
        tool_panel.register()
        forwarded.register()
        kinds.register(ticket_loads.TicketLoads())
        post_migrate.connect(defaults.lay, sender=self)
