"""Backups while the house is lived in.

    DIR/originals/ab/cd/<sha256>        shared by all backups: a file that is there is not copied again
    DIR/2026-11-23T221501.482913Z/      the database as it was then, which originals its photographs need, the key,
                                        what was deleted for good, a manifest

A backup is made in a folder whose name ends in `.part`, and gets its name when all of it is on disk.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

import snowdrop
from snowdrop.config.snapshots import one_state
from snowdrop.host import copies, manifest
from snowdrop.host.failure import Failure
from snowdrop.host.manifest import Manifest
from snowdrop.storage import originals, room
from snowdrop.storage.models import Original

LET_GO = "let-go.jsonl"
NAMED = "originals.jsonl"  # what carries each original, so that this can be known without opening the database
ALONGSIDE = ("secret-key", "snowdrop.env", LET_GO)
LAST = "last-backup.json"
CHUNK = 2**20  # bytes

Told = Callable[[int, int], None]
"""Called with how many originals are done, and of how many."""


@dataclass(frozen=True)
class Made:
    """What came of a backup."""

    folder: Path
    manifest: Manifest
    new_originals: int
    new_bytes: int


@dataclass(frozen=True)
class _State:
    """What the database held at the moment of the copy."""

    tables: dict[str, int]
    originals: list[tuple[str, int]]
    carried: dict[str, list[tuple[str, str]]]  # kind and id of the keepings, by original


def make(to: Path, *, told: Told = lambda _done, _all: None, afterwards: Callable[[Made], None] | None = None) -> Made:
    """Back up into `to`. Raises Failure; an earlier backup is never touched.

    `afterwards` is called once the backup is whole, while no other one can begin in this folder.
    """
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(to), room.told_plainly():
            made = _make(to, told)
            if afterwards is not None:
                afterwards(made)
            return made
    except room.DiskIsFull as full:
        raise Failure(_("There is no room left at %(folder)s. Earlier backups are whole.") % {"folder": to}) from full
    except OSError as error:
        raise Failure(
            _("The backup to %(folder)s failed: %(reason)s.") % {"folder": to, "reason": error.strerror or error}
        ) from error


def whole_ones(at: Path) -> list[str]:
    """The names of the whole backups in this folder, oldest first."""
    return sorted(path.name for path in at.iterdir() if manifest.is_whole(path)) if at.is_dir() else []


@contextlib.contextmanager
def _alone(to: Path) -> Iterator[None]:
    with (to / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(_("Another backup to %(folder)s is under way.") % {"folder": to}) from None
        yield


def _make(to: Path, told: Told) -> Made:
    for left in to.glob("*.part"):  # of one that was cut short; we are alone here
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    now = datetime.now(UTC)
    folder = to / copies.stamp(now)
    part = folder.with_name(folder.name + ".part")
    part.mkdir(mode=0o700)
    name = copies.SQLITE if connection.vendor == "sqlite" else copies.POSTGRESQL
    state = _copy_database(part / name)
    files = {name: manifest.digest(part / name), NAMED: _write_named(state, part / NAMED)}
    # After the database: what was deleted for good meanwhile stands in here, and stays deleted.
    for other in ALONGSIDE:
        if (source := settings.DATA / other).is_file():
            files[other] = _copy_small(source, part / other)
    new, new_bytes, damaged, missing = _copy_originals(to, state.originals, told)
    made = Manifest(
        made_at=now.isoformat(),
        release=snowdrop.__version__,
        engine=connection.vendor,
        migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        files=files,
        database=name,
        tables=state.tables,
        originals=len(state.originals),
        originals_bytes=sum(size for _sha, size in state.originals),
        damaged=damaged,
        missing=missing,
    )
    made.write(part)
    part.rename(folder)
    copies.sync_folder(to)
    _note(folder, made)
    return Made(folder, made, new, new_bytes)


# -- the database ------------------------------------------------------------------------------


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy})


def _copy_database(target: Path) -> _State:
    if connection.vendor == "sqlite":
        copies.copy_database(target)
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
            if [row[0] for row in copy.execute("PRAGMA integrity_check")] != ["ok"]:
                raise Failure(_("The database is damaged; run `snowdrop check`."))
            return _state(lambda query: copy.execute(query).fetchall())
    # One snapshot for the dump and for what is counted and copied by it.
    with one_state(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        copies.copy_database(target, snapshot=snapshot)

        def ask(query: str) -> list[tuple[object, ...]]:
            cursor.execute(query)
            return cursor.fetchall()

        return _state(ask)


def _state(ask: Callable[[str], list[tuple[object, ...]]]) -> _State:
    quoted = connection.ops.quote_name
    tables = {
        table: int(str(ask(f"SELECT count(*) FROM {quoted(table)}")[0][0]))  # noqa: S608  our own tables' names
        for table in _tables()
    }
    named = ask(f"SELECT sha256, size FROM {quoted(Original._meta.db_table)} ORDER BY sha256")  # noqa: S608
    carried: dict[str, list[tuple[str, str]]] = {}
    for relation in Original._meta.related_objects:
        model = relation.related_model
        columns = f"{quoted(str(relation.field.column))}, {quoted(str(model._meta.pk.column))}"
        for sha256, id in ask(f"SELECT {columns} FROM {quoted(model._meta.db_table)}"):  # noqa: S608
            carried.setdefault(str(sha256), []).append((model._meta.label_lower, str(model._meta.pk.to_python(id))))
    return _State(tables, [(str(sha256), int(str(size))) for sha256, size in named], carried)


# -- files -----------------------------------------------------------------------------------------


def _copy_small(source: Path, target: Path) -> str:
    return _write_small(source.read_bytes(), target)


def _write_named(state: _State, target: Path) -> str:
    lines = (
        json.dumps({"original": sha256, "keepings": sorted(state.carried.get(sha256, []))}, sort_keys=True) + "\n"
        for sha256, _size in state.originals
    )
    return _write_small("".join(lines).encode(), target)


def _write_small(content: bytes, target: Path) -> str:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return hashlib.sha256(content).hexdigest()


def kept_at(folder: Path, sha256: str) -> Path:
    """Where a backup folder keeps this original."""
    return folder / "originals" / sha256[:2] / sha256[2:4] / sha256


def _copy_originals(to: Path, named: list[tuple[str, int]], told: Told) -> tuple[int, int, list[str], list[str]]:
    new = new_bytes = 0
    damaged: list[str] = []
    missing: list[str] = []
    touched: set[Path] = set()
    gone = deleted_for_good(settings.DATA / LET_GO) if (settings.DATA / LET_GO).is_file() else {}
    for number, (sha256, size) in enumerate(named):
        told(number, len(named))
        target = kept_at(to, sha256)
        if target.is_file() and target.stat().st_size == size:
            continue
        try:
            is_right = copy_checked(originals.path(sha256), target, sha256, touched)
        except FileNotFoundError:
            # Deleted for good since the database was copied? Then the row is gone by now too.
            if not gone or Original.objects.filter(pk=sha256).exists():
                missing.append(sha256)
            continue
        if is_right:
            new, new_bytes = new + 1, new_bytes + size
        else:
            damaged.append(sha256)
    for folder in sorted(touched, reverse=True):
        copies.sync_folder(folder)
    told(len(named), len(named))
    return new, new_bytes, damaged, missing


def copy_checked(source: Path, target: Path, sha256: str, touched: set[Path]) -> bool:
    """Copy an original and sync it, if its bytes are those of its name; False, and no copy, if they are not.

    The folders whose names have yet to be synced are added to `touched`. Raises FileNotFoundError, OSError.
    """
    with source.open("rb") as opened:
        _make_folders(target.parent, touched)
        part = target.with_name(target.name + ".part")
        digest = hashlib.sha256()
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                while chunk := opened.read(CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if digest.hexdigest() != sha256:
                part.unlink()
                return False
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    touched.add(target.parent)
    return True


def _make_folders(folder: Path, touched: set[Path]) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent, touched)
    folder.mkdir(mode=0o700, exist_ok=True)
    touched.add(folder.parent)


def deleted_for_good(file: Path) -> dict[tuple[str, str], str]:
    """Read the record of what was deleted for good: when, by kind and id. A torn last line is passed over."""
    found: dict[tuple[str, str], str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            found[entry["kind"], entry["keeping"]] = entry["gone_at"]
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _note(folder: Path, made: Manifest) -> None:
    """Leave a note for `snowdrop check`."""
    part = settings.DATA / f"{LAST}.part"
    note = {"made_at": made.made_at, "folder": str(folder), "damaged": made.damaged, "missing": made.missing}
    part.write_text(json.dumps(note), encoding="utf-8")
    part.replace(settings.DATA / LAST)
