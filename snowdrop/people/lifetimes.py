"""How long what was made at one moment is good: a code, a challenge, a proof."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

# Two machines' clocks differ a little. More than this is a clock that was set back: what was made "later" than now
# would live longer than it should, so it opens nothing, and another is asked for.
AHEAD = timedelta(minutes=1)


def is_within(began: datetime | None, lasts: timedelta, now: datetime) -> bool:
    return began is not None and began - AHEAD <= now < began + lasts


def within(field: str, lasts: timedelta, now: datetime) -> Q:
    """The same, asked of the database: rows whose `field` lies no longer ago than `lasts`, and not ahead."""
    return Q(**{f"{field}__gt": now - lasts, f"{field}__lte": now + AHEAD})
