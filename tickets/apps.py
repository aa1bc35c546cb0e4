from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from accounts import holding  # noqa: PLC0415 models are ready only now
        from tickets import (  # noqa: PLC0415
            checklist,
            defaults,
            forwarded,
            page_acts,
            rail,
            scripting,
            tool_panel,
            twin_panel,
            waiting,
        )
        from tickets.actions import customer_loads, handing, kinds, reconciling, ticket_loads  # noqa: PLC0415

        page_acts.register()
        rail.register()
        checklist.register()
        scripting.register()
        holding.register(handing.Tickets())
        twin_panel.register()
        tool_panel.register()
        forwarded.register()
        for kind in (ticket_loads.TicketLoads(), reconciling.Reconciliations(), customer_loads.CustomerLoads()):
            kinds.register(kind)
        waiting.register_kinds()
        post_migrate.connect(defaults.lay, sender=self)
