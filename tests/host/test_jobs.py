"""What the house forgets by itself: nothing that somebody still needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from snowdrop.config import limits
from snowdrop.config.jobs import rounds, sweep_buckets
from snowdrop.config.models import Bucket
from snowdrop.host.jobs import forget_what_is_over
from snowdrop.people.models import Session, SignInCode
from snowdrop.people.sessions import SessionStore

pytestmark = pytest.mark.django_db


def came() -> Session:
    store = SessionStore()
    store.create()
    assert store.row is not None
    return store.row


def code_to(session: Session, *, ago: timedelta) -> SignInCode:
    return SignInCode.objects.create(
        session=session, email="ines@example.org", code_hash="0" * 64, tries_left=5, expires_at=timezone.now() - ago
    )


def test_devices_of_a_year_ago_and_codes_of_yesterday_are_forgotten_and_the_others_stay():
    with time_machine.travel(timezone.now() - timedelta(days=367)):
        came()
    here = came()
    code_to(here, ago=timedelta(days=2))
    fresh = code_to(here, ago=timedelta(minutes=-10))

    forget_what_is_over.call()

    assert (list(Session.objects.all()), list(SignInCode.objects.all())) == ([here], [fresh])


def test_buckets_that_are_full_again_are_forgotten():
    limits.take("opening links", "192.0.2.0/24", now=timezone.now() - timedelta(days=1))
    limits.take("asking in", 1)

    sweep_buckets.call()

    assert Bucket.objects.count() == 1


def test_both_come_round_by_themselves():
    assert {turn.name: turn.interval for turn in rounds() if "forget_what" in turn.name or "buckets" in turn.name} == {
        "snowdrop.config.jobs.sweep_buckets": timedelta(hours=1),
        "snowdrop.host.jobs.forget_what_is_over": timedelta(days=1),
    }
