"""How somebody stands before a memorial, from what the database says of them; and what shows to them uncovered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import GuestLink, GuestPass, Kin, Look, Membership, OwnChoice
from snowdrop.people.sessions import SessionStore


@pytest.fixture
def came_by(guest_session):
    """The browser that came by a guest's link, and the link."""
    store, link = guest_session
    return store.row.pk, link


def another_browser() -> int:
    store = SessionStore()
    store.create()
    assert store.row is not None
    return store.row.pk


def test_a_member_stands_in_their_circle_with_their_duties(memorial, other_memorial, people, django_assert_num_queries):
    Membership.objects.create(memorial=other_memorial, person=people["ines"], circle=Circle.KEEPERS)
    Membership.objects.filter(memorial=memorial, person=people["ines"]).update(tells=True, is_trusted=True)

    with django_assert_num_queries(1):
        stands = stand(memorial, people["ines"], session_id=7, self_is_open=False)

    assert stands == Viewer(
        memorial,
        people["ines"],
        Circle.FAMILY,
        frozenset({Duty.TELLS}),
        is_trusted=True,
        self_is_open=False,
        session=7,
    )
    assert isinstance(stands.circle, Circle)
    assert stand(memorial, people["sam"]) == Viewer(memorial, people["sam"], Circle.FRIENDS)


def test_somebody_of_whom_nothing_is_known_stands_outside_and_has_nothing(memorial, elsewhere, people):
    assert stand(memorial, None) == Viewer(
        memorial,
        None,
        Circle.PUBLIC,
        frozenset(),
        is_trusted=False,
        guest=None,
        reads_as=None,
        self_is_open=True,
        session=None,
        with_children=False,
    )
    assert stand(memorial, people["noor"], session_id=7) == Viewer(memorial, people["noor"], Circle.PUBLIC, session=7)


def test_a_browser_that_came_by_a_link_stands_there_for_as_long_as_it_is_open(memorial, people, came_by):
    session, link = came_by
    by_the_link = Viewer(memorial, None, Circle.LINK, guest=link, session=session)

    assert stand(memorial, None, session_id=session) == by_the_link
    assert stand(memorial, people["noor"], session_id=session) == replace(by_the_link, person=people["noor"])
    assert stand(memorial, None) == Viewer(memorial, None, Circle.PUBLIC)

    GuestLink.objects.filter(pk=link.pk).update(ended_at=timezone.now())
    assert stand(memorial, None, session_id=session) == Viewer(memorial, None, Circle.PUBLIC, session=session)


def test_a_link_opens_neither_another_memorial_nor_another_browser(memorial, other_memorial, came_by):
    session, _link = came_by
    other = another_browser()
    elsewhere = GuestLink.objects.create(memorial=other_memorial, token_hash="1" * 64, called="Lena")
    GuestPass.objects.create(session_id=other, link=elsewhere)

    for memorial_, browser in ((memorial, other), (other_memorial, session)):
        assert stand(memorial_, None, session_id=browser) == Viewer(memorial_, None, Circle.PUBLIC, session=browser)


def test_whoever_was_taken_out_stands_outside_and_no_link_brings_them_back(memorial, people, came_by):
    session, _link = came_by
    Membership.objects.filter(memorial=memorial, person=people["sam"]).update(removed_at=timezone.now())

    outside = Viewer(memorial, people["sam"], Circle.PUBLIC, session=session)
    assert stand(memorial, people["sam"], session_id=session) == outside


def test_a_keeper_reads_as_a_circle_does_and_nobody_else_reads_as_another(memorial, keeper, family, friend, stranger):
    assert keeper.reading_as(Circle.LINK) == Viewer(memorial, None, Circle.LINK, reads_as=Circle.LINK)
    for other in (family, friend, stranger):
        with pytest.raises(NotForYou):
            other.reading_as(Circle.PUBLIC)


# -- what shows without a cover ---------------------------------------------------------------------

ONE, OTHER = Kin(name="Ada", is_closed=True), Kin(name="Ute", is_closed=True)
OPEN = Kin(name="Jo")
NOT_AGAIN, LEFT_OPEN, ALL = OwnChoice.What.NOT_AGAIN, OwnChoice.What.OPEN, OwnChoice.What.ALL


@pytest.mark.parametrize(
    "chose, uncovered, not_again",
    [
        ([], [OPEN], set()),
        ([(ONE.pk, LEFT_OPEN)], [ONE, OPEN], set()),
        ([(None, ALL)], [ONE, OTHER, OPEN], set()),
        ([(ONE.pk, NOT_AGAIN)], [OPEN], {ONE.pk}),
        ([(ONE.pk, NOT_AGAIN), (OTHER.pk, LEFT_OPEN)], [OTHER, OPEN], {ONE.pk}),
        ([(ONE.pk, NOT_AGAIN), (None, ALL)], [ONE, OTHER, OPEN], {ONE.pk}),
    ],
)
def test_what_somebody_chose_holds_for_them_before_this_memorial_alone(
    chose, uncovered, not_again, memorial, other_memorial, people
):
    for keeping, what in chose:
        OwnChoice.objects.create(memorial=memorial, person=people["ines"], keeping=keeping, what=what)
    ines = stand(memorial, people["ines"], session_id=another_browser())

    assert [one for one in (ONE, OTHER, OPEN) if ines.leaves_open(one)] == uncovered
    assert [one for one in (ONE, OTHER, OPEN) if ines.has_open(one)] == uncovered
    assert (ines.not_again, ines.has_chosen) == (not_again, bool(chose))
    for other in (
        stand(memorial, people["sam"], session_id=ines.session),
        stand(other_memorial, people["ines"], session_id=ines.session),
        stand(memorial, people["ines"]),  # nobody sits before it
    ):
        assert [one for one in (ONE, OTHER, OPEN) if other.has_open(one)] == [OPEN]
        assert (other.not_again, other.has_chosen) == (set(), False)


def test_what_is_looked_at_is_open_in_this_browser_and_stays_covered_elsewhere(memorial, people):
    browser = another_browser()
    until = timezone.now() + timedelta(minutes=5)
    Look.objects.create(session_id=browser, person=people["ines"], keeping=ONE.pk, until=until)
    looks = stand(memorial, people["ines"], session_id=browser)
    on_another_device = stand(memorial, people["ines"], session_id=another_browser())

    assert [one for one in (ONE, OTHER) if looks.has_open(one)] == [ONE]
    assert [one for one in (ONE, OTHER) if looks.leaves_open(one)] == []
    assert [one for one in (ONE, OTHER) if on_another_device.has_open(one)] == []
