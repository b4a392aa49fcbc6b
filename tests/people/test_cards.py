"""Links of the host's: one makes the first host, others let somebody begin without a mail address."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from snowdrop.people import cards
from snowdrop.people.models import Card, Person

HOST, BEGINNING = Card.For.FIRST_HOST, Card.For.BEGINNING


def test_the_first_host_s_link_makes_a_host_once(db):
    token = cards.for_the_first_host()
    assert token

    host = cards.use(token, HOST, person=None, name="Ward 4")

    assert list(Person.objects.filter(is_host=True)) == [host]
    with pytest.raises(cards.CardIsUsed):
        cards.use(token, HOST, person=None)


def test_where_there_is_a_host_no_link_is_made_for_a_first_one(db):
    Person.objects.create(name="Host", is_host=True)

    assert cards.for_the_first_host() is None


def test_starting_again_ends_the_link_that_was_printed_before(db):
    before, now = cards.for_the_first_host(), cards.for_the_first_host()

    assert cards.find(before, HOST) is None
    assert cards.find(now, HOST) == Card.objects.get()


def test_a_card_to_begin_with_makes_nobody_a_host(db):
    token = cards.make(BEGINNING)

    person = cards.use(token, BEGINNING, person=None)

    assert not Person.objects.get(pk=person.pk).is_host
    with pytest.raises(cards.CardIsUsed):
        cards.use(cards.make(BEGINNING), HOST, person=None)


@pytest.mark.parametrize(("days", "opens"), [(29, True), (31, False)])
def test_a_card_opens_for_thirty_days(db, days, opens):
    token = cards.make(BEGINNING)

    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        assert (cards.find(token, BEGINNING) is not None) == opens


def test_a_card_with_two_uses_lets_two_begin(db):
    token = cards.make(BEGINNING, uses=2)

    assert cards.use(token, BEGINNING, person=None) != cards.use(token, BEGINNING, person=None)
    with pytest.raises(cards.CardIsUsed):
        cards.use(token, BEGINNING, person=None)


def test_the_database_does_not_know_the_token(db):
    token = cards.make(BEGINNING, note="ward 4")

    assert token not in str(list(Card.objects.values()))


@pytest.mark.parametrize("token", ["", "x", "\x00", "\udc80", "a" * 10_000])
def test_what_never_was_a_card_opens_nothing(db, token):
    assert cards.find(token, BEGINNING) is None
