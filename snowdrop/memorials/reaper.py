"""Deleting for good, thirty days after somebody asked for it. The only code that ever deletes a keeping."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from snowdrop.config.models import House
from snowdrop.memorials import finding, kinds, pausing, revision
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.keepings import part_of
from snowdrop.memorials.models import (
    Beloved,
    Fact,
    Keeping,
    LetGo,
    Look,
    LooksFirst,
    Name,
    OwnChoice,
    Reader,
    SeenIn,
    SetAside,
    Version,
    WishToLetGo,
)

WAITS = timedelta(days=30)
# A clock that jumped would make thirty days of one night. After such a jump the reaper only notes the time.
JUMP = timedelta(hours=48)

Forget = Callable[[Any], None]
_forgetting: dict[type[Keeping], Forget] = {}
_holding: dict[type[Keeping], Q] = {}


def before_forgetting(kind: type[Keeping], forget: Forget) -> None:
    """Let a room say what goes with a row of its kind: files, say. Called in the transaction of the deletion."""
    _forgetting[kind] = forget


def hold_back(kind: type[Keeping], which: Q) -> None:
    """Let a room say which rows of its kind are not deleted for now, whoever let them go: what is evidence, say."""
    _holding[kind] = which


def _is_held_back(kind: type[Keeping]) -> Q:
    return _holding.get(kind, Q(pk__in=[]))


def reap(*, at: datetime) -> int:
    """Delete for good what was let go more than thirty days before `at`; return how many keepings went.

    Does nothing on its first run, and where the clock moved more than two days since the last one.
    """
    before = House.here().reaper_ran_at
    House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": at})
    if before is None or not timedelta(0) <= at - before <= JUMP:
        return 0
    gone = 0
    for kind in kinds.all_kinds():
        due = kind._default_manager.filter(let_go_at__lt=at - WAITS, put_away_at__isnull=False)
        for row in due.exclude(_is_held_back(kind)):
            gone += _let_go_of(row, at=at)
    return gone


@transaction.atomic
def _let_go_of(row: Keeping, *, at: datetime) -> int:
    gone = _delete(row, at=at)
    # Last: a deletion that fails must not stand in a record that would repeat it in a restored copy.
    for entry in gone:
        write_down(entry)
    return len(gone)


def _delete(row: Keeping, *, at: datetime) -> list[dict[str, str]]:
    """Delete one keeping and what hangs on it; return what the record is to say."""
    kind = type(row)
    # Between the list and this moment somebody may have brought it back: then it stays.
    still = kind._default_manager.select_for_update().filter(pk=row.pk, let_go_at=row.let_go_at)
    if not still.exists() or kind._default_manager.filter(_is_held_back(kind), pk=row.pk).exists():
        return []
    if (row.audience <= Circle.KEEPERS or row.is_handed_over) and pausing.running(row.memorial, at=at) is not None:
        return []
    gone = []
    if isinstance(row, Beloved):
        for said in (*Name.objects.filter(beloved=row), *Fact.objects.filter(beloved=row)):
            gone += _delete(said, at=at)  # each with its earlier versions
    gone.append({"kind": kind._meta.label_lower, "keeping": str(row.pk), "gone_at": at.isoformat()})
    forget(row, at=at)
    return gone


def forget(row: Keeping, *, at: datetime) -> None:
    """Delete the row with all that hangs on it: for the reaper, or again in a restored copy that still had it."""
    kind = type(row)
    LetGo.objects.get_or_create(keeping=row.pk, defaults={"kind": kind._meta.label_lower, "gone_at": at})
    if kind in _forgetting:
        _forgetting[kind](row)
    Version.objects.filter(keeping=row.pk).delete()
    Reader.objects.filter(keeping=row.pk).delete()
    SeenIn.objects.filter(keeping=row.pk).delete()
    WishToLetGo.objects.filter(keeping=row.pk).delete()
    SetAside.objects.filter(keeping=row.pk).delete()
    OwnChoice.objects.filter(keeping=row.pk).delete()
    Look.objects.filter(keeping=row.pk).delete()
    LooksFirst.objects.filter(keeping=row.pk).delete()
    finding.forget(row)
    revision.bump(row.memorial, part_of(kind))
    row.delete()


def write_down(entry: dict[str, str]) -> None:
    """Append to the record that stands beside the database, so that an older copy of it brings nothing back."""
    line = (json.dumps(entry, sort_keys=True) + "\n").encode()
    descriptor = os.open(settings.DATA / "let-go.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
