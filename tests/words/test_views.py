"""The pages on which words are left, mended, and read first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials.circles import Circle
from snowdrop.words import book, door, gathering, leaving, stamp
from snowdrop.words.models import Book, KindWord

SAID = {"text": "She taught me to swim.", "signed": "Ada", "knew": "from next door"}


@pytest.fixture
def url(opened) -> str:
    return reverse("words:leave", args=[opened.slug])


@pytest.fixture
def typed(opened):
    """What a form sends that was shown a minute ago."""

    def fill(**said: str) -> dict[str, str]:
        shown_at = timezone.now() - timedelta(minutes=1)
        return {**SAID, "stamp": stamp.make(opened.pk, shown_at), **said}

    return fill


def sentences(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_stranger_leaves_words_and_gets_a_link_to_mend_them(url, typed, client):
    answer = client.post(url, typed())

    assert answer.status_code == 201
    word = KindWord.objects.get()
    assert (word.text, word.signed, word.knew, word.is_at_the_door) == (*SAID.values(), True)
    link = re.findall(r"/your-words/[\w-]+/", sentences(answer))[0]
    assert "She taught me to swim." in sentences(client.get(link))
    assert "The family will read them when they are ready." in sentences(answer)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": ""}, "Nothing is written yet."),
        ({"text": " \u200b\n "}, "Nothing is written yet."),
        ({"text": "a" * 100_000}, "longer than can be kept in one piece: 5,000 characters, and there are 95,000 more"),
        ({"signed": ""}, "Say who you are, so that the family knows whose words these are."),
        ({"signed": "a" * 200}, "A name can have up to 80 characters here; this one has 200."),
        ({"stamp": "forged"}, "This page was an old one. Your words still stand here: send them again."),
        ({"stamp": ""}, "This page was an old one. Your words still stand here: send them again."),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence_and_stays_in_the_form(said, sentence, url, typed, client):
    answer = client.post(url, typed(**said))

    assert answer.status_code == 422
    assert sentence in sentences(answer)
    assert ({**SAID, **said})["text"].strip("\n \u200b") in answer.content.decode()
    assert not KindWord.objects.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("🕊🕊🕊", "🕊🕊🕊"),
        ("كلمات שלום words", "كلمات שלום words"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b", "ab"),
        ("see https://example.org", "see https://example.org"),
    ],
)
def test_odd_words_are_kept_and_shown_as_what_they_are(text, kept, url, typed, client, reader, keeper, client_for):
    client.post(url, typed(text=text))
    word = KindWord.objects.get()
    assert word.text == kept

    door.let_in([word.pk], by=reader)
    page = client_for(keeper).get(reverse("words:room", args=[keeper.memorial.slug])).content.decode()
    assert "<script>alert" not in page
    assert kept.replace("<", "&lt;").replace(">", "&gt;") in page


def test_a_name_holds_no_second_line(url, typed, client):
    client.post(url, typed(signed="Ada\r\nBcc: everybody@example.org"))

    assert KindWord.objects.get().signed == "Ada Bcc: everybody@example.org"


def test_a_form_sent_twice_is_one_word_and_one_link(url, typed, client):
    said = typed()
    links = [re.findall(r"/your-words/[\w-]+/", sentences(client.post(url, said))) for _time in range(2)]

    assert links[0] == links[1] != []
    assert KindWord.objects.count() == 1


def test_a_client_that_asks_for_json_gets_it(url, typed, client):
    answer = client.post(url, typed(), headers={"accept": "application/json"})

    word = KindWord.objects.get()
    assert answer.status_code == 201
    assert answer.json()["id"] == str(word.pk)
    assert answer.json()["sha"] == word.digest


def test_many_from_one_network_are_asked_for_a_proof_and_the_text_stays(url, typed, client):
    answers = [client.post(url, typed(text=f"Words number {number}.")) for number in range(120)]

    asked = [answer for answer in answers if answer.status_code == 429]
    assert asked
    assert "Very many words are coming here at this moment." in sentences(asked[0])
    assert "data-challenge" in sentences(asked[0])
    assert int(asked[0]["Retry-After"]) >= 1
    assert "Words number" in asked[0].content.decode()
    assert KindWord.objects.count() == len(answers) - len(asked)


def test_whoever_reads_first_is_told_what_speaks_for_a_second_look(url, typed, client, reader, client_for):
    client.post(url, typed(text="Buy at https://example.org"))

    page = sentences(client_for(reader).get(reverse("words:door", args=[reader.memorial.slug])))
    assert "There is a link in it" in page


def test_when_too_much_comes_the_words_stay_in_the_page(url, typed, client, monkeypatch):
    monkeypatch.setattr(
        gathering.Gathering, "write", lambda self, row: (_ for _ in ()).throw(gathering.TooMuchAtOnce())
    )
    answer = client.post(url, typed())

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "So many are writing just now that these words could not be kept yet." in sentences(answer)
    assert "She taught me to swim." in answer.content.decode()


def test_a_closed_book_is_not_there(url, typed, client, keeper):
    book.take_words_from(None, by=keeper)

    assert client.get(url).status_code == client.post(url, typed()).status_code == 404


def test_looking_at_one_s_words_changes_nothing_and_a_press_takes_them_back(url, typed, client):
    said = typed()
    answer = client.post(url, said)
    link = re.findall(r"/your-words/[\w-]+/", sentences(answer))[0]
    for _time in range(3):
        client.get(link)
    assert KindWord.objects.get().is_at_the_door

    client.post(link, {"do": "take_back"})
    assert "You took them back." in sentences(client.get(link))
    assert KindWord.objects.get().taken_back_at is not None

    client.post(link, {"do": "leave_again"})
    assert KindWord.objects.get().is_at_the_door


def test_one_press_answers_and_one_undoes(leave, reader, client_for, keeper):
    word = leave()
    browser, here = client_for(reader), reverse("words:door", args=[reader.memorial.slug])
    assert "She taught me to swim." in sentences(browser.get(here))

    browser.post(reverse("words:answer", args=[reader.memorial.slug]), {"do": "let_in", "ids": [str(word.pk)]})
    assert list(KindWord.objects.visible_to(keeper)) == [word]
    page = sentences(browser.get(here))
    assert "It shows now." in page
    assert "Nothing waits." in page

    browser.post(reverse("words:answer", args=[reader.memorial.slug]), {"do": "undo", "ids": [str(word.pk)]})
    assert list(KindWord.objects.visible_to(keeper)) == []


def test_many_are_answered_at_once_in_the_list(leave, reader, client_for, keeper):
    words = [leave(f"words {number}") for number in range(5)]
    browser = client_for(reader)
    listed = sentences(browser.get(reverse("words:door", args=[reader.memorial.slug]) + "?list=yes"))
    assert all(word.text in listed for word in words)

    said = {"do": "turn_away", "list": "yes", "ids": [str(word.pk) for word in words]}
    browser.post(reverse("words:answer", args=[reader.memorial.slug]), said)

    assert KindWord.objects.filter(turned_away_at__isnull=False).count() == 5


def test_cruel_words_that_were_not_shown_are_met_by_no_keeper(leave, reader, client_for, keeper):
    word = leave("You are to blame.", signed="Nobody in particular")
    door.turn_away([word.pk], by=reader)
    browser, slug = client_for(keeper), keeper.memorial.slug
    pages = [
        reverse("words:room", args=[slug]),
        reverse("words:book", args=[slug]),
        reverse("words:asked", args=[slug]),
        reverse("words:asked", args=[slug]) + "?not-shown=yes",
        reverse("memorials:page", args=[slug]),
        reverse("memorials:waiting", args=[slug]),
        reverse("memorials:put_away_list", args=[slug]),
        reverse("memorials:find", args=[slug]) + "?q=blame",
    ]
    for page in pages:
        said = sentences(browser.get(page))
        assert "You are to blame." not in said, page
        assert "Nobody in particular" not in said, page

    asked = sentences(browser.get(reverse("words:asked", args=[slug]) + "?not-shown=yes&read=yes"))
    assert "You are to blame." in asked


def test_the_first_page_about_words_asks_who_could_read_first(memorial, keeper, client_for, people):
    browser, slug = client_for(keeper), memorial.slug
    assert browser.get(reverse("words:book", args=[slug]))["Location"] == reverse("words:first", args=[slug])
    ines = memorial.memberships.get(person=people["ines"])

    answer = browser.post(reverse("words:first", args=[slug]), {"who": "person"})
    assert "Choose who it is." in sentences(answer)
    browser.post(reverse("words:first", args=[slug]), {"who": "person", "person": ines.pk})
    browser.post(reverse("words:book", args=[slug]), {"words_from": "10", "shown_to": "30", "at_once_from": ""})

    memorial.refresh_from_db()
    ines.refresh_from_db()
    row = Book.of(memorial)
    assert (memorial.words_from, row.shown_to, row.at_once_from, ines.reads_first) == (10, Circle.FAMILY, None, True)


def test_where_words_came_from_is_forgotten_after_a_month(url, typed, client):
    client.post(url, typed())
    now = timezone.now()
    assert KindWord.objects.get().network != ""

    assert leaving.forget_networks(at=now + timedelta(days=29)) == 0
    assert leaving.forget_networks(at=now + timedelta(days=31)) == 1
    assert KindWord.objects.get().network == ""


def test_a_page_of_words_asks_the_same_for_one_and_for_three(leave, reader, client_for, keeper):
    def asked(browser: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("words:room", args=[keeper.memorial.slug]))
        return len(queries)

    browser = client_for(keeper)
    door.let_in([leave("one").pk], by=reader)
    browser.get(reverse("words:room", args=[keeper.memorial.slug]))
    one = asked(browser)
    door.let_in([leave("two").pk, leave("three").pk], by=reader)
    assert asked(browser) == one
