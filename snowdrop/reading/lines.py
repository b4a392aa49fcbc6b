"""A few connections to the database, only for asking at the door how somebody stands.

A visitor's thread waits for slow lines and has no connection of its own: there are hundreds of them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MOST = 8


class Lines:
    """Hands out a connection of the database's own driver, in no transaction."""

    def __init__(self, using: str = "default", most: int = MOST) -> None:
        self._using = using
        self._free: list[BaseDatabaseWrapper] = []
        self._places = threading.BoundedSemaphore(most)

    @contextlib.contextmanager
    def one(self) -> Iterator[Any]:
        with self._places:
            line = self._free.pop() if self._free else self._new()
            try:
                yield line.connection
            except BaseException:
                # Whatever broke on it, the next visitor gets another.
                with contextlib.suppress(Exception):
                    line.close()
                raise
            self._free.append(line)

    def _new(self) -> BaseDatabaseWrapper:
        line = connections.create_connection(self._using)
        line.inc_thread_sharing()  # one thread at a time, and not always the same
        line.connect()
        if line.vendor == "postgresql":
            from psycopg import Cursor

            # The statement is always the same: the server plans it once.
            line.connection.cursor_factory = Cursor
            line.connection.prepare_threshold = 1
        return line

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
