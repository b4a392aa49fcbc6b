from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from snowdrop.storage import cage, pictures
from snowdrop.storage.cage import CouldNotOpen

NOT_OPENED = "This picture could not be opened here. Save it as JPEG, and try again."


@pytest.fixture
def yard(monkeypatch):
    """A cage of the test's own, ended with it."""
    own = cage._Yard()
    monkeypatch.setattr(cage, "_yard", own)
    yield own
    if own.cage is not None:
        own.cage.end()


@pytest.fixture
def endless() -> Iterator[int]:
    """A descriptor from which no byte ever comes: whoever opens it as a picture is busy until ended."""
    descriptor = os.eventfd(0)
    yield descriptor
    os.close(descriptor)


def opened(descriptor: int, *, seconds: float = 60) -> dict[str, object]:
    task = {"kind": "png", "turned": 0, "sizes": [], "most_pixels": 1, "longest_side": 1, "most_frame_pixels": 1}
    return cage.ask(task, descriptor, seconds=seconds)


def child_of(yard) -> psutil.Process:
    """Wait for the process that opens a picture now, until it has taken its task and waits for the first byte."""
    # Asked of the kernel by itself: psutil reads every process of the machine, which takes long on a busy one.
    cage_pid = yard.cage.process.pid
    children = Path(f"/proc/{cage_pid}/task/{cage_pid}/children")
    for _ in range(10_000):
        for pid in children.read_text().split():
            child = psutil.Process(int(pid))
            if child.status() == psutil.STATUS_SLEEPING:
                return child
        time.sleep(0.001)
    raise AssertionError("nothing was opened within ten seconds")


def has_memory(child: psutil.Process) -> bool:
    """Whether it still works: what has answered gives its memory back first and ends a moment later."""
    try:
        return child.memory_info().rss > 0
    except psutil.NoSuchProcess:
        return False


def gone(pid: int) -> bool:
    for _ in range(1_000):
        if not psutil.pid_exists(pid):
            return True
        time.sleep(0.01)
    return False


def test_the_walls_that_this_kernel_allows_stand(yard):
    walls = cage.strength()

    assert walls[-2:] == ["no new rights", "few system calls"]
    if os.geteuid() == 0:
        assert "another user" in walls


TRY_EVERYTHING = """
import json, os, signal, socket, sys
sys.path.insert(0, {root!r})
from snowdrop.storage import confine
secret, parent = {secret!r}, os.getppid()
confine.shut_in()
confine.limit(5)
if {door}:
    assert confine.close_the_door()
def tried(what):
    try:
        what()
        return "done"
    except OSError as error:
        return type(error).__name__
    except MemoryError:
        return "MemoryError"
told = dict(
    read=tried(lambda: open(secret).read()),
    write=tried(lambda: open(secret, "w")),
    passwords=tried(lambda: open("/etc/passwd").read()),
    folder=tried(lambda: os.listdir("/proc")),
    program=tried(lambda: os.execv("/bin/true", ["true"])),
    signal=tried(lambda: os.kill(parent, 0)),
    network=tried(lambda: socket.socket().connect(("127.0.0.1", {port}))),
    memory=tried(lambda: bytearray(2**31)),
    root=tried(lambda: os.setuid(0) or os.setgid(0)),
)
if {door}:
    told["fork"] = tried(os.fork)
os.write(1, json.dumps(told).encode())
"""


@pytest.fixture
def listening():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def tried(tmp_path, port: int, *, door: bool) -> dict[str, str]:
    secret = tmp_path / "secret"
    secret.write_text("a letter")
    secret.chmod(0o666)
    root = str(Path(cage.__file__).parent.parent.parent)
    code = TRY_EVERYTHING.format(root=root, secret=str(secret), door=door, port=port)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert secret.read_text() == "a letter"
    return json.loads(done.stdout)


def test_whoever_broke_out_of_a_decoder_finds_nothing(tmp_path, listening):
    told = tried(tmp_path, listening, door=True)

    assert told.pop("memory") == "MemoryError"
    assert set(told.values()) <= {"PermissionError", "FileNotFoundError", "BlockingIOError"}
    assert len(told) == 9


def test_the_outer_walls_hold_where_the_kernel_gives_them_without_the_filter(tmp_path, listening):
    told = tried(tmp_path, listening, door=False)

    assert "no network" in cage.strength()
    assert told["network"] != "done"
    for what in ("read", "write", "passwords", "folder", "program", "root"):
        assert told[what] in ("FileNotFoundError", "PermissionError", "OSError"), what


def test_a_killed_child_is_a_clean_refusal_and_the_next_picture_opens(yard, endless, material):
    cage.strength()
    with ThreadPoolExecutor() as pool:
        opening = pool.submit(opened, endless)
        os.kill(child_of(yard).pid, signal.SIGKILL)
        with pytest.raises(CouldNotOpen) as told:
            opening.result(30)

    assert str(told.value.sentence) == NOT_OPENED
    assert pictures.look(material / "webp" / "denali.webp").width == 600


def test_a_killed_cage_is_a_clean_refusal_and_is_built_again(yard, endless, material):
    cage.strength()
    with ThreadPoolExecutor() as pool:
        opening = pool.submit(opened, endless)
        child = child_of(yard).pid
        first = yard.cage.process.pid
        os.kill(first, signal.SIGKILL)
        with pytest.raises(CouldNotOpen):
            opening.result(30)

    assert gone(child)
    assert pictures.look(material / "webp" / "denali.webp").width == 600
    assert yard.cage.process.pid != first
    assert gone(first)  # and no zombie of it is left


def test_a_picture_that_takes_too_long_is_given_up_and_its_child_ended(yard, endless):
    cage.strength()
    with ThreadPoolExecutor() as pool:
        opening = pool.submit(opened, endless, seconds=2)
        child = child_of(yard).pid
        with pytest.raises(CouldNotOpen):
            opening.result(30)

    assert gone(child)
    assert yard.cage.process.poll() is None


def test_a_cage_that_nobody_uses_goes_away_without_a_zombie_and_comes_back(yard, monkeypatch, material):
    monkeypatch.setattr(cage, "IDLE", 0.2)
    cage.strength()
    first = yard.cage.process.pid

    assert gone(first)
    assert pictures.look(material / "gif" / "star.gif").width == 159
    assert yard.cage.process.pid != first


def test_the_cage_ends_with_the_process_that_built_it(settings):
    script = (
        "import django; django.setup()\n"
        "from snowdrop.storage import cage\n"
        "cage.strength(); print(cage._yard.cage.process.pid, flush=True); import time; time.sleep(60)"
    )
    env = {**os.environ, "SNOWDROP_DATA": str(settings.DATA), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE) as process:
        inside = int(process.stdout.readline())
        assert psutil.pid_exists(inside)
        process.kill()

    assert gone(inside)


def test_pictures_of_many_threads_are_opened_two_at_a_time(yard, material):
    cage.strength()
    most, done = 0, threading.Event()

    def count():
        nonlocal most
        inside = psutil.Process(yard.cage.process.pid)
        while not done.is_set():
            most = max(most, sum(has_memory(child) for child in inside.children()))
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    with ThreadPoolExecutor(12) as pool:
        seen = list(pool.map(lambda _: pictures.look(material / "family" / "IMG_0106.JPG"), range(24)))
    done.set()
    counter.join()

    assert {(look.width, look.height) for look in seen} == {(1200, 900)}
    assert 1 <= most <= cage.AT_ONCE


def test_a_fork_builds_a_cage_of_its_own_and_leaves_the_parents_alone(yard, material):
    cage.strength()
    child = os.fork()
    if child == 0:
        try:
            seen = pictures.look(material / "gif" / "star.gif").width
            cage._yard.cage.end()
        finally:
            os._exit(0 if seen == 159 else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert yard.cage.process.poll() is None
    assert pictures.look(material / "gif" / "star.gif").width == 159


def test_nothing_of_ours_is_in_the_environment_of_the_cage(yard, monkeypatch):
    monkeypatch.setenv("SNOWDROP_SECRET_KEY", "snow")
    cage.strength()

    environment = psutil.Process(yard.cage.process.pid).environ() if os.geteuid() == 0 else {}
    assert "SNOWDROP_SECRET_KEY" not in environment


def test_the_process_that_asks_stays_small(yard, slow_picture, tmp_path):
    pictures.look(slow_picture)
    before = psutil.Process().memory_info().rss

    for _ in range(3):
        pictures.look(slow_picture)

    assert psutil.Process().memory_info().rss - before < 2 * 2**20
