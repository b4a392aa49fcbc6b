"""What the house forgets by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.config.jobs import every, job
from snowdrop.people import codes
from snowdrop.people.sessions import SessionStore


@every(timedelta(days=1))
@job(tries=2)
def forget_what_is_over() -> None:
    """Codes that nobody can type any more, and devices on which nobody came back for a year."""
    codes.forget_old(now=timezone.now())
    SessionStore.clear_expired()
