"""A printed sheet: what it opens, how often, and for whom."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from snowdrop.people import sheet, tokens
from snowdrop.people.models import Person, SheetCode

WRONG = "No sheet has this code, or it was used already. Look once more, or take the next one."


@pytest.fixture
def ines(people):
    return people["ines"]


@pytest.fixture
def codes(ines):
    return sheet.make(by=ines)


def test_each_of_eight_codes_lets_its_owner_in_once(codes, ines):
    assert [sheet.use(code) for code in codes] == [ines] * 8

    for code in codes:
        with pytest.raises(sheet.WrongSheetCode):
            sheet.use(code)


def test_a_new_sheet_ends_the_one_before(codes, ines):
    again = sheet.make(by=ines)

    with pytest.raises(sheet.WrongSheetCode):
        sheet.use(codes[0])
    assert sheet.use(again[0]) == ines


def test_a_new_sheet_ends_nobody_else_s(codes, people, ines):
    sheet.make(by=people["sam"])

    assert sheet.use(codes[0]) == ines


def test_the_database_does_not_know_the_codes(codes):
    rows = str(list(SheetCode.objects.values()))

    assert [code for code in codes if code in rows or tokens.as_typed(code) in rows] == []


def test_a_line_proves_only_its_owner(codes, people):
    with pytest.raises(sheet.WrongSheetCode):
        sheet.use(codes[0], by=people["sam"])

    assert sheet.use(codes[0], by=people["ines"]) == people["ines"]


def test_the_sheet_is_shown_on_the_answer_and_never_again(client_for, ines):
    client = client_for(ines)

    made = client.post("/you/sheet/")

    assert made.status_code == 201
    page = made.content.decode()
    assert [code for code in made.context["codes"] if code not in page] == []
    assert "http://testserver/come-in/sheet/" in page
    later = client.get("/you/sheet/").content.decode()
    assert [code for code in made.context["codes"] if code in later] == []
    assert "You have a sheet; 8 codes on it have not been used. A new one ends it." in later


def test_a_sheet_that_says_to_print_it_has_a_button_that_prints(client_for, ines):
    page = client_for(ines).post("/you/sheet/").content.decode()

    assert "It is shown only now: print it, or write it down." in page
    assert page.count("data-print") == 1


def test_looking_at_the_page_of_the_sheet_ends_none(client_for, ines, codes):
    client_for(ines).get("/you/sheet/")

    assert sheet.use(codes[0]) == ines


def test_somebody_comes_in_by_a_line_however_they_type_it(codes, ines, committed):
    client = Client()
    with committed():
        answer = client.post("/come-in/sheet/", {"line": f" {codes[2].lower().replace('-', ' ')} ", "next": "/you/"})

    assert (answer.status_code, answer["Location"]) == (302, "/you/")
    assert client.get("/you/").context["person"] == ines
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["ines@example.org"], "About your ways in")
    assert letter.body.startswith("A device came in under your name, by a code from a sheet")


def test_a_letter_that_cannot_go_out_undoes_nothing(codes, ines, settings, committed):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = Client()
    with committed():
        answer = client.post("/come-in/sheet/", {"line": codes[0]})

    assert answer.status_code == 302
    assert client.get("/you/").context["person"] == ines


@pytest.mark.parametrize("used", [True, False])
def test_a_used_code_and_one_that_never_was_are_told_alike(codes, used):
    if used:
        sheet.use(codes[0])
    client = Client()

    answer = client.post("/come-in/sheet/", {"line": codes[0] if used else tokens.to_type(sheet.GROUPS)})

    assert (answer.status_code, answer.context["form"].errors["line"]) == (422, [WRONG])
    assert client.get("/you/").status_code == 302


@pytest.mark.parametrize("typed", ["", "\x00", "x" * 61, "½²٣", "--- ---"])
def test_what_is_no_code_opens_nothing(db, typed):
    answer = Client().post("/come-in/sheet/", {"line": typed})

    assert (answer.status_code, len(answer.context["form"].errors["line"])) == (422, 1)


def test_whoever_is_in_already_goes_on(client_for, people, codes):
    answer = client_for(people["sam"]).post("/come-in/sheet/", {"line": codes[0], "next": "/pages/"})

    assert answer["Location"] == "/pages/"
    assert SheetCode.objects.filter(used_at=None).count() == 8


def test_nobody_is_sent_to_another_house(codes):
    assert Client().post("/come-in/sheet/", {"line": codes[0], "next": "//evil.example/"})["Location"] == "/"


def test_somebody_whose_only_way_in_is_a_sheet_can_sign_out_without_a_warning(client_for, guest_session):
    person = Person.objects.create()
    client = client_for(person)
    assert "there is no way back in" in client.get("/you/").content.decode()

    sheet.make(by=person)

    assert "there is no way back in" not in client.get("/you/").content.decode()
