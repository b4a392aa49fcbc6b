from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "snowdrop.people"
    label = "people"
