"""Two ways of writing the same word are one word, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.finding.words import LONGEST_WORD, fold, words


def forms(text: str) -> set[str]:
    return {form for word in words(text) for form in word.forms}


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Zoë", "zoe"),
        ("Señor ÁNGEL", "senor angel"),
        ("Łukasz", "lukasz"),
        ("Straße", "STRASSE"),
        ("Bäume", "Baum"),
        ("Bäume", "Baeume"),
        ("Müller", "Mueller"),
        ("snowdrops", "Snowdrop"),
        ("babies", "baby"),
        ("Wren’s", "wren"),
        ("ﬁrst", "first"),
        ("İstanbul", "istanbul"),
        ("Ёлка", "елка"),
        ("كِتَابٌ", "كتاب"),
        ("الحديقة", "حديقة"),
        ("والحديقة", "حديقه"),
        ("أُمّي", "امي"),
        ("سلـــام", "سلام"),
        ("٢٠٢٠", "2020"),
        ("שָׁלוֹם", "שלום"),
        ("ｶﾞｰﾃﾞﾝ", "ガーデン"),
        ("ＷＲＥＮ", "wren"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_the_same_word_written_otherwise_has_a_form_in_common(written, typed):
    assert forms(written) & forms(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("फल", "फूल"),  # a fruit and a flower: the vowel is no accent
        ("か", "が"),
        ("ใหม่", "ใหม"),
        ("still", "stell"),
        ("月", "日"),
    ],
)
def test_what_is_another_word_stays_one(one, other):
    assert forms(one) != forms(other)


def test_a_script_without_spaces_is_read_two_characters_at_a_time():
    assert [(word.bare, word.is_tail) for word in words("花が咲く。月")] == [
        ("花が", False),
        ("が咲", False),
        ("咲く", False),
        ("く", True),
        ("月", False),
    ]


def test_a_family_of_three_is_three_signs():
    assert [word.bare for word in words("👨‍👩‍👧🏽")] == ["👨", "👩", "👧"]


@pytest.mark.parametrize("text", ["", " \n\t", "!?… — *", "\x00", "\ud800", "\u200d\ufe0f", "\u0301"])
def test_what_has_no_words_has_none(text):
    assert list(words(text)) == []


@given(st.text(max_size=200))
def test_every_word_stands_where_it_says_and_is_folded_once_for_all(text):
    last = 0
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.start >= last or word.is_unspaced
        last = word.start
        assert word.bare in word.forms
        for form in word.forms:
            assert form and " " not in form and len(form) <= 2 * LONGEST_WORD
            assert not any(one in form for one in "_'\"\\:*&|!()<>\x00")


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
