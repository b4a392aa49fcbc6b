"""Bringing a backup back to life in an empty data folder."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from snowdrop.handover.models import Enclosed
from snowdrop.host import backup, copies
from snowdrop.host.backup import Told
from snowdrop.host.failure import Failure
from snowdrop.host.manifest import Manifest
from snowdrop.keepsakes import reaping
from snowdrop.memorials import reaper
from snowdrop.people.models import Session
from snowdrop.storage import originals, room
from snowdrop.storage.models import Original

Say = Callable[[str], None]


@dataclass
class Restored:
    """What came of a restore."""

    name: str
    originals: int = 0
    stayed_deleted: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_all_there(self) -> bool:
        return not self.damaged and not self.missing


def finish(
    folder: Path, made: Manifest, records: list[Path], *, say: Say, told: Told = lambda _done, _all: None
) -> Restored:
    """Restore what needs settings: database and originals. The key and the host's settings are in place by now.

    `records`: files that say what was deleted for good, whenever. Raises Failure.
    """
    _refuse_what_cannot_be_read(made)
    try:
        with room.told_plainly():
            say(_("Bringing back the database"))
            _bring_database(folder / made.database)
            _compare_counts(made)
            call_command("migrate", verbosity=0, interactive=False)
            # Whoever was signed in at that time may have been signed out since.
            Session.objects.all().delete()
            restored = Restored(folder.name, stayed_deleted=_delete_again(records))
            say(_("Bringing back the originals"))
            _bring_originals(folder.parent, restored, told)
    except room.DiskIsFull as full:
        raise Failure(_("There is no room left at %(folder)s.") % {"folder": settings.DATA}) from full
    return restored


def _refuse_what_cannot_be_read(made: Manifest) -> None:
    if made.engine != connection.vendor:
        raise Failure(
            _("This backup was made with %(theirs)s, and SNOWDROP_DATABASE_URL asks for %(ours)s.")
            % {"theirs": made.engine, "ours": connection.vendor}
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    newer = [name for name in made.migrations if name not in known and name.split(".")[0] in apps.app_configs]
    if newer:
        raise Failure(_("This backup was made by a newer Snowdrop (%(migration)s).") % {"migration": newer[-1]})


def _bring_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        part = target.with_suffix(".part")
        shutil.copyfile(copy, part)
        part.chmod(0o600)
        copies.sync(part)
        with closing(sqlite3.connect(f"file:{part}?mode=ro", uri=True)) as opened:
            if [row[0] for row in opened.execute("PRAGMA integrity_check")] != ["ok"]:
                raise Failure(_("The database in the backup is damaged."))
        connection.close()
        part.replace(target)
        copies.sync_folder(target.parent)
        return
    program = shutil.which("pg_restore")
    if program is None:
        raise Failure(_("pg_restore was not found. Install PostgreSQL’s client programs, then try again."))
    if connection.introspection.table_names():
        raise Failure(_("The PostgreSQL database is not empty. A backup is restored into an empty one."))
    environment = copies.postgresql_environment()
    command = [program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    done = subprocess.run(
        [*command, f"--dbname={environment['PGDATABASE']}", str(copy)], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise Failure(_("pg_restore failed: %(reason)s") % {"reason": copies.last_line(done.stderr)})


def _compare_counts(made: Manifest) -> None:
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, rows in made.tables.items():
            cursor.execute(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608  names of our own tables
            (found,) = cursor.fetchone()
            if found != rows:
                raise Failure(
                    _("The table %(table)s holds %(found)s rows, and the backup says %(rows)s.")
                    % {"table": table, "found": found, "rows": rows}
                )


def _delete_again(records: list[Path]) -> int:
    """Delete what a record says was deleted for good since, and keep the records together."""
    gone: dict[tuple[str, str], str] = {}
    for record in records:
        gone.update(backup.deleted_for_good(record))
    deleted = 0
    for (kind, id), at in gone.items():
        try:
            model = apps.get_model(kind)
        except (LookupError, ValueError):
            continue
        # In an older copy it may still lie in a sealed envelope, by the same id.
        Enclosed.objects.filter(pk=id).delete()
        with transaction.atomic():
            row = model._base_manager.filter(pk=id).first()
            if row is not None:
                reaper.forget(row, at=datetime.fromisoformat(at))
                deleted += 1
    if gone:
        lines = [json.dumps({"kind": k, "keeping": i, "gone_at": at}, sort_keys=True) for (k, i), at in gone.items()]
        part = settings.DATA / f"{backup.LET_GO}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
            out.flush()
            os.fsync(out.fileno())
        part.replace(settings.DATA / backup.LET_GO)
    return deleted


def _bring_originals(backups: Path, restored: Restored, told: Told) -> None:
    for sha256 in list(reaping.unnamed().values_list("pk", flat=True)):
        reaping.forget_unnamed(sha256)
    named = list(Original.objects.order_by("pk").values_list("pk", flat=True))
    touched: set[Path] = set()
    for number, sha256 in enumerate(named):
        told(number, len(named))
        target = originals.path(sha256)
        if target.is_file():  # of a restore that was cut short: its name is given when all of it is there
            restored.originals += 1
            continue
        try:
            if backup.copy_checked(backup.kept_at(backups, sha256), target, sha256, touched):
                restored.originals += 1
            else:
                restored.damaged.append(sha256)
        except FileNotFoundError:
            restored.missing.append(sha256)
    for folder in sorted(touched, reverse=True):
        copies.sync_folder(folder)
    told(len(named), len(named))
