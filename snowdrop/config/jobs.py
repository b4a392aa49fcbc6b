"""Jobs: what is done after the answer, retried when it fails, and what comes round by itself.

    @job(tries=8)
    def send(letter: int) -> None: ...

    send.enqueue(letter.pk)            # in the transaction of what it belongs to

    @every(timedelta(hours=1))
    @job()
    def reap() -> None: ...

An app keeps its jobs in a module `jobs`, where the worker finds them. A job may be run twice (a worker can be
killed after the work and before the note of it), so it has to be one that does no harm when it is.

What may take longer than a few minutes is `slow`: it is done beside the others, so that no letter waits for a film.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task

from snowdrop.config import limits

P = ParamSpec("P")
R = TypeVar("R")

QUICK, SLOW = "default", "slow"  # the two lanes of a worker
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=14)  # how long a finished job's row is kept, for whoever looks for a fault


# Set once this process is told to end. A slow job looks at it now and then, and raises `Ending`.
ending = threading.Event()


class Ending(Exception):
    """The worker ends. The job was broken off for that, is begun anew by the next one, and this was no try in vain."""


@dataclass(frozen=True)
class Patience:
    """How often a job is tried, and how long it rests before the second time. Each later rest is four times as long."""

    tries: int
    first_wait: timedelta

    def wait_after(self, attempts: int) -> timedelta | None:
        """How long to rest after so many attempts in vain; None to give up."""
        if attempts >= self.tries:
            return None
        return min(self.first_wait * 4 ** (attempts - 1), LONGEST_WAIT)


@dataclass(frozen=True)
class Round:
    """A job that comes round."""

    name: str
    interval: timedelta
    task: Task[[], Any]


ONCE = Patience(tries=1, first_wait=timedelta())
_patience: dict[str, Patience] = {}
_rounds: dict[str, Round] = {}


def job(
    *, tries: int = 6, first_wait: timedelta = timedelta(seconds=20), priority: int = 0, slow: bool = False
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a module's function a job. `priority`: from -100 to 100; what somebody waits for goes above 0."""

    def made(function: Callable[P, R]) -> Task[P, R]:
        made_task = task(priority=priority, queue_name=SLOW if slow else QUICK)(function)
        _patience[made_task.module_path] = Patience(tries, first_wait)
        return made_task

    return made


def every(interval: timedelta) -> Callable[[Task[[], R]], Task[[], R]]:
    """Let a job without arguments come round: once in `interval`, however many workers there are."""

    def registered(made_task: Task[[], R]) -> Task[[], R]:
        _rounds[made_task.module_path] = Round(made_task.module_path, interval, made_task)
        return made_task

    return registered


def patience_with(path: str) -> Patience:
    return _patience.get(path, ONCE)


def rounds() -> list[Round]:
    return list(_rounds.values())


def next_due(now: datetime, interval: timedelta) -> datetime:
    """Counted from now: after a night switched off a job comes round once, not as often as it was missed."""
    return now + interval


@every(timedelta(days=1))
@job(tries=1)
def forget_finished_jobs() -> None:
    call_command("prune_db_task_results", min_age_days=KEPT.days, queue_name="*", verbosity=0)


@every(timedelta(hours=1))
@job(tries=1)
def sweep_buckets() -> None:
    limits.sweep(now=timezone.now())
