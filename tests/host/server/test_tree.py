"""A house from its first start to its end, as a host meets it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.host.conftest import URL, Server, free_port


def tree_of(server: Server) -> list[psutil.Process]:
    parent = psutil.Process(server.process.pid)
    return [parent, *parent.children(recursive=True)]


def gone(processes: list[psutil.Process], *, within: float) -> bool:
    _gone, alive = psutil.wait_procs(processes, timeout=within)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def two_children(server: Server, other_than: set[int] = frozenset()) -> set[int]:
    """The server and the job worker, once there are these two and no third that only announces them."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = {child.pid for child in psutil.Process(server.process.pid).children()}
        if len(found) == 2 and not found & other_than:
            return found
        time.sleep(0.05)
    return found


def test_an_empty_folder_becomes_a_house_that_answers(house, start):
    server = start(house)
    said = server.said.read_text()
    until = time.monotonic() + 10
    while "Ctrl-C" not in said and time.monotonic() < until:
        time.sleep(0.1)
        said = server.said.read_text()

    assert server.get("/health") == (200, b'{"status": "ok"}')
    assert f"Snowdrop runs at http://localhost:{server.port}\n" in said
    links = [line.strip() for line in said.splitlines() if "/card/" in line]
    assert len(links) == 1
    assert server.get(links[0].removeprefix(f"http://localhost:{server.port}"), Host="localhost")[0] == 200
    modes = {name: oct((house.data / name).stat().st_mode & 0o777) for name in (".", "secret-key", "incoming", "mail")}
    assert modes == {".": "0o700", "secret-key": "0o600", "incoming": "0o700", "mail": "0o700"}


def test_one_signal_ends_all_of_it_within_seconds(settled, start):
    server = start(settled)
    processes = tree_of(server)
    began = time.monotonic()

    code = server.end()

    assert (code, len(processes) >= 4, gone(processes, within=3)) == (0, True, True)
    assert time.monotonic() - began < 6


def test_ctrl_c_ends_it_too(settled, start):
    server = start(settled)
    processes = tree_of(server)
    os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does: to every process

    assert (server.process.wait(10), gone(processes, within=3)) == (0, True)
    assert "Traceback" not in server.said.read_text()


def test_when_the_parent_is_killed_nobody_stays_behind(settled, start):
    server = start(settled)
    processes = tree_of(server)
    server.process.kill()

    assert gone(processes, within=12)


def test_a_child_that_dies_is_started_again(settled, start):
    server = start(settled)
    before = two_children(server)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    after = two_children(server, other_than=before)

    assert server.wait().get("/health")[0] == 200
    assert (len(before), len(after), before & after) == (2, 2, set())


def told(server) -> str:
    """What the server said once it was done saying it: the health address answers a moment before."""
    until = time.monotonic() + 20
    while "Ctrl-C" not in server.said.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    return server.said.read_text()


def test_a_second_start_changes_nothing_and_is_told_of_the_first(house, start):
    first = start(house)
    link = [line for line in told(first).splitlines() if "/card/" in line]
    second = house.run("up", "--port", str(free_port()))

    assert (second.returncode, second.stderr) == (
        1,
        f"snowdrop: Snowdrop already runs with the data in {house.data}.\n",
    )
    assert first.get("/health")[0] == 200
    first.end()
    key = (house.data / "secret-key").read_text()
    again = start(house)
    said = told(again)
    assert ("Bringing the database" in said, "Preparing" in said) == (False, False)
    assert (house.data / "secret-key").read_text() == key
    assert link != [line for line in said.splitlines() if "/card/" in line]


def test_a_port_that_is_taken_is_said_in_one_sentence(house):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = house.run("up", "--port", str(port))

    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"snowdrop: Port {port} is taken by another program. Choose another one: --port {port + 1}.\n",
    )


def test_an_address_of_another_machine_is_said_in_one_sentence(house):
    done = house.run("up", "--host", "192.0.2.1", "--port", str(free_port()))

    assert (done.returncode, done.stderr) == (
        1,
        "snowdrop: 192.0.2.1 is no address of this machine: Cannot assign requested address.\n",
    )


def test_a_certificate_without_its_key_is_refused(house, tmp_path):
    (tmp_path / "cert.pem").write_text("")

    done = house.run("up", "--tls-cert", str(tmp_path / "cert.pem"))

    assert (done.returncode, done.stderr) == (
        1,
        "snowdrop: --tls-cert and --tls-key belong together: give both or none.\n",
    )


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_https_is_served_and_its_cookies_are_bound_to_this_host(house, start, certificate):
    cert, key = certificate
    server = start(house, "--tls-cert", str(cert), "--tls-key", str(key), wait=False)
    trusting = ssl.create_default_context(cafile=str(cert))
    until = time.monotonic() + 40
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPSConnection("localhost", server.port, context=trusting, timeout=10)
            connection.request("GET", "/come-in/")
            answer = connection.getresponse()
            answer.read()
            break
        except OSError:
            time.sleep(0.1)

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    cookies = answer.headers.get_all("Set-Cookie") or []
    parts = [{part.strip().partition("=")[0] for part in cookie.split(";")[1:]} for cookie in cookies]
    assert len(cookies) >= 1
    assert [cookie[:7] for cookie in cookies] == ["__Host-"] * len(cookies)
    assert [{"Secure", "HttpOnly", "Path"} <= part and "Domain" not in part for part in parts] == [True] * len(parts)


def test_a_database_is_copied_before_it_is_brought_up_to_date(lived_in, start):
    house, made = lived_in
    house.ask(
        "from django.core.management import call_command\ncall_command('migrate', 'config', '0002', verbosity=0)\n"
    )
    server = start(house)

    copies = sorted((house.data / "before-upgrade").iterdir())
    assert len(copies) == 1
    if URL:
        assert copies[0].read_bytes()[:5] == b"PGDMP"
    else:
        with closing(sqlite3.connect(copies[0])) as copy:
            names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
            moments = copy.execute("SELECT count(*) FROM story_moment").fetchone()
        assert ("config_bucket" in names, moments) == (False, (len(made["moments"]),))
    assert server.get("/health")[0] == 200


def test_the_whole_tree_is_small(settled, start):
    server = start(settled)
    time.sleep(1)

    used = sum(process.memory_full_info().pss for process in tree_of(server))

    assert used / 2**20 < 300


def test_a_page_is_answered_while_many_visitors_are_slow(lived_in, start):
    house, made = lived_in
    server = start(house)
    cookie = f"here={made['cookie']}"
    page = f"/m/{made['memorial']}/"
    slow = []
    for _ in range(60):
        upload = socket.create_connection(("127.0.0.1", server.port))
        upload.sendall(
            b"POST /come-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 1000\r\n\r\nx"
        )
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        reader.connect(("127.0.0.1", server.port))
        original = f"/m/{made['memorial']}/originals/{made['originals'][0]}/"
        reader.sendall(f"GET {original} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        slow += [upload, reader]
    times = []
    statuses = set()
    for _ in range(25):
        began = time.monotonic()
        statuses.add(server.get(page, Cookie=cookie)[0])
        times.append(time.monotonic() - began)
    for connection in slow:
        connection.close()

    assert statuses == {200}
    # bench `slow` holds the real limit of 0.5 s; a machine full of tests is slower.
    assert sorted(times)[int(len(times) * 0.95)] < 3
