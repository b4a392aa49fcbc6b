"""Keeping, opening, narrowing, putting away, bringing back: by whom, and what others see of it."""

from __future__ import annotations

import pytest

from snowdrop.memorials import inviting, keepings, revision
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Kin, Membership, Reader, Version
from tests.memorials.conftest import seen


def test_what_a_keeper_keeps_shows_at_once(kin, keeper, second_keeper, friend):
    row = kin(audience=Circle.FRIENDS)

    assert [seen(row, viewer) for viewer in (keeper, second_keeper, friend)] == [True, True, True]


def test_what_a_friend_adds_waits_until_a_keeper_lets_it_show(kin, keeper, friend, family):
    row = kin(by=friend, audience=Circle.FRIENDS)
    assert [seen(row, viewer) for viewer in (keeper, family, friend)] == [False, False, False]
    assert list(Kin.objects.waiting_for(keeper)) == [row]
    assert list(Kin.objects.waiting_for(family)) == []

    keepings.let_show(row, by=keeper)

    assert [seen(row, viewer) for viewer in (keeper, family, friend)] == [True, True, True]
    assert list(Kin.objects.waiting_for(keeper)) == []


def test_only_a_keeper_lets_show(kin, friend, family):
    row = kin(by=friend, audience=Circle.FRIENDS)

    for viewer in (friend, family):
        with pytest.raises(NotForYou):
            keepings.let_show(row, by=viewer)


def test_letting_show_twice_moves_the_revision_once(kin, keeper, friend):
    row = kin(by=friend, audience=Circle.FRIENDS)
    before = revision.of(keeper.memorial)["memorials"]

    keepings.let_show(row, by=keeper)
    once = revision.of(keeper.memorial)["memorials"]
    keepings.let_show(row, by=keeper)

    assert before < once == revision.of(keeper.memorial)["memorials"]


def test_what_a_trusted_friend_adds_shows_at_once(kin, stands, keeper, family):
    Membership.objects.filter(memorial=keeper.memorial, person__name="Sam").update(is_trusted=True)

    row = kin(by=stands("sam"), audience=Circle.FRIENDS)

    assert seen(row, family)


def test_a_stranger_and_a_guest_keep_nothing(kin, stranger, guest, elsewhere):
    for viewer in (stranger, guest, elsewhere):
        with pytest.raises(NotForYou):
            kin(by=viewer)
    assert list(Kin.objects.all()) == []


def test_a_page_of_one_s_own_is_read_by_its_writer_alone(kin, keeper, second_keeper, family, friend):
    row = kin(by=second_keeper, audience=Circle.SELF)

    assert [seen(row, viewer) for viewer in (second_keeper, keeper, family, friend)] == [True, False, False, False]
    assert list(Kin.objects.changeable_by(keeper)) == []
    assert list(Kin.objects.waiting_for(keeper)) == []


def test_whom_the_writer_names_reads_it_too_and_no_more(kin, keeper, second_keeper, family, people):
    row = kin(by=second_keeper, audience=Circle.SELF)
    keepings.open_to([row], Circle.SELF, by=second_keeper, readers=[people["ines"]])

    assert [seen(row, viewer) for viewer in (second_keeper, family, keeper)] == [True, True, False]
    assert list(Kin.objects.changeable_by(family)) == []


def test_naming_nobody_ends_what_was_read(kin, keeper, family, people):
    row = kin(audience=Circle.SELF)
    keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["ines"]])
    keepings.open_to([row], Circle.SELF, by=keeper)

    assert not seen(row, family)
    assert list(Reader.objects.all()) == []


def test_opening_it_and_closing_it_again_brings_no_earlier_reader_back(kin, keeper, family, people):
    row = kin(audience=Circle.SELF)
    keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["ines"]])
    keepings.open_to([row], Circle.KEEPERS, by=keeper)
    keepings.open_to([row], Circle.SELF, by=keeper)

    assert not seen(row, family)


def test_a_reader_who_was_taken_out_of_the_circles_reads_no_more_not_even_by_a_guest_s_link(
    kin, keeper, memorial, people, guest_session
):
    from snowdrop.memorials.access import stand

    row = kin(audience=Circle.SELF)
    keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["sam"]])
    member = Membership.objects.get(memorial=memorial, person=people["sam"])

    inviting.remove(member, by=keeper)

    assert not seen(row, stand(memorial, people["sam"]))
    assert not seen(row, stand(memorial, people["sam"], session_id=guest_session[0].row.pk))


@pytest.mark.parametrize("narrower", [Circle.FAMILY, Circle.KEEPERS])
def test_every_keeper_may_narrow_what_somebody_else_added(kin, second_keeper, friend, narrower):
    row = kin(audience=Circle.FRIENDS)

    keepings.open_to([row], narrower, by=second_keeper)

    assert (seen(row, second_keeper), seen(row, friend)) == (True, False)


@pytest.mark.parametrize("wished", [Circle.FAMILY, Circle.FRIENDS, Circle.LINK, Circle.PUBLIC, Circle.SELF])
def test_no_keeper_opens_or_takes_for_themselves_what_somebody_else_added(kin, second_keeper, wished):
    row = kin(audience=Circle.KEEPERS)

    with pytest.raises(keepings.NotYours):
        keepings.open_to([row], wished, by=second_keeper)
    assert Kin.objects.get(pk=row.pk).audience == Circle.KEEPERS


def test_of_several_things_none_is_opened_where_one_is_somebody_else_s(kin, keeper, second_keeper):
    mine, theirs = kin(), kin(by=second_keeper)

    with pytest.raises(keepings.NotYours):
        keepings.open_to([mine, theirs], Circle.FRIENDS, by=keeper)
    assert list(Kin.objects.values_list("audience", flat=True)) == [Circle.KEEPERS, Circle.KEEPERS]


def test_a_friend_changes_the_audience_of_nothing_but_their_own(kin, friend, family):
    row = kin(audience=Circle.FRIENDS)

    for viewer in (friend, family):
        with pytest.raises(NotForYou):
            keepings.open_to([row], Circle.KEEPERS, by=viewer)


def test_a_friend_s_own_page_opened_to_others_waits_for_the_keepers(kin, keeper, friend, family):
    row = kin(by=friend, audience=Circle.SELF)
    assert seen(row, friend)

    keepings.open_to([row], Circle.FRIENDS, by=friend)

    assert [seen(row, viewer) for viewer in (family, keeper)] == [False, False]
    assert list(Kin.objects.waiting_for(keeper)) == [row]


def test_a_friend_does_not_undo_a_keeper_s_narrowing(kin, keeper, friend, family):
    row = kin(by=friend, audience=Circle.FRIENDS)
    keepings.let_show(row, by=keeper)
    keepings.open_to([row], Circle.KEEPERS, by=keeper)

    keepings.open_to([row], Circle.FRIENDS, by=friend)

    assert not seen(row, family)
    assert list(Kin.objects.waiting_for(keeper)) == [row]


def test_what_waits_waits_no_longer_once_its_writer_keeps_it_to_themselves(kin, keeper, friend):
    row = kin(by=friend, audience=Circle.FRIENDS)

    keepings.open_to([row], Circle.SELF, by=friend)

    assert (seen(row, friend), seen(row, keeper)) == (True, False)
    assert list(Kin.objects.waiting_for(keeper)) == []


def test_what_is_taken_off_is_seen_by_nobody_and_comes_back_as_it_was(kin, keeper, second_keeper, friend):
    row = kin(audience=Circle.FRIENDS)

    keepings.put_away(row, by=second_keeper)
    assert [seen(row, viewer) for viewer in (keeper, second_keeper, friend)] == [False, False, False]
    assert list(Kin.objects.put_away_for(keeper)) == [row]
    assert list(Kin.objects.put_away_for(friend)) == []

    keepings.bring_back(row, by=keeper)
    assert [seen(row, viewer) for viewer in (keeper, second_keeper, friend)] == [True, True, True]


def test_only_whoever_may_change_a_thing_takes_it_off_or_brings_it_back(kin, keeper, friend, guest, elsewhere):
    row = kin(audience=Circle.LINK)
    for viewer in (friend, guest, elsewhere):
        with pytest.raises(NotForYou):
            keepings.put_away(row, by=viewer)
    keepings.put_away(row, by=keeper)

    for viewer in (friend, guest, elsewhere):
        with pytest.raises(NotForYou):
            keepings.bring_back(row, by=viewer)
        with pytest.raises(NotForYou):
            keepings.let_go(row, by=viewer)


def test_what_a_keeper_took_off_comes_back_by_its_writer_s_hand_only_to_wait(kin, keeper, friend, family):
    row = kin(by=friend, audience=Circle.FRIENDS)
    keepings.let_show(row, by=keeper)
    keepings.put_away(row, by=keeper)

    keepings.bring_back(row, by=friend)

    assert not seen(row, family)
    assert list(Kin.objects.waiting_for(keeper)) == [row]


def test_what_a_friend_took_off_comes_back_as_it_was(kin, keeper, friend, family):
    row = kin(by=friend, audience=Circle.FRIENDS)
    keepings.let_show(row, by=keeper)
    keepings.put_away(row, by=friend)

    keepings.bring_back(row, by=friend)

    assert seen(row, family)


def test_what_waited_waits_again_when_it_comes_back(kin, keeper, friend):
    row = kin(by=friend, audience=Circle.FRIENDS)
    keepings.put_away(row, by=keeper)
    assert list(Kin.objects.waiting_for(keeper)) == []

    keepings.bring_back(row, by=keeper)

    assert list(Kin.objects.waiting_for(keeper)) == [row]
    assert not seen(row, friend)


def test_a_page_of_one_s_own_that_was_taken_off_is_found_by_its_writer_alone(kin, keeper, second_keeper):
    row = kin(by=second_keeper, audience=Circle.SELF)
    keepings.put_away(row, by=second_keeper)

    assert list(Kin.objects.put_away_for(keeper)) == []
    assert list(Kin.objects.put_away_for(second_keeper)) == [row]


def test_how_the_words_stood_before_is_kept(kin, keeper, people):
    row = kin("Ada")

    keepings.write_anew(row, {"name": "Ada Maria", "relation": "grandmother"}, by=keeper)

    assert list(Version.objects.values_list("keeping", "words", "by")) == [
        (row.pk, {"name": "Ada", "relation": ""}, people["mara"].pk)
    ]
    changed = Kin.objects.get(pk=row.pk)
    assert (changed.name, changed.relation, changed.digest_is_right()) == ("Ada Maria", "grandmother", True)


def test_writing_the_same_words_again_keeps_no_version(kin, keeper):
    row = kin("Ada")

    keepings.write_anew(row, {"name": "Ada"}, by=keeper)

    assert list(Version.objects.all()) == []


def test_nobody_writes_anew_what_they_may_not_change(kin, friend, elsewhere, stranger):
    row = kin("Ada", audience=Circle.PUBLIC)

    for viewer in (friend, elsewhere, stranger):
        with pytest.raises(NotForYou):
            keepings.write_anew(row, {"name": "Eve"}, by=viewer)
    assert Kin.objects.get(pk=row.pk).name == "Ada"


def test_a_flipped_bit_in_a_text_is_noticed(kin):
    row = kin("Ada")
    assert row.digest_is_right()

    Kin.objects.filter(pk=row.pk).update(name="Bda")

    assert not Kin.objects.get(pk=row.pk).digest_is_right()


def test_a_keeper_of_another_memorial_does_nothing_here(kin, elsewhere, other_memorial):
    """A viewer stands before one memorial: another's rows are out of reach, also by their key."""
    row = kin(audience=Circle.PUBLIC)
    at_home = Viewer(other_memorial, elsewhere.person, Circle.KEEPERS)

    assert not seen(row, at_home)
    for verb in (keepings.put_away, keepings.bring_back, keepings.let_go):
        with pytest.raises(NotForYou):
            verb(row, by=at_home)
    with pytest.raises(NotForYou):
        keepings.open_to([row], Circle.KEEPERS, by=at_home)


@pytest.mark.parametrize(
    "change",
    ["keep", "open", "put away", "bring back", "write anew"],
)
def test_every_change_moves_the_revision(kin, keeper, change):
    row = kin(audience=Circle.FRIENDS)
    if change == "bring back":
        keepings.put_away(row, by=keeper)
    before = revision.of(keeper.memorial)["memorials"]

    {
        "keep": lambda: kin("Eve"),
        "open": lambda: keepings.open_to([row], Circle.KEEPERS, by=keeper),
        "put away": lambda: keepings.put_away(row, by=keeper),
        "bring back": lambda: keepings.bring_back(row, by=keeper),
        "write anew": lambda: keepings.write_anew(row, {"name": "Eve"}, by=keeper),
    }[change]()

    assert revision.of(keeper.memorial)["memorials"] > before
