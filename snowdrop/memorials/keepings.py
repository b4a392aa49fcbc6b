"""What may be done with anything that is kept: keep, write anew, open, narrow, take off the page, bring back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import agreeing, finding, inviting, keepers, pausing, revision, telling
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Keeping, Membership, Name, Reader, SeenIn, Version, WishToLetGo
from snowdrop.people.models import Person

K = TypeVar("K", bound=Keeping)
TOGETHER = 200  # rows in one statement; a database takes so many values at once and no more


class NotYours(Exception):
    """Only whoever added a thing may open it to more people, or take it to themselves."""


class AsksFirst(Exception):
    """Somebody has to look at it before it is opened beyond the keepers (`Keeping.asks_first`)."""


class TakesBoth(Exception):
    """It shows another keeper, whose yes is not there."""


def part_of(kind: type[Keeping]) -> str:
    """The part of the memorial whose revision a change of this kind bumps: its app."""
    return kind._meta.app_label


def keep(keeping: K, *, by: Viewer, draft: bool = False) -> K:
    """Write a new keeping: shown at once, or waiting for a keeper where a member adds it.

    A member's keeping waits unless the keepers trust them; an "Only me" page waits for nobody.
    The keeping is saved as part of the caller's transaction if there is one.
    """
    by.check(Act.ADD)
    if keeping.audience == Circle.PUBLIC and not by.is_keeper:
        raise NotYours
    now = timezone.now()
    keeping.memorial = by.memorial
    keeping.writer = by.person
    keeping.digest = keeping.digest_of_words()
    if not draft:
        _show_or_offer(keeping, by=by, now=now)
    with transaction.atomic():
        keeping.save(force_insert=True)
        if keeping.audience == Circle.PUBLIC:
            _with_whom_it_is_about(keeping)
        finding.write_down(keeping)
        if not draft:
            revision.bump(by.memorial, part_of(type(keeping)))
            _say_that_it_waits(keeping)
    return keeping


def _with_whom_it_is_about(row: Keeping) -> None:
    """Let everyone see whom a thing is about that was chosen for everyone: else they would not see the thing.

    Whoever a link opened the page to sees that one already, and the row says nothing by itself: all that is said of
    them keeps its own audience. One who was closed to links stays closed.
    """
    if isinstance(row, Name | Fact):
        Beloved.objects.filter(pk=row.beloved_id, audience=Circle.LINK).update(audience=Circle.PUBLIC)


@transaction.atomic
def keep_handed_over(keeping: K, *, by: Viewer, cover: str) -> K:
    """Write what came by hand-over: closed, and seen by nobody but the keepers who opened it (`let_read`).

    `cover`: who handed it over, to stand on its cover. The caller bumps the revision, once for many.
    """
    by.check(Act.KEEP)
    keeping.memorial = by.memorial
    keeping.writer = None  # nobody's own: every keeper may open it to others, and nobody may take it to themselves
    keeping.is_handed_over = True
    keeping.audience = Circle.SELF
    keeping.shown_at = timezone.now()
    keeping.is_closed = True
    keeping.cover_words = cover
    keeping.digest = keeping.digest_of_words()
    keeping.save(force_insert=True)
    finding.write_down(keeping)
    return keeping


def let_read(handed_over: Iterable[uuid.UUID], *, by: Viewer) -> None:
    """Let this keeper see what came by hand-over, and no other. Does no harm twice."""
    by.check(Act.KEEP)
    assert by.person is not None
    rows = [Reader(keeping=id, person=by.person) for id in handed_over]
    Reader.objects.bulk_create(rows, ignore_conflicts=True, batch_size=TOGETHER)


@transaction.atomic
def keep_together(kept: Sequence[K], *, by: Viewer) -> None:
    """Write many new keepings of one kind, each as `keep` does: with one statement, and one new revision."""
    by.check(Act.ADD)
    if not kept:
        return
    now = timezone.now()
    for keeping in kept:
        keeping.memorial = by.memorial
        keeping.writer = by.person
        keeping.digest = keeping.digest_of_words()
        _show_or_offer(keeping, by=by, now=now)
    kind = type(kept[0])
    kind._default_manager.bulk_create(kept, batch_size=TOGETHER)
    finding.write_down(*kept)
    revision.bump(by.memorial, part_of(kind))
    for keeping in kept:
        _say_that_it_waits(keeping)


def _show_or_offer(keeping: Keeping, *, by: Viewer, now: datetime) -> None:
    if by.is_keeper or by.is_trusted or keeping.audience == Circle.SELF:
        keeping.shown_at = now
    else:
        keeping.offered_at = now


def _say_that_it_waits(keeping: Keeping) -> None:
    if keeping.is_waiting and keeping.audience != Circle.SELF:
        telling.something_waits(keeping)


@transaction.atomic
def finish(keeping: Keeping, *, by: Viewer) -> None:
    """Make a draft part of the page, or let it wait for a keeper. Does nothing to what is no draft."""
    by.check(Act.ADD)
    if keeping.writer_id is None or keeping.writer != by.person or not keeping.is_draft:
        return
    _show_or_offer(keeping, by=by, now=timezone.now())
    drafts = type(keeping)._default_manager.filter(pk=keeping.pk, shown_at=None, offered_at=None)
    if drafts.update(shown_at=keeping.shown_at, offered_at=keeping.offered_at):
        revision.bump(by.memorial, part_of(type(keeping)))
        _say_that_it_waits(keeping)


@transaction.atomic
def write_anew(keeping: K, changes: dict[str, Any], *, by: Viewer) -> K:
    """Change fields of a keeping; how its words stood before is kept. Raises NotForYou."""
    by.check(Act.ADD)
    kind = type(keeping)
    rows = kind._default_manager.changeable_by(by).select_for_update()
    before = rows.filter(pk=keeping.pk).first()
    if before is None:
        raise NotForYou
    old = {field: str(getattr(before, field) or "") for field in before.words}
    for name, value in changes.items():
        setattr(before, name, value)
    has_new_words = old != {field: str(getattr(before, field) or "") for field in before.words}
    if has_new_words:
        if not before.is_draft:
            Version.objects.create(keeping=before.pk, words=old, by=by.person)
        before.digest = before.digest_of_words()
    before.save(update_fields=[*changes, "digest"])
    if has_new_words:
        finding.write_down(before)
    if not before.is_draft:
        revision.bump(by.memorial, part_of(kind))
    return cast(K, before)


def may_open_to(row: Keeping, circle: Circle, *, by: Viewer) -> bool:
    """Whether somebody who may change this may show it to this circle: their own to any, another's to fewer.

    What came by hand-over is every keeper's to open, and nobody's to take. Only a keeper opens anything to everyone.
    """
    if circle == Circle.PUBLIC and not by.is_keeper:
        return False
    if row.is_own_of(by.person):
        return True
    return circle != Circle.SELF and (circle >= row.audience or (row.is_handed_over and by.is_keeper))


@transaction.atomic
def open_to(keepings: Iterable[Keeping], circle: Circle, *, by: Viewer, readers: Collection[Person] = ()) -> int:
    """Set who sees these keepings and return how many changed.

    Narrowing is open to every keeper, at once. Widening, and "Only me", belong to whoever added the
    thing; raises NotYours (and changes nothing) where `may_open_to` says no.

    What shows another keeper stays with the keepers until that keeper agreed (`agreeing`). Raises TakesBoth
    where nobody can be asked, AsksFirst where somebody has to look at one of them before.
    """
    by.check(Act.ADD)
    changed = 0
    for keeping in keepings:
        kind = type(keeping)
        row = kind._default_manager.changeable_by(by).select_for_update().filter(pk=keeping.pk).first()
        if row is None:
            raise NotForYou
        if not may_open_to(row, circle, by=by):
            raise NotYours
        if row.asks_first and (circle < min(row.audience, Circle.KEEPERS) or (circle == Circle.SELF and readers)):
            raise AsksFirst
        if row.is_own_of(by.person):
            _name_readers(row, readers if circle == Circle.SELF else (), by=by)
        open_now = _as_far_as_agreed(row, circle, by=by)
        if row.audience != open_now:
            kind._default_manager.filter(pk=row.pk).update(audience=open_now, **_shown_anew(row, open_now, by=by))
            changed += 1
        if open_now == Circle.PUBLIC:
            _with_whom_it_is_about(row)
        if open_now > row.audience:
            agreeing.narrowed(row)
        revision.bump(by.memorial, part_of(kind))
    return changed


def _name_readers(row: Keeping, readers: Collection[Person], *, by: Viewer) -> None:
    Reader.objects.filter(keeping=row.pk).delete()
    if not readers:
        return
    further = Membership.objects.live().filter(memorial=by.memorial, person__in=readers, circle__lt=Circle.KEEPERS)
    if further.exists() and _missing(row, Circle.FAMILY, by=by):
        raise TakesBoth
    Reader.objects.bulk_create(Reader(keeping=row.pk, person=reader) for reader in readers)


def _missing(row: Keeping, circle: int, *, by: Viewer) -> list[SeenIn]:
    try:
        return agreeing.missing(row, circle, by=by)
    except agreeing.CannotBeAsked as error:
        raise TakesBoth from error


def _as_far_as_agreed(row: Keeping, circle: Circle, *, by: Viewer) -> Circle:
    """How far a keeping may be opened now; what goes beyond waits for whoever can be seen in it."""
    # What waits for a keeper anyway is held when a keeper lets it show.
    if circle >= row.audience or not (by.is_keeper or by.is_trusted):
        return circle
    missing = _missing(row, circle, by=by)
    if not missing:
        return circle
    agreeing.ask(missing, circle, by=by)
    return Circle(min(row.audience, Circle.KEEPERS))


def _shown_anew(row: Keeping, circle: Circle, *, by: Viewer) -> dict[str, datetime | None]:
    """Whether a keeping shows or waits once its audience is another one.

    An "Only me" page waits for nobody. Opened to others by somebody whom the keepers do not know well
    enough yet, it waits: else a page begun as "Only me" would pass by the keepers. A draft stays one.
    """
    if row.is_draft:
        return {}
    if circle == Circle.SELF:
        return {"shown_at": row.shown_at or timezone.now(), "offered_at": None}
    if circle < row.audience and not (by.is_keeper or by.is_trusted):
        return {"shown_at": None, "offered_at": row.offered_at or timezone.now()}
    return {}


@transaction.atomic
def let_show(keeping: Keeping, *, by: Viewer) -> None:
    """Show what a member added and what waited for a keeper, once however often it is called."""
    by.check(Act.KEEP)
    kind = type(keeping)
    waiting = kind._default_manager.waiting_for(by).filter(pk=keeping.pk)
    row = waiting.select_for_update().first()
    if row is not None and waiting.update(shown_at=timezone.now(), **_held(row, by=by)):
        revision.bump(by.memorial, part_of(kind))


def _held(row: Keeping, *, by: Viewer) -> dict[str, Circle]:
    """What shows another keeper comes (back) on the page for keepers only, and waits there for their yes."""
    try:
        missing = agreeing.missing(row, row.audience, by=by)
    except agreeing.CannotBeAsked:
        return {"audience": Circle.KEEPERS}
    if not missing:
        return {}
    agreeing.ask(missing, row.audience, by=by)
    return {"audience": Circle.KEEPERS}


@transaction.atomic
def put_away(keeping: Keeping, *, by: Viewer) -> None:
    """Take a keeping off the page. Nothing is deleted. Raises NotForYou."""
    by.check(Act.ADD)
    kind = type(keeping)
    if (
        not kind._default_manager.changeable_by(by)
        .filter(pk=keeping.pk)
        .update(put_away_at=timezone.now(), put_away_by=by.person)
    ):
        raise NotForYou
    agreeing.taken_off(keeping, by=by)
    revision.bump(by.memorial, part_of(kind))


@transaction.atomic
def bring_back(keeping: Keeping, *, by: Viewer) -> None:
    """Bring a keeping back to where it was, also one that was to be deleted for good. Raises NotForYou.

    What a keeper took off the page comes back by another's hand only to wait for the keepers.
    """
    by.check(Act.ADD)
    kind = type(keeping)
    away = kind._default_manager.put_away_for(by).filter(pk=keeping.pk)
    row = away.select_for_update().first()
    if row is None:
        raise NotForYou
    waits: dict[str, datetime | None] = {}
    held = _held(row, by=by) if by.is_keeper else {}
    if not (by.is_keeper or row.put_away_by == by.person or row.is_draft or row.audience == Circle.SELF):
        waits = {"shown_at": None, "offered_at": row.offered_at or timezone.now()}
    away.update(put_away_at=None, put_away_by=None, let_go_at=None, **waits, **held)
    WishToLetGo.objects.filter(keeping=row.pk).delete()
    revision.bump(by.memorial, part_of(kind))


@transaction.atomic
def let_go(keeping: Keeping, *, by: Viewer) -> bool:
    """Ask that a keeping that was taken off the page be deleted for good; return whether the thirty days began.

    Only whoever added it, or a keeper. Where two look after the page a keeper's wish waits for another keeper's:
    calling it as that other keeper is the second yes. An "Only me" page is its writer's alone.
    Raises NotForYou, IsPaused.
    """
    by.check(Act.ADD)
    inviting.one_at_a_time(by.memorial)
    kind = type(keeping)
    away = kind._default_manager.put_away_for(by).filter(pk=keeping.pk)
    row = away.select_for_update().first()
    if row is None:
        raise NotForYou
    if row.let_go_at is not None:
        return True
    if row.audience <= Circle.KEEPERS or row.is_handed_over:
        pausing.check(by.memorial)
        if by.is_keeper and not _two_wish(row, by=by):
            return False
    away.update(let_go_at=timezone.now())
    WishToLetGo.objects.filter(keeping=row.pk).delete()
    return True


def _two_wish(row: Keeping, *, by: Viewer) -> bool:
    """Whether another keeper wishes it too, or there is none. Writes down the first one's wish."""
    if by.person is None:
        raise NotForYou
    others = keepers.others(by)
    if not others.exists():
        return True
    wish = WishToLetGo.objects.filter(keeping=row.pk).first()
    if wish is not None and others.filter(person=wish.by).exists():
        return True
    # Nobody's wish yet, one's own again, or the wish of somebody who looks after it no longer.
    WishToLetGo.objects.update_or_create(keeping=row.pk, defaults={"memorial": by.memorial, "by": by.person})
    return False


@transaction.atomic
def keep_it(keeping: Keeping, *, by: Viewer) -> None:
    """Say no to its being deleted for good, or no longer wish it: it stays where it is, off the page. Any keeper may.

    Raises NotForYou.
    """
    by.check(Act.KEEP)
    kind = type(keeping)
    away = kind._default_manager.put_away_for(by).filter(pk=keeping.pk)
    if not away.update(let_go_at=None):
        raise NotForYou
    WishToLetGo.objects.filter(keeping=keeping.pk).delete()
