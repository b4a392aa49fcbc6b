"""Whole copies of the database, made while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from snowdrop.host.failure import Failure

SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


def stamp(moment: datetime) -> str:
    """A name for a copy of this moment, in UTC, sorting by time and fit for every file system."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")


def before_a_change(folder: Path, *, keep: int) -> Path:
    """Copy the database into `folder` and keep only the last few copies there. Return the new one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.part"):
        left.unlink()
    name = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    target = folder / f"{stamp(datetime.now(UTC))}-{name}"
    part = target.with_name(target.name + ".part")
    copy_database(part)
    part.replace(target)
    sync_folder(folder)
    for old in sorted(path for path in folder.iterdir() if path.suffix != ".part")[:-keep]:
        old.unlink()
    return target


def copy_database(target: Path, *, snapshot: str | None = None) -> None:
    """Write a consistent copy of the database to `target`, synced. `snapshot`: an exported one, PostgreSQL only.

    Raises Failure.
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(target)
    else:
        _dump_postgresql(target, snapshot)


def _copy_sqlite(target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    # A connection of its own: the copy is one long read, in which the house goes on writing to its log.
    own = closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20))
    with own as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, without a log beside it that somebody might forget to take along.
        copy.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def _dump_postgresql(target: Path, snapshot: str | None) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Failure(_("pg_dump was not found. Install PostgreSQL’s client programs, then try again."))
    command = [program, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    if snapshot:
        command.append(f"--snapshot={snapshot}")
    done = subprocess.run(command, env=postgresql_environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failure(_("pg_dump failed: %(reason)s") % {"reason": last_line(done.stderr)})
    target.chmod(0o600)
    sync(target)


def postgresql_environment() -> dict[str, str]:
    """How PostgreSQL's own programs find our database. The password is in no argument that others could list."""
    with connection.cursor():
        parameters = connection.connection.info.get_parameters()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    found = {names[key]: str(value) for key, value in parameters.items() if key in names}
    if password := connection.settings_dict.get("PASSWORD"):
        found["PGPASSWORD"] = str(password)
    return {**os.environ, **found}


def last_line(text: str) -> str:
    return (text.strip() or "?").splitlines()[-1]


def sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
