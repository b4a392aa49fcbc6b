"""Whoever reads first rests for a day, asks somebody else, or stops; and the list of words they keep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.memorials import inviting, keepers, notices
from snowdrop.memorials.access import Act, NotForYou, stand
from snowdrop.memorials.models import LogEntry, Membership
from snowdrop.people.models import Person
from snowdrop.words import book, door, reading_first
from snowdrop.words.models import Book, HandOver, KindWord, Rest


def member(memorial, name: str) -> Membership:
    return Membership.objects.select_related("person").get(memorial=memorial, person__name=name)


def sentences(viewer) -> list[str]:
    return [notice.sentence for notice in notices.of(viewer)]


NOBODY = "Nobody reads first now. What comes is kept, and waits."


# -- rest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("Europe/Zurich", (2026, 12, 1, 21, 0), (2026, 12, 2, 5, 0)),
        ("Pacific/Auckland", (2026, 12, 1, 21, 0), (2026, 12, 2, 17, 0)),  # it is the 2nd there, ten in the morning
        ("Europe/Zurich", (2026, 3, 28, 12, 0), (2026, 3, 29, 4, 0)),  # an hour is left out in that night
        ("", (2026, 12, 1, 23, 59), (2026, 12, 2, 6, 0)),
    ],
)
def test_a_rest_lasts_until_tomorrow_morning_by_their_own_clock(zone, at, until, reader, settings):
    settings.TIME_ZONE = "UTC"
    Person.objects.filter(pk=reader.person.pk).update(time_zone=zone)
    reader.person.time_zone = zone

    row = reading_first.rest(by=reader, at=datetime(*at, tzinfo=UTC))

    assert row.until == datetime(*until, tzinfo=UTC)


def test_whoever_rests_meets_nothing_before_they_ask_for_it(word, reader, client_for, opened):
    client, address = client_for(reader.person), f"/m/{opened.slug}/words/door/"
    client.post(f"{address}rest/")

    assert word.text not in client.get(address).content.decode()
    assert "You rest today" in client.get(address).content.decode()
    assert word.text in client.get(f"{address}?read=yes").content.decode()

    client.post(f"{address}rest/", {"do": "no_longer"})

    assert word.text in client.get(address).content.decode()
    assert list(Rest.objects.all()) == []


# -- hand over ---------------------------------------------------------------------------------------


def test_with_a_yes_the_duty_moves_and_the_log_says_it(word, reader, people, opened, keeper):
    sam = member(opened, "Sam")
    asked = reading_first.ask_to_take_over(sam, by=reader)
    assert not stand(opened, people["sam"]).may(Act.READ_FIRST)

    reading_first.take_over(asked, by=stand(opened, people["sam"]))

    assert list(KindWord.objects.at_the_door(stand(opened, people["sam"]))) == [word]
    assert list(KindWord.objects.at_the_door(stand(opened, people["ines"]))) == []
    line = LogEntry.objects.filter(memorial=opened).order_by("-pk")[0]
    assert (line.what, line.by, line.about) == (LogEntry.What.READS_INSTEAD, people["ines"], people["sam"])
    assert (list(HandOver.objects.all()), sentences(keeper)) == ([], [])


def test_a_no_changes_nothing_and_is_seen_by_whoever_asked(reader, people, opened):
    asked = reading_first.ask_to_take_over(member(opened, "Sam"), by=reader)

    reading_first.rather_not(asked, by=stand(opened, people["sam"]))

    assert list(HandOver.objects.asked_of(stand(opened, people["sam"]))) == []
    assert HandOver.objects.asked_by(reader).get().declined_at is not None
    assert stand(opened, people["ines"]).may(Act.READ_FIRST)


def test_nobody_answers_for_another(reader, people, opened, keeper):
    asked = reading_first.ask_to_take_over(member(opened, "Sam"), by=reader)

    for viewer in (keeper, reader, stand(opened, people["noor"]), stand(opened, None)):
        with pytest.raises(NotForYou):
            reading_first.take_over(asked, by=viewer)


def test_a_question_of_whoever_reads_first_no_more_is_void(reader, people, opened):
    asked = reading_first.ask_to_take_over(member(opened, "Sam"), by=reader)
    Membership.objects.filter(memorial=opened, person=people["ines"]).update(reads_first=False)

    sam = stand(opened, people["sam"])
    assert list(HandOver.objects.asked_of(sam)) == []
    with pytest.raises(NotForYou):
        reading_first.take_over(asked, by=sam)


def test_only_members_of_this_page_are_asked(reader, opened, other_memorial):
    with pytest.raises(NotForYou):
        reading_first.ask_to_take_over(member(other_memorial, "Noor"), by=reader)
    with pytest.raises(NotForYou):
        reading_first.ask_to_take_over(member(opened, "Ines"), by=reader)


def test_whoever_is_asked_finds_the_question_with_their_pages(reader, people, opened, client_for):
    client = client_for(people["sam"])
    assert client.get(f"/m/{opened.slug}/words/door/take-over/").status_code == 404
    reading_first.ask_to_take_over(member(opened, "Sam"), by=reader)

    page = client.get("/pages/").content.decode()
    assert "Ines asks whether you would read first" in page
    assert f"/m/{opened.slug}/words/door/take-over/" in page

    client.post(f"/m/{opened.slug}/words/door/take-over/", {"do": "yes"})

    assert stand(opened, people["sam"]).may(Act.READ_FIRST)
    assert "asks whether you would read first" not in client.get("/pages/").content.decode()


# -- nobody reads --------------------------------------------------------------------------------------


def stops(reader, keeper):
    reading_first.stop(by=reader)


def leaves(reader, keeper):
    keepers.go(member(reader.memorial, "Ines"), at=datetime.now(UTC))


def is_taken_out(reader, keeper):
    inviting.remove(member(reader.memorial, "Ines"), by=keeper)


@pytest.mark.parametrize("gone", [stops, leaves, is_taken_out])
def test_what_waits_goes_on_waiting_and_keepers_hear_that_nobody_reads(gone, word, reader, keeper, opened, people):
    assert sentences(keeper) == []

    gone(reader, keeper)

    word.refresh_from_db()
    assert (word.is_at_the_door, sentences(keeper)) == (True, [NOBODY])

    book.answer(Book.FirstReader.US, by=keeper)
    assert sentences(keeper) == []
    assert list(KindWord.objects.at_the_door(stand(opened, people["mara"]))) == [word]


def test_nobody_is_told_where_the_keepers_said_not_now_or_closed_the_book(reader, keeper):
    book.answer(Book.FirstReader.NOT_NOW, by=keeper)
    reading_first.stop(by=reader)
    assert sentences(keeper) == []

    book.answer(Book.FirstReader.PERSON, by=keeper, person=member(keeper.memorial, "Sam"))
    book.close_for_good(by=keeper)
    Membership.objects.update(reads_first=False)
    assert sentences(keeper) == []


# -- the list of words -----------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_a_list_comes_back_tidy_and_without_anything_twice(typed):
    lines = typed.splitlines()
    tidy = list(dict.fromkeys(" ".join(line.split())[:80].rstrip() for line in lines if line.strip()))

    assert book.tidy(lines) == tidy
    assert book.tidy("\n".join(book.tidy(lines)).splitlines()) == tidy


def test_readers_and_keepers_keep_one_list_and_nobody_else_does(reader, keeper, friend, opened, client_for, people):
    address = f"/m/{opened.slug}/words/door/listed/"
    client_for(people["ines"]).post(address, {"listed": "Rumpel\r\n\r\n  on   sale \r\nRumpel"})

    assert Book.of(opened).words_listed == ["Rumpel", "on sale"]
    assert "Rumpel\non sale" in client_for(people["mara"]).get(address).content.decode()
    assert client_for(people["sam"]).get(address).status_code == 404
    with pytest.raises(NotForYou):
        book.list_words(["mine"], by=friend)
    assert Book.of(opened).words_listed == ["Rumpel", "on sale"]


# -- two at once, and many -------------------------------------------------------------------------------


def test_the_second_of_two_is_told_and_meets_no_error(word, reader, keeper, client_for, people, opened):
    book.answer(Book.FirstReader.US, by=keeper)
    answer = {"do": "turn_away", "ids": [str(word.pk)]}
    first, second = client_for(people["ines"]), client_for(people["mara"])
    first.post(f"/m/{opened.slug}/words/door/answer/", answer)

    page = second.post(f"/m/{opened.slug}/words/door/answer/", {**answer, "do": "let_in"}, follow=True)

    assert "Somebody else has answered these meanwhile." in page.content.decode()
    assert list(KindWord.objects.visible_to(keeper)) == []


def test_fifty_are_ticked_by_one_link_and_answered_by_one_press(leave, reader, client_for, people, opened, keeper):
    words = [leave(f"words {number}") for number in range(51)]
    client, address = client_for(people["ines"]), f"/m/{opened.slug}/words/door/"
    assert "checked" not in client.get(f"{address}?list=yes").content.decode()

    page = client.get(f"{address}?list=yes&all=yes")
    ticked = [str(one["row"].pk) for one in page.context["waiting"]]
    assert (len(ticked), page.content.decode().count(" checked>")) == (50, 50)
    client.post(f"{address}answer/", {"do": "let_in", "list": "yes", "ids": ticked})

    assert set(KindWord.objects.visible_to(keeper)) == set(words[:50])
    door.undo([word.pk for word in words], by=reader)
    assert list(KindWord.objects.visible_to(keeper)) == []
