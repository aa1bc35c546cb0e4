from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EscalationConfig(AppConfig):
    name = "escalation"

    def ready(self) -> None:
        from accounts import holding  # noqa: PLC0415
        from escalation import (  # noqa: PLC0415
            defaults,
            mail_panels,
            outage_panels,
            page_panels,
            panels,
            problem_notice,
            rail,
            receivers,  # noqa: F401
            saying,
            timeline_words,
            waiting,
            work_columns,
        )
        from escalation.actions import handing  # noqa: PLC0415

        for held in (handing.Escorts(), handing.Promises(), handing.Mails()):
            holding.register(held)
        waiting.register_kinds()
        post_migrate.connect(defaults.lay, sender=self)
        panels.register()
        page_panels.register()
        mail_panels.register()
        saying.register()
        outage_panels.register()
        problem_notice.register()
        timeline_words.register()
        rail.register()
        work_columns.register()
