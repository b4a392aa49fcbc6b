"""What does one change cost those who read? Only a page that is asked for is made again, and in a memorial that grew
it takes as long as in a small one."""

from __future__ import annotations

import sys
import time
import urllib.parse
import urllib.request

from bench import fill
from bench.frame import Figure, Server, get, interleaved, median, report

SMALL, LARGE = 50, 5_000  # moments
ROUNDS = 8  # changes in one run
TOKEN = "a" * 32


def change(server: Server, place: dict[str, str], number: int) -> None:
    headers = {"Cookie": f"{place['cookie']}; form={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json"}
    url = f"{server.url}/m/{place['slug']}/story/{place['moment']}/change/"
    body = urllib.parse.urlencode({"title": f"Changed {number}", "text": "New words.", "date": ""}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
        if answer.status != 201:
            raise SystemExit(f"the change answered {answer.status}")


def pages_kept(server: Server) -> int:
    return sum(1 for file in (server.data / "baked").glob("*/*") if not file.name.startswith("."))


def cost(server: Server, place: dict[str, str], made: list[float]) -> float:
    """Processor milliseconds of the story's first page, read by somebody of the family after each change."""
    url, spent = f"{server.url}/m/{place['slug']}/story/", 0.0
    for number in range(ROUNDS):
        change(server, place, number)
        kept, before = pages_kept(server), server.cpu_seconds()
        for _time in range(2):  # made, and read again
            if get(url, cookie=place["reader"])[0] != 200:
                raise SystemExit("the page is not there")
        spent += server.cpu_seconds() - before
        made.append(pages_kept(server) - kept)
    return spent * 1000 / ROUNDS


def main(full: bool = False) -> int:
    made: list[float] = []
    with Server() as server:
        time.sleep(5)
        places = [fill.memorial(server, size, 10) for size in (SMALL, LARGE)]
        for place in places:
            place["reader"] = fill.crowd(server, place["slug"], 1)["readers"][0]
            get(f"{server.url}/m/{place['slug']}/story/", cookie=place["reader"])
        small, large = interleaved(
            5 if full else 3,
            *(lambda place=place: cost(server, place, made) for place in places),  # type: ignore[misc]
        )
        for place in places:
            fill.remove(server, place["slug"])
            if get(f"{server.url}/m/{place['slug']}/story/", cookie=place["reader"])[0] != 404:
                raise SystemExit("whoever was removed met something else than 404")
    return report(
        "bake",
        {
            "page_cpu_ms": Figure(median(large), median(small), must=1.5, aim=1.1, runs=large),
            "pages_made": Figure(max(made), None, must=1, aim=1, runs=made, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
