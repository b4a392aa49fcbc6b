"""How soon does an aunt on an old phone in a train see the page that she was sent?

Chromium at 390 px, slow 4G (150 ms, 1.6 Mbit/s) and a processor four times slower, as Lighthouse's mobile preset has
it, throttled in the browser. Somebody of the demo family, who sees the photograph at the head of the page and gets the
page live for having added something to it, opens the story with nothing in the cache. LCP is the browser's own
"largest contentful paint"; what came before the hero photograph is what the network said before that was asked for or
while it was under way. Beside it, in the same runs, a post of WordPress with its default theme, where it can be had.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import fill, wordpress
from bench.frame import HOUSE, Figure, Server, get, median, report
from bench.taps import PHONE

RUNS = 5
PICTURE = HOUSE / "tests" / "material" / "family" / "IMG_0106.JPG"
PARAGRAPHS = 20  # of the other page; ours has as many words or more
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
LCP = """() => new Promise(done => new PerformanceObserver(list => {
  const last = list.getEntries().at(-1);
  done({at: last.startTime, url: last.url || "", tag: last.element ? last.element.tagName : ""});
}).observe({type: "largest-contentful-paint", buffered: true}))"""


@dataclass
class Visit:
    lcp_ms: float = 0.0
    kb_before: float = 0.0
    requests_before: int = 0
    script_kb: float = 0.0
    said: list[str] = field(default_factory=list)


def visit(browser: Browser, url: str, cookie: str = "") -> Visit:
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    if cookie:
        name, _equals, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    asked: dict[str, dict[str, Any]] = {}

    def begins(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = {
            "url": event["request"]["url"],
            "kind": event.get("type"),
            "at": event["timestamp"],
        }

    def ends(event: dict[str, Any]) -> None:
        asked[event["requestId"]] |= {"bytes": event["encodedDataLength"], "done": event["timestamp"]}

    devtools.on("Network.requestWillBeSent", begins)
    devtools.on("Network.loadingFinished", ends)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1_500)
    painted = page.evaluate(LCP)
    context.close()
    ordered = sorted(asked.values(), key=lambda one: one["at"])
    hero = next((one for one in ordered if one["kind"] == "Image" and one["url"].endswith((".jpg", ".avif"))), None)
    if hero is None or "done" not in hero:
        raise SystemExit("no hero photograph was asked for")
    before = [one for one in ordered if one is not hero and one.get("done", hero["done"]) < hero["done"]]
    return Visit(
        lcp_ms=painted["at"],
        kb_before=sum(one["bytes"] for one in before) / 1000,
        requests_before=len(before),
        script_kb=sum(one.get("bytes", 0) for one in ordered if one["kind"] == "Script") / 1000,
        said=[f"{one['url'].rpartition('/')[2][:40]} {one.get('bytes', 0):.0f}" for one in before]
        + [f"LCP {painted['tag']} {painted['url'].rpartition('/')[2]}"],
    )


@contextmanager
def peer() -> Iterator[str]:
    """The address of the other page, or "" where WordPress cannot be had."""
    if not wordpress.can_be_had():
        print("WordPress cannot be had here and is not measured.", file=sys.stderr)
        yield ""
        return
    with wordpress.post(PICTURE, paragraphs=PARAGRAPHS) as url:
        yield url


def main(full: bool = False) -> int:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("There is no Chromium on the PATH.")
    with Server() as server, peer() as other, sync_playwright() as playwright:
        people = server.people()
        url, cookie = f"{server.url}/m/{people['memorial']}/story/", people["cookies"]["family"]
        if get(url, cookie=cookie)[0] != 200:
            raise SystemExit("the family does not see the page")
        time.sleep(10)  # what the worker makes after the start is made
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        visits, others = [], []
        for number in range(9 if full else RUNS):
            visits.append(visit(browser, url, cookie))
            print(f"run {number + 1}: {visits[-1].lcp_ms:.0f} ms, {visits[-1].said}", file=sys.stderr)
            if other:
                others.append(visit(browser, other))
                print(f"  WordPress: {others[-1].lcp_ms:.0f} ms, {others[-1].said}", file=sys.stderr)
        browser.close()
        fill.remove_readers(server, people["memorial"], cookie)

    def figure(of: str, must: float, aim: float) -> Figure:
        runs, theirs = ([float(getattr(one, of)) for one in these] for these in (visits, others))
        return Figure(median(runs), median(theirs) if theirs else None, must=must, aim=aim, runs=runs, judged="ours")

    return report(
        "first-visit",
        {
            "lcp_ms": figure("lcp_ms", 1_500, 1_000),
            "kb_before_hero": figure("kb_before", 60, 60),
            "requests_before_hero": figure("requests_before", 4, 4),
            "script_kb": figure("script_kb", 0, 0),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
