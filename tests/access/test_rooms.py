"""A room's name at the head of a page shows to whoever finds something in the room, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from snowdrop.memorials import holding
from snowdrop.memorials.access import Act, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial
from snowdrop.memorials.rooms import all_rooms
from tests.access.town import Town


def everybody(town: Town) -> list[Viewer]:
    """Everyone there is, before both pages, as they are and with all that may be otherwise about them."""
    people = [person for person in town.people.values() if person.pk] + [None]
    viewers = [stand(memorial, person) for memorial, person in product(Memorial.objects.order_by("pk"), people)]
    keeper = town.stands("mara")
    viewers += [keeper.reading_as(circle) for circle in Circle if circle != Circle.SELF]
    viewers += [Viewer(town.memorial, None, keeper.circle, with_children=True)]
    return viewers + [replace(viewer, self_is_open=False) for viewer in viewers]


@pytest.mark.parametrize("rests", [False, True])
@pytest.mark.parametrize("audience", [Circle.PUBLIC, Circle.LINK, Circle.FAMILY, Circle.KEEPERS])
def test_the_one_statement_says_of_everybody_what_every_room_says_by_itself(audience, rests, town):
    Memorial.objects.update(audience=audience, pictures_rest=rests)
    town.memorial.refresh_from_db()

    said = [[room.name for room in holding.rooms_for(viewer)] for viewer in everybody(town)]
    asked = [[room.name for room in all_rooms() if holding.holds_something(room, viewer)] for viewer in everybody(town)]

    assert said == asked
    assert any(said) and [] in said
    assert all(viewer.may(Act.READ) for viewer, names in zip(everybody(town), said, strict=True) if names)
