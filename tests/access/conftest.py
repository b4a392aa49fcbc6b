"""One town for all tests of a file. It takes a second to settle, and hundreds of tests want one.

It stands in a transaction that is never committed, each test in a savepoint of it: what a test changes is undone. Its
files are linked into the folder that each test has of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from snowdrop.talk import first_list
from snowdrop.talk.models import SupportLine
from tests.access.town import Town, build


@pytest.fixture(scope="module")
def settled(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Town, Path]]:
    """The town, and the folder its files lie in."""
    before, folder = settings.DATA, tmp_path_factory.mktemp("town")
    with django_db_blocker.unblock(), transaction.atomic():
        settings.DATA = folder
        (folder / "incoming").mkdir(mode=0o700)
        if not SupportLine.objects.exists():  # a test that commits empties every table when it ends
            first_list.bring_in(SupportLine.objects)
        town = build()
        settings.DATA = before
        yield town, folder
        transaction.set_rollback(True)


@pytest.fixture
def town(settled, db, data_folder, record_property) -> Iterator[Town]:
    """The family's page. How many questions it was asked stands in the report: `bin/bench matrix` adds them up."""
    built, folder = settled
    shutil.copytree(folder, data_folder, copy_function=os.link, dirs_exist_ok=True)
    town = built.again()
    yield town
    record_property("asked", len(town.asked))
