"""What is done after the answer, and what comes round: mail to whom wants it; forgetting where words came from."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.words import candles, leaving, letters, removing


@job()
def go_on_removing(removal: int) -> None:
    removing.go_on(removal)


@every(timedelta(minutes=5))
@job(tries=1)
def tell_those_who_read_first() -> None:
    letters.tell_at_once(at=timezone.now())


@every(timedelta(hours=1))
@job(tries=1)
def tell_once_a_day() -> None:
    letters.tell_daily(at=timezone.now())


@every(timedelta(days=1))
@job(tries=1)
def forget_where_they_came_from() -> None:
    leaving.forget_networks(at=timezone.now())
    candles.forget_networks(at=timezone.now())
