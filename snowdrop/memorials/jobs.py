"""What comes round by itself: what was announced takes effect, successors enter, the reaper comes, words are found."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.finding import index
from snowdrop.memorials import announced, finding, reaper, successors


@every(timedelta(minutes=10))
@job(tries=1)
def let_take_effect() -> None:
    announced.take_effect(at=timezone.now())
    successors.enter(at=timezone.now())


@every(timedelta(days=1))
@job(tries=1)
def reap() -> None:
    reaper.reap(at=timezone.now())


@every(timedelta(hours=1))
@job(tries=1)
def write_down_what_is_missing() -> None:
    """After an upgrade that brought finding, or reads words by other rules; and in a backup from before it."""
    finding.catch_up()


@every(timedelta(days=1))
@job(tries=1)
def tidy_what_was_written_down() -> None:
    index.tidy()
