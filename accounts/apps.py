from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Orang")

    def ready(self) -> None:
        from accounts import defaults, places, receivers, waiting  # noqa: F401, PLC0415 models are ready only now
        from accounts.roles import HOLDING, Role  # noqa: PLC0415

        if unknown := set(settings.SECOND_FACTOR_ROLES) - set(Role.values):
            raise ImproperlyConfigured(f"SECOND_FACTOR_ROLES names no roles: {', '.join(sorted(unknown))}")
        places.register(HOLDING, _("Serah terima"), "handovers", "swap", order=90, minor=True)
        places.register(Role.ADMINISTRATOR, _("Orang"), "admin:index", "users", key="o", order=10)
        places.register(Role.ADMINISTRATOR, _("Prosedur"), "procedures", "book", order=92, minor=True)
        everybody = [role for role in Role if role != Role.CLIENT]
        places.register(everybody, _("Awal tugas"), "shift", "clock", order=88, minor=True)
        waiting.register_own()
        post_migrate.connect(defaults.lay, sender=self)
