"""Every setting of a host, in one table: the docs page, the start-up check and the settings module read it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import environ


@dataclass(frozen=True)
class Setting:
    """One thing a host may set, as an environment variable or in `snowdrop.env` in the data folder.

    A secret may stand in a file of its own instead: NAME_FILE names it.
    """

    name: str
    kind: type
    default: object
    help: str
    secret: bool = False


TABLE = (
    Setting("SNOWDROP_DATA", str, "data", "The folder that holds everything: database, originals, key, mail."),
    Setting(
        "SNOWDROP_DATABASE_URL",
        str,
        "",
        "postgres://… for PostgreSQL. Empty: SQLite in the data folder.",
        True,
    ),
    Setting(
        "SNOWDROP_SECRET_KEY",
        str,
        "",
        "Signs cookies and forms. Empty: the file `secret-key` in the data folder.",
        True,
    ),
    Setting("SNOWDROP_PUBLIC_URL", str, "", "The address people use, such as https://pages.example.org."),
    Setting("SNOWDROP_PROXIES", int, 0, "How many proxies of yours stand in front and set X-Forwarded-For."),
    Setting("SNOWDROP_RESERVE", int, -1, "Bytes of disk always kept free. -1: the larger of 2 GB and 5 %."),
    Setting("SNOWDROP_LANGUAGE", str, "en", "The language where neither the reader nor the browser chose one."),
    Setting("SNOWDROP_TIME_ZONE", str, "UTC", "The time zone where a person chose none, such as Europe/Zurich."),
    Setting(
        "SNOWDROP_SMTP_URL",
        str,
        "",
        "smtp+tls://user:password@host:587. Empty: mails go to files in the data folder.",
        True,
    ),
    Setting(
        "SNOWDROP_MAIL_FROM",
        str,
        "",
        "The address our mails come from. Empty: no-reply at the public address.",
    ),
    Setting("SNOWDROP_WORKING", int, 0, "How many pages are made at the same time. 0: processor cores + 1."),
    Setting(
        "SNOWDROP_UNSYNCED",
        bool,
        False,
        "Do not wait for the disk. For tests only: a power cut loses what was written.",
    ),
)


class BadSetting(ValueError):
    """A value that cannot be meant. Its text is one sentence for the host."""


def read() -> dict[str, object]:
    """Return every setting by name: environment first, then `snowdrop.env` in the data folder, then the default.

    Raises BadSetting.
    """
    data = Path(os.environ.get("SNOWDROP_DATA", "data"))
    file = data / "snowdrop.env"
    if file.is_file():
        environ.Env.read_env(file)
    return {setting.name: _value(setting) for setting in TABLE}


def _value(setting: Setting) -> object:
    text = os.environ.get(setting.name)
    if text is None and setting.secret and (path := os.environ.get(f"{setting.name}_FILE")):
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{setting.name}_FILE cannot be read: {error.strerror}.") from error
    if text is None:
        return setting.default
    try:
        return environ.Env.parse_value(text, setting.kind)
    except (ValueError, TypeError) as error:
        raise BadSetting(f"{setting.name} is {text!r}; it has to be of the kind {setting.kind.__name__}.") from error
