"""Buckets of tokens: what a bucket gives at once, what comes back, and what a wrong clock does to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from snowdrop.config import limits
from snowdrop.config.limits import TooMany
from snowdrop.config.models import Bucket

pytestmark = pytest.mark.django_db
WHAT = "codes to an address"  # eight at once, then one in seven and a half minutes
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def taken(number: int, *, now: datetime = NOON, whose: str = "ines@example.org") -> int:
    """Try so many times; return how often there was a token."""
    got = 0
    for _time in range(number):
        try:
            limits.take(WHAT, whose, now=now)
        except TooMany:
            continue
        got += 1
    return got


def wait(*, now: datetime, count: int = 1) -> timedelta:
    with pytest.raises(TooMany) as many:
        limits.take(WHAT, "ines@example.org", count=count, now=now)
    return many.value.wait


def test_a_bucket_gives_what_it_holds_and_then_says_how_long_to_wait():
    assert taken(20) == 8

    assert wait(now=NOON) == timedelta(minutes=7.5)
    assert wait(now=NOON + MINUTE) == timedelta(minutes=6.5)


def test_tokens_come_back_one_by_one_and_never_more_than_the_bucket_holds():
    taken(8)

    assert taken(3, now=NOON + timedelta(minutes=7.5)) == 1
    assert taken(3, now=NOON + timedelta(minutes=22.5)) == 2
    assert taken(20, now=NOON + timedelta(days=30)) == 8


def test_to_be_refused_costs_nothing():
    taken(8)
    taken(100, now=NOON + MINUTE)

    assert taken(3, now=NOON + timedelta(minutes=7.5)) == 1


def test_everybody_has_a_bucket_of_their_own():
    taken(8)

    assert taken(20, whose="noor@example.org") == 8


def test_several_are_taken_together_or_not_at_all():
    limits.take(WHAT, "ines@example.org", count=6, now=NOON)

    assert wait(now=NOON, count=3) == timedelta(minutes=7.5)
    assert taken(20) == 2


def test_more_than_a_bucket_holds_are_as_many_as_it_holds():
    limits.take(WHAT, "ines@example.org", count=500, now=NOON)

    assert taken(1) == 0


@pytest.mark.parametrize("before", range(9))
def test_a_clock_set_back_an_hour_shuts_nobody_out_for_it_and_gives_nothing_away(before):
    assert taken(before) == before
    earlier = NOON - timedelta(hours=1)

    got = taken(20, now=earlier)

    assert got <= 8 - before
    assert wait(now=earlier) <= timedelta(minutes=7.5)
    assert taken(1, now=earlier + timedelta(minutes=7.5)) == 1
    # Set right again, it is at most as full as it ever gets.
    assert taken(20, now=NOON + timedelta(minutes=7.5)) <= 8


def test_a_clock_that_was_ten_years_ahead_is_forgotten_at_once():
    taken(8, now=NOON.replace(year=2036))

    assert wait(now=NOON) == timedelta(minutes=7.5)
    assert taken(1, now=NOON + timedelta(minutes=7.5)) == 1


def test_full_buckets_are_swept_and_the_others_stay():
    limits.take(WHAT, "ines@example.org", now=NOON)
    limits.take(WHAT, "noor@example.org", count=8, now=NOON)

    assert limits.sweep(now=NOON + timedelta(minutes=8)) == 1
    assert taken(20, now=NOON + timedelta(minutes=8), whose="noor@example.org") == 1
    assert limits.sweep(now=NOON + timedelta(hours=2)) == 1


def test_a_bucket_of_a_clock_far_ahead_is_swept():
    limits.take(WHAT, "ines@example.org", now=NOON.replace(year=2036))

    assert limits.sweep(now=NOON) == 1


def test_the_database_knows_neither_addresses_nor_networks():
    limits.take(WHAT, "ines@example.org")
    limits.take("opening links", "192.0.2.0/24")

    rows = list(Bucket.objects.values_list("key", flat=True))
    assert len(rows) == 2
    assert [row for row in rows if not re.fullmatch(r"[0-9a-f]{64}", row)] == []


def test_the_same_network_with_another_key_of_the_house_is_another_row(settings):
    limits.take(WHAT, "ines@example.org")
    settings.SECRET_KEY = "k" * 50
    limits.take(WHAT, "ines@example.org")

    assert Bucket.objects.count() == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_network_is_256_old_addresses_or_one_household_of_new_ones(address, network):
    assert limits.network_of(address) == network


def test_one_comes_back_within_a_quarter_of_an_hour_whatever_it_is():
    """A clock set back empties a bucket, and that may shut somebody out for as long as one token takes."""
    assert [what for what, limit in limits.LIMITS.items() if limit.one_in > timedelta(minutes=15)] == []
