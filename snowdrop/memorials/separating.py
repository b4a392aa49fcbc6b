"""Going separate ways: a keeper continues in a memorial of their own, and the other learns nothing of it.

What they see as a keeper is copied, row by row; the files stay where they are, for they are kept once however many
name them. Their "Only me" pages move with them. The old memorial keeps everything else.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

from snowdrop.memorials import finding, revision
from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Keeping, LooksFirst, Membership, Memorial, OwnChoice, Reader, SeenIn
from snowdrop.people.models import Person

AT_ONCE = 200  # rows in memory


@dataclass(frozen=True)
class Parting:
    """Somebody on their way from one memorial to another."""

    by: Viewer
    person: Person
    to: Memorial
    # An old id leads to its new one without a list of them all, and no new one leads back: this is kept nowhere.
    secret: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def memorial(self) -> Memorial:
        return self.by.memorial

    def id_for(self, id: uuid.UUID) -> uuid.UUID:
        return uuid.uuid5(self.secret, str(id))

    def own_pages(self, kind: type[Keeping]) -> models.QuerySet[Any]:
        """The "Only me" pages that move with their writer, whatever became of them."""
        mine = kind._default_manager.filter(writer=self.person, audience=Circle.SELF, is_handed_over=False)
        return mine.filter(memorial__in=[self.memorial, self.to])

    def places(self, kind: type[Keeping], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
        """Where those of these rows that come along are found in the new memorial, by their old ids."""
        ids = set(ids)
        same = set(self.own_pages(kind).filter(pk__in=ids).values_list("pk", flat=True))
        new = {self.id_for(id): id for id in ids - same}
        there = kind._default_manager.filter(memorial=self.to, pk__in=new).values_list("pk", flat=True)
        return {id: id for id in same} | {new[id]: id for id in there}


class Carrying:
    """How one kind of keeping is carried along. Every kind has one; a room declares its own when it starts."""

    kind: ClassVar[type[Keeping]]
    points: ClassVar[dict[str, type[Keeping]]] = {}  # the fields that lead to another keeping, which is carried before
    order: ClassVar[int] = 100

    def made(self, row: Any) -> None:
        """Set what hangs on a copy's new id."""

    def copied(self, parting: Parting, pairs: list[tuple[Any, Any]]) -> None:
        """Copy what hangs on these rows, given as (old, new)."""

    def moved(self, parting: Parting, rows: list[Any]) -> None:
        """Take along what hangs on these rows, which keep their ids."""

    def finish(self, parting: Parting) -> None:
        """Once everything is there: part what stays from what went."""


_carried: dict[type[Keeping], Carrying] = {}


def carry(*ways: Carrying) -> None:
    """Let rooms say how their kinds are carried along."""
    _carried.update({way.kind: way for way in ways})


def carried() -> list[Carrying]:
    return sorted(_carried.values(), key=lambda way: way.order)


@transaction.atomic
def go_separate_ways(*, by: Viewer) -> Memorial:
    """Make a memorial of one's own, with what one sees here as a keeper, and return it.

    Not a row that anybody else sees is changed, and no revision moves: there is nothing to be noticed.
    """
    by.check(Act.KEEP)
    assert by.person is not None
    old = by.memorial
    new = Memorial.objects.create(
        began_by=by.person,
        shows_pictures=old.shows_pictures,
        name_rests=old.name_rests,
        pictures_rest=old.pictures_rest,
        keeps_alone=True,
    )
    Membership.objects.create(memorial=new, person=by.person, circle=Circle.KEEPERS)
    parting = Parting(by, by.person, new)
    # All copies first: a name is seen only where the one it names is, who may be among the pages that move.
    shared = Q(audience__lte=Circle.KEEPERS) | Q(is_handed_over=True)
    for way in carried():
        for rows in _a_few(way.kind._default_manager.visible_to(by).filter(shared)):
            _copy(way, rows, parting)
    for way in carried():
        for rows in _a_few(parting.own_pages(way.kind).filter(memorial=old)):
            _move(way, rows, parting)
    for way in carried():
        way.finish(parting)
    revision.bump(new, "memorials")
    return new


def _a_few(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """A few rows at a time, by their keys: what happens to them meanwhile moves no later one."""
    last: uuid.UUID | None = None
    while found := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:AT_ONCE]):
        yield found
        last = found[-1].pk


def _copy(way: Carrying, rows: list[Any], parting: Parting) -> None:
    marks = list(SeenIn.objects.filter(keeping__in=[row.pk for row in rows]))
    shows_others = {mark.keeping for mark in marks if mark.person_id != parting.person.pk}
    pairs = []
    for row in rows:
        one = copy.copy(row)
        one._state = copy.copy(row._state)
        one._state.adding = True
        one._state.fields_cache = {}
        one.pk = parting.id_for(row.pk)
        one.memorial = parting.to
        # Who wrote it stays written; it is whoever keeps it now who says who sees it.
        one.is_handed_over = row.is_handed_over or row.writer_id != parting.person.pk
        if row.pk in shows_others or row.audience == Circle.SELF:  # what they opened of an envelope is with them alone
            one.audience = Circle.KEEPERS  # nobody there can be asked
        # What everyone sees is chosen anew for a page that is a new one.
        one.audience = max(one.audience, Circle.LINK)
        way.made(one)
        pairs.append((row, one))
    coming = set(map(id, _pointed(way, [new for _old, new in pairs], parting)))
    pairs = [(old, new) for old, new in pairs if id(new) in coming]
    way.kind._default_manager.bulk_create([new for _old, new in pairs])
    finding.write_down(*(new for _old, new in pairs))
    SeenIn.objects.bulk_create(
        SeenIn(memorial=parting.to, keeping=parting.id_for(mark.keeping), person_id=mark.person_id)
        for mark in marks
        if mark.keeping in {old.pk for old, _new in pairs}
    )
    _take_choices_along({old.pk: new.pk for old, new in pairs}, parting)
    way.copied(parting, pairs)


def _take_choices_along(places: dict[uuid.UUID, uuid.UUID], parting: Parting) -> None:
    """What is closed stays closed, and what they chose for themselves about it, they chose there too."""
    mine = OwnChoice.objects.filter(person=parting.person, keeping__in=places)
    OwnChoice.objects.bulk_create(
        OwnChoice(memorial=parting.to, person=parting.person, keeping=places[one.keeping], what=one.what)
        for one in mine
        if one.keeping is not None
    )


def _move(way: Carrying, rows: list[Any], parting: Parting) -> None:
    rows = _pointed(way, rows, parting)
    for row in rows:
        row.memorial = parting.to
    way.kind._default_manager.bulk_update(rows, ["memorial", *way.points])
    finding.write_down(*rows)
    ids = [row.pk for row in rows]
    # Whoever was let in to read it stands in the other memorial.
    Reader.objects.filter(keeping__in=ids).delete()
    SeenIn.objects.filter(keeping__in=ids).update(memorial=parting.to, asked_for=None, asked_by=None)
    LooksFirst.objects.filter(keeping__in=ids).delete()
    OwnChoice.objects.filter(keeping__in=ids).exclude(person=parting.person).delete()
    OwnChoice.objects.filter(keeping__in=ids).update(memorial=parting.to)
    way.moved(parting, rows)


def _pointed(way: Carrying, rows: list[Any], parting: Parting) -> list[Any]:
    """Let rows lead to what came along; those that need what did not come stay behind."""
    for name, kind in way.points.items():
        places = parting.places(kind, {id for row in rows if (id := getattr(row, f"{name}_id")) is not None})
        for row in rows:
            setattr(row, f"{name}_id", places.get(getattr(row, f"{name}_id")))
        if not way.kind._meta.get_field(name).null:
            rows = [row for row in rows if getattr(row, f"{name}_id") is not None]
    return rows
