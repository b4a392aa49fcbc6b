from django.apps import AppConfig


class FindingConfig(AppConfig):
    name = "snowdrop.finding"
    label = "finding"
