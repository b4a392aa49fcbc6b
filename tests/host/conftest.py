"""Real houses for tests: a data folder, a database of its own, commands run in it, a server started on it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from snowdrop.host.server.tree import end_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
URL = os.environ.get("SNOWDROP_DATABASE_URL", "")


@dataclass
class House:
    """One data folder, and on PostgreSQL one database. Commands run in processes of their own, as a host's would."""

    data: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SNOWDROP_", "DJANGO_"))}
        own = {"SNOWDROP_DATA": str(self.data), "SNOWDROP_RESERVE": "0", "PYTHONPATH": str(ROOT)}
        if self.database:
            own["SNOWDROP_DATABASE_URL"] = self.database
        return {**kept, **own, **self.more}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `snowdrop` with these arguments."""
        command = [sys.executable, "-m", "snowdrop", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)

    def ask(self, code: str) -> Any:
        """Run code in the house; return what it leaves in `answer`."""
        whole = (
            "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'snowdrop.config.settings')\n"
            f"import django; django.setup()\nimport json\nanswer = None\n{code}\nprint(json.dumps(answer, default=str))"
        )
        done = subprocess.run(
            [sys.executable, "-c", whole], env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Server:
    """A running tree on a house."""

    house: House
    port: int
    process: subprocess.Popen[str]
    said: Path

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def wait(self, *, within: float = 40.0) -> Server:
        until = time.monotonic() + within
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/health")[0] == 200:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer:\n{self.said.read_text()}")

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextlib.contextmanager
def own_database(*, template: str = "") -> Iterator[str]:
    """The address of a PostgreSQL database of one's own, removed afterwards; empty where the tests are on SQLite."""
    if not URL:
        yield ""
        return
    name = f"house_{secrets.token_hex(6)}"
    like = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{like}')
    try:
        yield urlsplit(URL)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(URL, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """Return a function that makes an empty house; its database is removed at the end."""
    with contextlib.ExitStack() as databases:
        yield lambda name="data": House(tmp_path / name, databases.enter_context(own_database()))


@pytest.fixture
def house(new_house) -> House:
    return new_house()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a house; all that it started is ended with the test."""
    started: list[Server] = []

    def up(house: House, *arguments: str, port: int | None = None, wait: bool = True) -> Server:
        port = port or free_port()
        said = tmp_path / f"said-{len(started)}.txt"
        with said.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "snowdrop", "up", "--port", str(port), *arguments],
                env=house.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                # Tests that are killed take no leave; their servers go with them all the same.
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        server = Server(house, port, process, said)
        started.append(server)
        return server.wait() if wait else server

    yield up
    for server in started:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait(10)


LIVE_IN = """
from pathlib import Path
from snowdrop.memorials import beginning
from snowdrop.memorials.access import stand
from snowdrop.people.models import Person
from snowdrop.people.sessions import SessionStore
from snowdrop.keepsakes import adding
from snowdrop.story import writing
from snowdrop.storage import originals
mara = Person.objects.create(name="Mara", email="mara@example.org")
memorial = beginning.begin(by=mara, name="Wren")
by = stand(memorial, mara)
moments = [writing.write(f"Moment {n}", by=by) for n in range(5)]
photographs = [
    adding.add(originals.receive_file(path), by=by, came_as=path.name).photograph
    for path in sorted(Path(MATERIAL).glob("family/*"))[:2]
]
store = SessionStore(); store.create(); store.sign_in(mara)
answer = {
    "memorial": memorial.slug,
    "moments": [str(one.pk) for one in moments],
    "originals": [one.original_id for one in photographs],
    "photographs": [str(one.pk) for one in photographs],
    "cookie": store.session_key,
}
"""

MAKE = """
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from snowdrop.host import house
house._collect_static(lambda line: None)
"""


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, Any]]]:
    """A house in which Mara wrote five moments and added two photographs; made once, to be copied."""
    data = tmp_path_factory.mktemp("first") / "data"
    with own_database() as url:
        house = House(data, url)
        data.mkdir(mode=0o700)
        (data / "secret-key").write_text("k" * 50)
        (data / "secret-key").chmod(0o600)
        material = f"MATERIAL = {str(ROOT / 'tests' / 'material')!r}\n"
        yield house, house.ask(MAKE + material + LIVE_IN)


@pytest.fixture
def lived_in(first_house, tmp_path) -> Iterator[tuple[House, dict[str, Any]]]:
    """A house of the test's own in which Mara wrote five moments and added two photographs."""
    first, made = first_house
    shutil.copytree(first.data, tmp_path / "data")
    with own_database(template=first.database) as url:
        yield House(tmp_path / "data", url), made


@pytest.fixture
def settled(lived_in) -> House:
    """A house that was started before."""
    return lived_in[0]
