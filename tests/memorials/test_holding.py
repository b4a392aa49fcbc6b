"""A room's name shows to whoever finds something in it, and to nobody else. The question is remembered, no answer."""

from __future__ import annotations

import pytest
from django.utils import timezone

from snowdrop.memorials import holding, keepings
from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial, OwnChoice
from snowdrop.memorials.rooms import Room
from snowdrop.people.models import Person
from snowdrop.story import writing
from snowdrop.story.models import Moment


def named(viewer: Viewer) -> list[str]:
    return [room.name for room in holding.rooms_for(viewer)]


def test_all_rooms_are_asked_in_one_statement(keeper, django_assert_num_queries):
    named(keeper)

    with django_assert_num_queries(1):
        named(keeper)


def test_two_who_stand_alike_are_told_what_each_of_them_finds(memorial, keeper, second_keeper, other_memorial, people):
    writing.write("Words", by=keeper, audience=Circle.SELF)
    elsewhere = stand(other_memorial, people["noor"])

    assert "story" in named(keeper)
    assert "story" not in named(second_keeper)
    assert "story" not in named(elsewhere)
    writing.write("Words", by=elsewhere)
    assert "story" in named(elsewhere)
    assert "story" not in named(second_keeper)


def test_a_name_goes_with_the_last_thing_that_one_saw_in_the_room(keeper, friend, stands):
    moment = writing.write("Words", by=keeper, audience=Circle.FRIENDS)
    assert (named(friend), named(stands("sam"))) == (["story"], ["story"])

    keepings.open_to([moment], Circle.KEEPERS, by=keeper)
    assert (named(friend), named(keeper)) == ([], ["story"])

    keepings.open_to([moment], Circle.FRIENDS, by=keeper)
    keeper.memorial.audience = Circle.FAMILY
    assert named(stands("sam")) == []


def test_nor_is_an_album_named_of_which_somebody_does_not_want_to_meet_even_the_cover(keeper, guest_session):
    from snowdrop.keepsakes.models import Album

    album = keepings.keep(Album(title="Ours"), by=keeper)
    session = guest_session[0].row
    reader = stand(keeper.memorial, keeper.person, session_id=session.pk)
    assert named(reader) == ["photographs"]

    OwnChoice.objects.create(
        memorial=keeper.memorial, person=keeper.person, keeping=album.pk, what=OwnChoice.What.NOT_AGAIN
    )

    assert named(stand(keeper.memorial, keeper.person, session_id=session.pk)) == []


def room_of(holds) -> Room:
    return Room("probe", "Probe", "story:room", holds=holds, parts=("story",))


@pytest.mark.parametrize(
    ("holds", "refusal"),
    [
        (lambda viewer: [Moment.objects.filter(written_at__lt=timezone.now())], TypeError),
        (lambda viewer: [Moment.objects.all()] if viewer.memorial.name_rests else [], Memorial.DoesNotExist),
        (lambda viewer: [Moment.objects.all()] if viewer.person.name else [], Person.DoesNotExist),
    ],
)
def test_a_room_that_would_be_remembered_wrongly_is_refused(holds, refusal, keeper, monkeypatch):
    """The time stands still in a statement that is remembered; so does whatever else a room reads of who asks."""
    monkeypatch.setattr(holding, "all_rooms", lambda: [room_of(holds)])
    holding._compiled.cache_clear()

    with pytest.raises(refusal):
        holding.rooms_for(keeper)
    holding._compiled.cache_clear()
