"""What comes round: where words came from is forgotten after a month."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.words import candles, leaving


@every(timedelta(days=1))
@job(tries=1)
def forget_where_they_came_from() -> None:
    leaving.forget_networks(at=timezone.now())
    candles.forget_networks(at=timezone.now())
