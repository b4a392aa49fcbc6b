"""Jobs: tried again when they fail, picked up when their worker dies, and done once when they come round."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from snowdrop.config import jobs, worker
from snowdrop.config.jobs import Patience, every, job
from snowdrop.config.models import Routine, Worker

# With transactions of its own: the worker takes its jobs in one that must not stand inside a test's.
pytestmark = pytest.mark.django_db(transaction=True)

done: list[str] = []


class LetterDidNotGo(Exception):
    pass


@job(tries=3, first_wait=timedelta(seconds=20))
def write_letter(to: str) -> None:
    done.append(to)


@job(tries=3, first_wait=timedelta(seconds=20))
def fail(text: str) -> None:
    raise LetterDidNotGo(text)


@job(tries=1)
def look_after() -> None:
    done.append("looked after")


@pytest.fixture(autouse=True)
def nothing_done_yet(monkeypatch):
    done.clear()
    monkeypatch.setattr(jobs, "_rounds", {})


def only_row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_job_is_done_once():
    write_letter.enqueue("Ines")

    assert (worker.run_waiting(), worker.run_waiting(), done) == (1, 0, ["Ines"])
    assert only_row().status == TaskResultStatus.SUCCESSFUL


def test_a_job_belongs_to_the_transaction_it_was_asked_in():
    with pytest.raises(LetterDidNotGo), transaction.atomic():
        write_letter.enqueue("Ines")
        raise LetterDidNotGo

    assert (worker.run_waiting(), done) == (0, [])


def test_a_job_that_fails_rests_and_is_tried_again_until_it_is_given_up(time_machine):
    fail.enqueue("what Ines wrote")
    seen = []
    for _ in range(4):
        worker.run_waiting()
        row = only_row()
        rest = round((row.run_after - timezone.now()).total_seconds()) if row.status == TaskResultStatus.READY else None
        seen.append((row.status, rest))
        time_machine.move_to(timezone.now() + timedelta(hours=1))

    assert seen == [
        (TaskResultStatus.READY, 20),
        (TaskResultStatus.READY, 80),
        (TaskResultStatus.FAILED, None),
        (TaskResultStatus.FAILED, None),
    ]


def test_a_failure_is_noted_without_the_text_it_failed_with(caplog):
    fail.enqueue("what Ines wrote")
    worker.run_waiting()

    row = only_row()
    assert row.exception_class_path == f"{__name__}.LetterDidNotGo"
    assert "what Ines wrote" not in row.traceback + caplog.text


@job(tries=3, slow=True)
def make_film(name: str) -> None:
    done.append(name)


@job(tries=3, slow=True)
def break_off() -> None:
    raise jobs.Ending


def test_what_takes_long_has_a_lane_of_its_own():
    make_film.enqueue("a film")
    write_letter.enqueue("Ines")

    quick = worker.Working("me", lane=jobs.QUICK)
    assert (quick.do_next(), quick.do_next(), done) == (True, False, ["Ines"])
    slow = worker.Working("me", lane=jobs.SLOW)
    assert (slow.do_next(), slow.do_next(), done) == (True, False, ["Ines", "a film"])


def test_a_job_that_is_broken_off_for_its_worker_ends_is_begun_anew_as_often_as_that_happens():
    break_off.enqueue()

    for _time in range(5):
        assert worker.Working("me").do_next()
        assert (only_row().status, only_row().worker_ids) == (TaskResultStatus.READY, [])


def test_rests_grow_and_have_an_end():
    patience = Patience(tries=9, first_wait=timedelta(seconds=20))

    assert [patience.wait_after(n) for n in (1, 2, 3, 8, 9)] == [
        timedelta(seconds=20),
        timedelta(seconds=80),
        timedelta(seconds=320),
        timedelta(hours=6),
        None,
    ]


@pytest.fixture
def left_running():
    """A job whose worker says who it is and then never again."""

    def leave(name: str, attempts: int = 1) -> DBTaskResult:
        write_letter.enqueue("Ines")
        row = only_row()
        for _ in range(attempts):
            row.claim(name)
        return row

    return leave


def test_a_job_left_by_a_killed_worker_of_this_machine_is_set_again_at_once(left_running):
    left_running(f"{worker._node()}:1:0")  # process 1 began at another time than that

    assert worker.rescue(now=timezone.now()) == 1
    assert (only_row().status, only_row().exception_class_path) == (
        TaskResultStatus.READY,
        "snowdrop.config.worker.WorkerDied",
    )


def test_a_job_under_way_is_let_be(left_running):
    left_running(worker.own_name())

    assert worker.rescue(now=timezone.now()) == 0


def test_a_worker_of_another_machine_counts_as_dead_when_its_beat_stops(left_running):
    now = timezone.now()
    left_running("elsewhere:4711:99")
    Worker.objects.create(name="elsewhere:4711:99", seen_at=now)

    assert (worker.rescue(now=now + timedelta(seconds=60)), worker.rescue(now=now + timedelta(seconds=91))) == (0, 1)


def test_a_job_that_kills_its_worker_is_given_up_after_its_tries(left_running):
    left_running("elsewhere:4711:99", attempts=3)

    assert worker.rescue(now=timezone.now()) == 1
    assert only_row().status == TaskResultStatus.FAILED


def test_what_comes_round_is_started_once_in_its_time():
    every(timedelta(hours=1))(look_after)
    (turn,) = jobs.rounds()
    now = timezone.now()

    started = [
        worker.start_if_due(turn, now=now + timedelta(minutes=minutes)) for minutes in (0, 0, 30, 59, 60, 61, 600)
    ]

    assert started == [True, False, False, False, True, False, True]


def test_two_workers_start_what_comes_round_once():
    every(timedelta(hours=1))(look_after)
    (turn,) = jobs.rounds()
    now = timezone.now()
    Routine.objects.create(name=turn.name, due_at=now)
    started: list[bool] = []
    together = threading.Barrier(4)

    def one() -> None:
        together.wait()
        while True:
            try:
                started.append(worker.start_if_due(turn, now=now))
                break
            except OperationalError as error:
                # The tests' SQLite lies in shared memory, where a writer locks a table to readers too. A file does
                # not, and a worker that met this would look again at its next round.
                assert "table is locked" in str(error)
                time.sleep(0.01)
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(started) == [False, False, False, True]
    assert DBTaskResult.objects.count() == 1


def test_a_clock_that_was_far_ahead_does_not_stop_what_comes_round():
    every(timedelta(hours=1))(look_after)
    (turn,) = jobs.rounds()
    now = timezone.now()
    worker.start_if_due(turn, now=now + timedelta(days=3650))

    assert worker.start_if_due(turn, now=now) is True


def test_an_idle_look_round_takes_no_lock(django_assert_num_queries):
    one = worker.Working("me")

    with django_assert_num_queries(1):
        assert one.do_next() is False
