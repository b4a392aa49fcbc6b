import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.dates.display import machine, show
from snowdrop.dates.edtf import parse
from tests.dates import texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-05-03", "3 May 2020"),
        ("2020-05", "May 2020"),
        ("2020", "2020"),
        ("1993~", "about 1993"),
        ("1993?", "1993 (not certain)"),
        ("1993%", "about 1993 (not certain)"),
        ("1993-22", "summer 1993"),
        ("1993-32~", "about winter 1993"),
        ("1993-33", "January 1993 – March 1993"),
        ("199X", "the 1990s"),
        ("199X~", "about the 1990s"),
        ("190X", "1900–1909"),
        ("19XX", "1900–1999"),
        ("1993-XX", "some month in 1993"),
        ("1993-XX-XX", "some day in 1993"),
        ("2021-02-XX", "some day in February 2021"),
        ("../2020-05-03", "before 3 May 2020"),
        ("../199X", "before the 1990s"),
        ("2020-05/..", "after May 2020"),
        ("/1940", "1940 or earlier"),
        ("1940/", "1940 or later"),
        ("1990-05-03/1993-24", "between 3 May 1990 and winter 1993"),
        ("1984~/2004-06", "between 1984 and June 2004 (roughly)"),
        ("-0043-03-15", "15 March 44 BCE"),
        ("-0004-02-29", "29 February 5 BCE"),
        ("0000", "1 BCE"),
        ("Y17000", "17000"),
    ],
)
def test_a_date_is_told_in_english(text, words):
    assert show(parse(text), "en") == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("2020-05-03", "de", "3. Mai 2020"),
        ("2020-03", "de", "März 2020"),
        ("2020-05-03", "ar", "3 مايو 2020"),
        ("2020-05", "ar", "مايو 2020"),
        ("2020-05-03", "ar-eg", "٣ مايو ٢٠٢٠"),
        ("19XX", "ar-eg", "١٩٠٠–١٩٩٩"),
        ("2020-05-03", "en-us", "May 3, 2020"),
        ("2020-05", "cs", "květen 2020"),
        ("2020-05-03", "hu", "2020. május 3."),
        ("2020-05-03", "zh-hans", "2020年5月3日"),
        ("2020-05-03", "qq", "3 May 2020"),
    ],
)
def test_months_order_and_digits_are_those_of_the_language(text, language, words):
    assert show(parse(text), language) == words


@given(texts.dates(), st.sampled_from(["en", "de", "ar", "ar-eg"]))
def test_every_date_can_be_told(text, language):
    words = show(parse(text), language)

    assert words.strip() == words != ""
    assert "%(" not in words


def test_the_language_asked_for_is_used_whatever_the_page_speaks():
    with translation.override("ar"):
        assert show(parse("1993~"), "en") == "about 1993"


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2020-05-03", "2020-05-03"),
        ("2020-05", "2020-05"),
        ("0800", "0800"),
        ("Y17000", "17000"),
        *((text, "") for text in ("1993~", "1993-22", "199X", "1993-XX", "0000", "-0044", "../1993", "1990/1993")),
    ],
)
def test_a_machine_is_told_only_what_html_can_say(text, stamp):
    assert machine(parse(text)) == stamp


def test_a_template_writes_a_date_in_the_language_of_the_page():
    template = Template("{% load rough_dates %}{{ exact|in_words }}, {{ rough|in_words }}, {{ none|in_words }}")
    dates = Context({"exact": parse("2020-05-03"), "rough": parse("199X"), "none": None})

    with translation.override("en"):
        assert template.render(dates) == '<time datetime="2020-05-03">3 May 2020</time>, the 1990s, '
