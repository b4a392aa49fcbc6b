from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "snowdrop.archive"
    label = "archive"
