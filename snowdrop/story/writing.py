"""Writing a moment and writing it anew."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings, revision, veil
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved
from snowdrop.story import bringing, placing
from snowdrop.story.models import UNDATED, Draft, Moment
from snowdrop.web.markdown import to_html


class ChangedMeanwhile(Exception):
    """Somebody wrote this moment anew while it was being changed. Nothing is overwritten unseen."""

    sentence: str | Promise = _(
        "Somebody else changed this while you were writing. Your words are still here. "
        "Keep them, and the others stay among the earlier wordings."
    )

    def __init__(self, now: Moment) -> None:
        super().__init__(f"{now} was changed meanwhile")
        self.now = now


def first_audience(by: Viewer) -> Circle:
    """Who sees it where nobody said: the keepers their own; a friend's words whoever was asked in, once let in."""
    return Circle.KEEPERS if by.is_keeper else Circle.FRIENDS


@transaction.atomic
def write(
    text: str,
    *,
    by: Viewer,
    title: str = "",
    date: RoughDate | None = None,
    is_letter: bool = False,
    about: Collection[Beloved] = (),
    audience: Circle | None = None,
    photographs: Sequence[Photograph] = (),
    id: uuid.UUID | None = None,
    cover: str | None = None,
) -> Moment:
    """Keep a moment; with a cover that says `cover`, from the first moment on, where that is given.

    A draft of the same id has become it and goes.

    Written twice under one id (a button pressed twice, a page sent again) it is one moment, and its words are
    the later ones. An id that is somebody else's is passed over for a new one.
    """
    by.check(Act.ADD)
    audience = first_audience(by) if audience is None else audience
    if audience != Circle.SELF and audience > by.circle:
        raise NotForYou  # nobody opens to a circle in which they do not stand themselves
    said: dict[str, Any] = {"title": title, "text": text, "date": date, "is_letter": is_letter}
    moment = Moment(**({"id": id} if id else {}), audience=audience, order=end_of(by, date), html=to_html(text), **said)
    if cover is not None:
        moment.is_closed, moment.cover_words = True, " ".join(cover.split())
    try:
        keepings.keep(moment, by=by)
    except IntegrityError:
        earlier = Moment.objects.own_of(by).filter(pk=moment.pk, put_away_at=None).first()
        if earlier is not None:
            moment = change(earlier, by=by, about=about, **said)
            if cover is not None:
                veil.close([moment], by=by, words=cover)
                moment.is_closed = True
            placing.put_with(moment, photographs, by=by)
            bringing.open_with(moment, by=by)
            return moment
        moment.pk = uuid.uuid4()
        keepings.keep(moment, by=by)
    moment.about.set(about)
    placing.put_with(moment, photographs, by=by)
    bringing.open_with(moment, by=by)
    if id is not None:
        Draft.objects.own_of(by).filter(pk=id).delete()
    return moment


@dataclass(frozen=True)
class Entry:
    """A moment that an importer brings: words of a day, with what belongs to them in its order."""

    text: str
    date: RoughDate | None
    photographs: Sequence[Photograph]


@transaction.atomic
def write_together(entries: Sequence[Entry], *, by: Viewer, audience: Circle = Circle.KEEPERS) -> list[Moment]:
    """Keep many moments at once, in the order given where they have the same date, and return them in it.

    The photographs are kept already, each one to be seen by `by`. Raises NotForYou.
    """
    by.check(Act.KEEP)
    ends = _ends_of(by, {key_of(entry.date) for entry in entries})
    moments = []
    for entry in entries:
        key = key_of(entry.date)
        ends[key] = ends.get(key, -1) + 1
        said: dict[str, Any] = {"text": entry.text, "date": entry.date, "html": to_html(entry.text)}
        moments.append(Moment(audience=audience, order=ends[key], **said))
    keepings.keep_together(moments, by=by)
    placing.put_with_each([(moment, entry.photographs) for moment, entry in zip(moments, entries, strict=True)], by=by)
    return moments


def _ends_of(by: Viewer, keys: Collection[str]) -> dict[str, int]:
    """The last place among those of the same date, for each date that has any."""
    beside = Moment.objects.filter(memorial=by.memorial, sort_key__in=keys)
    return dict(beside.values("sort_key").annotate(last=Max("order")).values_list("sort_key", "last"))


@transaction.atomic
def change(
    moment: Moment,
    *,
    by: Viewer,
    title: str,
    text: str,
    date: RoughDate | None,
    is_letter: bool,
    about: Collection[Beloved] = (),
    was: str = "",
) -> Moment:
    """Write a moment anew; how it stood before is kept. Returns it as it stands now.

    What a member changes waits for a keeper again, as it did when it was new. `was` is the digest of the words
    that the writer began from: raises ChangedMeanwhile where they are not the words any more; NotForYou.
    """
    now = Moment.objects.changeable_by(by).select_for_update().filter(pk=moment.pk).first()
    if now is None:
        raise NotForYou
    said = {"title": title, "text": text, "date": date, "is_letter": is_letter}
    changes: dict[str, Any] = {name: value for name, value in said.items() if getattr(now, name) != value}
    if changes and was and was != now.digest:
        raise ChangedMeanwhile(now)
    if "text" in changes:
        changes["html"] = to_html(text)
    if "date" in changes and key_of(date) != now.sort_key:
        changes["order"] = end_of(by, date)
    if set(now.about.all()) != set(about):
        now.about.set(about)
        changes.setdefault("is_letter", is_letter)  # so that it counts as a change
    if changes:
        keepings.write_anew(now, changes, by=by)
        _wait_again(now, by=by)
    Draft.objects.own_of(by).filter(moment=now).delete()
    return Moment.objects.select_related("memorial").get(pk=now.pk)


def _wait_again(moment: Moment, *, by: Viewer) -> None:
    if by.is_keeper or by.is_trusted or moment.audience == Circle.SELF:
        return
    Moment.objects.filter(pk=moment.pk, shown_at__isnull=False).update(shown_at=None, offered_at=timezone.now())


@transaction.atomic
def let_show(moment: Moment, *, by: Viewer) -> None:
    """Show a waiting moment together with the photographs its writer brought with it."""
    waiting = Moment.objects.waiting_for(by).filter(pk=moment.pk).first()
    if waiting is None:
        return
    keepings.let_show(waiting, by=by)
    if waiting.writer_id is None:
        return
    with_it = Photograph.objects.waiting_for(by).filter(placed__moment=waiting, writer=waiting.writer_id)
    for photograph in with_it:
        keepings.let_show(photograph, by=by)


@transaction.atomic
def move(moment: Moment, *, later: bool, by: Viewer) -> bool:
    """Put a moment before or behind its neighbour where their dates leave it open; return whether there was one.

    The neighbour is the next that `by` sees: what only others see stays where it is, between them or not.
    """
    by.check(Act.KEEP)
    moving = Moment.objects.changeable_by(by).visible_to(by).filter(pk=moment.pk).first()
    if moving is None:
        raise NotForYou
    other = neighbour(moving, later=later, by=by)
    if other is None:
        return False
    if moving.order == other.order:
        _spread(moving)
        moving, other = Moment.objects.get(pk=moving.pk), Moment.objects.get(pk=other.pk)
    Moment.objects.filter(pk=moving.pk).update(order=other.order)
    Moment.objects.filter(pk=other.pk).update(order=moving.order)
    revision.bump(by.memorial, "story")
    return True


def neighbour(moment: Moment, *, later: bool, by: Viewer) -> Moment | None:
    """The next moment that `by` sees and that could as well stand on the other side of this one."""
    beside = Moment.objects.visible_to(by).beside(moment).defer("text", "html")
    if later:
        return beside.later_than(moment).in_order().first()
    return beside.earlier_than(moment).in_reverse().first()


def _spread(moment: Moment) -> None:
    """Number those that stand beside each other anew: two written in the same instant can share a number."""
    for number, one in enumerate(Moment.objects.all().beside(moment).in_order().only("pk", "order")):
        if one.order != number:
            Moment.objects.filter(pk=one.pk).update(order=number)


def key_of(date: RoughDate | None) -> str:
    return date.sort_key if date else UNDATED


def end_of(by: Viewer, date: RoughDate | None) -> int:
    """The place behind all that have the same date."""
    beside = Moment.objects.filter(memorial=by.memorial, sort_key=key_of(date))
    last = beside.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1
