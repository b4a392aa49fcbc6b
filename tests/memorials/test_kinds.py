"""Something kept is found by its id alone, whatever its kind."""

from __future__ import annotations

import uuid

import pytest

from snowdrop.memorials import about, keepings, kinds
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.story import writing


def test_a_thing_is_found_with_a_small_statement_and_one_of_its_own_kind(keeper, django_assert_num_queries):
    kin = about.kin("Ada", by=keeper)

    with django_assert_num_queries(2):
        found = kinds.changeable(kin.pk, keeper)

    assert found == kin


def test_what_is_nobodys_id_is_found_with_one_statement_and_not_there(keeper, django_assert_num_queries):
    with django_assert_num_queries(1), pytest.raises(NotForYou):
        kinds.changeable(uuid.uuid4(), keeper)


def test_of_two_things_with_one_id_everybody_finds_the_one_that_is_theirs(keeper, friend):
    """Whoever writes chooses the id. Nobody can stand before what somebody else kept by choosing its own."""
    kin = about.kin("Ada", by=keeper)
    moment = writing.write("Words", by=friend, audience=Circle.SELF, id=kin.pk)

    assert (kinds.changeable(kin.pk, keeper), kinds.changeable(kin.pk, friend)) == (kin, moment)
    keepings.put_away(moment, by=friend)
    assert kinds.put_away(kin.pk, friend) == moment
    with pytest.raises(NotForYou):
        kinds.put_away(kin.pk, keeper)
