"""What comes round by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.handover import claiming, giving


@every(timedelta(days=1))
@job(tries=2)
def close_what_was_left() -> None:
    """Whoever put something in and never pressed the last button meant it: it is sealed once the link is over."""
    giving.close_what_was_left(at=timezone.now())


@every(timedelta(days=1))
@job(tries=2)
def let_go_of_unclaimed() -> None:
    """What nobody claimed within the term that stands on its card."""
    claiming.let_go_of_unclaimed(at=timezone.now())
