"""Odd texts and names: what is kept of each, and the sentence where it cannot be."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.words import text
from snowdrop.words.text import clean_name, clean_text

ANY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(
            "a \n\r\t\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u0301\u0338\u200b\u200d\ufeff"
        ),
        st.sampled_from("\u1100\u1161\u11a8\u3164\u0344\u0958🕊👩\ufe0f\U0001f3fd\u0645\u064b\u05d0\u05b8"),
    ),
    max_size=120,
)


def refusal(clean, typed: str) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        clean(typed)
    return refused.value.messages


# Words that stay as they are


@pytest.mark.parametrize(
    "written",
    [
        "She taught me to swim.",
        "🕊",
        "👨‍👩‍👧🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
        "نم قرير العين يا صغيري",
        "می‌خواهم",  # with its zero-width non-joiner
        "Er sagte נועם and laughed: مرحبا (really).",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "བསྒྲུབས་",
        "நினைவில்",
        "ﬁrst ½ ² Å",  # NFKC would make other letters of these
        "<script>alert(1)</script> {{ secret }} &amp; %s",
        "A poem\n\nwith  two   spaces\n\n\nand pauses",
        ".",
        "\U0001fae8\U0001fb00",  # newer than some Pythons
    ],
)
def test_words_are_kept_as_they_were_written(written):
    assert clean_text(written) == unicodedata.normalize("NFC", written)


def test_markup_is_shown_as_the_text_it_is():
    kept = clean_text("<script>alert(1)</script>")

    assert Template("{{ kept|linebreaks }}").render(Context({"kept": kept})) == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )


def test_letters_with_their_signs_apart_are_put_together_and_no_further():
    assert clean_text("Zoe\u0308 ﬁ ²") == "Zoë ﬁ ²"


# What is taken away


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  \n She swam. \n\n ", "She swam."),
        ("\ufeff\u200bShe swam.\u200b", "She swam."),
        ("a\x00b\x1b[31mc\x9bd\ud800e\uffff", "ab[31mcde"),
        ("one\r\ntwo\rthree\u2028four\x85five\x0csix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a" + "\n \n\t\n\n\n\n" * 50 + "b", "a\n\n\nb"),
        ("e" + "\x00" + "\u0301", "é"),
    ],
)
def test_what_no_eye_sees_is_taken_away(typed, kept):
    assert clean_text(typed) == kept


def test_towers_of_marks_come_down_and_every_letter_stays():
    tower = "".join(letter + "\u0338\u0346" * 60 for letter in "hello")

    kept = clean_text(tower)

    assert [letter for letter in unicodedata.normalize("NFD", kept) if not unicodedata.combining(letter)] == [*"hello"]
    assert len(kept) == len("hello") * (1 + text.MARKS)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202eevil", "\u202eevil\u202c"),
        ("\u2067one \u202btwo\nthree", "\u2067one \u202btwo\u202c\u2069\nthree"),
        ("two\u202c\u2069 ends that end nothing", "two ends that end nothing"),
        ("\u2066one\u202c\u2069", "\u2066one\u2069"),
        ("\u202bin order\u202c", "\u202bin order\u202c"),
    ],
)
def test_every_turn_of_direction_ends_in_its_own_line(typed, kept):
    assert clean_text(typed) == kept


# Names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ines   Okonkwo ", "Ines Okonkwo"),
        ("Ines\r\nBcc: all@example.org", "Ines Bcc: all@example.org"),
        ("Ines\x0b\x85\u2028Bcc: all@example.org", "Ines Bcc: all@example.org"),
        ("\u202eMara\u2066", "Mara"),
        ("Zoe\u0308", "Zoë"),
        ("<b>Sam</b>", "<b>Sam</b>"),
        ("Sam\x00\x07", "Sam"),
        ("Sam \x00 \u202e Ng", "Sam Ng"),
        ("م" + "\u0308" * 200, "م" + "\u0308" * 8),
        ("", ""),
        (" \u200b\u3164\u2800 ", ""),
        ("🕊", "🕊"),
        ("ä" * 80, "ä" * 80),
    ],
)
def test_a_name_is_one_line(typed, kept):
    assert clean_name(typed) == kept


# Sentences


@pytest.mark.parametrize(
    "typed", ["", "   \n\t ", "\u200b\u200d\ufeff", "\u3164\u2800\u115f", "\x00\x01", "\u202e\u0301"]
)
def test_where_nothing_is_written_it_says_so(typed):
    assert refusal(clean_text, typed) == ["Nothing is written yet."]


@pytest.mark.parametrize(
    ("length", "more"),
    [
        (5_001, "there is 1 more"),
        (5_002, "there are 2 more"),
        (19_999, "there are 14,999 more"),
        (100_000, "there are 95,000 more"),
        (2_000_000, "there are 1,995,000 more"),
    ],
)
def test_too_much_is_told_by_how_much(length, more):
    with translation.override("en"):
        assert refusal(clean_text, "ä" * length) == [
            f"These words are longer than can be kept in one piece: 5,000 characters, and {more}. "
            "Nothing of them is gone. Perhaps they can become two."
        ]


def test_as_much_as_can_be_kept_is_kept():
    assert clean_text("ä" * 5_000) == "ä" * 5_000


@pytest.mark.parametrize(("length", "said"), [(81, "81"), (100_000, "100,000")])
def test_a_name_that_is_too_long_is_told(length, said):
    with translation.override("en"):
        assert refusal(clean_name, "n" * length) == [f"A name can have up to 80 characters here; this one has {said}."]


# Any text at all


@given(ANY)
def test_what_is_kept_is_not_changed_when_it_is_sent_again(typed):
    try:
        kept = clean_text(typed)
    except ValidationError as refused:
        assert refused.messages == ["Nothing is written yet."]
        return
    assert clean_text(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    kept.encode("utf-8")
    assert "\x00" not in kept


@given(ANY)
def test_a_name_is_not_changed_when_it_is_sent_again(typed):
    try:
        name = clean_name(typed)
    except ValidationError:
        assert len(typed) > text.LONGEST_NAME
        return
    assert clean_name(name) == name
    assert len(name) <= text.LONGEST_NAME
    assert len(f"From: {name}".splitlines()) == 1


@given(st.text(st.characters(categories=["L", "Nd", "P", "Zs"]), min_size=1, max_size=200))
def test_no_letter_is_ever_taken_away(written):
    letters = [one for one in unicodedata.normalize("NFC", written) if one.isalnum()]
    try:
        kept = clean_text(written)
    except ValidationError:
        kept = ""
    assert [one for one in kept if one.isalnum()] == (letters if kept else [])
    assert bool(kept) or not text.says_something(unicodedata.normalize("NFC", written))
