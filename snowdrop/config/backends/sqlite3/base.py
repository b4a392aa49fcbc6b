"""Django's SQLite backend, made to lose nothing and to let writers wait in line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from sqlite3 import dbapi2
from typing import Any
from weakref import finalize

from django.conf import settings
from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from snowdrop.config.backends.sqlite3 import soundness
from snowdrop.config.backends.sqlite3.queue import Turn, WritersQueue, give_back_when_gone, queue_of

PATIENCE = 20.0  # seconds until a writer gives up
CACHE = 2 * 1024  # KiB a connection; there may be a dozen, on a small machine
LOG_KEPT = 64 * 2**20  # bytes of write-ahead log left on disk after a large import

_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|WITH)\b", re.IGNORECASE)


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes a turn before `BEGIN IMMEDIATE` and gives it back when the transaction is over, however it ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transaction_mode: str | None = "IMMEDIATE"
        self._turn: Turn | None = None
        self._turn_ends: finalize | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.setdefault("timeout", PATIENCE)
        # A transaction that reads first and writes later could find that somebody wrote in between;
        # it would then fail at once, whatever the time-out.
        self.transaction_mode = self.transaction_mode or "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        mode = soundness.mode(soundness.version_in_use())
        synchronous = "OFF" if settings.UNSYNCED else mode.synchronous
        (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        if journal not in (mode.journal, "memory"):
            connection.execute(f"PRAGMA journal_mode = {mode.journal}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA cache_size = -{CACHE}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_KEPT}")
        connection.execute("PRAGMA analysis_limit = 400")
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=QueueingCursor)
        cursor.alone = self._alone
        return cursor

    # -- turns -------------------------------------------------------------------------------

    @property
    def queue(self) -> WritersQueue:
        return queue_of(str(self.settings_dict["NAME"]))

    def _take_turn(self) -> None:
        if self._turn is not None:
            return
        turn = self.queue.take(timeout=PATIENCE)
        if turn is None:
            raise OperationalError("database is locked: another transaction of this process does not end")
        self._turn = turn
        self._turn_ends = give_back_when_gone(self, self.queue, turn)

    def _end_turn(self) -> None:
        if self._turn is not None and self._turn_ends is not None:
            self._turn_ends()
        self._turn = self._turn_ends = None

    def _end_turn_if_over(self) -> None:
        if self.connection is None or not self.connection.in_transaction:
            self._end_turn()

    @contextlib.contextmanager
    def _alone(self, query: str) -> Iterator[None]:
        """Hold the turn for one statement that writes outside of a transaction."""
        if self._turn is not None or self.in_atomic_block or not _WRITES.match(query):
            yield
            return
        self._take_turn()
        try:
            yield
        finally:
            self._end_turn_if_over()

    # -- transactions --------------------------------------------------------------------------

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "DEFERRED":  # promises to read only
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._end_turn_if_over()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn_if_over()

    def _close(self) -> Any:
        try:
            if self.connection is not None and not self.connection.in_transaction:
                self._freshen_statistics()
            return super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _freshen_statistics(self) -> None:
        # Worth a moment at the end of a connection, and never worth waiting or failing for.
        with contextlib.suppress(dbapi2.Error):
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA optimize")


class QueueingCursor(base.SQLiteCursorWrapper):
    """Waits for its turn where a single statement is a transaction of its own."""

    alone: Callable[[str], contextlib.AbstractContextManager[None]]

    def execute(self, query: str, params: Any = None) -> Any:
        with self.alone(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        with self.alone(query):
            return super().executemany(query, param_list)
