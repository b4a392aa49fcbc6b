from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "snowdrop.config"
    label = "config"
