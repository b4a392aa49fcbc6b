"""Whether everything is whole: the parts, the disk, the database, every original, every text."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snowdrop.config import floors
from snowdrop.handover.models import Envelope
from snowdrop.host import manifest
from snowdrop.host.backup import LAST
from snowdrop.memorials import finding, kinds
from snowdrop.storage import cage, originals, room
from snowdrop.storage.models import Original

State = Literal["ok", "warning", "broken"]
Told = Callable[[int, int], None]

A_BACKUP_IS_OLD_AFTER = timedelta(days=8)
# An original that just came may not have its row yet.
GRACE = 24 * 3600.0  # seconds


@dataclass(frozen=True)
class Finding:
    """One line of the report. `about` names the check for programs; `sentence` is for the host."""

    about: str
    state: State
    sentence: str


def everything(*, deep: bool, told: Told = lambda _done, _all: None) -> Iterator[Finding]:
    """Check all there is to check. `deep` reads every original and compares its digest, and the words to find by.

    Those are made anew where they are wrong: all else is only looked at.
    """
    yield from _parts()
    yield _cage()
    yield _disk()
    yield _last_backup()
    try:
        yield from _database()
        yield _originals_named(deep=deep, told=told)
        yield _originals_unnamed()
        yield _texts()
        if deep:
            yield _words_to_find_by()
    except DatabaseError as error:
        yield Finding("database", "broken", _("The database does not answer: %(reason)s") % {"reason": error})


def _parts() -> Iterator[Finding]:
    for floor in floors.FLOORS:
        state: State = "ok" if floor.holds else "broken" if floor.refuses else "warning"
        yield Finding(f"version of {floor.part}", state, floor.sentence())


def _cage() -> Finding:
    try:
        walls = cage.strength()
    except (OSError, cage.CouldNotOpen) as error:
        return Finding("cage", "broken", _("Strangers’ files cannot be opened: %(reason)s") % {"reason": error})
    return Finding("cage", "ok", _("Strangers’ files are opened apart: %(walls)s") % {"walls": ", ".join(walls)})


def _disk() -> Finding:
    disk = shutil.disk_usage(settings.DATA)
    sizes = {"free": filesizeformat(disk.free), "total": filesizeformat(disk.total)}
    try:
        room.check(0)
    except room.DiskIsFull:
        # All that was kept is whole, so nothing is broken; but new things are refused.
        return Finding("disk", "warning", _("Only %(free)s of %(total)s are free, so nothing new is taken in") % sizes)
    state: State = "warning" if disk.free < 0.15 * disk.total else "ok"
    return Finding("disk", state, _("%(free)s of %(total)s are free") % sizes)


def _last_backup() -> Finding:
    try:
        note = json.loads((settings.DATA / LAST).read_text(encoding="utf-8"))
        made_at, folder = datetime.fromisoformat(note["made_at"]), Path(note["folder"])
    except (OSError, ValueError, KeyError):
        return Finding("backup", "warning", _("No backup was made yet: snowdrop backup --to DIR"))
    said = {"date": made_at.date().isoformat(), "folder": folder}
    if datetime.now(UTC) - made_at > A_BACKUP_IS_OLD_AFTER:
        return Finding("backup", "warning", _("The last backup is of %(date)s, in %(folder)s") % said)
    if not manifest.is_whole(folder):
        # A disk that is kept in a drawer is a good place for backups, so this breaks nothing.
        return Finding("backup", "warning", _("The backup of %(date)s is not in %(folder)s now") % said)
    return Finding("backup", "ok", _("Backed up on %(date)s to %(folder)s") % said)


def _database() -> Iterator[Finding]:
    plan = MigrationExecutor(connection)
    if plan.migration_plan(plan.loader.graph.leaf_nodes()):
        yield Finding("migrations", "warning", _("The database is not up to date: start Snowdrop once"))
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SHOW data_checksums")
            (checksums,) = cursor.fetchone()
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
            state: State = "ok" if checksums == "on" else "warning"
            said = {"version": version, "checksums": checksums}
            yield Finding("database", state, _("PostgreSQL %(version)s answers; data checksums: %(checksums)s") % said)
            return
        cursor.execute("PRAGMA journal_mode")
        (journal,) = cursor.fetchone()
        yield Finding("journal", "ok", _("SQLite writes with the journal %(mode)s") % {"mode": journal})
        cursor.execute("PRAGMA integrity_check(20)")
        faults = [str(row[0]) for row in cursor.fetchall()]
        if faults == ["ok"]:
            yield Finding("database", "ok", _("The database is whole"))
        else:
            yield Finding("database", "broken", _("The database is damaged: %(fault)s") % {"fault": faults[0]})
        cursor.execute("PRAGMA foreign_key_check")
        if broken := cursor.fetchall():
            yield Finding(
                "references", "broken", _("Rows of %(table)s name rows that are not there") % {"table": broken[0][0]}
            )


def _originals_named(*, deep: bool, told: Told) -> Finding:
    named = dict(Original.objects.values_list("sha256", "size"))
    wrong = []
    for number, (sha256, size) in enumerate(sorted(named.items())):
        told(number, len(named))
        file = originals.path(sha256)
        is_right = file.is_file() and file.stat().st_size == size and (not deep or manifest.digest(file) == sha256)
        # Or was it deleted for good while we looked?
        if not is_right and Original.objects.filter(pk=sha256).exists():
            wrong.append(sha256)
    if wrong:
        return Finding(
            "originals",
            "broken",
            ngettext(
                "%(count)s original is damaged or not there: %(names)s",
                "%(count)s originals are damaged or not there: %(names)s",
                len(wrong),
            )
            % {"count": len(wrong), "names": ", ".join(wrong[:5])},
        )
    sentence = (
        ngettext(
            "%(count)s original is there, bit for bit", "All %(count)s originals are there, bit for bit", len(named)
        )
        if deep
        else ngettext("%(count)s original is there", "All %(count)s originals are there", len(named))
    )
    return Finding("originals", "ok", sentence % {"count": len(named)})


def _originals_unnamed() -> Finding:
    named = set(Original.objects.values_list("sha256", flat=True))
    oldest = time.time() - GRACE
    strays = []
    for file in (settings.DATA / "originals").glob("??/??/*"):
        with contextlib.suppress(FileNotFoundError):
            if file.name not in named and file.stat().st_mtime < oldest:
                strays.append(file.name)
    strays = [name for name in strays if not Original.objects.filter(pk=name).exists()]
    if strays:
        return Finding(
            "strays",
            "broken",
            ngettext(
                "%(count)s file among the originals is named by nothing: %(names)s",
                "%(count)s files among the originals are named by nothing: %(names)s",
                len(strays),
            )
            % {"count": len(strays), "names": ", ".join(strays[:5])},
        )
    return Finding("strays", "ok", _("No file among the originals is named by nothing"))


def _texts() -> Finding:
    looked = 0
    wrong = []
    everything: list[QuerySet[Any]] = [
        *(kind._default_manager.all() for kind in kinds.all_kinds()),
        Envelope.objects.sealed(),
    ]
    for rows in everything:
        for row in rows.iterator(chunk_size=500):
            looked += 1
            if not row.digest_is_right():
                wrong.append(f"{row._meta.label_lower} {row.pk}")
    if wrong:
        return Finding(
            "texts",
            "broken",
            ngettext(
                "%(count)s text is not as it was written: %(names)s",
                "%(count)s texts are not as they were written: %(names)s",
                len(wrong),
            )
            % {"count": len(wrong), "names": ", ".join(wrong[:5])},
        )
    return Finding(
        "texts",
        "ok",
        ngettext("%(count)s text is as it was written", "All %(count)s texts are as they were written", looked)
        % {"count": looked},
    )


def _words_to_find_by() -> Finding:
    wrong = finding.put_right()
    if not wrong:
        return Finding("finding", "ok", _("Every text is found by its words"))
    sentence = ngettext(
        "%(count)s text was not found by its words, and is again",
        "%(count)s texts were not found by their words, and are again",
        wrong,
    )
    return Finding("finding", "warning", sentence % {"count": wrong})
