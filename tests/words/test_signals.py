"""Reasons to read words later than others: what gives one, and that most words have none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.words import signals, stamp, surge, trap
from snowdrop.words.signals import Reason, any_listed, fingerprint, has_link
from snowdrop.words.stamp import Stamp
from snowdrop.words.surge import Judgement, Level, Many

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
CALM = Judgement(Level.CALM)
WORDS = "Dick Miller was my grandfather. He died of breast cancer in Scunthorpe."


def stamp_after(length: timedelta) -> Stamp:
    found = stamp.read(stamp.make(7, NOON), 7, NOON + length)
    assert isinstance(found, Stamp)
    return found


def reasons(text: str = WORDS, signed: str = "Ines", **how: object) -> list[str]:
    given_anyway = {
        "listed": [],
        "stamp": stamp_after(timedelta(minutes=3)),
        "judgement": CALM,
        "is_trapped": False,
    }
    return [reason.value for reason in signals.reasons(text, signed, **{**given_anyway, **how})]


# Which reasons there are


def test_most_words_have_none():
    assert reasons() == []


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"listed": ["miller"]}, ["word"]),
        ({"listed": ["ines"]}, ["word"]),
        ({"text": "See www.example.org"}, ["link"]),
        ({"signed": "https://example.org"}, ["name"]),
        ({"judgement": Judgement(Level.CALM, many=frozenset({Many.WORDS}))}, ["same"]),
        ({"judgement": Judgement(Level.CALM, many=frozenset({Many.NETWORK}))}, ["many"]),
        ({"judgement": Judgement(Level.CALM, many=frozenset({Many.MEMORIAL, Many.LINK}))}, []),
        ({"judgement": Judgement(Level.CALM, is_unproven=True)}, ["bare"]),
        ({"stamp": stamp_after(timedelta(seconds=1))}, ["fast"]),
        ({"stamp": stamp_after(timedelta(days=40))}, ["late"]),
        ({"is_trapped": True}, ["trap"]),
    ],
)
def test_each_reason_has_its_own_cause(how, found):
    assert reasons(**how) == found


def test_reasons_stand_in_one_order_and_are_kept_in_one_column():
    found = signals.reasons(
        "example.com has Wren",
        "www.example.com",
        listed=["wren"],
        stamp=stamp_after(timedelta()),
        judgement=Judgement(Level.CALM, many=frozenset(Many), is_unproven=True),
        is_trapped=True,
    )

    column = signals.written(found)
    assert column == "word link name same many bare fast trap"
    assert signals.read(column) == found
    assert len(signals.written(Reason)) <= signals.LONGEST


def test_a_reason_nobody_knows_any_more_is_left_out():
    assert signals.read("trap unheard-of link") == (Reason.LINK, Reason.TRAP)
    assert signals.read("") == ()


@pytest.mark.parametrize(
    ("found", "rank"), [((), 0), ((Reason.LINK,), 1), ((Reason.LINK, Reason.TRAP), 2), (tuple(Reason), 2)]
)
def test_words_without_a_reason_are_read_before_those_with_one(found, rank):
    assert signals.rank(found) == rank


def test_each_reason_is_a_sentence():
    with translation.override("en"):
        assert [str(reason.label) for reason in Reason] == [
            "A word of your list is in it",
            "There is a link in it",
            "There is a link in the name",
            "The same words came several times",
            "Many came from the same place",
            "Many came at once, and this one came without the check",
            "It was sent within two seconds of opening the page",
            "The page it was written on had been open for more than a month",
            "Something was filled in that people do not see",
        ]


# The memorial's own list


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("What a FOOL he was", "fool"),
        ("What a fo\u200bol he was", "fool"),
        ("Ｆｏｏｌ", "fool"),
        ("Der Straßenköter", "strassenköter"),
        ("ganz GROẞ", "gross"),
        ("Er war ein Idiót.", "idiot"),
        ("serves him   right,\nsays I", "Serves him right"),
        ("يا أحمق", "أحمق"),
        ("كان الأحمقُ هنا", "الأحمق"),
        ("他是个傻瓜吗", "傻瓜"),
        ("他是个傻瓜吗", "傻"),
        ("他说 傻瓜 and left", "傻瓜 and"),
        ("🖕", "🖕"),
    ],
)
def test_a_listed_word_is_found_however_it_is_written(text, listed):
    assert any_listed(text, ["something else", listed])


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Scunthorpe", "cunt"),
        ("a foolish game", "fool"),
        ("right serves him", "serves him right"),
        ("serves him", "serves him right"),
        ("瓜傻", "傻瓜"),
        ("anything", ""),
        ("anything", " ,;. "),
        ("", "fool"),
    ],
)
def test_only_whole_words_and_whole_phrases_are_found(text, listed):
    assert not any_listed(text, [listed])


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=80))
def test_a_word_between_two_others_is_found_whatever_it_is(before, listed, after):
    # Between signs that end a word: what stands close to it would make another word of it.
    found = any_listed(f"{before} . {listed} . {after}", [listed])

    assert found or not any(not word.is_tail for word in signals.words(listed))


# Links


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a",
        "HTTP://EXAMPLE.ORG",
        "hxxps://example",
        "http : //example",
        "www.example.place",
        "look at example.com",
        "look at example . com now",
        "example [dot] com",
        "example(dot)org",
        "example{.}net",
        "EXAMPLE.COM",
        "ex\u200bam\u200bple.c\u200bom",
        "ｅｘａｍｐｌｅ．ｃｏｍ",
        "bit.ly/3xyz",
        "example.de/kaufen",
        "mail someone@example.com",
        "münchen.shop",
    ],
)
def test_a_link_is_seen(text):
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        "I loved him.So much",
        "She was kind.Community was all to her",
        "ich war da.de Oma auch",
        "mamma.io ti amo",
        "3.5.1987 / 12.30",
        "he/she, and/or",
        "1/2 ... and so on.",
        "com",
        "A dot. Com port",
        "http is a word",
        "sleep well .org",
        "وداعا.كان طيبا",
        "e.g. this, i.e. that, a.m./p.m.",
    ],
)
def test_an_ordinary_sentence_is_no_link(text):
    assert not has_link(text)


@given(st.text(st.characters(exclude_characters=".:/[({"), max_size=200))
def test_without_a_point_or_a_stroke_there_is_no_link(text):
    assert not has_link(text) or not text.isascii()


@pytest.mark.parametrize("text", ["a-" * 2_500, "a." * 2_500, "a [" * 1_600, "example . " * 500])
def test_a_long_row_of_beginnings_is_read_through(text):
    assert not has_link(text)


# The same again


@pytest.mark.parametrize(
    "again",
    [
        "Sleep well, little one",
        "  SLEEP   WELL little-one !!! 123",
        "sleep wéll, líttle one",
        "Sle\u200bep well, lit\u00adtle one",
        "Ｓｌｅｅｐ ｗｅｌｌ， ｌｉｔｔｌｅ ｏｎｅ",
    ],
)
def test_nearly_the_same_words_have_one_fingerprint(again):
    assert fingerprint(again) == fingerprint("Sleep well, little one.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sleep well", "Sleep tight"),
        ("🕊", "🕊🕊"),
        ("1987", "1988"),
        ("傻瓜", "大傻瓜"),
        ("نم بسلام", "نمت بسلام"),
    ],
)
def test_other_words_have_another(one, other):
    assert fingerprint(one) != fingerprint(other)


@given(st.text(max_size=200), st.lists(st.sampled_from(" ,.!?0123456789\n"), max_size=20).map("".join))
def test_what_is_added_to_make_words_look_different_changes_nothing(text, added):
    has_letters = any(not one.isdecimal() for one in signals.fold(text))

    assert len(fingerprint(text)) == 16
    assert not has_letters or fingerprint(text.upper().lower() + added) == fingerprint(text.upper().lower())


# The field that people do not see


def test_the_field_is_in_the_form_and_nobody_meets_it():
    assert render_to_string("web/parts/trap.html") == (
        f'\n\n<div hidden><label>Leave this empty <input name="{trap.FIELD}" value="" tabindex="-1" autocomplete="off">'
        "</label></div>\n"
    )


@pytest.mark.parametrize(
    ("posted", "is_filled"),
    [({}, False), ({"website": ""}, False), ({"website": "  "}, False), ({"website": "https://example.org"}, True)],
)
def test_whatever_stands_in_it_is_noticed(posted, is_filled):
    assert trap.is_filled(posted) is is_filled


def test_many_in_the_watch_becomes_a_reason():
    watch = surge.Watch()
    judged = [watch.judge(7, None, "one network", NOON, words=fingerprint(WORDS)) for _time in range(8)]

    assert [reasons(judgement=judgement) for judgement in judged] == [[]] * 5 + [["same", "bare"]] * 3
