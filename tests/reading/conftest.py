from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from snowdrop.memorials import rooms
from snowdrop.reading.front import Answered, Front
from snowdrop.reading.kept import Kept
from tests.access import addresses
from tests.access import conftest as access
from tests.access.town import Town

settled, town = access.settled, access.town  # fixtures: the town is the same


class TestsOwnLine:
    """The test's own connection: what it wrote is not committed, so no other would see it."""

    def take(self) -> Any:
        connection.ensure_connection()
        return connection

    def give_back(self, line: Any) -> None:
        pass

    lose = give_back


class Visit:
    """A front before the house, asked as the roles of a town ask."""

    def __init__(self, town: Town, kept: Kept) -> None:
        self.town, self.kept = town, kept
        self.made: list[str] = []
        self._handler = WSGIHandler()
        self.front = Front(self._respond, kept, TestsOwnLine(), run=lambda work, *args: work(*args))

    def _respond(self, request: Any) -> Any:
        self.made.append(request.path)
        return self._handler.get_response(request)

    def ask(self, role: str, path: str, *, method: str = "GET", query: str = "", **headers: str) -> Answered | None:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        if (morsel := self.town.clients[role].cookies.get(settings.SESSION_COOKIE_NAME)) is not None:
            environ.setdefault("HTTP_COOKIE", f"{settings.SESSION_COOKIE_NAME}={morsel.value}")
        return self.front.answer(environ)


def body_of(answered: Answered | None) -> bytes:
    assert answered is not None
    if answered.file is None:
        return answered.body
    with answered.file as file:
        return file.read()


def reading_paths(town: Town) -> list[str]:
    """Every reading page of the town, about everything that is kept there."""
    by_name = {address.name: address for address in addresses.every_address()}
    found = []
    for page in rooms.reading_pages():
        address = by_name[page.url_name]
        found += [addresses.path(address, town, thing) for thing in addresses.about_things(address, town)]
    return found


@pytest.fixture
def visit(town, tmp_path) -> Visit:
    return Visit(town, Kept(tmp_path / "baked"))


@pytest.fixture
def visits(town, tmp_path) -> Callable[[], Visit]:
    """Another front over the same folder, as after a start."""
    return lambda: Visit(town, Kept(tmp_path / "baked"))
