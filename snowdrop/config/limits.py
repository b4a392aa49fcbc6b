"""How often somebody may do a thing: a bucket of tokens for each, kept in the database.

    limits.take("codes to an address", "ines@example.org")     # raises TooMany

A bucket begins full. Each time takes a token out; one comes back at a time. So somebody who comes now and then
never meets a limit, and a machine that tries meets little else. A limit closes one way for a while, never a person.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from snowdrop.config.models import Bucket


class By(Enum):
    """Whose bucket it is."""

    ADDRESS = auto()  # a mail address
    BROWSER = auto()
    NETWORK = auto()
    PERSON = auto()


@dataclass(frozen=True)
class Limit:
    """So many at once, and then one in so long a time."""

    by: By
    at_once: int
    one_in: timedelta
    looking_counts: bool = False

    @property
    def fills_in(self) -> timedelta:
        return self.at_once * self.one_in


# A whole ward, or a family around one grave, may stand behind one network: those limits are wide.
LIMITS = {
    "codes to an address": Limit(By.ADDRESS, 8, timedelta(minutes=7.5)),
    "codes to a browser": Limit(By.BROWSER, 8, timedelta(minutes=7.5)),
    "codes to a network": Limit(By.NETWORK, 100, timedelta(seconds=30)),
    "digits for an address": Limit(By.ADDRESS, 20, timedelta(minutes=3)),
    "typing codes": Limit(By.NETWORK, 200, timedelta(seconds=5)),
    "opening links": Limit(By.NETWORK, 600, timedelta(seconds=1), looking_counts=True),
    "knocks of a person": Limit(By.PERSON, 20, timedelta(minutes=15)),
    "knocks of a network": Limit(By.NETWORK, 200, timedelta(minutes=1)),
    "finding": Limit(By.NETWORK, 120, timedelta(seconds=2), looking_counts=True),
    "reporting words": Limit(By.NETWORK, 20, timedelta(minutes=5)),
    "asking in": Limit(By.PERSON, 200, timedelta(minutes=1)),
    "sending mails": Limit(By.PERSON, 300, timedelta(minutes=2)),
}


class TooMany(Exception):
    """The bucket is empty; in `wait` there is a token again."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many at once")
        self.wait = wait

    @property
    def seconds(self) -> int:
        return max(1, -(-self.wait // timedelta(seconds=1)))

    @property
    def minutes(self) -> int:
        return max(1, -(-self.wait // timedelta(minutes=1)))


# One statement, so that of twenty who press at once no two take the same token. `full_at` is when the bucket would
# be full again if nobody came: it holds the tokens and the time of the last one in one number.
_TAKE = """
INSERT INTO config_bucket (key, full_at) VALUES (%(key)s, %(now)s + %(cost)s)
ON CONFLICT (key) DO UPDATE
SET full_at = CASE WHEN config_bucket.full_at > %(now)s THEN config_bucket.full_at ELSE %(now)s END + %(cost)s
WHERE config_bucket.full_at <= %(now)s + %(room)s
"""


def take(what: str, whose: object, *, count: int = 1, now: datetime | None = None) -> None:
    """Take `count` tokens out of somebody's bucket. Raises TooMany, and then none is taken.

    More than the bucket holds are as many as it holds: a letter to a large family goes out once.
    """
    limit = LIMITS[what]
    one, all_of_them = _milliseconds(limit.one_in), _milliseconds(limit.fills_in)
    cost = min(count * one, all_of_them)
    at = _since_1970(now or timezone.now())
    key = _key(what, whose)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "now": at, "cost": cost, "room": all_of_them - cost})
        if cursor.rowcount:
            return
    # A clock that was set back finds times no bucket can have: that one is empty, and fills from now on.
    Bucket.objects.filter(key=key, full_at__gt=at + all_of_them).update(full_at=at + all_of_them)
    full_at = Bucket.objects.filter(key=key).values_list("full_at", flat=True).first() or at
    raise TooMany(timedelta(milliseconds=max(1, full_at + cost - all_of_them - at)))


def sweep(*, now: datetime) -> int:
    """Forget the buckets that are full again, and those of a clock that was far ahead; return how many."""
    at = _since_1970(now)
    latest = at + max(_milliseconds(limit.fills_in) for limit in LIMITS.values())
    swept, _kinds = Bucket.objects.filter(Q(full_at__lte=at) | Q(full_at__gt=latest)).delete()
    return swept


def network_of(address: str, *, household: int = 64) -> str:
    """The network of a visitor, as it counts for limits: 256 addresses of the old kind, one household of the new.

    `household`: how many bits tell one of the new kind from another. Some are given 56 or 48 and not 64.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, household if parsed.version == 6 else 24), strict=False))


def _key(what: str, whose: object) -> str:
    # Neither a mail address nor a network stands in the database, and without the house's key none can be tried.
    return salted_hmac("snowdrop.limits", f"{what}:{whose}", algorithm="sha256").hexdigest()


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _since_1970(time: datetime) -> int:
    return int(time.timestamp() * 1000)
