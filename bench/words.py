"""Very many leave a few words at once: how many a second, and what does the family notice?

    bin/bench words [--full]

Each word is a post of the form over HTTP with a stamp and a proof of its own, as a surge has to bring them, taken by
the verb that every form goes through, and answered once it is synced. The stamps and proofs are made before, as a
hundred thousand telephones would have made them; they are checked like any others. The posts come from a thousand
networks, as a proxy of the host's would say. The client is wrk with 128 connections that stay open. The peer is Isso
0.14 in gunicorn, at its best of 1, 8 and 32 clients, in the same run; its guard against too many is off.

Afterwards every word that was acknowledged is looked for: each is there, and once. Then somebody of the family and
somebody who is nobody read the story, at rest, while fifty posts a second come, and while as many come as can; and a
member who is taken out at that moment meets 404 with the next request.
"""

from __future__ import annotations

import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench import fill, isso
from bench.frame import HOUSE, PYTHON, Figure, Server, get, median, report
from bench.reading import install

RUNS, SECONDS, CONNECTIONS = 3, 3, 128
FORMS = 5_000  # a run; more than are sent in that time
PEERS_CLIENTS = (1, 8, 32)
A_SECOND = 50  # posts, while others read
READING = 6.0  # seconds
TOKEN = "a" * 32
ENV = {"SNOWDROP_UNSYNCED": "false", "SNOWDROP_PROXIES": "1"}
TOLD_ONE = re.compile(rb'"id": "([0-9a-f-]{36})"')


class House:
    """A running house with a page that everyone may leave words on, and what surrounds it."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.slug: str = self.ask("open")["slug"]
        self.path = f"/m/{self.slug}/words/leave/"
        self.people = server.people()
        self.told: set[str] = set()

    def ask(self, *arguments: str) -> Any:
        env = {**self.server.env, "SNOWDROP_DATA": str(self.server.data)}
        env["DJANGO_SETTINGS_MODULE"] = "snowdrop.config.settings"
        command = [str(PYTHON), "-m", "bench.words", "--in-the-house", *arguments]
        done = subprocess.run(command, cwd=HOUSE, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def forms(self, number: int) -> Path:
        """A file with so many filled forms, a line each, none of which was sent yet."""
        path = self.folder / f"forms-{time.monotonic_ns()}"
        self.ask("forms", str(number), str(path))
        return path

    def commits(self) -> int:
        """How many transactions were written so far: SQLite counts them in its index of the log; the others, xmin."""
        if "SNOWDROP_DATABASE_URL" in self.server.env:
            return int(self.ask("commits"))
        with (self.server.data / "snowdrop.sqlite3-shm").open("rb") as file:
            return int(struct.unpack_from("=I", file.read(12), 8)[0])

    def lost_and_doubled(self) -> tuple[int, int]:
        """How many acknowledged words are not there, and how many are there more than once."""
        path = self.folder / "told"
        path.write_text("\n".join(self.told))
        lost, doubled = self.ask("look", str(path))
        return int(lost), int(doubled)


class Surge:
    """wrk, which posts forms as fast as they are taken."""

    def __init__(self, house: House, forms: Path, seconds: float, connections: int = CONNECTIONS) -> None:
        self.house, self.noted = house, house.folder / "acknowledged"
        self.noted.write_text("")
        env = {**os.environ, "FORMS": str(forms), "ACKNOWLEDGED": str(self.noted), "COOKIE": f"form={TOKEN}"}
        url = f"http://127.0.0.1:{house.server.port}{house.path}"
        self.seconds = seconds
        self.process = _wrk(env, url, seconds, connections)

    def end(self) -> tuple[float, float, int]:
        """Wait for it; return acknowledged posts a second, the 99th percentile in ms, and answers that were no."""
        said = self.process.communicate(timeout=self.seconds + 60)[0]
        told = self.noted.read_text().split()
        self.house.told |= set(told)
        took, p99, refused = _read(said)
        return len(told) / took, p99, refused


def _wrk(env: dict[str, str], url: str, seconds: float, connections: int) -> subprocess.Popen[str]:
    lua = HOUSE / "bench" / "words.lua"
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{math.ceil(seconds)}s",
        "--timeout",
        "30s",
        "--latency",
        "-s",
        str(lua),
        url,
    ]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def _read(said: str) -> tuple[float, float, int]:
    """Seconds it took, the 99th percentile in ms, and how many answers were no 2xx or none at all."""
    took = re.search(r"requests in ([\d.]+)(us|ms|s|m)\b", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)
    assert took and p99, said
    refused = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
    refused += sum(int(n) for line in re.findall(r"Socket errors: (.*)", said) for n in re.findall(r"\d+", line))
    return float(took[1]) * _UNITS[took[2]] / 1000, float(p99[1]) * _UNITS[p99[2]], refused


def peers_best() -> float:
    """Comments a second that Isso takes, at its best of several numbers of clients."""
    best = 0.0
    with isso.running() as url:
        for clients in PEERS_CLIENTS:
            said = _wrk({**os.environ, "PEER": "isso"}, url, SECONDS, clients).communicate()[0]
            took, _p99, refused = _read(said)
            sent = re.search(r"(\d+) requests in", said)
            assert sent is not None
            best = max(best, (int(sent[1]) - refused) / took)
    return best


# -- reading meanwhile ---------------------------------------------------------------------------------


class Readers:
    """Two who read the story, one request each after the other, a fifth of a second apart."""

    def __init__(self, house: House) -> None:
        self.times: list[float] = []
        self.bad: list[int] = []
        self._stop = threading.Event()
        url = f"{house.server.url}/m/{house.slug}/story/"
        cookies = (house.people["cookies"]["family"], "")
        self._threads = [threading.Thread(target=self._read, args=(url, cookie), daemon=True) for cookie in cookies]

    def _read(self, url: str, cookie: str) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                status = get(url, cookie=cookie, timeout=10)[0]
            except OSError:
                status = 0
            self.times.append((time.monotonic() - began) * 1000)
            if status != 200:
                self.bad.append(status)
            self._stop.wait(0.05)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(12)

    @property
    def p95(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)]


def steady(house: House, forms: list[str], a_second: int) -> int:
    """Post so many a second, whether the last was answered or not; return how many were not acknowledged."""
    bad: list[int] = []

    def one(form: str, number: int) -> None:
        status, body = post(house, form, number)
        if status == 201 and (found := TOLD_ONE.search(body)):
            house.told.add(found[1].decode())
        else:
            bad.append(status)

    began, threads = time.monotonic(), []
    for number, form in enumerate(forms):
        time.sleep(max(0.0, began + number / a_second - time.monotonic()))
        threads.append(threading.Thread(target=one, args=(form, number), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(30)
    return len(bad)


def post(house: House, form: str, number: int, timeout: float = 30) -> tuple[int, bytes]:
    import urllib.error
    import urllib.request

    headers = {"Cookie": f"form={TOKEN}", "Accept": "application/json", "X-Forwarded-For": f"10.9.{number % 250}.7"}
    request = urllib.request.Request(f"{house.server.url}{house.path}", form.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def is_out_at_once(house: House) -> bool:
    """Take a member of another page out while words come here, and ask with their cookie."""
    place = fill.readers(house.server, 2, 1, 3)
    url = f"{house.server.url}/m/{place['slug']}/story/"
    before = get(url, cookie=place["member"])[0]
    fill.remove(house.server, place["slug"])
    return (before, get(url, cookie=place["member"])[0]) == (200, 404)


def measure(house: House, runs: int) -> dict[str, Figure]:
    ours, peer, p99s, together, refused = [], [], [], [], 0
    for number in range(runs):
        peer.append(peers_best())
        forms, before = house.forms(FORMS), house.commits()
        rate, p99, no = Surge(house, forms, SECONDS).end()
        told = rate * SECONDS
        ours.append(rate)
        p99s.append(p99)
        together.append(told / max(1, house.commits() - before))
        refused += no
        said = f"run {number + 1}: {rate:.0f} posts/s, Isso {peer[-1]:.0f}/s, {together[-1]:.1f} a commit"
        print(f"{said}, p99 {p99:.0f} ms, {no} not taken", file=sys.stderr, flush=True)
    lost, doubled = house.lost_and_doubled()
    return {
        "posts_a_second": Figure(median(ours), median(peer), must=3, aim=10, runs=ours, at_most=False),
        "posts_a_commit": Figure(median(together), None, must=3, aim=10, runs=together, at_most=False, judged="ours"),
        "p99_ms": Figure(median(p99s), None, must=500, aim=200, runs=p99s, judged="ours"),
        "not_taken": Figure(refused, None, must=0, aim=0, judged="ours"),
        "acknowledged_and_lost": Figure(lost, None, must=0, aim=0, judged="ours"),
        "acknowledged_twice": Figure(doubled, None, must=0, aim=0, judged="ours"),
    }


def reading(house: House, runs: int) -> dict[str, Figure]:
    idle, meanwhile, at_most = [], [], []
    errors, stays = 0, 0
    for number in range(runs):
        with Readers(house) as calm:
            time.sleep(READING)
        forms = house.forms(int(A_SECOND * READING)).read_text().splitlines()
        with Readers(house) as some:
            errors += steady(house, forms, A_SECOND)
        forms_of_many = house.forms(2 * FORMS)
        surge = Surge(house, forms_of_many, READING)
        with Readers(house) as many:
            stays += not is_out_at_once(house)
            while surge.process.poll() is None:
                time.sleep(0.1)
        surge.end()
        errors += len(some.bad) + len(many.bad)
        idle.append(calm.p95)
        meanwhile.append(some.p95)
        at_most.append(many.p95)
        said = f"reading {number + 1}: p95 {calm.p95:.0f} ms idle, {some.p95:.0f} ms at {A_SECOND}/s"
        print(f"{said}, {many.p95:.0f} ms at saturation", file=sys.stderr, flush=True)
    bound = max(3 * median(idle), 50)
    return {
        "reading_p95_ms": Figure(median(meanwhile), median(idle), bound, 1.5 * median(idle), meanwhile, judged="ours"),
        "reading_p95_at_saturation_ms": Figure(median(at_most), median(idle), 1000, 200, at_most, judged="ours"),
        "reading_errors": Figure(errors, None, must=0, aim=0, judged="ours"),
        "removed_and_still_reading": Figure(stays, None, must=0, aim=0, judged="ours"),
    }


def main(full: bool = False) -> int:
    install()
    isso.install()
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-") as name, Server(env=ENV) as server:
        time.sleep(5)
        house = House(server, Path(name))
        figures = measure(house, 5 if full else RUNS) | reading(house, RUNS if full else 1)
    return report("words", figures)


if __name__ == "__main__":
    if "--in-the-house" in sys.argv:
        from bench import words_fill

        print(json.dumps(words_fill.do(*sys.argv[sys.argv.index("--in-the-house") + 1 :])))
    else:
        sys.exit(main("--full" in sys.argv))
