"""Writing words down together: one writer a process, which commits whatever came while the last commit was on its way.

A surge brings more words in a second than a disk can sync one by one. Each is acknowledged only once the commit that
holds it is safe; nobody waits for a timer, and with one visitor each word has a commit of its own.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

T = TypeVar("T")
R = TypeVar("R")

MOST_TOGETHER = 500  # rows in one commit
MOST_WAITING = 1_000  # rows that wait for the one that is on its way
PATIENCE = 30.0  # seconds until somebody who waits is told that it did not work
REST = 20.0  # seconds without work after which the writer ends, and gives its connection back


class TooMuchAtOnce(Exception):
    """More came than can be written down in good time. Nothing of it was taken: its sender still has it."""

    seconds = 5  # after which it is worth another try


class NotWritten(Exception):
    """It did not get written down, for a reason of the database's. Nothing was acknowledged."""


class Coming(Generic[T, R]):
    """One row that was handed in, for whoever waits until it is safe."""

    def __init__(self, row: T, take_back: Callable[[Coming[T, R]], bool]) -> None:
        self.row = row
        self._take_back = take_back
        self._done = threading.Event()
        self._result: R | None = None
        self._error: Exception | None = None

    def came(self, result: R) -> None:
        self._result = result
        self._done.set()

    def failed(self, error: Exception) -> None:
        self._error = error
        self._done.set()

    def wait(self) -> R:
        """Return once it is safe on disk, without asking the database in this thread.

        Raises TooMuchAtOnce where it is certain that it was not written, NotWritten where the database refused.
        """
        if not self._done.wait(PATIENCE):
            if self._take_back(self):
                self.failed(TooMuchAtOnce())  # nobody took it up
            elif not self._done.wait(PATIENCE):
                self.failed(NotWritten("the database does not answer"))
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]


class Gathering(Generic[T, R]):
    """Gathers rows for `write_all`, which writes them in one transaction and returns a result for each."""

    def __init__(self, write_all: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._write_all = write_all
        self._came = threading.Condition()
        self._queue: deque[Coming[T, R]] = deque()
        self._writer: threading.Thread | None = None
        self._process = os.getpid()
        self._is_over = False

    def write(self, row: T) -> R:
        """Write one row and return once it is safe on disk. Raises TooMuchAtOnce, NotWritten."""
        return self.hand_in(row).wait()

    def hand_in(self, row: T) -> Coming[T, R]:
        """Hand one row in; `wait` for it says when it is safe. Inside a transaction it is a part of that.

        Raises TooMuchAtOnce before anything was taken.
        """
        coming: Coming[T, R] = Coming(row, self._take_back)
        if connection.in_atomic_block:
            coming.came(self._write_all([row])[0])
            return coming
        with self._came:
            if len(self._queue) >= MOST_WAITING:
                raise TooMuchAtOnce
            self._queue.append(coming)
            self._begin_if_asleep()
            self._came.notify()
        return coming

    def end(self) -> None:
        """Have the writer write what is there and end, and wait for that."""
        with self._came:
            writer, self._is_over = self._writer, True
            self._came.notify()
        if writer is not None:
            writer.join()

    def _take_back(self, coming: Coming[T, R]) -> bool:
        """Take a row out of the queue that the writer has not taken up; False where it has."""
        with self._came, suppress(ValueError):
            self._queue.remove(coming)
            return True
        return False

    def _begin_if_asleep(self) -> None:
        is_ours = self._process == os.getpid()  # a forked child has the object and not the thread
        if self._writer is None or not is_ours or not self._writer.is_alive():
            self._process = os.getpid()
            self._writer = threading.Thread(target=self._work, name="words-writer", daemon=True)
            self._writer.start()

    def _work(self) -> None:
        try:
            while together := self._next():
                self._write(together)
        finally:
            connection.close()

    def _next(self) -> list[Coming[T, R]]:
        with self._came:
            until = time.monotonic() + REST
            while not self._queue:
                left = until - time.monotonic()
                if self._is_over or left <= 0:
                    self._writer = None
                    return []
                self._came.wait(left)
            return [self._queue.popleft() for _number in range(min(MOST_TOGETHER, len(self._queue)))]

    def _write(self, together: list[Coming[T, R]]) -> None:
        try:
            results = self._committed(together)
        except Exception as error:
            if len(together) > 1 and not isinstance(error, OperationalError | InterfaceError):
                # One that cannot be written breaks none of the others.
                for one in together:
                    self._write([one])
                return
            # A full disk, or a database that does not answer: one by one they would only wait for it in line.
            for one in together:
                one.failed(_not_written(error))
            return
        for one, result in zip(together, results, strict=True):
            one.came(result)

    def _committed(self, together: list[Coming[T, R]]) -> Sequence[R]:
        # A connection that broke since the last time is noticed by the first statement, and made anew for the second.
        connection.close_if_unusable_or_obsolete()
        with transaction.atomic():
            return self._write_all([one.row for one in together])


def _not_written(error: Exception) -> NotWritten:
    # By its name only: a database puts the row it refuses into its sentence, and that would end up in a log.
    return error if isinstance(error, NotWritten) else NotWritten(type(error).__name__)
