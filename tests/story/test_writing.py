"""Writing, changing, and the order of the story."""

from __future__ import annotations

import hashlib
import uuid
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.dates.edtf import parse
from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial, Reader, Revision
from snowdrop.people.models import Person
from snowdrop.story import placing, writing
from snowdrop.story.models import Draft, Moment, Placed

TEXT = "We never settled on a name until the very end."


def titles(rows):
    return [moment.title for moment in rows]


def test_a_keepers_words_are_shown_to_the_keepers_only_unless_they_chose_otherwise(moment_of, keeper):
    moment = moment_of(keeper, TEXT)

    assert (moment.audience, moment.is_waiting, moment.shown_at is None) == (Circle.KEEPERS, False, False)
    assert moment.html == f"<p>{TEXT}</p>"
    assert moment.digest_is_right()


def test_a_friends_words_wait_for_the_family_and_are_meant_for_everyone_asked_in(moment_of, friend):
    moment = moment_of(friend, TEXT)

    assert (moment.audience, moment.is_waiting) == (Circle.FRIENDS, True)


def test_the_words_of_someone_trusted_show_at_once(memorial, people):
    Membership.objects.filter(person=people["ines"]).update(is_trusted=True)

    moment = writing.write(TEXT, by=stand(memorial, people["ines"]))

    assert moment.is_waiting is False
    assert moment.shown_at is not None


def test_nobody_opens_words_to_a_circle_in_which_they_do_not_stand(friend):
    with pytest.raises(NotForYou):
        writing.write(TEXT, by=friend, audience=Circle.KEEPERS)

    assert list(Moment.objects.all()) == []


@pytest.mark.parametrize("who", ["guest", "stranger", "elsewhere"])
def test_whoever_was_not_asked_in_writes_nothing(who, request):
    with pytest.raises(NotForYou):
        writing.write(TEXT, by=request.getfixturevalue(who))

    assert list(Moment.objects.all()) == []


def test_pressing_twice_keeps_one_moment(keeper):
    id = uuid.uuid4()

    first = writing.write(TEXT, by=keeper, id=id)
    again = writing.write(TEXT, by=keeper, id=id)

    assert (first.pk, again.pk) == (id, id)
    assert list(Moment.objects.values_list("text", flat=True)) == [TEXT]


def test_sending_a_page_again_with_other_words_keeps_both_wordings(keeper):
    id = uuid.uuid4()
    writing.write("First.", by=keeper, id=id)

    again = writing.write("Second.", by=keeper, id=id)

    assert (again.pk, again.text, again.html) == (id, "Second.", "<p>Second.</p>")
    assert [version.words["text"] for version in _versions(again)] == ["First."]


def test_an_id_that_is_somebody_elses_is_passed_over(keeper, friend):
    theirs = writing.write("Mara's.", by=keeper)

    mine = writing.write("Sam's.", by=friend, id=theirs.pk)

    theirs.refresh_from_db()
    assert theirs.text == "Mara's."
    assert (mine.text, mine.pk == theirs.pk) == ("Sam's.", False)


def test_an_id_in_another_memorial_is_passed_over(keeper, other_memorial, people):
    theirs = writing.write("Of Robin.", by=stand(other_memorial, people["noor"]))

    mine = writing.write("Of Wren.", by=keeper, id=theirs.pk)

    assert sorted(Moment.objects.values_list("text", "memorial")) == [
        ("Of Robin.", other_memorial.pk),
        ("Of Wren.", mine.memorial_id),
    ]


def test_a_draft_becomes_the_moment_of_its_id(keeper):
    from snowdrop.story import drafts

    draft = drafts.keep({"text": ["Half a sent"]}, by=keeper)

    moment = writing.write("Half a sentence.", by=keeper, id=draft.pk)

    assert moment.pk == draft.pk
    assert list(Draft.objects.all()) == []


def test_changing_the_words_keeps_how_they_stood(keeper, moment_of):
    moment = moment_of(keeper, "Before.", title="A", date=parse("2021"))

    moment = writing.change(moment, by=keeper, title="B", text="After.", date=None, is_letter=False)

    assert [version.words for version in _versions(moment)] == [{"title": "A", "text": "Before.", "date": "2021"}]
    assert (moment.title, moment.text, moment.html, moment.date) == ("B", "After.", "<p>After.</p>", None)
    assert moment.digest_is_right()


def test_a_change_that_changes_nothing_leaves_no_trace(keeper, memorial, moment_of):
    moment = moment_of(keeper, TEXT)
    before = _revision(memorial)

    writing.change(moment, by=keeper, title="", text=TEXT, date=None, is_letter=False)

    assert list(_versions(moment)) == []
    assert _revision(memorial) == before


def test_what_a_member_changes_waits_again(keeper, friend, moment_of):
    moment = moment_of(friend, "Kind.")
    writing.let_show(moment, by=keeper)

    moment = writing.change(moment, by=friend, title="", text="Not so kind.", date=None, is_letter=False)

    assert moment.is_waiting is True
    assert list(Moment.objects.visible_to(keeper)) == []
    assert list(Moment.objects.waiting_for(keeper)) == [moment]


def test_a_keepers_change_of_a_friends_words_shows_at_once(keeper, friend, moment_of):
    moment = moment_of(friend, "A typo hree.")
    writing.let_show(moment, by=keeper)

    writing.change(moment, by=keeper, title="", text="A typo here.", date=None, is_letter=False)

    assert [m.text for m in Moment.objects.visible_to(friend)] == ["A typo here."]


def test_two_who_change_the_same_words_do_not_overwrite_each_other_unseen(keeper, second_keeper, moment_of):
    moment = moment_of(keeper, "As it was.")
    began_from = moment.digest
    writing.change(moment, by=second_keeper, title="", text="Theo's.", date=None, is_letter=False)

    with pytest.raises(writing.ChangedMeanwhile) as raised:
        writing.change(moment, by=keeper, title="", text="Mara's.", date=None, is_letter=False, was=began_from)

    assert raised.value.now.text == "Theo's."
    moment.refresh_from_db()
    assert moment.text == "Theo's."


def test_a_named_reader_of_a_private_page_reads_it_and_no_more(keeper, second_keeper, moment_of):
    moment = moment_of(keeper, TEXT, audience=Circle.SELF)
    Reader.objects.create(keeping=moment.pk, person=second_keeper.person)

    assert list(Moment.objects.visible_to(second_keeper)) == [moment]
    with pytest.raises(NotForYou):
        writing.change(moment, by=second_keeper, title="", text="x", date=None, is_letter=False)
    with pytest.raises(NotForYou):
        writing.move(moment, later=True, by=second_keeper)


def test_letting_a_moment_show_shows_the_photographs_that_came_with_it(keeper, friend, moment_of, photograph_of):
    brought, other = photograph_of(friend, Circle.FRIENDS), photograph_of(friend, Circle.FRIENDS)
    moment = moment_of(friend, TEXT, photographs=[brought])

    writing.let_show(moment, by=keeper)

    from snowdrop.keepsakes.models import Photograph

    assert list(Moment.objects.visible_to(friend)) == [moment]
    assert list(Photograph.objects.visible_to(keeper)) == [brought]
    assert list(Photograph.objects.waiting_for(keeper)) == [other]


# By date, then by hand


WRITTEN = ["1993", "1993~", "199X", "19XX", "1993-05", "1993-05-03", "1993-05-03?", "1993-21", "1993/1995"]
DATES = st.sampled_from([*WRITTEN, "../1993", "1993/..", "-0044", "Y12000", "2021-02-XX", ""])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(dates=st.lists(DATES, max_size=12))
@pytest.mark.django_db
def test_the_story_goes_by_date_then_by_hand_and_ends_with_what_has_no_date(dates, keeper):
    Moment.objects.all().delete()
    for number, text in enumerate(dates):
        writing.write("x", by=keeper, title=str(number), date=parse(text) if text else None)

    found = list(Moment.objects.visible_to(keeper).in_order())

    def written(number):
        date = parse(dates[number]) if dates[number] else None
        return (date is None, date.sort_key if date else "", number)

    assert titles(found) == [str(number) for number in sorted(range(len(dates)), key=written)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    dates=st.lists(st.sampled_from(["", "1993", "1993~", "2001-05"]), min_size=1, max_size=7),
    moves=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=8),
)
@pytest.mark.django_db
def test_moving_by_hand_changes_places_only_where_the_dates_leave_it_open(dates, moves, keeper):
    Moment.objects.all().delete()
    for number, text in enumerate(dates):
        writing.write("x", by=keeper, title=str(number), date=parse(text) if text else None)
    expected = list(Moment.objects.visible_to(keeper).in_order())

    for which, later in moves:
        at = which % len(expected)
        to = at + 1 if later else at - 1
        open_between = 0 <= to < len(expected) and expected[at].sort_key == expected[to].sort_key
        assert writing.move(expected[at], later=later, by=keeper) is open_between
        if open_between:
            expected[at], expected[to] = expected[to], expected[at]

    assert titles(Moment.objects.visible_to(keeper).in_order()) == titles(expected)


def test_what_shares_a_number_can_still_be_moved(keeper, moment_of):
    for title in "abc":
        moment_of(keeper, TEXT, title=title)
    Moment.objects.update(order=0)
    before = list(Moment.objects.all().in_order())

    writing.move(before[0], later=True, by=keeper)

    assert titles(Moment.objects.all().in_order()) == [before[1].title, before[0].title, before[2].title]


def test_a_private_page_between_two_others_is_not_felt_by_whoever_moves_them(keeper, second_keeper, moment_of):
    a = moment_of(keeper, TEXT, title="a")
    moment_of(keeper, TEXT, title="only Mara's", audience=Circle.SELF)
    moment_of(keeper, TEXT, title="b")

    assert writing.move(a, later=True, by=second_keeper) is True

    assert titles(Moment.objects.visible_to(second_keeper).in_order()) == ["b", "a"]
    assert writing.move(a, later=True, by=second_keeper) is False


def test_a_moment_that_gets_another_date_goes_behind_those_of_that_date(keeper, moment_of):
    undated = moment_of(keeper, TEXT, title="undated")
    moment_of(keeper, TEXT, title="dated", date=parse("1993"))

    writing.change(undated, by=keeper, title="undated", text=TEXT, date=parse("1993"), is_letter=False)

    assert titles(Moment.objects.visible_to(keeper).in_order()) == ["dated", "undated"]


def test_the_key_after_and_before_a_moment_agree_with_the_order(keeper, moment_of):
    for date in ("1993", "", "1993", "2001-05", ""):
        moment_of(keeper, TEXT, date=parse(date) if date else None)
    story = list(Moment.objects.all().in_order())

    for at, moment in enumerate(story):
        assert list(Moment.objects.all().later_than(moment).in_order()) == story[at + 1 :]
        assert list(Moment.objects.all().earlier_than(moment).in_reverse()) == story[:at][::-1]
    assert all(a.pk != b.pk for a, b in pairwise(story))


# Who sees it


STATES = ["shown", "waits", "put away", "draft"]
CIRCLES = {"keeper": 40, "family": 30, "friend": 20, "guest": 10, "stranger": 0, "elsewhere": 0}


@pytest.mark.parametrize("page_is", [Circle.KEEPERS, Circle.FRIENDS, Circle.LINK])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("audience", list(Circle))
def test_each_sees_what_is_open_to_their_circle_and_nothing_else(
    audience, state, page_is, memorial, people, moment_of, keeper, guest_session, other_memorial
):
    moment = moment_of(keeper, TEXT)
    now = moment.shown_at
    Moment.objects.filter(pk=moment.pk).update(
        audience=audience,
        shown_at=now if state in ("shown", "put away") else None,
        offered_at=now if state == "waits" else None,
        put_away_at=now if state == "put away" else None,
    )
    Memorial.objects.filter(pk=memorial.pk).update(audience=page_is)
    memorial.refresh_from_db()

    seen = {}
    for name, circle in CIRCLES.items():
        person = {"keeper": "theo", "family": "ines", "friend": "sam", "elsewhere": "noor"}.get(name)
        session = guest_session[0].row.pk if name == "guest" else None
        viewer = stand(memorial, people[person] if person else None, session_id=session)
        seen[name] = Moment.objects.visible_to(viewer).filter(pk=moment.pk).exists()
        expected = state == "shown" and audience <= circle and page_is <= circle
        assert (name, seen[name]) == (name, expected)
    writer = Moment.objects.visible_to(stand(memorial, people["mara"]))
    assert writer.filter(pk=moment.pk).exists() is (state == "shown")


def test_two_keepers_neither_read_nor_count_each_others_private_pages(keeper, second_keeper, moment_of):
    mine = moment_of(keeper, "Mara's own.", audience=Circle.SELF)

    assert list(Moment.objects.visible_to(keeper)) == [mine]
    for rows in (
        Moment.objects.visible_to(second_keeper),
        Moment.objects.changeable_by(second_keeper),
        Moment.objects.waiting_for(second_keeper),
        Moment.objects.put_away_for(second_keeper),
        Moment.objects.own_of(second_keeper),
    ):
        assert list(rows) == []


def test_the_private_page_of_a_deleted_person_opens_to_nobody(keeper, second_keeper, stranger, moment_of):
    moment_of(keeper, "Mara's own.", audience=Circle.SELF)

    Person.objects.filter(pk=keeper.person.pk).delete()

    assert list(Moment.objects.visible_to(second_keeper)) == []
    assert list(Moment.objects.visible_to(stranger)) == []


# Photographs


def test_photographs_keep_the_order_they_were_given(keeper, moment_of, photograph_of):
    a, b, c = (photograph_of(keeper) for _ in range(3))
    moment = moment_of(keeper, TEXT, photographs=[c, a])
    placing.put_with(moment, [a, b], by=keeper)

    placing.move(moment, b.pk, later=False, by=keeper)
    placing.take_off(moment, c.pk, by=keeper)

    assert list(Placed.objects.order_by("order").values_list("photograph", flat=True)) == [b.pk, a.pk]


def test_nobody_places_a_photograph_they_do_not_see(keeper, friend, moment_of, photograph_of):
    hidden = photograph_of(keeper, Circle.KEEPERS)

    with pytest.raises(NotForYou):
        moment_of(friend, TEXT, photographs=[hidden])

    assert (list(Moment.objects.all()), list(Placed.objects.all())) == ([], [])


def test_a_photograph_for_only_me_is_not_opened_by_being_placed(keeper, second_keeper, moment_of, photograph_of):
    from snowdrop.story.showing import photographs_of

    own = photograph_of(keeper, Circle.SELF)
    moment = moment_of(keeper, TEXT, photographs=[own])

    assert photographs_of([moment], keeper)[moment.pk] == [own]
    assert photographs_of([moment], second_keeper)[moment.pk] == []


def test_what_is_written_changes_the_revision_of_the_story_and_what_is_private_draft_does_not(keeper, memorial):
    from snowdrop.story import drafts

    drafts.keep({"text": ["On its way"]}, by=keeper)
    assert _revision(memorial) == 0

    writing.write(TEXT, by=keeper)
    first = _revision(memorial)
    assert first > 0

    writing.write(TEXT, by=keeper)
    assert _revision(memorial) > first


def _versions(moment):
    from snowdrop.memorials.models import Version

    return Version.objects.filter(keeping=moment.pk)


def _revision(memorial) -> int:
    row = Revision.objects.filter(memorial=memorial, part="story").first()
    return row.number if row else 0


def test_the_digest_is_over_the_words_that_are_kept(keeper, moment_of):
    moment = moment_of(keeper, "Words.", title="Title", date=parse("1993"))

    assert moment.digest == hashlib.sha256(b"Title\x1eWords.\x1e1993").hexdigest()
    assert keepings.part_of(Moment) == "story"
