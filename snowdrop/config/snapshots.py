"""Reading one state of the database, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction


@contextmanager
def one_state(using: str = "default") -> Iterator[None]:
    """Let every question inside see the same state: that of the first question. Nothing may be written.

    Inside another transaction it is that one, whose state it is then.
    """
    connection: Any = connections[using]
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        # What it does to those who write is settled as it opens: before that there would be nothing to go back to.
        connection.ensure_connection()
        # A promise to read only, so it takes no turn among those who write.
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic(using):
                yield
        finally:
            connection.transaction_mode = mode
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
