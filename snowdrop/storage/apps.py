from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "snowdrop.storage"
    label = "storage"
