from django.apps import AppConfig


class DatesConfig(AppConfig):
    name = "snowdrop.dates"
    label = "dates"
