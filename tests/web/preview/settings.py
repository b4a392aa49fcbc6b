"""The house's settings with nothing but its templates, so that a look needs no other room."""

from pathlib import Path

from django.http import HttpResponse
from django.urls import include, path

from snowdrop.config.settings import *  # noqa: F403

HERE = Path(__file__).resolve().parent
INSTALLED_APPS = ["django.contrib.staticfiles", "django.forms", "snowdrop.web"]
STATIC_URL = "static/"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "pages"],
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["django.templatetags.i18n", "django.templatetags.static"]},
    }
]
ROOT_URLCONF = "tests.web.preview.settings"
urlpatterns = [path("", include(([path("someone", HttpResponse, name="page")], "talk")))]
