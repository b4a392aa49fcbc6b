from __future__ import annotations

import subprocess
import sys

import pytest

from snowdrop.config.backends.sqlite3 import soundness
from snowdrop.config.backends.sqlite3.soundness import ROLLBACK, WAL


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), ROLLBACK),
        ((3, 44, 5), ROLLBACK),
        ((3, 44, 6), WAL),
        ((3, 45, 0), ROLLBACK),
        ((3, 50, 6), ROLLBACK),
        ((3, 50, 7), WAL),
        ((3, 51, 2), ROLLBACK),
        ((3, 51, 3), WAL),
        ((3, 53, 4), WAL),
    ],
)
def test_a_log_is_used_only_where_sqlite_keeps_what_it_acknowledged(version, mode):
    assert soundness.mode(version) == mode


def test_the_sound_sqlite_stands_in_for_pythons_own():
    code = "import snowdrop, sqlite3; from sqlite3 import dbapi2; print(sqlite3.sqlite_version, dbapi2.sqlite_version)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    newest = subprocess.run(
        [sys.executable, "-c", "import sqlite3\ntry:\n import pysqlite3\nexcept ImportError:\n pysqlite3 = sqlite3\n"
         "print(max([sqlite3, pysqlite3], key=lambda m: m.sqlite_version_info).sqlite_version)"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip

    assert found == [newest, newest]
