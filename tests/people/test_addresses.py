"""A changed address: the old one and the new one are told, on postcards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail

from snowdrop.config.models import House
from snowdrop.people import addresses
from snowdrop.people.models import Person

NEW = "new@example.org"


@pytest.fixture
def ines(people) -> Person:
    return people["ines"]


def test_the_address_before_and_the_new_one_are_told(ines, committed):
    House.objects.update_or_create(pk=1, defaults={"contact": "ward4@example.org"})

    with time_machine.travel(datetime(2026, 5, 3, 20, 15, tzinfo=UTC), tick=False), committed():
        addresses.give(NEW, by=ines)

    assert Person.objects.get(pk=ines.pk).email == NEW
    assert [(letter.to, letter.subject, letter.body) for letter in mail.outbox] == [
        (
            ["ines@example.org"],
            "About your ways in",
            "The address with which you come in here was changed on 3 May 2026, 20:15. From now on, mail goes to the "
            "new one.\n\nIf it was you, nothing has to be done. If it was not you, please tell whoever looks after the "
            "place where you come in.\n\nward4@example.org\n\n",
        ),
        (
            [NEW],
            "About your ways in",
            "This address became yours here on 3 May 2026, 20:15, in place of the one before. With it you can come in "
            "from any device.\n\nIf it was you, nothing has to be done. If it was not you, please tell whoever looks "
            "after the place where you come in.\n\nward4@example.org\n\n",
        ),
    ]


def test_they_are_told_also_where_nothing_at_all_is_wanted(ines, committed):
    Person.objects.filter(pk=ines.pk).update(mail_rests=True)

    with committed():
        addresses.give(NEW, by=Person.objects.get(pk=ines.pk))

    assert [letter.to for letter in mail.outbox] == [["ines@example.org"], [NEW]]


def test_a_first_address_and_the_same_one_again_are_no_change_to_tell_of(db, committed):
    nobody = Person.objects.create(name="Nobody yet")

    with committed():
        addresses.give(NEW, by=nobody)
        addresses.give(NEW, by=nobody)

    assert Person.objects.get(pk=nobody.pk).email == NEW
    assert mail.outbox == []


def test_each_is_told_in_the_person_s_own_language(ines, committed):
    Person.objects.filter(pk=ines.pk).update(language="ar")

    with committed():
        addresses.give(NEW, by=Person.objects.get(pk=ines.pk))

    assert ["2026" in letter.body and "May" in letter.body for letter in mail.outbox] == [False, False]
