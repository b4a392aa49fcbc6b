"""Going through words a page at a time: each once, in order, forwards and back, however many came at one moment."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.finding import models as shelves
from snowdrop.memorials import finding
from snowdrop.memorials.circles import Circle
from snowdrop.words import pages
from snowdrop.words.models import KindWord

START = datetime.fromisoformat("2026-11-01T12:00:00+00:00")


def words_at(memorial, minutes, *, hidden=(), text="She taught me to swim.") -> list[KindWord]:
    """Words that were let in, left at these minutes; those at the places in `hidden` are for the keepers alone."""
    return KindWord.objects.bulk_create(
        KindWord(
            id=uuid.uuid4(),
            memorial=memorial,
            signed=f"Neighbour {number}",
            text=text,
            audience=Circle.KEEPERS if number in hidden else Circle.FRIENDS,
            written_at=START + timedelta(minutes=minute),
            offered_at=START,
            shown_at=START + timedelta(days=1),
        )
        for number, minute in enumerate(minutes)
    )


def in_order(words) -> list[uuid.UUID]:
    return [word.pk for word in sorted(words, key=lambda word: (word.written_at, word.pk.hex), reverse=True)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 4), max_size=23), hidden=st.sets(st.integers(0, 22)), size=st.integers(1, 7))
def test_walking_on_and_back_meets_each_word_once_in_order(minutes, hidden, size, memorial, friend, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", size)
    KindWord.objects.all().delete()
    words = words_at(memorial, minutes, hidden=hidden)
    seen = in_order(word for number, word in enumerate(words) if number not in hidden)

    onward, here = [], pages.page(friend)
    while True:
        onward.append([word.pk for word in here.words])
        if here.older is None:
            break
        here = pages.page(friend, after=str(here.older))

    back = [onward[-1]]
    while here.newer is not None:
        here = pages.page(friend, before=str(here.newer))
        back.append([word.pk for word in here.words])

    assert [id for page in onward for id in page] == seen
    assert [id for page in reversed(back) for id in page] == seen
    assert all(len(page) == size for page in onward[:-1])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 3), max_size=17), size=st.integers(1, 6))
def test_sheets_of_paper_hold_each_word_once_the_oldest_first(minutes, size, memorial, friend, monkeypatch):
    monkeypatch.setattr(pages, "SHEET", size)
    KindWord.objects.all().delete()
    words = words_at(memorial, minutes)

    sheets, after = [], ""
    while True:
        sheet = pages.sheet(friend, after=after)
        sheets.append([word.pk for word in sheet.words])
        if sheet.newer is None:
            break
        after = str(sheet.newer)

    assert [id for page in sheets for id in page] == in_order(words)[::-1]


def test_a_page_that_begins_at_nothing_is_no_page(memorial, friend, other_memorial):
    (hidden,) = words_at(memorial, [0], hidden={0})
    (elsewhere,) = words_at(other_memorial, [0])
    for at in ("x", str(uuid.uuid4()), str(hidden.pk), str(elsewhere.pk)):
        for how in ("after", "before"):
            with pytest.raises(pages.NoSuchPlace):
                pages.page(friend, **{how: at})


def test_what_is_kept_close_stands_first_on_the_first_page_alone(memorial, friend, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    words = words_at(memorial, [0, 1, 2, 3, 4])
    KindWord.objects.filter(pk=words[0].pk).update(close_since=START)

    first = pages.page(friend)
    second = pages.page(friend, after=str(first.older))

    assert ([word.pk for word in first.close], second.close) == ([words[0].pk], [])


# -- finding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shelf", [3, 5_000])
def test_pages_of_words_that_were_found_show_each_once_the_newest_first(shelf, memorial, friend, monkeypatch):
    monkeypatch.setattr(finding, "PAGE", 4)
    monkeypatch.setattr(shelves, "SHELF", shelf)
    words = words_at(memorial, [number % 3 for number in range(19)])
    others = words_at(memorial, [1, 2], text="Something else")
    for word in [*words, *others]:
        finding.write_down(word)

    met, after = [], ""
    while True:
        page = finding.find("swim", friend, after=after)
        met += [one.id for section in page.sections for one in section.found]
        after = page.after
        if not after:
            break

    assert met == in_order(words)


def test_where_very_many_have_a_word_the_page_says_that_the_newest_are_found(memorial, friend, client_for, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 6)
    monkeypatch.setattr(shelves, "SHELF", 3)
    words = words_at(memorial, range(20))
    for word in words:
        finding.write_down(word)
    sentence = "Only the newest of them were looked through."

    page = client_for(friend).get(f"/m/{memorial.slug}/find/", {"q": "swim"}).content.decode()
    assert (sentence in page, str(words[-1].pk) in page, str(words[0].pk) in page) == (True, True, False)

    KindWord.objects.filter(pk=words[0].pk).update(text="She taught me to swim and to dive.")
    finding.write_down(KindWord.objects.get(pk=words[0].pk))
    page = client_for(friend).get(f"/m/{memorial.slug}/find/", {"q": "swim dive"}).content.decode()
    assert (sentence in page, str(words[0].pk) in page) == (False, True)
