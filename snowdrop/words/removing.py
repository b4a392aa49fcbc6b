"""Not showing everything that came by one link, by one invitation, or from one place on the internet: one act.

A hundred thousand rows are changed a few hundred at a time, each time in a transaction of its own, so that nobody who
reads or writes meanwhile waits for it.
"""

from __future__ import annotations

import uuid
from enum import Enum

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import inviting, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Membership
from snowdrop.words.models import KindWord, KindWordQuerySet, Removal, WasShown

TOGETHER = 400  # rows in one transaction
_FOUND = 20_000  # ids read at once


class What(Enum):
    """By what words belong together."""

    LINK = "link"
    INVITATION = "invitation"
    NETWORK = "network"


def ways(word: KindWord) -> list[What]:
    """By what this word belongs together with others."""
    found = [What.LINK] if word.by_link_id else []
    if word.writer_id and _came_by(word) is not None:
        found.append(What.INVITATION)
    return [*found, What.NETWORK] if word.network else found


def _came_by(word: KindWord) -> int | None:
    here = Membership.objects.filter(memorial=word.memorial_id, person=word.writer_id)
    return here.values_list("came_by", flat=True).first()


@transaction.atomic
def begin(word: KindWord, what: What, *, by: Viewer, also_shown: bool = False, ends_link: bool = False) -> Removal:
    """Do not show what came the same way as `word`: what waits, and what is shown too if `also_shown`.

    `ends_link` ends the link, or asks a keeper to where this reader is none. Call `go_on` once this is committed.
    Raises NotForYou.
    """
    by.check(Act.READ_FIRST)
    row = KindWord.objects.read_first_by(by).select_related("by_link").filter(pk=word.pk).first()
    if row is None or what not in ways(row):
        raise NotForYou
    inviting.one_at_a_time(by.memorial)  # so that no two have the same time
    removal = Removal(memorial=by.memorial, by=by.person, at=timezone.now(), also_shown=also_shown)
    if what is What.LINK:
        removal.link = row.by_link
    elif what is What.INVITATION:
        removal.invitation_id = _came_by(row)
    else:
        removal.network = row.network
    if ends_link and removal.link is not None:
        removal.asks_to_end = not by.may(Act.KEEP)
        if by.may(Act.KEEP):
            inviting.end_link(removal.link, by=by)
    removal.save(force_insert=True)
    return removal


def undo(removal: Removal, *, by: Viewer) -> None:
    """Bring back what one act did not show: it waits again, or shows as before. Call `go_on` once it is committed."""
    Removal.objects.made_at_the_door(by).filter(pk=removal.pk, undone_at=None).update(
        undone_at=timezone.now(), done_at=None, asks_to_end=False
    )


def go_on(pk: int, *, most: int | None = None) -> bool:
    """Do what is left of one act, or of undoing it; return whether it is done. `most`: batches, None for all."""
    removal = Removal.objects.filter(pk=pk, done_at=None).first()
    if removal is None:
        return True
    step, rows = (_bring_back, _removed(removal)) if removal.undone_at else (_remove, _to_remove(removal))
    left = most
    while ids := list(rows.values_list("pk", flat=True)[:_FOUND]):
        for start in range(0, len(ids), TOGETHER):
            if left == 0:
                return False
            if not step(removal, ids[start : start + TOGETHER]):
                return False  # somebody undid it meanwhile, or it is gone: whoever did goes on
            left = left - 1 if left is not None else None
    same = Removal.objects.filter(pk=pk, undone_at=removal.undone_at)
    return bool(same.update(done_at=timezone.now()))


def _to_remove(removal: Removal) -> KindWordQuerySet:
    rows = KindWord.objects.filter(memorial=removal.memorial_id, put_away_at=None, turned_away_at=None)
    rows = rows.filter(offered_at__lte=removal.at)  # what comes later waits as ever, and the work has an end
    if not removal.also_shown:
        rows = rows.filter(shown_at=None)
    if removal.link_id:
        return rows.filter(by_link=removal.link_id)
    if removal.invitation_id:
        members = Membership.objects.filter(memorial=removal.memorial_id, came_by=removal.invitation_id)
        return rows.filter(writer__in=members.values("person"))
    return rows.filter(network=removal.network)


def _removed(removal: Removal) -> KindWordQuerySet:
    return KindWord.objects.filter(memorial=removal.memorial_id, turned_away_at=removal.at)


@transaction.atomic
def _remove(removal: Removal, ids: list[uuid.UUID]) -> bool:
    if not Removal.objects.select_for_update().filter(pk=removal.pk, undone_at=None).exists():
        return False
    # By their keys alone: beside them, SQLite would walk through all that came by the link each time.
    here = KindWord.objects.filter(pk__in=ids, put_away_at=None, turned_away_at=None)
    if not removal.also_shown:
        here = here.filter(shown_at=None)
    shown = list(here.filter(shown_at__isnull=False).values_list("pk", "shown_at", "close_since"))
    was = [WasShown(removal=removal, word_id=id, shown_at=at, close_since=close) for id, at, close in shown]
    WasShown.objects.bulk_create(was)
    fresh = {"shown_at": None, "asked_at": None, "close_since": None, "hidden_since": None}
    here.update(**fresh, turned_away_at=removal.at, answered_by=removal.by_id)
    if shown:
        revision.bump(removal.memorial, "words")
    return True


@transaction.atomic
def _bring_back(removal: Removal, ids: list[uuid.UUID]) -> bool:
    if not Removal.objects.select_for_update().filter(pk=removal.pk, undone_at__isnull=False).exists():
        return False
    here = KindWord.objects.filter(pk__in=ids, turned_away_at=removal.at)
    was = list(WasShown.objects.filter(removal=removal, word__in=list(here.values_list("pk", flat=True))))
    here.update(turned_away_at=None, answered_by=None)
    for one in was:
        KindWord.objects.filter(pk=one.word_id).update(shown_at=one.shown_at, close_since=one.close_since)
    if was:
        revision.bump(removal.memorial, "words")
    return True


@transaction.atomic
def answer_about_link(removal: Removal, *, by: Viewer, ends: bool) -> None:
    """A keeper ends the link of which whoever reads first asked it, or lets it be."""
    by.check(Act.KEEP)
    row = Removal.objects.asking_to_end(by).select_related("link").filter(pk=removal.pk).first()
    if row is None or row.link is None:
        return
    if ends:
        inviting.end_link(row.link, by=by)
    Removal.objects.filter(memorial=by.memorial, link=row.link).update(asks_to_end=False)
