"""The family in every test: who they are, and how they stand before one memorial."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("SNOWDROP_DATA", tempfile.mkdtemp(prefix="snowdrop-test-"))
os.environ.setdefault("SNOWDROP_UNSYNCED", "true")
os.environ.setdefault("SNOWDROP_RESERVE", "0")

import pytest
from django.conf import settings as django_settings
from django.test import Client

from snowdrop.web.languages import compile_catalogues

MATERIAL = Path(__file__).parent / "material"


def pytest_configure() -> None:
    # The hashed names of stylesheets need a collected folder; tests ask for them by their plain names.
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django_settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    compile_catalogues()


# Whoever has one of these has a database.
OF_A_DATABASE = frozenset({"django_db_setup", "db", "transactional_db", "new_house", "first_house", "place"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test in which a database has a part. `bin/test` makes these, and no others, on both databases."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or OF_A_DATABASE & fixtures:
            item.add_marker("database")
            item.user_properties.append(("database", "yes"))  # in the report too, where they are counted


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request) -> None:
    """Give each worker a database of its own. SQLite's lives in the worker's memory and is its own already;
    pytest-django knows that of Django's backend by its name only, and would make a file of ours."""
    if django_settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path_factory):
    """A folder of its own for every test, so that no original of one is found by another."""
    settings.DATA = tmp_path_factory.mktemp("data")
    settings.FILE_UPLOAD_TEMP_DIR = settings.DATA / "incoming"
    (settings.DATA / "incoming").mkdir(mode=0o700)
    return settings.DATA


@pytest.fixture(autouse=True)
def nobody_wrote_before(monkeypatch) -> None:
    """How many words came lately is remembered by the process; each test begins in quiet."""
    from snowdrop.words import surge

    monkeypatch.setattr(surge, "HERE", surge.Watch())


@pytest.fixture(autouse=True)
def first_list_is_there(request) -> None:
    """Bring the helplines of a new house back: a test that commits empties every table when it ends."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db"} & set(request.fixturenames):
        return
    request.getfixturevalue("transactional_db" if marker and marker.kwargs.get("transaction") else "db")
    from snowdrop.talk import first_list
    from snowdrop.talk.models import SupportLine

    if not SupportLine.objects.exists():
        first_list.bring_in(SupportLine.objects)


@pytest.fixture
def picture() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        return MATERIAL / name

    return find


@pytest.fixture
def people(db):
    """Theo and Mara look after the page; Ines is close, Sam a friend; Noor has a memorial of her own."""
    from snowdrop.people.models import Person

    return {
        name: Person.objects.create(name=name.title(), email=f"{name}@example.org")
        for name in ("mara", "theo", "ines", "sam", "noor", "host")
    }


@pytest.fixture
def memorial(people):
    from snowdrop.memorials import beginning
    from snowdrop.memorials.circles import Circle
    from snowdrop.memorials.models import Membership

    memorial = beginning.begin(by=people["mara"], name="Wren")
    memorial.audience = Circle.LINK
    memorial.save(update_fields=["audience"])
    for name, circle in (("theo", Circle.KEEPERS), ("ines", Circle.FAMILY), ("sam", Circle.FRIENDS)):
        Membership.objects.create(memorial=memorial, person=people[name], circle=circle, asked_by=people["mara"])
    return memorial


@pytest.fixture
def other_memorial(people):
    from snowdrop.memorials import beginning

    return beginning.begin(by=people["noor"], name="Robin")


@pytest.fixture
def stands(memorial, people):
    from snowdrop.memorials.access import stand

    return lambda name: stand(memorial, people[name] if name else None)


@pytest.fixture
def keeper(stands):
    return stands("mara")


@pytest.fixture
def second_keeper(stands):
    return stands("theo")


@pytest.fixture
def family(stands):
    return stands("ines")


@pytest.fixture
def friend(stands):
    return stands("sam")


@pytest.fixture
def elsewhere(other_memorial, stands):
    """Somebody who looks after another memorial here."""
    return stands("noor")


@pytest.fixture
def stranger(stands):
    return stands(None)


@pytest.fixture
def guest_session(memorial, people):
    """A browser that came by a guest link; returns the cookie and the link."""
    from snowdrop.memorials.models import GuestLink, GuestPass
    from snowdrop.people.sessions import SessionStore

    store = SessionStore()
    store.create()
    link = GuestLink.objects.create(
        memorial=memorial, token_hash="0" * 64, called="A neighbour", made_by=people["mara"]
    )
    GuestPass.objects.create(session=store.row, link=link)
    return store, link


@pytest.fixture
def guest(memorial, guest_session):
    from snowdrop.memorials.access import stand

    return stand(memorial, None, session_id=guest_session[0].row.pk)


@pytest.fixture
def client_for(settings, guest_session):
    """Return a function that gives a browser for a viewer, a person, or nobody."""
    from snowdrop.people.models import Person
    from snowdrop.people.sessions import SessionStore

    def browser(who=None) -> Client:
        client = Client()
        person = who if isinstance(who, Person) else getattr(who, "person", None)
        if person is not None:
            store = SessionStore()
            store.create()
            store.sign_in(person)
            client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        elif getattr(who, "guest", None) is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = guest_session[0].session_key
        return client

    return browser
