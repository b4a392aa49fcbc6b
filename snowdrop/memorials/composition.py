"""What everyone sees once they can open the page: a composition of its own, of nothing but what was chosen for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise

from snowdrop.memorials import keepings, revision, rooms
from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Keeping, KeepingQuerySet, Memorial

AT_ONCE = 100  # things of a kind on the page; the next come once these were left out


@dataclass(frozen=True)
class Part:
    """What was chosen of one room."""

    label: str | Promise
    things: list[Keeping]
    number: int  # of all there are

    @property
    def more(self) -> int:
        return self.number - len(self.things)


def chosen(viewer: Viewer) -> list[Part]:
    """Return what is open to everyone, by room, for whoever looks after the page. Rooms without any are left out."""
    viewer.check(Act.KEEP)
    parts = []
    for room in rooms.all_rooms():
        rows = [_open_to_everyone(kind, viewer) for kind in _kinds_of(room)]
        things = [thing for of_a_kind in rows for thing in of_a_kind.order_by("written_at", "pk")[:AT_ONCE]]
        if things:
            parts.append(Part(room.label, things, sum(of_a_kind.count() for of_a_kind in rows)))
    return parts


def number(viewer: Viewer) -> int:
    """How many things are open to everyone."""
    viewer.check(Act.KEEP)
    return sum(_open_to_everyone(kind, viewer).count() for room in rooms.all_rooms() for kind in _kinds_of(room))


def _kinds_of(room: rooms.Room) -> Iterable[type[Keeping]]:
    # A kind without words, such as the one a name is of, says nothing to anybody by itself.
    return (kind for kind in all_kinds() if keepings.part_of(kind) in room.parts and kind.words)


def _open_to_everyone(kind: type[Keeping], viewer: Viewer) -> KeepingQuerySet:
    return kind._default_manager.visible_to(viewer).filter(audience=Circle.PUBLIC).select_related("memorial")


def leave_out(thing: Keeping, *, by: Viewer) -> None:
    """Show this no longer to everyone, at once; whoever has a link or is closer sees it as before."""
    by.check(Act.KEEP)
    if thing.audience == Circle.PUBLIC:
        keepings.open_to([thing], Circle.LINK, by=by)


@transaction.atomic
def choose(*, by: Viewer, names_people: bool, may_be_found: bool, has_preview: bool, has_feed: bool) -> None:
    """Say what else everyone may meet. It counts only while everyone can open the page."""
    by.check(Act.KEEP)
    Memorial.objects.filter(pk=by.memorial.pk).update(
        names_people=names_people, may_be_found=may_be_found, has_preview=has_preview, has_feed=has_feed
    )
    revision.bump(by.memorial, "memorials", "story", "keepsakes")
