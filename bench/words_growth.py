"""Very many words in one memorial: does a page of them cost more, and how fast are they brought in with their index?

    bin/bench words-growth [--full] [--postgresql]

Twenty thousand words (a million with --full) come into one memorial in lots of five hundred, by the verb that brings
words in, shown and found by their words at once; a tenth of them wait at the door. Then a page of the words, one far
back, and the list at the door are asked for, in that memorial and in one of a thousand words, turn by turn, in one
process. Whatever is asked has to be answered by an index: plans that sort all, or walk through the table, are counted.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.frame import HOUSE, PYTHON, Figure, interleaved, median, report

FEW, MANY, VERY_MANY = 1_000, 20_000, 1_000_000
LOT = 500
EVERY = 10  # one of so many waits
ROUNDS = 40


@contextlib.contextmanager
def database(folder: str, *, is_postgresql: bool) -> Iterator[dict[str, str]]:
    """Variables for a house with an empty database of this kind."""
    env = {"SNOWDROP_DATA": folder, "SNOWDROP_RESERVE": "0", "SNOWDROP_UNSYNCED": "false"}
    if not is_postgresql:
        yield env
        return
    sys.path.insert(0, str(HOUSE / "bin" / "lib"))
    from testing import postgresql

    with postgresql() as (url, _programs):
        yield {**env, "SNOWDROP_DATABASE_URL": url}


def _written(memorial: Any, number: int) -> Iterator[list[Any]]:
    """Lots of words as people write them, of some thirty words each out of thousands."""
    from snowdrop.memorials.circles import Circle
    from snowdrop.words.models import KindWord

    chance = random.Random(3)
    spoken = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _word in range(6_000)]
    first = datetime(2000, 1, 1, tzinfo=UTC)
    for begin in range(0, number, LOT):
        lot = []
        for one in range(begin, min(begin + LOT, number)):
            at = first + timedelta(minutes=one)
            word = KindWord(memorial=memorial, signed=f"Somebody {one}", text=" ".join(chance.choices(spoken, k=30)))
            word.written_at, word.audience = at, Circle.FAMILY
            word.shown_at = at if one % EVERY else None
            lot.append(word)
        yield lot


def _bring_in(memorial: Any, number: int) -> float:
    """Bring so many in; return how many a second that were. Making them up is not counted."""
    from snowdrop.words import leaving

    took, at = 0.0, datetime(2026, 1, 1, tzinfo=UTC)
    for lot in _written(memorial, number):
        began = time.perf_counter()
        leaving.bring_in(lot, at=at)
        took += time.perf_counter() - began
    return number / took


def _measure(number: int, runs: int) -> dict[str, Any]:
    import django

    import snowdrop  # noqa: F401  a sound SQLite before Django loads one

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from snowdrop.memorials import beginning
    from snowdrop.memorials.access import stand
    from snowdrop.people.models import Person
    from snowdrop.words import book, pages
    from snowdrop.words.models import Book, KindWord

    call_command("migrate", verbosity=0)
    keeper = Person.objects.create(name="Keeper of many words")
    viewers = []
    for name in ("Few", "Many"):
        by = stand(beginning.begin(by=keeper, name=name), keeper)
        book.answer(Book.FirstReader.US, by=by)
        viewers.append(stand(by.memorial, keeper))
    few, many = viewers
    _bring_in(few.memorial, FEW)
    rate = _bring_in(many.memorial, number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def deep(viewer: Any) -> str:
        return str(KindWord.objects.visible_to(viewer).order_by("written_at")[40:41].get().pk)

    edges = {id(viewer): deep(viewer) for viewer in viewers}

    def queue(viewer: Any) -> Any:
        waiting = KindWord.objects.at_the_door(viewer).waiting().filter(asked_at=None)
        return waiting.as_they_came()[:51]

    def queue_further(viewer: Any) -> Any:
        waiting = KindWord.objects.at_the_door(viewer).waiting().filter(asked_at=None)
        edge = waiting.as_they_came()[50:51].get()
        return waiting.behind(edge).as_they_came()[:51]

    asked: dict[str, Callable[[Any], object]] = {
        "page": lambda viewer: pages.page(viewer),
        "page_far_back": lambda viewer: pages.page(viewer, after=edges[id(viewer)]),
        "queue": lambda viewer: list(queue(viewer)),
        "queue_further": lambda viewer: list(queue_further(viewer)),
    }
    found: dict[str, Any] = {"rate": rate, "plans": _without_an_index(asked, many)}
    for name, ask in asked.items():
        jobs = [lambda viewer=viewer, ask=ask: _milliseconds(ask, viewer) for viewer in viewers]
        for job in jobs:
            job()
        found[name] = interleaved(runs, *jobs)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return found


def _milliseconds(ask: Callable[[Any], object], viewer: Any) -> float:
    began = time.perf_counter()
    for _round in range(ROUNDS):
        ask(viewer)
    return (time.perf_counter() - began) * 1000 / ROUNDS


_NO_INDEX = re.compile(
    r"TEMP B-TREE FOR ORDER BY|SCAN words_kindword$|Seq Scan on words_kindword|^(?:\s*->)?\s*Sort\b", re.MULTILINE
)


def _without_an_index(asked: dict[str, Callable[[Any], object]], viewer: Any) -> int:
    """How many statements over words are answered without an index that holds their order. What is kept close is few,
    and its last column may be sorted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    without = 0
    for name, ask in asked.items():
        with CaptureQueriesContext(connection) as statements:
            ask(viewer)
        for statement in statements:
            if "words_kindword" not in statement["sql"].partition(" FROM ")[2]:
                continue
            prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
            with connection.cursor() as cursor:
                cursor.execute(prefix + statement["sql"].replace("%", "%%"))
                plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
            if _NO_INDEX.search(plan):
                without += 1
                print(f"{name}: {statement['sql']}\n{plan}", file=sys.stderr)
    return without


def main(full: bool = False, is_postgresql: bool = False) -> int:
    number = VERY_MANY if full else MANY
    with (
        tempfile.TemporaryDirectory(prefix="snowdrop-bench-") as folder,
        database(folder, is_postgresql=is_postgresql) as own,
    ):
        env = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
        command = [str(PYTHON), "-m", "bench.words_growth", "--measure", str(number), str(7 if full else 5)]
        done = subprocess.run(command, cwd=HOUSE, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    must, aim = (1_500, 10_000) if is_postgresql else (3_000, 10_000)
    figures = {
        "brought_in_a_second": Figure(found["rate"], None, must, aim, at_most=False, judged="ours"),
        "plans_without_index": Figure(found["plans"], None, 0, 0, judged="ours"),
        "memory_mb": Figure(found["memory"], None, 300, 150, judged="ours"),
    }
    for name in ("page", "page_far_back", "queue", "queue_further"):
        few, many = found[name]
        figures[f"{name}_ms"] = Figure(median(many), median(few), must=2, aim=1.3, runs=many)
    return report("words-growth", figures)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        at = sys.argv.index("--measure")
        print(json.dumps(_measure(int(sys.argv[at + 1]), int(sys.argv[at + 2]))))
    else:
        sys.exit(main("--full" in sys.argv, "--postgresql" in sys.argv))
