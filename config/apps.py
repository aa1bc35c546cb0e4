from django.apps import AppConfig

from config import checks  # noqa: F401 - importing the checks registers them


class ConfigConfig(AppConfig):
    name = "config"
