from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "snowdrop.talk"
    label = "talk"
