"""A connection that reads before it ever wrote still waits for its turn when it writes."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import connections, transaction

from snowdrop.config.backends.sqlite3.base import DatabaseWrapper
from snowdrop.config.snapshots import one_state


@pytest.mark.django_db
def test_whoever_read_one_state_first_holds_the_database_from_the_first_line_of_a_change(tmp_path):
    """Else it would read, somebody else would write, and its own write would fail at once, whatever the time-out."""
    name = str(tmp_path / "fresh.sqlite3")
    plain = {**connections["default"].settings_dict, "NAME": name, "OPTIONS": {}, "TEST": {}}
    fresh = connections["fresh"] = DatabaseWrapper(plain, alias="fresh")
    try:
        with one_state("fresh"), fresh.cursor() as cursor:
            cursor.execute("SELECT 1")

        with transaction.atomic("fresh"):
            other = sqlite3.connect(name, timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()
    finally:
        fresh.close()
        del connections["fresh"]
