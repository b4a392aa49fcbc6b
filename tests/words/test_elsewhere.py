"""Words that came elsewhere, as the room takes them: they wait, they are whole, and the same are here once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person
from snowdrop.words import door, elsewhere
from snowdrop.words.book import NobodyAsked
from snowdrop.words.elsewhere import Elsewhere
from snowdrop.words.models import Book, KindWord
from snowdrop.words.said import Said

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MARCH = datetime(2024, 3, 4, 18, 2, tzinfo=UTC)


def came(text="She taught me to swim.", signed="Oma Hedda", at=MARCH, key=None, how=KindWord.Came.WHATSAPP):
    return Elsewhere(signed, text, at, how, key or f"{signed} {at} {text}")


def here():
    return [(word.signed, word.text) for word in KindWord.objects.as_they_came()]


@pytest.mark.parametrize("who", ["reader", "keeper", "second_keeper"])
def test_who_reads_first_or_looks_after_the_page_brings_words_in_that_wait(who, request, opened, reader, keeper):
    by = request.getfixturevalue(who)

    assert elsewhere.bring_in([came()], by=stand(opened, by.person), now=NOW) == 1

    word = KindWord.objects.get()
    assert (word.signed, word.text, word.written_at, word.came, word.writer, word.is_at_the_door) == (
        "Oma Hedda",
        "She taught me to swim.",
        MARCH,
        "whatsapp",
        None,
        True,
    )
    assert list(KindWord.objects.at_the_door(reader)) == [word]
    assert list(KindWord.objects.visible_to(keeper)) == []
    assert word.digest_is_right()


@pytest.mark.parametrize("who", ["friend", "guest", "stranger", "elsewhere"])
def test_nobody_else_brings_words_in(who, request, opened):
    by = request.getfixturevalue(who)

    with pytest.raises(NotForYou):
        elsewhere.bring_in([came()], by=stand(opened, by.person), now=NOW)
    with pytest.raises(NotForYou):
        elsewhere.type_in(Said("Ada", "Love."), day=None, once="1", at_once=True, by=stand(opened, by.person))

    assert not KindWord.objects.exists()


def test_nothing_comes_before_it_was_answered_who_reads_first(memorial, keeper):
    with pytest.raises(NobodyAsked):
        elsewhere.bring_in([came()], by=keeper, now=NOW)
    with pytest.raises(NobodyAsked):
        elsewhere.type_in(Said("Ada", "Love."), day=None, once="1", at_once=True, by=keeper)

    assert not KindWord.objects.exists()


def test_the_same_again_is_here_once_and_stays_as_it_was_answered(reader):
    elsewhere.bring_in([came(), came("Love.")], by=reader, now=NOW)
    door.turn_away([KindWord.objects.get(text="Love.").pk], by=reader)

    assert elsewhere.bring_in([came("Love."), came(), came("More.")], by=reader, now=NOW) == 1

    assert sorted(text for _signed, text in here()) == ["Love.", "More.", "She taught me to swim."]
    assert KindWord.objects.get(text="Love.").turned_away_at is not None


def test_they_wait_in_their_order_behind_what_somebody_leaves_now(reader, leave):
    elsewhere.bring_in([came(f"{number}") for number in range(50)], by=reader, now=NOW - timedelta(days=400))
    leave("Now.")

    assert [text for _signed, text in here()] == ["Now.", *map(str, range(50))]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", "Without a name"),
        ("\u200f \u200b", "Without a name"),
        ("+00 000 0001234", "+00 000 000…"),
        ("\u202a+49 151 0000-1234\u202c", "+49 151 0000…"),
        ("(030) 123456", "(030) 12…"),
        ("Number 9", "Number 9"),
        ("Oma\nHedda 🌻", "Oma Hedda 🌻"),
        ("a" * 200, "a" * 79 + "…"),
    ],
)
def test_a_name_is_never_empty_nor_a_whole_telephone_number(written, shown, reader):
    elsewhere.bring_in([came(signed=written)], by=reader, now=NOW)

    assert here() == [(shown, "She taught me to swim.")]


def test_a_long_text_is_kept_whole_and_what_nobody_could_see_is_not_kept(reader):
    long = "She taught me to swim. " * 50_000

    assert elsewhere.bring_in([came(long), came(" \u200b\n"), came("\u2800")], by=reader, now=NOW) == 1

    assert here() == [("Oma Hedda", long.strip())]


@pytest.mark.parametrize(
    ("at", "written_at"),
    [
        (datetime(2024, 3, 4, 18, 2), datetime(2024, 3, 4, 23, 2, tzinfo=UTC)),
        (MARCH, MARCH),
        (None, None),
        (datetime.min, None),
        (datetime.max, None),
        (NOW + timedelta(days=2), None),
    ],
)
def test_a_telephones_time_is_that_of_whoever_brings_it_in_and_a_wrong_clock_dates_nothing(at, written_at, reader):
    Person.objects.filter(pk=reader.person.pk).update(time_zone="America/New_York")
    reader.person.refresh_from_db()

    elsewhere.bring_in([came(at=at)], by=reader, now=NOW)

    word = KindWord.objects.get()
    assert (word.is_dated, word.written_at) == (written_at is not None, written_at or NOW)


def test_a_word_without_a_day_shows_none(reader, keeper, client_for, opened):
    elsewhere.bring_in([came(at=None), came("On a day.")], by=reader, now=NOW)
    door.let_in([word.pk for word in KindWord.objects.all()], by=reader)

    page = client_for(keeper).get(reverse("words:room", args=[opened.slug]))

    assert {word.text: word.date for word in page.context["words"]} == {
        "She taught me to swim.": "",
        "On a day.": "4 March 2024",
    }


# -- from a card -----------------------------------------------------------------------------------------

CARD = {"text": "Two feet, so small.", "signed": "Old Mr Bramble", "day": "2024-03-04"}


@pytest.fixture
def url(opened) -> str:
    return reverse("words:card", args=[opened.slug])


def test_what_stood_on_a_card_waits_like_all_others(url, client_for, reader, keeper):
    answer = client_for(keeper).post(url, CARD, follow=True)

    assert "It is kept, and waits to be read first." in answer.content.decode()
    word = KindWord.objects.get()
    assert (word.text, word.signed, word.came, word.written_at.date(), word.is_at_the_door, word.writer) == (
        "Two feet, so small.",
        "Old Mr Bramble",
        "card",
        date(2024, 3, 4),
        True,
        None,
    )
    assert list(KindWord.objects.at_the_door(reader)) == [word]


def test_whoever_read_it_while_typing_may_show_it_at_once(url, client_for, reader, keeper, family, friend):
    answer = client_for(reader).post(url, {**CARD, "at_once": "on"}, follow=True)

    word = KindWord.objects.get()
    assert "It is kept, and shows among the words." in answer.content.decode()
    assert [list(KindWord.objects.visible_to(who)) for who in (keeper, family, friend)] == [[word], [word], []]


def test_a_card_for_the_family_alone_shows_to_them_alone(url, client_for, reader, keeper, family):
    client_for(reader).post(url, {**CARD, "at_once": "on", "for_family_only": "on"})

    assert [KindWord.objects.visible_to(who).count() for who in (keeper, family)] == [1, 0]
    assert KindWord.objects.get().audience == Circle.KEEPERS


def test_a_form_sent_twice_is_one_card_and_a_new_form_another(url, client_for, keeper):
    client, once = client_for(keeper), str(uuid4())
    for same in (once, once, str(uuid4()), ""):
        client.post(url, {**CARD, "once": same})

    assert KindWord.objects.count() == 3
    assert client.get(url).context["form"]["once"].value() != client.get(url).context["form"]["once"].value()


def test_a_card_without_name_and_day_is_taken_and_one_without_words_or_from_tomorrow_is_not(url, client_for, keeper):
    client, json = client_for(keeper), {"accept": "application/json"}

    client.post(url, {"text": "So sorry."})
    nothing = client.post(url, {"signed": "Ada"}, headers=json)
    tomorrow = client.post(url, {**CARD, "day": "9999-12-31"}, headers=json)

    word = KindWord.objects.get()
    assert (word.signed, word.is_dated) == ("Without a name", False)
    assert [nothing.json(), tomorrow.json()] == [
        {"errors": {"text": ["Nothing is written yet."]}},
        {"errors": {"day": ["This day has not come yet."]}},
    ]


def test_who_reads_first_is_asked_before_a_card_is_typed_in(memorial, client_for, keeper):
    assert not Book.of(memorial).is_answered

    answer = client_for(keeper).get(reverse("words:card", args=[memorial.slug]))

    assert answer.headers["Location"] == reverse("words:first", args=[memorial.slug])
