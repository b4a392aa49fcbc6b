from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "snowdrop.reading"
    label = "reading"
