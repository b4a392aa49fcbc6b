from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "snowdrop.web"
    label = "web"
