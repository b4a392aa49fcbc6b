from django.apps import AppConfig


class HostConfig(AppConfig):
    name = "snowdrop.host"
    label = "host"
