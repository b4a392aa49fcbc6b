"""Does a page cost more in a memorial that grew? Processor time of the keeper's live pages, small against large."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request

from bench import fill
from bench.frame import HOUSE, PYTHON, Figure, Server, get, interleaved, median, report

SMALL, LARGE = (50, 100), (5_000, 20_000)
ROUNDS = 12  # of every page, in one run


def pages(place: dict[str, str]) -> dict[str, list[str]]:
    """The keeper's pages by what they are of, as paths."""
    here = f"/m/{place['slug']}"
    return {
        "story": [f"{here}/story/", f"{here}/story/{place['moment']}/", f"{here}/"],
        "photographs": [f"{here}/photographs/", f"{here}/photographs/{place['photograph']}/"],
    }


def cost(server: Server, place: dict[str, str], of: str) -> float:
    """Processor milliseconds that one page of this part takes, all processes counted."""
    paths = pages(place)[of]
    before = server.cpu_seconds()
    for _round in range(ROUNDS):
        for path in paths:
            status, _body = get(f"{server.url}{path}", cookie=place["cookie"])
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
    return (server.cpu_seconds() - before) * 1000 / (ROUNDS * len(paths))


def cost_of_change(server: Server, place: dict[str, str]) -> float:
    """Processor milliseconds of writing a moment anew and of reading the page that shows it."""
    token = "a" * 32
    headers = {"Cookie": f"{place['cookie']}; form={token}", "X-CSRFToken": token, "Accept": "application/json"}
    url = f"{server.url}/m/{place['slug']}/story/{place['moment']}/"
    before = server.cpu_seconds()
    for number in range(ROUNDS):
        body = urllib.parse.urlencode({"title": f"Changed {number}", "text": "New words.", "date": ""}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{url}change/", body, headers), timeout=30) as answer:
            if answer.status != 201:
                raise SystemExit(f"the change answered {answer.status}")
        get(f"{server.url}/m/{place['slug']}/story/", cookie=place["cookie"])
    return (server.cpu_seconds() - before) * 1000 / ROUNDS


def queries(server: Server, place: dict[str, str]) -> dict[str, int]:
    """How many statements each page asks, counted in a process of its own over the same data."""
    env = {**server.env, "SNOWDROP_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    paths = [path for part in pages(place).values() for path in part]
    asked = json.dumps({"cookie": place["cookie"], "paths": paths})
    done = subprocess.run(
        [str(PYTHON), "-m", "bench.growth", "--count"],
        cwd=HOUSE, env=env, input=asked, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _count(asked: dict) -> dict[str, int]:
    import django

    import snowdrop  # noqa: F401  a sound SQLite before Django loads one

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    name, _equals, value = asked["cookie"].partition("=")
    for path in asked["paths"]:
        client = Client(headers={"host": "localhost"})
        client.cookies[name] = value
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            answer = client.get(path)
        assert answer.status_code == 200, path
        counts[path.split("/", 3)[3]] = len(statements)
    return counts


def main(full: bool = False) -> int:
    figures: dict[str, Figure] = {}
    with Server() as server:
        small = fill.memorial(server, *SMALL)
        large = fill.memorial(server, *LARGE)
        jobs = [
            lambda: cost(server, small, "story"),
            lambda: cost(server, large, "story"),
            lambda: cost(server, small, "photographs"),
            lambda: cost(server, large, "photographs"),
            lambda: cost_of_change(server, small),
            lambda: cost_of_change(server, large),
        ]
        for job in jobs:
            job()  # warm
        measured = interleaved(9 if full else 5, *jobs)
        for number, key in enumerate(("story_cpu_ms", "photographs_cpu_ms", "changed_cpu_ms")):
            peer, ours = measured[2 * number], measured[2 * number + 1]
            figures[key] = Figure(median(ours), median(peer), must=1.5, aim=1.2, runs=ours)
        few, many = queries(server, small), queries(server, large)
        unlike = {
            path: (count, other)
            for (path, count), other in zip(sorted(few.items()), (many[p] for p in sorted(many)), strict=True)
            if count != other
        }
        print(f"statements a page: {sorted(many.values())}; pages with another number when small: {unlike or 'none'}")
        total_few, total_many = sum(few.values()), sum(many.values())
        figures["queries"] = Figure(total_many, total_few, must=1.0, aim=1.0, runs=[float(n) for n in many.values()])
    return report("growth", figures)


if __name__ == "__main__":
    if "--count" in sys.argv:
        print(json.dumps(_count(json.load(sys.stdin))))
    else:
        sys.exit(main("--full" in sys.argv))
