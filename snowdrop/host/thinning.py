"""Taking out of a folder of backups what it has no reason to hold any longer.

What a family deleted for good would otherwise lie among the backups for ever. A restore never brings it back, whichever
backup is chosen: it reads the records of deletions of all of them. So the file of a photograph can go here too.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from snowdrop.host import copies, manifest
from snowdrop.host.backup import LET_GO, NAMED, deleted_for_good
from snowdrop.host.failure import Failure
from snowdrop.host.manifest import Manifest

# A deletion that nobody meant can be noticed so long; the file is then still there for whoever looks by hand.
WAITS = timedelta(days=30)


@dataclass(frozen=True)
class Thinned:
    """What was removed."""

    backups: int = 0
    originals: int = 0


def thin(to: Path, newest: Path, *, keep: int | None, at: datetime) -> Thinned:
    """Remove backups beyond the newest `keep`, and the originals that no restore of the others would ask for.

    To be called by whoever holds the folder alone; raises Failure. Nothing goes after a backup that met with
    damage: what it could not copy may be whole in an older one.
    """
    made = Manifest.read(newest)
    if made.damaged or made.missing:
        return Thinned()
    whole = sorted(path for path in to.iterdir() if manifest.is_whole(path))
    too_many = [path for path in whole if path != newest][: max(0, len(whole) - keep)] if keep else []
    try:
        for path in too_many:
            _remove(path)
        kept = [path for path in whole if path not in too_many]
        return Thinned(len(too_many), _remove_originals(to, kept, newest, at))
    except OSError as error:
        raise Failure(
            _("The backup %(name)s was made, but something older could not be removed: %(reason)s.")
            % {"name": newest.name, "reason": error.strerror or error}
        ) from error


def _remove(backup: Path) -> None:
    part = backup.with_name(f"{backup.name}.part")  # cut short from here on, it is no backup and goes with the next one
    backup.rename(part)
    copies.sync_folder(backup.parent)
    shutil.rmtree(part)


def _remove_originals(to: Path, backups: list[Path], newest: Path, at: datetime) -> int:
    gone = _gone_for_long(backups, at)
    needed: set[str] = set()
    for backup in backups:
        try:
            named = _named_in(backup)
        except (Failure, OSError, ValueError, KeyError, TypeError):
            return 0  # what this one needs is not known
        needed |= {sha256 for sha256, keepings in named.items() if backup == newest or not keepings <= gone}
    removed = 0
    for file in _originals(to):
        if file.name not in needed:
            file.unlink()
            removed += 1
    return removed


def _gone_for_long(backups: list[Path], at: datetime) -> set[str]:
    """By their ids: what lies in a sealed envelope bears the one of the keeping that it becomes."""
    gone: set[str] = set()
    for record in (backup / LET_GO for backup in backups):
        if record.is_file():
            for (_kind, id), when in deleted_for_good(record).items():
                with contextlib.suppress(ValueError):
                    if datetime.fromisoformat(when) <= at - WAITS:
                        gone.add(id)
    return gone


def _named_in(backup: Path) -> dict[str, set[str]]:
    """Which keepings carry each original in the database of this backup. Raises Failure, OSError, ValueError …"""
    file = backup / NAMED
    if manifest.digest(file) != Manifest.read(backup).files[NAMED]:
        raise ValueError("damaged")
    named: dict[str, set[str]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            named[entry["original"]] = {id for _kind, id in entry["keepings"]}
    return named


def _originals(to: Path) -> Iterator[Path]:
    return (file for file in (to / "originals").glob("??/??/*") if len(file.name) == 64)
