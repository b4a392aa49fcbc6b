"""Sixty slow uploads and sixty slow readers at once: does the family still get its pages?"""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

from bench.frame import Figure, Server, get, median, report

SLOW = 60
SECONDS = 15.0


class Slow(threading.Thread):
    """One connection that takes its time, until told to stop."""

    def __init__(self, stop: threading.Event, port: int, head: str, *, reads: bool) -> None:
        super().__init__(daemon=True)
        self.stop, self.port, self.head, self.reads = stop, port, head, reads

    def run(self) -> None:
        with socket.socket() as connection:
            if self.reads:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.settimeout(5)
            try:
                connection.connect(("127.0.0.1", self.port))
                connection.sendall(self.head.encode())
                while not self.stop.wait(0.5):
                    if self.reads:
                        if not connection.recv(64):
                            return
                    else:
                        connection.sendall(b"x" * 64)
            except OSError:
                return


def probe(stop: threading.Event, urls: list[str], cookie: str, times: list[float], bad: list[int]) -> None:
    turn = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            status = get(urls[turn % len(urls)], cookie=cookie, timeout=10)[0]
        except OSError:
            status = 0
        (times if status == 200 else bad).append(time.monotonic() - began if status == 200 else status)
        turn += 1
        stop.wait(0.2)


def one_run(server: Server, people: dict, slow: bool) -> tuple[float, float]:
    """Return the share of good pages and the 95th percentile in milliseconds."""
    page = people["links"]["keeper"].rstrip("/")
    page = f"{server.url}{urlsplit(page).path}"
    family, keeper = people["cookies"]["family"], people["cookies"]["keeper"]
    stop, times, bad = threading.Event(), [], []
    original = re.search(rb'href="([^"]*/photographs/[0-9a-f-]{36}/)', get(f"{page}/photographs/", cookie=keeper)[1])
    assert original is not None
    big = _largest(server, page, keeper)
    threads: list[threading.Thread] = []
    if slow:
        for number in range(SLOW):
            # Sixty different people, so that the limit for one of them is not what is measured.
            cookie = f"{people['uploaders'][number]}; form={'a' * 32}"
            head = (
                f"POST {urlsplit(page).path}/photographs/add/ HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
                f"Cookie: {cookie}\r\nX-CSRFToken: {'a' * 32}\r\nAccept: application/json\r\n"
                "Content-Type: multipart/form-data; boundary=slow\r\nContent-Length: 3000000\r\n\r\n"
            )
            threads.append(Slow(stop, server.port, head, reads=False))
            head = f"GET {big} HTTP/1.1\r\nHost: localhost:{server.port}\r\nCookie: {people['readers'][number]}\r\n\r\n"
            threads.append(Slow(stop, server.port, head, reads=True))
    for thread in threads:
        thread.start()
    time.sleep(2 if slow else 0)
    urls = [f"{page}/story/", f"{page}/photographs/", f"{page}/about/"]
    watch = threading.Thread(target=probe, args=(stop, urls, family, times, bad), daemon=True)
    watch.start()
    time.sleep(SECONDS)
    stop.set()
    watch.join(12)
    for thread in threads:
        thread.join(6)
    ordered = sorted(times) or [99.0]
    return len(times) / max(1, len(times) + len(bad)), ordered[int(len(ordered) * 0.95)] * 1000


def _largest(server: Server, page: str, cookie: str) -> str:
    """The path of a large picture on the photographs page."""
    found = re.findall(rb"(/m/[^\"\s]+/2400\.jpg)", get(f"{page}/photographs/", cookie=cookie)[1])
    return found[0].decode() if found else f"{urlsplit(page).path}/story/"


def main(full: bool = False) -> int:
    from bench.fill import crowd, remove_readers

    with Server() as server:
        people = server.people()
        people |= crowd(server, people["memorial"], SLOW)
        time.sleep(10)
        calm, shares, p95 = [], [], []
        for _run in range(5 if full else 3):
            calm.append(one_run(server, people, slow=False)[1])
            share, worst = one_run(server, people, slow=True)
            shares.append(share)
            p95.append(worst)
        remove_readers(server, people["memorial"], *people["readers"])
    return report(
        "slow",
        {
            "good_share": Figure(min(shares), None, must=1.0, aim=1.0, runs=shares, at_most=False, judged="ours"),
            "p95_ms": Figure(median(p95), median(calm), must=500, aim=200, runs=p95, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
