from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OutboundConfig(AppConfig):
    name = "outbound"

    def ready(self) -> None:
        from accounts import holding  # noqa: PLC0415
        from outbound import (  # noqa: PLC0415
            cards,
            defaults,
            panels,
            rail,
            receivers,  # noqa: F401
            scripting,
            seen,
            timeline,
            waiting,
            work_columns,
        )
        from outbound.actions import arriving, handing, payment_loads  # noqa: PLC0415
        from tickets.actions import kinds  # noqa: PLC0415

        for kind in (arriving.ProspectLoads(), payment_loads.PaymentLoads(), payment_loads.Comparisons()):
            kinds.register(kind)
        for held in (handing.Callbacks(), handing.Prospects()):
            holding.register(held)
        cards.register()
        panels.register()
        rail.register()
        scripting.register()
        seen.register()
        timeline.register()
        work_columns.register()
        waiting.register_kinds()
        post_migrate.connect(defaults.lay, sender=self)
