"""Whether the SQLite in use keeps what it acknowledged, and how we run it where it might not.

All versions up to 3.51.2 can lose committed data in WAL mode when two connections meet at the moment
the log is started afresh (https://sqlite.org/wal.html#walresetbug). It was mended in 3.51.3 and
in two older lines. A rollback journal does not have the fault, so an older SQLite gets that: slower
(readers wait for writers), and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import dbapi2

Version = tuple[int, int, int]

MENDED: tuple[Version, ...] = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


@dataclass(frozen=True)
class Mode:
    """How a database is written to; both are safe against a power cut."""

    journal: str
    synchronous: str


WAL = Mode(journal="wal", synchronous="FULL")
# EXTRA also syncs the folder after the journal's removal: without it a power cut can bring the journal back
# and with it undo a commit.
ROLLBACK = Mode(journal="delete", synchronous="EXTRA")


def is_sound(version: Version) -> bool:
    """Whether this SQLite may be run with a write-ahead log."""
    line = [mended for mended in MENDED if mended[:2] == version[:2]]
    return version >= (line[0] if line else max(MENDED))


def version_in_use() -> Version:
    major, minor, patch = dbapi2.sqlite_version_info[:3]
    return major, minor, patch


def mode(version: Version) -> Mode:
    return WAL if is_sound(version) else ROLLBACK
