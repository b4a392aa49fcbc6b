"""Taking a packed folder or the parts of an export, and saying what of it may come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from snowdrop.archive import jobs
from snowdrop.archive.models import Choice, FoundPost, Parcel
from snowdrop.keepsakes import names
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.storage import originals, room
from snowdrop.storage.originals import Received


def take(parts: Sequence[Received], *, came_as: Sequence[str], by: Viewer) -> Parcel:
    """Keep packed folders that belong together until they were looked into.

    Raises NotForYou, DiskIsFull; the files are gone then.
    """
    called = [names.as_it_came(name) for name in came_as]
    parcel = Parcel(memorial=by.memorial, parts=len(parts), came_as=called[0], names=called)
    try:
        by.check(Act.KEEP)
        if by.person is None or not by.memorial.shows_pictures:
            raise NotForYou
        parcel.sender = by.person
        with room.told_plainly():
            parcel.paths[0].parent.mkdir(mode=0o700, exist_ok=True)
            for received, path in zip(parts, parcel.paths, strict=True):
                received.arrived.replace(path)
            originals.sync_folder(parcel.paths[0].parent)
        with transaction.atomic():
            parcel.save(force_insert=True)
            jobs.look_into.enqueue(str(parcel.pk))
    except BaseException:
        for path in parcel.paths:
            path.unlink(missing_ok=True)
        raise
    finally:
        for received in parts:
            received.discard()
    return parcel


@transaction.atomic
def say_whose(parcel: Parcel, account: str, *, by: Viewer) -> None:
    """Say whose export is meant, where those of several accounts came together. Raises NotForYou."""
    if account not in parcel.report.get("accounts", []):
        raise NotForYou
    if _mine(parcel, by=by, state=Parcel.State.ASKS).update(state=Parcel.State.ARRIVED, account=account):
        jobs.look_into.enqueue(str(parcel.pk))


@transaction.atomic
def leave_out_before(parcel: Parcel, day: date | None, *, by: Viewer) -> None:
    """Leave out every post from before `day`; None: no day leaves anything out. Raises NotForYou."""
    looked = _mine(parcel, by=by, state=Parcel.State.LOOKED_INTO)
    looked.update(only_after=day.isoformat() if day else "")


@transaction.atomic
def choose(parcel: Parcel, posts: Collection[int], choice: Choice, *, by: Viewer) -> None:
    """Say what becomes of these posts, by their numbers. Raises NotForYou."""
    if _mine(parcel, by=by, state=Parcel.State.LOOKED_INTO).select_for_update().exists():
        FoundPost.objects.filter(parcel=parcel, number__in=posts).update(choice=choice)


@transaction.atomic
def bring(parcel: Parcel, *, by: Viewer) -> None:
    """Let what is in it come, once however often it is called. Raises NotForYou."""
    if _mine(parcel, by=by, state=Parcel.State.LOOKED_INTO).update(state=Parcel.State.COMES):
        jobs.bring_in.enqueue(str(parcel.pk))


def _mine(parcel: Parcel, *, by: Viewer, state: Parcel.State) -> QuerySet[Parcel]:
    by.check(Act.KEEP)
    return Parcel.objects.filter(pk=parcel.pk, memorial=by.memorial, sender=by.person, state=state)
