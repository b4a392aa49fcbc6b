"""What somebody is written to about: what is theirs to choose, and what always goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone

from snowdrop.people import letters
from snowdrop.people.letters import Kind
from snowdrop.people.models import Person

BOTH = {"wants_let_know": True, "wants_waiting": True}
REACHED = [
    ({}, [Kind.SAFETY, Kind.ANNOUNCED, Kind.ASKED_IN]),
    ({"wants_let_know": True}, [Kind.SAFETY, Kind.ANNOUNCED, Kind.LET_KNOW, Kind.ASKED_IN]),
    ({"wants_waiting": True}, [Kind.SAFETY, Kind.ANNOUNCED, Kind.WAITS, Kind.ASKED_IN]),
    (BOTH, [Kind.SAFETY, Kind.ANNOUNCED, Kind.LET_KNOW, Kind.WAITS, Kind.ASKED_IN]),
    ({**BOTH, "mail_rests": True}, [Kind.SAFETY]),
    ({**BOTH, "email": None}, []),
    ({**BOTH, "closed_at": datetime(2026, 5, 3, tzinfo=UTC)}, []),
]


@pytest.mark.parametrize(("wishes", "reached"), REACHED)
def test_somebody_is_reached_by_what_they_chose_and_by_what_keeps_them_safe(wishes, reached):
    person = Person(**{"email": "ines@example.org", **wishes})

    assert [kind for kind in Kind if letters.may(person, kind)] == reached


@pytest.mark.parametrize(("wishes", "reached"), REACHED)
def test_a_mail_goes_only_where_it_may(db, wishes, reached):
    person = Person.objects.create(**{"email": "ines@example.org", **wishes})

    for kind in Kind:
        letters.write(
            person,
            kind,
            subject=kind.name,
            template="people/letters/way_back_used.txt",
            context={"at": timezone.now()},
        )

    assert [letter.subject for letter in mail.outbox] == [kind.name for kind in reached]


@pytest.mark.parametrize(
    ("rest", "goes"), [([], True), ([False], True), ([True], False), ([True, False], True), ([True, True], False)]
)
def test_an_invitation_goes_to_an_address_unless_everybody_here_who_has_it_wants_nothing_at_all(db, rest, goes):
    for mail_rests in rest:
        Person.objects.create(email="ines@example.org", mail_rests=mail_rests)

    assert letters.may_reach(" Ines@example.org", Kind.ASKED_IN) is goes


def test_the_time_in_a_mail_is_the_time_where_its_reader_lives(db):
    person = Person.objects.create(email="ines@example.org", time_zone="Asia/Tokyo")

    letters.address_changed(person, old="old@example.org", at=datetime(2026, 5, 3, 20, 0, tzinfo=UTC))

    assert [letter.to for letter in mail.outbox] == [["old@example.org"], ["ines@example.org"]]
    assert "4 May 2026" in mail.outbox[0].body
