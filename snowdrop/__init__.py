"""Snowdrop: a private, lasting place to honour someone who died."""

from __future__ import annotations

import sys

__version__ = "0.1.0"


def _take_the_newer_sqlite() -> None:
    """Let the SQLite of the `pysqlite3` wheel stand in for Python's own, where it is the newer one.

    It has to happen before anything loads Django's backend, and everything of ours is imported
    through this package. Why it matters: `snowdrop/config/backends/sqlite3/soundness.py`.
    """
    try:
        import pysqlite3  # a wheel exists for few machines only
    except ImportError:
        return
    own = sys.modules.get("sqlite3")
    if own is not None and own.sqlite_version_info >= pysqlite3.sqlite_version_info:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


_take_the_newer_sqlite()
