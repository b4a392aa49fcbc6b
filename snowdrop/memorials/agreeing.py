"""What shows another keeper is shown beyond the keepers only once they said yes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from snowdrop.memorials import keepers, kinds, revision
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Keeping, Membership, SeenIn
from snowdrop.people.models import Person


class CannotBeAsked(Exception):
    """It shows somebody who never looked after this page, so that nobody here can say yes."""


def marked(keeping: Keeping) -> set[int]:
    """The keys of the people who can be seen in this keeping."""
    return set(SeenIn.objects.filter(keeping=keeping.pk).values_list("person", flat=True))


@transaction.atomic
def mark(keeping: Keeping, person: Person, *, by: Viewer) -> None:
    """Say that a keeper can be seen in it. Who sees it now stays as it is."""
    _check_changeable(keeping, by)
    if not keepers.of(by.memorial).filter(person=person).exists():
        raise NotForYou
    SeenIn.objects.get_or_create(keeping=keeping.pk, person=person, defaults={"memorial": by.memorial})


@transaction.atomic
def unmark(keeping: Keeping, person: Person, *, by: Viewer) -> None:
    """Take the mark away: only whoever can be seen in it, for else the other could simply lift it."""
    _check_changeable(keeping, by)
    if by.person != person:
        raise NotForYou
    SeenIn.objects.filter(keeping=keeping.pk, person=person, memorial=by.memorial).delete()


def _check_changeable(keeping: Keeping, by: Viewer) -> None:
    if not type(keeping)._default_manager.changeable_by(by).filter(pk=keeping.pk).exists():
        raise NotForYou


def missing(row: Keeping, circle: int, *, by: Viewer) -> list[SeenIn]:
    """Whose yes is missing before `by` shows this to `circle`. Raises CannotBeAsked.

    Who left the page, or was removed from it, is not asked any more. Who never kept it cannot be asked: that is so
    in a memorial which somebody took along when they went a way of their own.
    """
    if circle >= Circle.KEEPERS:
        return []
    marks = SeenIn.objects.filter(Q(agreed_to=None) | Q(agreed_to__gt=circle), keeping=row.pk)
    marks = marks.exclude(person=by.person)
    found = list(marks.select_related("person"))
    if not found:
        return []
    people = [mark.person_id for mark in found]
    known = set(Membership.objects.filter(memorial=row.memorial_id, person__in=people).values_list("person", flat=True))
    if not set(people) <= known:
        raise CannotBeAsked
    asked = set(keepers.of(row.memorial).filter(person__in=people).values_list("person", flat=True))
    return [mark for mark in found if mark.person_id in asked]


def ask(marks: list[SeenIn], circle: int, *, by: Viewer) -> None:
    """Let these people know, where they look after the page, that it waits for them."""
    SeenIn.objects.filter(pk__in=[mark.pk for mark in marks]).update(asked_for=circle, asked_by=by.person)


def narrowed(row: Keeping) -> None:
    """Forget every yes, and what waits for one: who narrows a thing is asked anew before it is widened again."""
    SeenIn.objects.filter(keeping=row.pk).update(agreed_to=None, asked_for=None, asked_by=None)


def taken_off(row: Keeping, *, by: Viewer) -> None:
    """Take back the yes of whoever takes off the page what shows them."""
    SeenIn.objects.filter(keeping=row.pk, person=by.person).update(agreed_to=None, asked_for=None, asked_by=None)


@dataclass(frozen=True)
class Asked:
    """Something that waits for a keeper's yes."""

    mark: SeenIn
    thing: Keeping

    @property
    def circle(self) -> str:
        return str(Circle(self.mark.asked_for).label) if self.mark.asked_for is not None else ""


def waiting_for(viewer: Viewer) -> list[Asked]:
    """What waits for this keeper's yes."""
    return _asked(viewer, SeenIn.objects.filter(person=viewer.person))


def asked_by(viewer: Viewer) -> list[Asked]:
    """What this keeper would show, and what waits for somebody else's yes."""
    return _asked(viewer, SeenIn.objects.filter(asked_by=viewer.person))


def _asked(viewer: Viewer, marks: QuerySet[SeenIn]) -> list[Asked]:
    rows = list(marks.filter(memorial=viewer.memorial, asked_for__isnull=False).select_related("person", "asked_by"))
    wanted = list(dict.fromkeys(row.keeping for row in rows))
    things: dict[uuid.UUID, Keeping] = {}
    for kind in kinds.all_kinds():
        if len(things) < len(wanted):
            found = kind._default_manager.visible_to(viewer).among(wanted).select_related("memorial")
            things |= {thing.pk: thing for thing in found}
    return [Asked(row, things[row.keeping]) for row in rows if row.keeping in things]


@transaction.atomic
def say_yes(id: uuid.UUID, *, by: Viewer) -> None:
    """Agree to what was asked for: it is shown as wished, once everybody who can be seen in it agreed."""
    mark, thing = _answering(id, by)
    wished = mark.asked_for
    assert wished is not None
    SeenIn.objects.filter(pk=mark.pk).update(agreed_to=wished, asked_for=None, asked_by=None)
    wisher = Membership.objects.live().filter(memorial=by.memorial, person=mark.asked_by).first()
    still = SeenIn.objects.filter(keeping=thing.pk, asked_for__isnull=False)
    if wisher is None or still.exists() or thing.audience <= wished:
        return
    type(thing)._default_manager.filter(pk=thing.pk).update(audience=wished)
    revision.bump(by.memorial, thing._meta.app_label)


@transaction.atomic
def say_no(id: uuid.UUID, *, by: Viewer) -> None:
    """Leave it as it is. Nobody is told; it waits no longer."""
    _mark, thing = _answering(id, by)
    SeenIn.objects.filter(keeping=thing.pk).update(asked_for=None, asked_by=None)


def _answering(id: uuid.UUID, by: Viewer) -> tuple[SeenIn, Keeping]:
    keepers.lock_as(by)
    asked = next((one for one in waiting_for(by) if one.mark.keeping == id), None)
    if asked is None:
        raise NotForYou
    return asked.mark, asked.thing
