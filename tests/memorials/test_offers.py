"""Who may do what before a page, which ways it shows to a circle, and before whom it is open to everyone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import FrozenInstanceError

import pytest

from snowdrop.memorials.access import NEEDS, Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person

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


@pytest.mark.parametrize("audience", CIRCLES)
def test_whoever_is_known_by_name_may_what_their_circle_is_shown_and_others_may_read(audience):
    memorial = Memorial(audience=int(audience))  # as the database has it: a number
    for circle, letters in zip(CIRCLES, OFFERED[audience].split(), strict=True):
        shown = {LETTERS[one] for one in letters if one != "-"}
        by_name, by_none = Viewer(memorial, Person(name="Ines"), circle), Viewer(memorial, None, circle)
        brings = {Act.BRING_WORDS} if circle is Circle.KEEPERS else set()
        assert {act for act in Act if by_name.may(act)} == shown | brings
        assert {act for act in Act if by_none.may(act)} == shown & {Act.READ}


@pytest.mark.parametrize("words_from", [None, *CIRCLES])
@pytest.mark.parametrize("circle", CIRCLES)
def test_words_are_left_by_whoever_comes_from_as_far_as_the_family_takes_them(words_from, circle):
    memorial = Memorial(audience=Circle.PUBLIC, words_from=words_from)
    takes = words_from is not None and circle >= words_from
    eyes, children = {"reads_as": circle}, {"with_children": True}

    assert Viewer(memorial, None, circle).may(Act.LEAVE_WORDS) is takes
    assert Viewer(memorial, None, circle).offers(Act.LEAVE_WORDS) is takes
    assert [Viewer(memorial, None, circle, **how).offers(Act.LEAVE_WORDS) for how in (eyes, children)] == [False] * 2
    assert Viewer(memorial, None, circle, **children).may(Act.LEAVE_WORDS) is False


@pytest.mark.parametrize("circle", CIRCLES)
def test_reading_first_takes_the_duty_and_somebody_known_inside_and_no_page_offers_it(circle):
    memorial, ines, duty = Memorial(audience=Circle.LINK), Person(name="Ines"), frozenset({Duty.READS_FIRST})

    assert Viewer(memorial, ines, circle, duty).may(Act.READ_FIRST) is (circle >= Circle.FRIENDS)
    assert not Viewer(memorial, None, circle, duty).may(Act.READ_FIRST)
    assert not Viewer(memorial, ines, circle, frozenset(set(Duty) - duty)).may(Act.READ_FIRST)
    assert not Viewer(memorial, ines, circle, duty).offers(Act.READ_FIRST)


def test_a_verb_asks_and_is_told_by_the_answer_that_it_is_not_there():
    friend = Viewer(Memorial(audience=Circle.LINK), Person(name="Sam"), Circle.FRIENDS)
    let = []
    for act in Act:
        with suppress(NotForYou):
            friend.check(act)
            let.append(act)

    assert let == [Act.READ, Act.ADD]


@pytest.mark.parametrize("fixed", [Viewer(Memorial(), None, Circle.LINK), NEEDS[Act.KEEP]])
def test_how_somebody_stands_and_what_an_act_needs_is_not_changed_afterwards(fixed):
    with pytest.raises(FrozenInstanceError):
        fixed.circle = Circle.KEEPERS


@pytest.mark.parametrize("circle", CIRCLES)
@pytest.mark.parametrize("names_people", [True, False])
def test_names_are_told_inside_and_outside_only_where_the_page_names_people(circle, names_people):
    viewer = Viewer(Memorial(names_people=names_people), None, circle)

    assert viewer.reads_names is (names_people or circle is not Circle.PUBLIC)


def test_nobody_who_looks_through_others_eyes_is_shown_a_way():
    viewer = Viewer(Memorial(audience=Circle.LINK), None, Circle.FAMILY, reads_as=Circle.FAMILY)

    assert not any(viewer.offers(act) for act in Act)


@pytest.mark.parametrize("audience", CIRCLES)
@pytest.mark.parametrize("circle", CIRCLES)
def test_everyone_is_whoever_comes_from_outside_to_a_page_that_is_open_to_all(audience, circle):
    everyone = Viewer(Memorial(audience=int(audience)), None, circle).is_everyone

    assert everyone == ((audience, circle) == (Circle.PUBLIC, Circle.PUBLIC))


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_keeper_is_a_person_who_stands_closest(circle, people):
    memorial = Memorial(audience=Circle.LINK)

    assert Viewer(memorial, people["mara"], circle).is_keeper == (circle is Circle.KEEPERS)
    assert not Viewer(memorial, None, circle).is_keeper
