"""Everything that came by one link, by one invitation or from one place: removed with one press, and brought back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.memorials import inviting, notices
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Membership
from snowdrop.people.models import Person
from snowdrop.words import book, door, keeping_close, removing
from snowdrop.words.models import Book, KindWord, Removal
from snowdrop.words.removing import What


@pytest.fixture
def link(opened, keeper) -> GuestLink:
    made, _token = inviting.make_link("The choir", by=keeper)
    return made


@pytest.fixture
def by_link(leave, opened, link):
    return lambda text="By the link.": leave(text, by=Viewer(opened, None, Circle.LINK, guest=link))


def many(memorial, number: int, **fields) -> None:
    now = timezone.now() - timedelta(minutes=1)
    rows = (
        KindWord(
            id=uuid.uuid4(),
            memorial=memorial,
            signed="S",
            text="T",
            written_at=now,
            offered_at=now,
            digest="",
            **fields,
        )
        for _ in range(number)
    )
    KindWord.objects.bulk_create(rows, batch_size=500)


def state() -> dict[uuid.UUID, tuple]:
    fields = ("shown_at", "turned_away_at", "close_since", "audience", "put_away_at")
    return {pk: values for pk, *values in KindWord.objects.values_list("pk", *fields)}


def test_what_came_by_one_link_is_not_shown_and_nothing_else_changes(by_link, leave, reader):
    first, second, other = by_link("1"), by_link("2"), leave("3")

    removal = removing.begin(first, What.LINK, by=reader)
    assert removing.go_on(removal.pk)

    door_rows = KindWord.objects.at_the_door(reader)
    assert list(door_rows.waiting()) == [other]
    assert set(door_rows.filter(turned_away_at__isnull=False)) == {first, second}


def test_what_shows_goes_only_with_a_tick(by_link, reader, keeper):
    shown, waits = by_link("1"), by_link("2")
    door.let_in([shown.pk], by=reader)

    removing.go_on(removing.begin(waits, What.LINK, by=reader).pk)
    assert list(KindWord.objects.visible_to(keeper)) == [shown]

    removing.go_on(removing.begin(waits, What.LINK, by=reader, also_shown=True).pk)
    assert list(KindWord.objects.visible_to(keeper)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.sampled_from(["waits", "shown", "close", "away", "asked"]), min_size=1, max_size=8))
def test_undone_everything_stands_as_before(states, by_link, reader, keeper):
    KindWord.objects.all().delete()
    words = [by_link(str(number)) for number in range(len(states))]
    for word, how in zip(words, states, strict=True):
        if how in ("shown", "close"):
            door.let_in([word.pk], by=reader)
        if how == "close":
            keeping_close.keep_close(word, by=keeper)
        if how == "away":
            door.turn_away([word.pk], by=reader)
        if how == "asked":
            door.ask_family([word.pk], by=reader)
    before = state()

    removal = removing.begin(words[0], What.LINK, by=reader, also_shown=True)
    removing.go_on(removal.pk)
    assert list(KindWord.objects.visible_to(keeper)) == list(KindWord.objects.at_the_door(reader).waiting()) == []
    removing.undo(removal, by=reader)
    removing.go_on(removal.pk)

    assert state() == before


def test_what_was_answered_since_is_not_touched_by_undoing(by_link, reader, keeper):
    first, second = by_link("1"), by_link("2")
    removal = removing.begin(first, What.LINK, by=reader)
    removing.go_on(removal.pk)
    door.let_in([first.pk], by=reader)
    door.undo([first.pk], by=reader)
    door.turn_away([first.pk], by=reader)

    removing.undo(removal, by=reader)
    removing.go_on(removal.pk)

    assert list(KindWord.objects.at_the_door(reader).waiting()) == [second]


def test_what_came_by_one_invitation_is_found_by_who_came_by_it(leave, opened, reader, keeper):
    def come(called: str, uses: int) -> list[Viewer]:
        _invitation, token = inviting.ask_in(called, Circle.FRIENDS, by=keeper, uses=uses)
        comers = [Person.objects.create(name=f"{called} {number}") for number in range(uses)]
        return [stand(opened, inviting.accept(token, person=person).person) for person in comers]

    choir, neighbours = come("choir", 2), come("choir", 1)  # two invitations that are called alike
    theirs = [leave(str(number), by=viewer) for number, viewer in enumerate(choir)]
    other = leave("3", by=neighbours[0])
    assert removing.ways(theirs[0]) == [What.INVITATION]

    removing.go_on(removing.begin(theirs[0], What.INVITATION, by=reader).pk)

    assert list(KindWord.objects.at_the_door(reader).waiting()) == [other]


def test_one_place_is_one_place_of_this_page_alone(leave, reader, other_memorial, opened):
    word = leave()
    KindWord.objects.filter(pk=word.pk).update(network="ab" * 16)
    many(opened, 3, network="ab" * 16)
    many(other_memorial, 2, network="ab" * 16)

    removing.go_on(removing.begin(word, What.NETWORK, by=reader).pk)

    gone = KindWord.objects.filter(turned_away_at__isnull=False)
    assert set(gone.values_list("memorial", flat=True)) == {opened.pk}
    assert (gone.count(), list(KindWord.objects.at_the_door(reader).waiting())) == (4, [])


def test_what_comes_after_the_act_waits_as_ever(by_link, reader):
    removal = removing.begin(by_link("1"), What.LINK, by=reader)
    removing.go_on(removal.pk)
    later = by_link("2")
    removing.go_on(removal.pk)

    assert list(KindWord.objects.at_the_door(reader).waiting()) == [later]


def test_thousands_are_done_some_hundred_at_a_time_and_stopping_between_leaves_no_harm(by_link, reader, link, opened):
    word = by_link()
    many(opened, 3 * removing.TOGETHER, by_link=link)
    waiting = KindWord.objects.at_the_door(reader).waiting()
    removal = removing.begin(word, What.LINK, by=reader)

    assert not removing.go_on(removal.pk, most=1)
    assert waiting.count() == 2 * removing.TOGETHER + 1
    removing.undo(removal, by=reader)  # somebody undoes it while it is being done
    assert removing.go_on(removal.pk)
    assert waiting.count() == 3 * removing.TOGETHER + 1

    again = removing.begin(word, What.LINK, by=reader)
    assert removing.go_on(again.pk)
    assert (waiting.count(), Removal.objects.filter(done_at=None).count()) == (0, 0)


def test_more_than_are_read_at_once_are_removed_and_brought_back(
    by_link, reader, link, opened, django_assert_max_num_queries
):
    word = by_link()
    many(opened, 20_000, by_link=link)
    waiting = KindWord.objects.at_the_door(reader).waiting()

    with django_assert_max_num_queries(500):  # some hundred at a time, and none a row
        removal = removing.begin(word, What.LINK, by=reader)
        assert removing.go_on(removal.pk)
    assert not waiting.exists()
    removing.undo(removal, by=reader)
    assert removing.go_on(removal.pk)

    assert waiting.count() == 20_001


def test_a_reader_only_asks_for_the_end_of_a_link_and_a_keeper_ends_it(
    by_link, reader, link, keeper, people, client_for
):
    page = f"/m/{keeper.memorial.slug}/words/"
    removal = removing.begin(by_link(), What.LINK, by=reader, ends_link=True)
    link.refresh_from_db()
    asks = "Whoever reads first would like you to end a link that you made."
    assert (link.ended_at, [one.sentence for one in notices.of(keeper)]) == (None, [asks])

    client_for(people["mara"]).post(f"{page}links/", {"id": removal.pk, "do": "end"})

    link.refresh_from_db()
    assert (link.ended_at is not None, notices.of(keeper)) == (True, [])


def test_a_keeper_who_reads_first_ends_the_link_with_the_same_press(by_link, link, keeper, opened, people):
    word = by_link()
    book.answer(Book.FirstReader.US, by=keeper)
    removing.begin(word, What.LINK, by=stand(opened, people["mara"]), ends_link=True)

    link.refresh_from_db()
    assert link.ended_at is not None


def test_only_whoever_reads_first_does_it_and_only_by_a_way_it_came(leave, by_link, reader, keeper, friend, opened):
    word = by_link()
    for viewer in (keeper, friend, stand(opened, None)):
        with pytest.raises(NotForYou):
            removing.begin(word, What.LINK, by=viewer)
    for what in What:
        with pytest.raises(NotForYou):
            removing.begin(leave(), what, by=reader)


def test_the_page_does_the_first_hundreds_and_leaves_the_rest_to_a_job(
    by_link, reader, link, opened, client_for, people, django_capture_on_commit_callbacks
):
    word = by_link()
    many(opened, removing.TOGETHER, by_link=link)
    client, here = client_for(people["ines"]), f"/m/{opened.slug}/words/door/"
    page = client.get(f"{here}{word.pk}/").content.decode()
    assert "Do not show anything that came by this link" in page
    assert "Ask those who look after the page to end the link" in page

    with django_capture_on_commit_callbacks() as later:
        answer = client.post(f"{here}{word.pk}/all/", {"what": "link"})

    assert (answer["Location"], len(later)) == (f"{here}removed/", 1)
    assert KindWord.objects.at_the_door(reader).waiting().count() == 1
    assert "is being done; you need not wait" in client.get(f"{here}removed/").content.decode()

    client.post(f"{here}removed/", {"id": Removal.objects.get().pk})
    assert Removal.objects.get().undone_at is not None


def test_whoever_came_by_an_invitation_is_known_to_have(opened, keeper):
    invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    inviting.accept(token, person=None)

    assert Membership.objects.get(person__name="Lena").came_by == invitation
