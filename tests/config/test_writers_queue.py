"""Writers of one process stand in line, and nobody who leaves takes the line along."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.db.utils import ConnectionHandler, IntegrityError, OperationalError

from snowdrop.config.backends.sqlite3 import base
from snowdrop.config.backends.sqlite3.base import DatabaseWrapper


class Broken(Exception):
    pass


@pytest.fixture
def wrap(tmp_path: Path, django_db_blocker) -> Iterator[object]:
    """Make connections to one database of its own, and close them at the end."""
    handler = ConnectionHandler(
        {"default": {"ENGINE": "snowdrop.config.backends.sqlite3", "NAME": tmp_path / "w.sqlite3"}}
    )
    made: list[DatabaseWrapper] = []

    def wrap() -> DatabaseWrapper:
        connection = handler.create_connection("default")
        connection.inc_thread_sharing()
        made.append(connection)
        return connection

    with django_db_blocker.unblock():
        first = wrap()
        with first.cursor() as cursor:
            cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        yield wrap
        for connection in made:
            connection.close()


def say(connection: DatabaseWrapper, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO word (text) VALUES (%s)", [text])


def said(connection: DatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return [text for (text,) in cursor.execute("SELECT text FROM word ORDER BY id").fetchall()]


def begin(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection: DatabaseWrapper) -> None:
    connection.commit()
    connection.set_autocommit(True)


def test_a_connection_is_safe_against_a_power_cut_and_small(wrap, settings):
    settings.UNSYNCED = False
    connection = wrap()
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "cache_size", "busy_timeout")
        }

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "cache_size": -2048,
        "busy_timeout": 20_000,
    }


def test_a_transaction_holds_the_turn_and_gives_it_back_when_it_commits(wrap):
    connection = wrap()
    begin(connection)
    say(connection, "a")
    during = connection.queue.is_free
    end(connection)

    assert (during, connection.queue.is_free, said(connection)) == (False, True, ["a"])


def test_reading_takes_no_turn(wrap):
    writer, reader = wrap(), wrap()
    begin(writer)
    say(writer, "not yet")

    assert said(reader) == []
    end(writer)


def test_an_error_gives_the_turn_back(wrap):
    connection = wrap()
    say(connection, "a")
    begin(connection)
    with pytest.raises(IntegrityError):
        say(connection, "a")
    connection.rollback()
    connection.set_autocommit(True)

    assert connection.queue.is_free
    with pytest.raises(IntegrityError):
        say(connection, "a")  # alone, outside of a transaction
    assert connection.queue.is_free


def test_closing_inside_a_transaction_gives_the_turn_back_and_keeps_nothing(wrap):
    connection, other = wrap(), wrap()
    begin(connection)
    say(connection, "half")
    connection.close()

    assert other.queue.is_free
    assert said(other) == []


def test_a_begin_that_fails_gives_the_turn_back(wrap, monkeypatch):
    connection = wrap()
    connection.ensure_connection()
    monkeypatch.setattr(connection, "transaction_mode", "NONSENSE")
    with pytest.raises(OperationalError):
        begin(connection)

    assert connection.queue.is_free


def test_a_thread_that_dies_in_a_transaction_holds_up_nobody(wrap, tmp_path):
    handler = ConnectionHandler(
        {"default": {"ENGINE": "snowdrop.config.backends.sqlite3", "NAME": tmp_path / "w.sqlite3"}}
    )

    def begin_and_die() -> None:
        connection = handler["default"]
        begin(connection)
        say(connection, "from a thread that died")

    dying = threading.Thread(target=begin_and_die)
    dying.start()
    dying.join()
    connection = wrap()
    start = time.monotonic()
    say(connection, "the next one")

    assert said(connection) == ["the next one"]
    assert time.monotonic() - start < 5


def test_who_waits_in_vain_is_told_so_and_leaves_the_line(wrap, monkeypatch):
    monkeypatch.setattr(base, "PATIENCE", 0.2)
    holder, waiting = wrap(), wrap()
    begin(holder)
    with pytest.raises(OperationalError, match="database is locked"):
        say(waiting, "b")
    end(holder)
    say(waiting, "c")

    assert (said(waiting), waiting.queue.is_free) == (["c"], True)


def test_writers_get_their_turn_in_the_order_they_came(wrap):
    first, later = wrap(), [wrap() for _ in range(5)]
    begin(first)
    threads = []
    for number, connection in enumerate(later):
        thread = threading.Thread(target=say, args=(connection, f"number {number}"))
        thread.start()
        threads.append(thread)
        time.sleep(0.05)  # so that they come one after the other
    end(first)
    for thread in threads:
        thread.join()

    assert said(first) == [f"number {number}" for number in range(5)]


@pytest.mark.django_db(transaction=True)
def test_nested_blocks_and_their_errors_leave_the_line_free():
    connection = transaction.get_connection()
    if connection.vendor != "sqlite":
        # PostgreSQL has no line; the same blocks must simply work there.
        with transaction.atomic(), transaction.atomic():
            assert connection.in_atomic_block
        return

    with transaction.atomic():
        with pytest.raises(Broken), transaction.atomic():
            raise Broken
        with transaction.atomic(savepoint=False), transaction.atomic():
            held = not connection.queue.is_free
    with pytest.raises(Broken), transaction.atomic(), transaction.atomic(durable=False):
        raise Broken

    assert (held, connection.queue.is_free) == (True, True)


def test_eight_threads_with_two_hundred_writes_each_wait_little(wrap):
    waits: list[float] = []

    def write(connection: DatabaseWrapper, name: str) -> None:
        for number in range(200):
            start = time.monotonic()
            begin(connection)
            say(connection, f"{name} {number}")
            end(connection)
            waits.append(time.monotonic() - start)

    connections = [wrap() for _ in range(8)]
    threads = [threading.Thread(target=write, args=(c, f"thread {n}")) for n, c in enumerate(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits.sort()

    assert len(said(connections[0])) == 1_600
    # Without the line it is 600 ms on a quiet machine; with it some 10. The limit leaves room for busy ones.
    assert waits[int(len(waits) * 0.99)] < 0.25
