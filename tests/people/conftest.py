"""A browser nobody has signed in with yet, and the digits of the last mail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail

from snowdrop.people.models import Session
from snowdrop.people.sessions import SessionStore


@pytest.fixture
def browser(db) -> Session:
    return new_browser()


@pytest.fixture
def other_browser(db) -> Session:
    return new_browser()


def new_browser() -> Session:
    store = SessionStore()
    store.create()
    assert store.row is not None
    return store.row


@pytest.fixture
def digits() -> Callable[[], str]:
    """Return the digits of the last mail, as they stand there."""

    def read() -> str:
        found = re.search(r"^\d{4} \d{4}$", mail.outbox[-1].body, re.MULTILINE)
        assert found
        return found.group()

    return read


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What waits for the commit happens at the end of each block, as it does outside a test."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
