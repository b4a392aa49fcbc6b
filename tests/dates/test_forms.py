import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation

from snowdrop.dates.edtf import parse
from snowdrop.dates.forms import RoughDateFormField


class Asking(forms.Form):
    default_renderer = DjangoTemplates

    born = RoughDateFormField(label="Born")


def typed(**parts):
    return {f"born_{part}": text for part, text in parts.items()}


def controls(form):
    """What a browser would send back if nothing were touched."""
    html = str(form["born"])
    sent = dict(re.findall(r'<input type="(?:text|hidden)" name="(\w+)"[^>]* value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', html, re.DOTALL):
        sent[name] = re.findall(r'<option value="(\w*)" selected', options)[0]
    return sent


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"year": "1993"}, "1993"),
        ({"month": "5", "year": "1993"}, "1993-05"),
        ({"day": "3", "month": "5", "year": "1993"}, "1993-05-03"),
        ({"day": "03", "month": "05", "year": " 1993 "}, "1993-05-03"),
        ({"day": "3.", "month": "5", "year": "1993"}, "1993-05-03"),
        ({"day": "٣", "month": "5", "year": "١٩٩٣"}, "1993-05-03"),
        ({"day": "\u200f۳", "month": "5", "year": "۱۹۹۳"}, "1993-05-03"),
        ({"day": "29", "month": "2", "year": "2024"}, "2024-02-29"),
        ({"month": "24", "year": "1993"}, "1993-24"),
        ({"year": "1993", "near": "about"}, "1993~"),
        ({"month": "22", "year": "1993", "near": "before"}, "../1993-22"),
        ({"day": "3", "month": "5", "year": "1993", "near": "after"}, "1993-05-03/.."),
    ],
)
def test_what_is_known_may_be_written(parts, text):
    form = Asking(typed(**parts))

    assert form.is_valid()
    assert form.cleaned_data == {"born": parse(text)}


@pytest.mark.parametrize("data", [{}, typed(day="", month="", year="", near=""), typed(near="about"), {"born": ""}])
def test_all_of_it_may_stay_empty(data):
    form = Asking(data)

    assert form.is_valid()
    assert form.cleaned_data == {"born": None}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            {"day": "30", "month": "2", "year": "2021"},
            "There is no 30 February. In 2021 this month has 28 days.",
        ),
        (
            {"day": "29", "month": "2", "year": "2021"},
            "There is no 29 February. In 2021 this month has 28 days.",
        ),
        ({"day": "31", "month": "4", "year": "2021"}, "There is no 31 April. In 2021 this month has 30 days."),
        ({"day": "32", "month": "4", "year": "2021"}, "There is no day 32. A month has 31 days or fewer."),
        ({"day": "0", "month": "4", "year": "2021"}, "There is no day 0. A month has 31 days or fewer."),
        (
            {"day": "3", "year": "2021"},
            "A day needs its month. Please choose the month, or leave the day empty.",
        ),
        ({"day": "3"}, "A day needs its month. Please choose the month, or leave the day empty."),
        (
            {"day": "3", "month": "22", "year": "2021"},
            "A season has no days of its own. Please choose a month, or leave the day empty.",
        ),
        ({"month": "4"}, "Please add the year, or leave the whole date empty."),
        ({"day": "3", "month": "4"}, "Please add the year, or leave the whole date empty."),
        ({"year": "93"}, "Please write the year with four digits, such as 1993."),
        ({"year": "0"}, "Please write the year with four digits, such as 1993."),
        ({"year": "20211"}, "Please write the year with four digits, such as 1993."),
        ({"year": "-500"}, "Please write day and year in digits, such as 3 and 1993."),
        ({"year": "9" * 9000}, "Please write day and year in digits, such as 3 and 1993."),
        ({"year": "²"}, "Please write day and year in digits, such as 3 and 1993."),
        (
            {"day": "third", "month": "4", "year": "2021"},
            "Please write day and year in digits, such as 3 and 1993.",
        ),
        ({"month": "13", "year": "2021"}, "Please choose one of the entries in the list."),
        ({"month": "25", "year": "2021"}, "Please choose one of the entries in the list."),
        ({"month": "May", "year": "2021"}, "Please choose one of the entries in the list."),
        ({"year": "2021", "near": "between"}, "Please choose one of the entries in the list."),
    ],
)
def test_what_cannot_be_is_answered_in_a_clear_sentence(parts, sentence):
    form = Asking(typed(**parts))

    assert form.errors == {"born": [sentence]}


def test_what_was_typed_stands_there_still_when_it_is_refused():
    sent = typed(day="30", month="2", year="2021", near="about")
    form = Asking(sent)

    assert not form.is_valid()
    assert controls(form) == sent


def test_a_client_may_send_the_text_itself():
    assert Asking({"born": "1990/1993"}).fields["born"].clean("1990/1993") == parse("1990/1993")
    form, wrong = Asking({"born": "1990/1993"}), Asking({"born": "<soon>"})

    assert form.is_valid()
    assert form.cleaned_data == {"born": parse("1990/1993")}
    assert wrong.errors == {
        "born": ["“<soon>” is not a date we can read. It may look like 1993, 1993-05 or 1993-05-03."]
    }


@pytest.mark.parametrize(
    "text",
    [
        *("1993", "1993-05", "1993-05-03", "1993-22", "1993~", "1993-05-03~", "../1993-22", "1993-05/.."),
        *("199X", "1993?", "1993%", "1993-XX", "1990/1993", "1993~/..", "/1993", "-0044", "Y17000", "1993-33", "0800"),
    ],
)
def test_a_date_survives_a_form_that_nobody_touched(text):
    shown = Asking(initial={"born": parse(text)})

    sent_back = Asking(controls(shown), initial={"born": parse(text)})

    assert sent_back.is_valid()
    assert sent_back.cleaned_data == {"born": parse(text)}
    assert sent_back.changed_data == []


def test_a_date_the_controls_cannot_show_gives_way_to_one_that_is_written():
    kept = controls(Asking(initial={"born": parse("1990/1993")}))

    written, taken_off = Asking(kept | typed(year="1991")), Asking(kept | typed(off="on"))

    assert written.is_valid() and taken_off.is_valid()
    assert written.cleaned_data == {"born": parse("1991")}
    assert taken_off.cleaned_data == {"born": None}


def test_a_date_the_controls_cannot_show_is_told_in_words():
    html = str(Asking(initial={"born": parse("1990/1993")})["born"])

    assert re.findall(r"<p>(.*?)</p>", html) == [
        "Kept as: between 1990 and 1993. It stays so unless you write a date here."
    ]


def test_every_control_has_a_label_of_its_own_and_the_group_a_legend():
    html = Asking()["born"].as_field_group()

    labelled = re.findall(r'<label for="(\w+)">', html)
    named = re.findall(r'<(?:input|select)[^>]* id="(\w+)"', html)
    assert labelled == named == ["id_born_day", "id_born_month", "id_born_year", "id_born_near"]
    assert [legend.strip(": \n") for legend in re.findall(r"<legend[^>]*>(.*?)</legend>", html, re.DOTALL)] == ["Born"]
    assert re.findall(r'<fieldset[^>]* aria-describedby="(\w+)"', html) == ["id_born_helptext"]


def test_seasons_stand_after_the_months():
    html = str(Asking()["born"])
    months = re.search(r'name="born_month".*?</select>', html, re.DOTALL)[0]

    assert re.findall(r'<(?:optgroup label|option value)="(\w*)"', months) == [
        *("", "Months", *map(str, range(1, 13))),
        *("Seasons", "21", "22", "23", "24"),
    ]


@pytest.mark.parametrize(
    ("language", "order", "may"),
    [
        ("en", ["day", "month", "year", "near"], "May"),
        ("de", ["day", "month", "year", "near"], "Mai"),
        ("ar", ["day", "month", "year", "near"], "مايو"),
        ("hu", ["year", "month", "day", "near"], "május"),
        ("en-us", ["month", "day", "year", "near"], "May"),
        ("cs", ["day", "month", "year", "near"], "květen"),
    ],
)
def test_controls_stand_in_the_order_of_the_language(language, order, may):
    with translation.override(language):
        html = str(Asking()["born"])

    assert re.findall(r'name="born_(\w+)"', html) == order
    assert re.findall(r'<option value="5">(\w+)</option>', html) == [may]


def test_what_was_typed_is_escaped():
    html = str(Asking(typed(year='"><script>'))["born"])

    assert re.findall(r'name="born_year"[^>]* value="([^"]*)"', html) == ["&quot;&gt;&lt;script&gt;"]
    assert "<script>" not in html


def test_no_two_elements_of_a_page_share_an_id():
    class HouseAsking(forms.Form):
        born = RoughDateFormField(label="Born")

    html = HouseAsking({"born_day": "30"}, initial={"born": parse("1990/1993")})["born"].as_field_group()
    ids = re.findall(r'\bid="(\w+)"', html)

    assert sorted(ids) == sorted(set(ids))
    assert set(ids) >= {"id_born_day", "id_born_month", "id_born_year", "id_born_near"}
