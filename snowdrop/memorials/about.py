"""What is said about the beloved and their family: names, dates, words, kin. Each with its own audience."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from snowdrop.memorials import keepings, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Kin, Memorial, Name


def _check_theirs(one: Beloved, by: Viewer) -> None:
    by.check(Act.KEEP)
    if one.memorial_id != by.memorial.pk:
        raise NotForYou


@transaction.atomic
def name(text: str, *, of: Beloved, by: Viewer, note: str = "", spoken: str = "", is_chief: bool = True) -> Name:
    """Add a name. A chief one takes the head of the page; the earlier ones stay as names they had."""
    _check_theirs(of, by)
    if is_chief:
        Name.objects.filter(beloved=of).update(is_chief=False)
    row = Name(beloved=of, text=text, note=note, spoken=spoken, is_chief=is_chief, audience=Circle.LINK)
    return keepings.keep(row, by=by)


@transaction.atomic
def lead_with(name: Name, *, by: Viewer) -> None:
    """Put this name at the head of the page."""
    by.check(Act.KEEP)
    Name.objects.filter(beloved=name.beloved_id, memorial=by.memorial).update(is_chief=False)
    Name.objects.filter(pk=name.pk, memorial=by.memorial).update(is_chief=True)
    revision.bump(by.memorial, "memorials")


def say(kind: str, *, of: Beloved, by: Viewer, audience: Circle | None = None, **said: Any) -> Fact:
    """Add a fact, with the audience it starts with unless one was chosen."""
    _check_theirs(of, by)
    row = Fact(beloved=of, kind=kind, audience=Fact.first_audience(kind) if audience is None else audience, **said)
    return keepings.keep(row, by=by)


def kin(name: str, *, by: Viewer, relation: str = "", is_child: bool = False, audience: Circle = Circle.KEEPERS) -> Kin:
    """Name somebody of the family."""
    by.check(Act.KEEP)
    order = Kin.objects.filter(memorial=by.memorial).count()
    row = Kin(name=name, relation=relation, is_child=is_child, audience=audience, order=order)
    return keepings.keep(row, by=by)


def another(*, by: Viewer, name_text: str = "") -> Beloved:
    """Add another beloved to the same memorial: a twin, a child who came before or after."""
    by.check(Act.KEEP)
    with transaction.atomic():
        order = Beloved.objects.filter(memorial=by.memorial).count()
        row = keepings.keep(Beloved(order=order, audience=Circle.LINK), by=by)
        if name_text:
            name(name_text, of=row, by=by)
    return row


def rest(*, by: Viewer, name_rests: bool, pictures_rest: bool, shows_pictures: bool) -> None:
    """Let the name or the pictures rest for a while, or have no pictures at all. Nothing is deleted by it."""
    by.check(Act.KEEP)
    with transaction.atomic():
        Memorial.objects.filter(pk=by.memorial.pk).update(
            name_rests=name_rests, pictures_rest=pictures_rest, shows_pictures=shows_pictures
        )
        revision.bump(by.memorial, "memorials", "story", "keepsakes")


def name_in_title(*, by: Viewer, shows: bool) -> None:
    """Show the name in the title of the tab, and so in a browser's history, or only "A page"."""
    by.check(Act.KEEP)
    with transaction.atomic():
        Memorial.objects.filter(pk=by.memorial.pk).update(name_in_title=shows)
        revision.bump(by.memorial, "memorials", "story", "keepsakes")


@transaction.atomic
def sooner(row: Kin, *, by: Viewer) -> None:
    """Move somebody of the family one place towards the beginning."""
    by.check(Act.KEEP)
    everyone = list(Kin.objects.select_for_update().filter(memorial=by.memorial).order_by("order", "written_at"))
    seen = set(Kin.objects.visible_to(by).values_list("pk", flat=True))
    place = next(number for number, one in enumerate(everyone) if one.pk == row.pk)
    # Past the one that stands before it on the page; between them may be some that were taken off.
    before = next((number for number in range(place - 1, -1, -1) if everyone[number].pk in seen), None)
    if before is not None:
        everyone.insert(before, everyone.pop(place))
    for number, one in enumerate(everyone):
        one.order = number
    Kin.objects.bulk_update(everyone, ["order"])
    revision.bump(by.memorial, "memorials")
