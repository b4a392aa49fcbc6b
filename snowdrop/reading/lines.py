"""A few connections to the database, only for asking at the door how somebody stands.

A visitor's thread waits for slow lines and has no connection of its own: there are hundreds of them.
"""

from __future__ import annotations

import contextlib
import threading

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MOST = 8
_LOOK_AGAIN = 0.05  # seconds; nobody is forgotten for longer


class Lines:
    """Hands out connections, each in no transaction: `take` one, `give_back` what is whole, `lose` what broke."""

    def __init__(self, using: str = "default", most: int = MOST) -> None:
        self._using, self._most = using, most
        self._free: list[BaseDatabaseWrapper] = []
        self._made = 0
        self._waiting = 0
        self._changed = threading.Condition()

    def take(self) -> BaseDatabaseWrapper:
        """Return a connection that nobody else has; its `connection` is the driver's own."""
        try:
            return self._free.pop()  # the one last used, which knows the statement best
        except IndexError:
            return self._wait_for_one()

    def give_back(self, line: BaseDatabaseWrapper) -> None:
        self._free.append(line)
        if self._waiting:
            with self._changed:
                self._changed.notify()

    def lose(self, line: BaseDatabaseWrapper) -> None:
        """Whatever broke on it, the next visitor gets another."""
        with contextlib.suppress(Exception):
            line.close()
        self._one_less()

    def close(self) -> None:
        while self._free:
            self.lose(self._free.pop())

    def _wait_for_one(self) -> BaseDatabaseWrapper:
        with self._changed:
            self._waiting += 1
            try:
                while self._made >= self._most:
                    # Whoever gave one back before we were counted as waiting did not tell us.
                    with contextlib.suppress(IndexError):
                        return self._free.pop()
                    self._changed.wait(_LOOK_AGAIN)
                self._made += 1
            finally:
                self._waiting -= 1
        try:
            return self._new()
        except BaseException:
            self._one_less()
            raise

    def _one_less(self) -> None:
        with self._changed:
            self._made -= 1
            self._changed.notify()

    def _new(self) -> BaseDatabaseWrapper:
        line = connections.create_connection(self._using)
        line.inc_thread_sharing()  # one thread at a time, and not always the same
        if line.vendor == "sqlite":
            # What a statement answers is taken as SQLite has it: asking for the kind of each column costs as much
            # as the statement.
            line.settings_dict = {**line.settings_dict, "OPTIONS": {**line.settings_dict["OPTIONS"], "detect_types": 0}}
        line.connect()
        if line.vendor == "postgresql":
            from psycopg import Cursor

            # The statement is always the same: the server plans it once.
            line.connection.cursor_factory = Cursor
            line.connection.prepare_threshold = 1
        return line
