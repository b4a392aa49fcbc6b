"""Django's settings, made from the table of what a host may set."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from snowdrop.config import table

_set = table.read()
PACKAGE = Path(__file__).resolve().parent.parent

DATA = Path(str(_set["SNOWDROP_DATA"])).resolve()
RESERVE: int | None = None if _set["SNOWDROP_RESERVE"] == -1 else int(str(_set["SNOWDROP_RESERVE"]))
UNSYNCED = bool(_set["SNOWDROP_UNSYNCED"])
WORKING = int(str(_set["SNOWDROP_WORKING"])) or (os.cpu_count() or 1) + 1
PROXIES = int(str(_set["SNOWDROP_PROXIES"]))
PUBLIC_URL = str(_set["SNOWDROP_PUBLIC_URL"]).rstrip("/")

DEBUG = False


def _secret_key() -> str:
    if given := str(_set["SNOWDROP_SECRET_KEY"]):
        return given
    file = DATA / "secret-key"
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        # `snowdrop up` writes the file before Django starts. Whatever runs without a data
        # folder (a check of the code, the extraction of texts) gets a key that dies with it.
        return secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()

_https = PUBLIC_URL.startswith("https://")
_host = urlsplit(PUBLIC_URL).hostname if PUBLIC_URL else None
ALLOWED_HOSTS = [_host, "localhost", "127.0.0.1", "[::1]"] if _host else ["localhost", "127.0.0.1", "[::1]"]
if _extra := os.environ.get("SNOWDROP_LISTENS_ON"):  # set by `snowdrop up --host`
    ALLOWED_HOSTS.append(_extra)
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "snowdrop.config",
    "snowdrop.web",
    "snowdrop.dates",
    "snowdrop.storage",
    "snowdrop.finding",
    "snowdrop.people",
    "snowdrop.memorials",
    "snowdrop.keepsakes",
    "snowdrop.story",
    "snowdrop.talk",
    "snowdrop.handover",
    "snowdrop.words",
    "snowdrop.archive",
    "snowdrop.reading",
    "snowdrop.host",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "snowdrop.web.middleware.quiet_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # beneath the headers, which a stylesheet carries too
    "snowdrop.host.refusals.Refusals",
    "snowdrop.web.middleware.head_like_get",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "snowdrop.people.standing.who_is_here",
    "django.middleware.common.CommonMiddleware",
    "snowdrop.people.languages.speak",
    "snowdrop.people.zones.tell_time",
    "snowdrop.web.middleware.own_origin",
    "django.middleware.csrf.CsrfViewMiddleware",
]

ROOT_URLCONF = "snowdrop.host.urls"
WSGI_APPLICATION = "snowdrop.host.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "snowdrop.people.standing.for_templates",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "snowdrop.web.forms.HouseRenderer"

if _url := str(_set["SNOWDROP_DATABASE_URL"]):
    DATABASES = {"default": environ.Env.db_url_config(_url)}
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "snowdrop.config.backends.sqlite3",
            "NAME": DATA / "snowdrop.sqlite3",
            "CONN_MAX_AGE": None,
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS: list[str] = []
SESSION_ENGINE = "snowdrop.people.sessions"
SESSION_COOKIE_NAME = "__Host-here" if _https else "here"
SESSION_COOKIE_AGE = 365 * 24 * 3600  # seconds; a device stays signed in for a year of visits
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# In a cookie and not in the session: a stranger who only opens a form leaves no row behind.
# Not Django's name: whoever looks whether a link signs somebody in takes a cookie called a token for a session.
CSRF_COOKIE_NAME = "__Host-form" if _https else "form"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "snowdrop.web.errors.form_expired"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = str(_set["SNOWDROP_LANGUAGE"])
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["snowdrop.web.formats"]  # dates in English as the rest of a page says them
USE_TZ = True
TIME_ZONE = str(_set["SNOWDROP_TIME_ZONE"])

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing of ours uses Django's file fields
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs our fonts

FILE_UPLOAD_HANDLERS = ["snowdrop.storage.uploads.OriginalUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA / "incoming"
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # `snowdrop up` makes that folder
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # bytes of text in one form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # past 500 storage says a sentence of its own; past this Django refuses

if _smtp := str(_set["SNOWDROP_SMTP_URL"]):
    for _name, _part in environ.Env.email_url_config(_smtp).items():
        globals()[_name] = _part
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = str(_set["SNOWDROP_MAIL_FROM"]) or f"no-reply@{_host or 'localhost'}"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Neither addresses nor texts belong in a log: only what happened, and where in the code.
    "formatters": {
        "plain": {
            "()": "snowdrop.web.quiet_log.WithoutTexts",
            "format": "{levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"no_addresses": {"()": "snowdrop.web.quiet_log.WithoutAddresses"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_addresses"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
