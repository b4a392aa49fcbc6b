import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.dates.edtf import LONGEST, SORT_KEY_LENGTH, NotADate, from_exif, parse
from tests.dates import texts


@given(texts.dates())
def test_what_was_read_is_written_as_it_came(text):
    assert str(parse(text)) == text


@given(st.one_of(st.text(), st.text(alphabet="0123456789X-/.?~%Y")))
def test_any_other_text_is_refused_with_a_sentence(text):
    try:
        read = parse(text)
    except NotADate as refusal:
        assert re.fullmatch(r".+\.", str(refusal), re.DOTALL)
    else:
        assert str(read) == text


@given(texts.dates())
def test_a_date_begins_before_it_ends(text):
    rough = parse(text)

    assert (rough.earliest or date.min) <= (rough.latest or date.max)


@given(texts.dates())
def test_text_and_sort_key_fit_their_column(text):
    assert len(text) <= LONGEST
    assert re.fullmatch(rf"[0-9]{{{SORT_KEY_LENGTH}}}", parse(text).sort_key)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1993", date(1993, 1, 1), date(1993, 12, 31)),
        ("1993-02", date(1993, 2, 1), date(1993, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2024-02-29~", date(2024, 2, 29), date(2024, 2, 29)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("19XX", date(1900, 1, 1), date(1999, 12, 31)),
        ("1993-XX", date(1993, 1, 1), date(1993, 12, 31)),
        ("1993-02-XX", date(1993, 2, 1), date(1993, 2, 28)),
        ("1993-XX-XX", date(1993, 1, 1), date(1993, 12, 31)),
        ("1993-22", date(1993, 6, 1), date(1993, 8, 31)),
        ("1993-24", date(1993, 12, 1), date(1994, 2, 28)),
        ("1995-24", date(1995, 12, 1), date(1996, 2, 29)),
        ("1993-29", date(1993, 9, 1), date(1993, 11, 30)),
        ("1993-34", date(1993, 4, 1), date(1993, 6, 30)),
        ("1993-39", date(1993, 9, 1), date(1993, 12, 31)),
        ("1993-41", date(1993, 7, 1), date(1993, 12, 31)),
        ("1990/1993-02", date(1990, 1, 1), date(1993, 2, 28)),
        ("../1940", None, date(1940, 12, 31)),
        ("/1940", None, date(1940, 12, 31)),
        ("1940/..", date(1940, 1, 1), None),
        ("1940/", date(1940, 1, 1), None),
        ("0000", date(1, 1, 1), date(1, 1, 1)),
        ("-0044-03-15", date(1, 1, 1), date(1, 1, 1)),
        ("Y17000", date(9999, 12, 31), date(9999, 12, 31)),
        ("9999-24", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_date_has_a_first_and_a_last_day(text, earliest, latest):
    rough = parse(text)

    assert (rough.earliest, rough.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2021-02-30", "There is no day 2021-02-30."),
        ("2021-02-29", "There is no day 2021-02-29."),
        ("2021-04-31", "There is no day 2021-04-31."),
        ("2021-04-00", "There is no day 2021-04-00."),
        ("2021-00", "There is no month 00."),
        ("2021-13", "There is no month 13."),
        ("2021-42", "There is no month 42."),
        ("2021-22-03", "A season has no days of its own."),
        ("2021-22-XX", "A season has no days of its own."),
        ("1995/1993", "The second date is before the first."),
        ("../..", "There is no date on either side of the stroke."),
        ("/", "There is no date on either side of the stroke."),
        ("1990/2021-02-30", "There is no day 2021-02-30."),
        ("soon", "“soon” is not a date we can read. It may look like 1993, 1993-05 or 1993-05-03."),
    ],
)
def test_a_date_that_cannot_be_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(NotADate) as refusal:
        parse(text)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "93", "1993 ", "1993\n", "1993-5", "19931", "+1993", "１９９３", "١٩٩٣", "199x", "-0000"),
        *("-000X", "1XXX", "XXXX-12-25", "1993-XX-05", "1993-05-XX-XX", "1993-05-03-XX", "1993~?", "?1993"),
        *(
            "2004-06-~01",
            "1993-05-03T10:00",
            "Y1993",
            "Y01993",
            "Y1234567890",
            "1990/1991/1992",
            "..",
            "\0",
            "1" * 9000,
        ),
    ],
)
def test_what_is_not_level_one_is_not_guessed_at(text):
    with pytest.raises(NotADate):
        parse(text)


def test_a_day_is_known_exactly_only_without_doubt():
    texts_and_days = [(text, parse(text).exactly) for text in ("1993-05-03", "1993-05-03~", "1993-05", "1993-05-03/..")]

    assert texts_and_days == [
        ("1993-05-03", date(1993, 5, 3)),
        ("1993-05-03~", None),
        ("1993-05", None),
        ("1993-05-03/..", None),
    ]


def test_dates_stand_in_the_order_in_which_a_family_would_tell_them():
    told = [
        *(
            "Y-17000",
            "-01XX",
            "-0100",
            "-0044",
            "-0044-03-15",
            "0000",
            "0001",
            "../1940",
            "1940",
            "1940-01-01",
            "1940/..",
        ),
        *("1990/1993", "199X", "1990", "../1993", "1993", "1993-01", "1993-01-01", "1993-21", "1993-03", "1993-05-02"),
        *("../1993-05-03", "1993-05-03", "1993-05-03/..", "1993-05-04", "1993-22", "1993-23", "1993-24", "1993-12-31"),
        *("1993/..", "1994", "Y17000", "Y170000000"),
    ]

    keys = [parse(text).sort_key for text in told]

    assert keys == sorted(set(keys))


@given(texts.days(), texts.days())
def test_days_sort_as_the_calendar_does(one, other):
    in_calendar = parse(one).first.first_day < parse(other).first.first_day

    assert (parse(one).sort_key < parse(other).sort_key) == in_calendar


@given(texts.points())
def test_before_and_after_stand_around_the_date_itself(text):
    rough, before, after = parse(text), parse(f"../{text}"), parse(f"{text}/..")

    assert before.sort_key < rough.sort_key < after.sort_key


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024:03:24 18:02:11", "2024-03-24"),
        ("2024:03:24 18:02:11\0", "2024-03-24"),
        ("2024-03-24T18:02:11+01:00", "2024-03-24"),
        ("2024:03:24", "2024-03-24"),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2021:02:30 10:00:00", None),
        ("0001:01:01 00:00:00", None),
        ("2024:3:24 18:02", None),
        ("1711303331", None),
        ("", None),
    ],
)
def test_a_camera_gives_a_day_or_nothing(text, day):
    assert from_exif(text) == (parse(day) if day else None)
