"""Which ways a page shows to a circle, and before whom it is a page that everyone can open."""

from __future__ import annotations

import pytest

from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial

CIRCLES = [Circle.PUBLIC, Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS]
# How each circle finds a page that opens to the circle named in the row: r reads, a adds, k looks after it.
OFFERED = {
    Circle.PUBLIC: "r    r    ra   ra   rak",
    Circle.LINK: "-    r    ra   ra   rak",
    Circle.FRIENDS: "-    -    ra   ra   rak",
    Circle.FAMILY: "-    -    -    ra   rak",
    Circle.KEEPERS: "-    -    -    -    rak",
}
LETTERS = {"r": Act.READ, "a": Act.ADD, "k": Act.KEEP}


@pytest.mark.parametrize("audience", CIRCLES)
def test_a_circle_is_shown_the_ways_that_are_open_to_it(audience):
    memorial = Memorial(audience=audience)
    for circle, letters in zip(CIRCLES, OFFERED[audience].split(), strict=True):
        viewer = Viewer(memorial, None, circle)
        assert {act for act in Act if viewer.offers(act)} == {LETTERS[one] for one in letters if one != "-"}


def test_nobody_who_looks_through_others_eyes_is_shown_a_way():
    viewer = Viewer(Memorial(audience=Circle.LINK), None, Circle.FAMILY, reads_as=Circle.FAMILY)

    assert not any(viewer.offers(act) for act in Act)


@pytest.mark.parametrize("audience", CIRCLES)
@pytest.mark.parametrize("circle", CIRCLES)
def test_everyone_is_whoever_comes_from_outside_to_a_page_that_is_open_to_all(audience, circle):
    everyone = Viewer(Memorial(audience=audience), None, circle).is_everyone

    assert everyone == ((audience, circle) == (Circle.PUBLIC, Circle.PUBLIC))


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_keeper_is_a_person_who_stands_closest(circle, people):
    memorial = Memorial(audience=Circle.LINK)

    assert Viewer(memorial, people["mara"], circle).is_keeper == (circle is Circle.KEEPERS)
    assert not Viewer(memorial, None, circle).is_keeper
