"""A code by mail: who gets in with it, and who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from snowdrop.config.limits import TooMany
from snowdrop.people import codes
from snowdrop.people.models import Person, SignInCode
from tests.people.conftest import new_browser


@pytest.fixture
def send(committed):
    def sent(address, session):
        with committed():
            return codes.send(address, session=session)

    return sent


def wrong(digits: str) -> str:
    """Other digits than these."""
    return f"{(int(digits.replace(' ', '')) + 1) % 10**8:08d}"


def test_the_digits_of_the_mail_prove_its_address(send, browser, digits):
    send("Ines@Example.org ", browser)

    assert codes.proven(digits(), session=browser) == "ines@example.org"
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["ines@example.org"], "Your code")]


def test_digits_may_be_typed_in_arabic_numerals_and_with_a_hyphen(send, browser, digits):
    send("ines@example.org", browser)
    typed = digits().replace(" ", "-").translate(dict(zip(b"0123456789", "٠١٢٣٤٥٦٧٨٩", strict=True)))

    assert codes.proven(typed, session=browser) == "ines@example.org"


@pytest.mark.parametrize("typed", ["", "abcdefgh", "1234", "१२३", "\x00", "9" * 400])
def test_what_are_not_the_digits_let_nobody_in(send, browser, typed):
    send("ines@example.org", browser)

    with pytest.raises(codes.WrongCode):
        codes.proven(typed, session=browser)
    assert list(Person.objects.all()) == []


def test_the_fifth_try_may_be_the_right_one_and_the_sixth_not(send, browser, other_browser, digits):
    send("ines@example.org", browser)
    right = digits()
    for _try in range(4):
        with pytest.raises(codes.WrongCode):
            codes.proven(wrong(right), session=browser)
    assert codes.proven(right, session=browser) == "ines@example.org"

    send("ines@example.org", other_browser)
    right = digits()
    for _try in range(5):
        with pytest.raises(codes.WrongCode):
            codes.proven(wrong(right), session=other_browser)
    with pytest.raises(codes.WrongCode):
        codes.proven(right, session=other_browser)


def test_a_code_works_once(send, browser, digits):
    send("ines@example.org", browser)
    codes.proven(digits(), session=browser)

    with pytest.raises(codes.WrongCode):
        codes.proven(digits(), session=browser)


@pytest.mark.parametrize(("minutes", "lets_in"), [(14.9, True), (15.1, False)])
def test_a_code_is_good_for_fifteen_minutes(send, browser, digits, minutes, lets_in):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        send("ines@example.org", browser)

    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        if lets_in:
            assert codes.proven(digits(), session=browser) == "ines@example.org"
        else:
            with pytest.raises(codes.WrongCode):
                codes.proven(digits(), session=browser)


def test_digits_typed_in_another_browser_are_worth_nothing(send, browser, other_browser, digits):
    send("ines@example.org", browser)
    theirs = digits()
    send("noor@example.org", other_browser)

    with pytest.raises(codes.WrongCode):
        codes.proven(theirs, session=other_browser)
    assert codes.proven(theirs, session=browser) == "ines@example.org"


def test_a_code_sent_again_ends_the_one_before(send, browser, digits):
    send("ines@example.org", browser)
    first = digits()
    send("ines@example.org", browser)

    with pytest.raises(codes.WrongCode):
        codes.proven(first, session=browser)
    assert codes.proven(digits(), session=browser) == "ines@example.org"


def test_a_code_sent_again_to_another_address_proves_only_that_one(send, browser, digits):
    send("ines@example.org", browser)
    first = digits()
    send("noor@example.org", browser)

    with pytest.raises(codes.WrongCode):
        codes.proven(first, session=browser)
    assert codes.proven(digits(), session=browser) == "noor@example.org"


def test_one_browser_gets_eight_codes_an_hour(send, browser):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for number in range(8):
            send(f"person{number}@example.org", browser)
        with pytest.raises(TooMany):
            send("one-more@example.org", browser)
    assert len(mail.outbox) == 8

    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        send("one-more@example.org", browser)
    assert len(mail.outbox) == 9


def test_one_address_gets_eight_codes_an_hour_from_however_many_browsers(send, db):
    for _number in range(8):
        send("ines@example.org", new_browser())

    with pytest.raises(TooMany):
        send("INES@example.org", new_browser())
    assert len(mail.outbox) == 8


def test_one_address_waits_a_few_minutes_and_not_an_hour(send, db):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _number in range(8):
            send("ines@example.org", new_browser())

    with time_machine.travel(now + timedelta(minutes=7.6), tick=False):
        send("ines@example.org", new_browser())
        with pytest.raises(TooMany):
            send("ines@example.org", new_browser())
    assert len(mail.outbox) == 9


def test_many_wrong_digits_make_an_address_wait_and_nobody_else(send, digits, db):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _code in range(4):
            theirs = new_browser()
            send("ines@example.org", theirs)
            for _try in range(5):
                with pytest.raises(codes.WrongCode):
                    codes.proven(wrong(digits()), session=theirs)
        own, other = new_browser(), new_browser()
        send("ines@example.org", own)
        sent = digits()

        with pytest.raises(TooMany) as many:
            codes.proven(sent, session=own)
        assert many.value.minutes == 3
        send("ines@work.example", other)
        assert codes.proven(digits(), session=other) == "ines@work.example"

    with time_machine.travel(now + timedelta(minutes=3), tick=False):
        assert codes.proven(sent, session=own) == "ines@example.org"


def test_the_database_does_not_know_the_digits(send, browser, digits):
    sent = send("ines@example.org", browser)

    row = str(SignInCode.objects.filter(pk=sent.pk).values().get())
    assert digits().replace(" ", "") not in row
    assert digits() not in row


def test_a_code_that_nobody_can_type_any_more_is_forgotten_after_a_day_with_its_address(send, browser, digits):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        send("ines@example.org", browser)

    assert codes.forget_old(now=now + timedelta(days=1)) == 0
    assert codes.proven(digits(), session=browser) == "ines@example.org"
    assert codes.forget_old(now=now + timedelta(days=1, minutes=16)) == 1
    assert list(SignInCode.objects.all()) == []


def test_two_houses_whose_names_look_alike_stay_two(send, browser, digits):
    send("a@straße.example", browser)

    assert codes.proven(digits(), session=browser) == "a@straße.example"
    assert [list(Person.objects.with_address(f"a@{house}.example")) for house in ("straße", "strasse")] == [[], []]


def test_a_mail_that_cannot_be_sent_reaches_the_caller(send, browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(OSError, match="refused"):
        send("ines@example.org", browser)
