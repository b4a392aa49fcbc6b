"""All words on paper: what this reader sees, what is closed as a cover, and no buttons."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from snowdrop.memorials import veil
from snowdrop.words import door, pages
from snowdrop.words.models import KindWord


@pytest.fixture
def let_in(leave, reader):
    def done(*texts: str, **more) -> list[KindWord]:
        words = [leave(text, **more) for text in texts]
        door.let_in([word.pk for word in words], by=reader)
        start = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
        for number, word in enumerate(words):
            KindWord.objects.filter(pk=word.pk).update(written_at=start + timedelta(minutes=number))
        return [KindWord.objects.get(pk=word.pk) for word in words]

    return done


def sheet(client, memorial, **query) -> str:
    return client.get(reverse("words:print", args=[memorial.slug]), query).content.decode()


def test_the_oldest_come_first_and_each_reader_prints_what_they_see(let_in, leave, opened, keeper, family, client_for):
    let_in("first-words", "second-words")
    let_in("for-the-two-of-you", for_family_only=True)
    leave("waiting-words")

    printed, theirs = sheet(client_for(keeper), opened), sheet(client_for(family), opened)

    assert printed.index("first-words") < printed.index("second-words")
    assert ["for-the-two-of-you" in page for page in (printed, theirs)] == [True, False]
    assert "waiting-words" not in printed


def test_many_are_printed_sheet_after_sheet(let_in, opened, keeper, client_for, monkeypatch):
    monkeypatch.setattr(pages, "SHEET", 2)
    words = let_in("text-one", "text-two", "text-three")
    client = client_for(keeper)

    first, last = sheet(client, opened), sheet(client, opened, after=str(words[1].pk))

    assert [text in first for text in ("text-one", "text-two", "text-three", f"?after={words[1].pk}")] == [
        True,
        True,
        False,
        True,
    ]
    assert [text in last for text in ("text-one", "text-two", "text-three", "?after=")] == [False, False, True, False]
    nowhere = client.get(reverse("words:print", args=[opened.slug]), {"after": "nowhere"})
    assert (nowhere.status_code, nowhere["Location"]) == (302, reverse("words:print", args=[opened.slug]))


def test_what_is_closed_stays_closed_on_paper(let_in, opened, keeper, client_for):
    hard, *_others = let_in("hard-to-read", "other-words")
    veil.close([hard], by=keeper, words="About the last day")

    printed = sheet(client_for(keeper), opened)

    assert ("hard-to-read" in printed, "About the last day" in printed, "other-words" in printed) == (False, True, True)


def test_a_keeper_prints_as_others_see_it(let_in, opened, keeper, client_for):
    let_in("for-the-two-of-you", for_family_only=True)

    assert "for-the-two-of-you" not in sheet(client_for(keeper), opened, **{"as": "family"})
