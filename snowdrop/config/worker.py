"""The job worker: takes jobs from the database one by one, and those that another one left when it died.

It has two lanes, each a thread: one for what takes hours, such as a film, and one for all the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import secrets
import signal
import threading
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from django.db import OperationalError, close_old_connections, connections, transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks import TaskResultStatus
from django_tasks.base import TaskContext, TaskResult
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet
from django_tasks_db.utils import exclusive_transaction

from snowdrop.config import jobs
from snowdrop.config.models import Routine, Worker

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds
GO_ROUND_EVERY = timedelta(seconds=20)  # looking for what is due and for what was left
BEAT_EVERY = 15.0  # seconds
DEAD_AFTER = timedelta(seconds=90)  # without a beat, seen from another machine


class WorkerDied(Exception):
    """The process ended in the middle of the job: killed, or the power failed."""


def _node() -> str:
    """Where a process number means a process: this boot of this machine, in this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        return hashlib.sha256(f"{boot}{Path('/proc/self/ns/pid').readlink()}".encode()).hexdigest()[:16]
    except OSError:
        return secrets.token_hex(8)  # not Linux: only the missing beat tells that a worker died


def _began(pid: int) -> str | None:
    """When the process with this number began, in ticks since the boot; None where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return None


def own_name() -> str:
    return f"{_node()}:{os.getpid()}:{_began(os.getpid()) or 0}"


def is_dead(name: str, *, now: datetime) -> bool:
    """Whether the worker of that name is gone: at once for one of this machine, after missed beats for another."""
    node, _colon, rest = name.partition(":")
    pid, _colon, began = rest.partition(":")
    if node == _node() and pid.isdecimal():
        return _began(int(pid)) != began
    return not Worker.objects.filter(name=name, seen_at__gt=now - DEAD_AFTER).exists()


def work() -> None:
    """Work until SIGTERM or SIGINT; a job under way is finished first, a slow one broken off."""
    autodiscover_modules("jobs")
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: jobs.ending.set())
    name = own_name()
    slow = threading.Thread(target=_work_slowly, args=[name], name="slow jobs")
    slow.start()
    try:
        Working(name, lane=jobs.QUICK).until_told()
    finally:
        jobs.ending.set()
        slow.join()
    with contextlib.suppress(OperationalError):
        Worker.objects.filter(name=name).delete()
    connections.close_all()


def _work_slowly(name: str) -> None:
    try:
        Working(name, lane=jobs.SLOW).until_told()
    except BaseException as error:
        log.error("Slow jobs: %s", type(error).__qualname__, exc_info=error)
        jobs.ending.set()  # the process ends and is started again: half a worker would leave its job under way for good
    finally:
        connections.close_all()


def run_waiting(limit: int = 1_000) -> int:
    """Do what is waiting now, here and not in a worker; return how many jobs that were. For commands and tests."""
    autodiscover_modules("jobs")
    one = Working(own_name())
    return next(count for count in range(limit + 1) if count == limit or not one.do_next())


class Working:
    def __init__(self, name: str, *, lane: str | None = None) -> None:
        """`lane`: which jobs it takes, jobs.QUICK or jobs.SLOW; None for all of them."""
        self.name, self._lane = name, lane
        self._busy = threading.Event()
        self._went_round: datetime | None = None

    def until_told(self) -> None:
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        while not jobs.ending.is_set():
            close_old_connections()
            try:
                if self._lane != jobs.SLOW:
                    self.go_round(now=timezone.now())
                did_one = self.do_next()
            except OperationalError as error:
                # A database that is busy or away comes back; jobs are in it, so none is lost meanwhile.
                log.warning("The database does not answer the job worker: %s", type(error).__name__)
                connections.close_all()
                jobs.ending.wait(5)
                continue
            if not did_one:
                jobs.ending.wait(LOOK_EVERY)

    def _beat(self) -> None:
        """Say from time to time that the long job is still under way. Silent when there is none."""
        while self._busy.wait():
            if jobs.ending.wait(BEAT_EVERY):
                return
            if self._busy.is_set():
                with contextlib.suppress(OperationalError):
                    Worker.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})

    # -- one job -----------------------------------------------------------------------------

    def do_next(self) -> bool:
        """Do one job that is ready; False when there is none."""
        # Asked without a lock first: an idle worker must not hold up those who write.
        if not self._ready().exists():
            return False
        with exclusive_transaction():
            row = self._ready().get_locked()
            if row is None:
                return False
            row.claim(self.name)
            Worker.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
        self._busy.set()
        try:
            self._do(row)
        finally:
            self._busy.clear()
        return True

    def _ready(self) -> DBTaskResultQuerySet:
        ready = DBTaskResult.objects.ready()
        return ready if self._lane is None else ready.filter(queue_name=self._lane)

    def _do(self, row: DBTaskResult) -> None:
        try:
            called = row.task
            given = row.args_kwargs
            if called.takes_context:
                context = TaskContext(task_result=cast(TaskResult[Any], row.task_result))
                value = called.call(context, *given["args"], **given["kwargs"])
            else:
                value = called.call(*given["args"], **given["kwargs"])
            row.set_successful(value)
        except Exception as error:
            set_again(row, error, now=timezone.now())

    # -- what comes round ----------------------------------------------------------------------

    def go_round(self, *, now: datetime) -> None:
        if self._went_round is not None and timedelta(0) <= now - self._went_round < GO_ROUND_EVERY:
            return
        self._went_round = now
        rescue(now=now)
        for turn in jobs.rounds():
            start_if_due(turn, now=now)


def set_again(row: DBTaskResult, error: BaseException, *, now: datetime) -> None:
    """Let a job that failed wait for its next attempt, or give it up."""
    if isinstance(error, jobs.Ending):
        row.worker_ids, row.status, row.run_after = row.worker_ids[:-1], TaskResultStatus.READY, now
        row.save(update_fields=["status", "run_after", "worker_ids"])
        return
    wait = jobs.patience_with(row.task_path).wait_after(len(row.worker_ids))
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    row.exception_class_path = name
    # Where, but not with what: an error's own text may quote a letter or an address.
    row.traceback = "".join(traceback.format_tb(error.__traceback__))
    if wait is None:
        row.status, row.finished_at = TaskResultStatus.FAILED, now
        log.error("%s was given up after %s attempts: %s", row.task_path, len(row.worker_ids), name)
    else:
        row.status, row.run_after = TaskResultStatus.READY, now + wait
    row.save(update_fields=["status", "run_after", "finished_at", "exception_class_path", "traceback"])


def rescue(*, now: datetime) -> int:
    """Set again what died with its worker; return how many jobs that were."""
    rescued = 0
    for row in DBTaskResult.objects.running():
        if not row.worker_ids or is_dead(row.worker_ids[-1], now=now):
            with transaction.atomic():
                # Two workers may look at the same moment.
                mine = DBTaskResult.objects.running().filter(pk=row.pk, started_at=row.started_at)
                if locked := mine.select_for_update().first():
                    set_again(locked, WorkerDied(), now=now)
                    rescued += 1
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return rescued


def start_if_due(turn: jobs.Round, *, now: datetime) -> bool:
    """Enqueue the job if its time has come and no other worker did."""
    routine, _made = Routine.objects.get_or_create(name=turn.name, defaults={"due_at": now})
    # A clock that was far ahead and set right again must not make it wait for years.
    if now < routine.due_at <= now + turn.interval:
        return False
    with transaction.atomic():
        took = Routine.objects.filter(name=turn.name, due_at=routine.due_at)
        if not took.update(due_at=jobs.next_due(now, turn.interval)):
            return False
        turn.task.enqueue()
    return True
