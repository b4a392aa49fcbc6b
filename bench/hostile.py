"""Files that lie, burst, break off or are something else: every one of a folder, and a thousand mutations, over HTTP.

    bin/bench hostile [--full] [FOLDER]

Sent as a keeper sends them, in a form, one after the other. Whatever comes in, the answer is a page of ours: no 5xx but
"there is no room", within five seconds, and no process of the house takes more than a gigabyte and a half. Without a
folder the hostile, odd and plain files of the tests are taken; mutations are of the small ones among them.
"""

from __future__ import annotations

import http.client
import json
import random
import struct
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.frame import HOUSE, Figure, Server, get, report

MATERIAL = HOUSE / "tests" / "material"
MUTATIONS, SOME = 1_000, 150
SMALL = 200_000  # bytes; larger ones are sent as they are
LARGEST = 210 * 2**20
SEED = 20260101
TOKEN = "a" * 32


def files(folder: Path | None) -> list[Path]:
    folders = (
        [folder] if folder else [MATERIAL / name for name in ("hostile", "odd", "gif", "heic", "webp", "recordings")]
    )
    found = [path for one in folders for path in sorted(one.rglob("*")) if path.is_file()]
    return [path for path in found if path.stat().st_size <= LARGEST and path.suffix != ".json"]


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Return it with a few bits, lengths or pieces other than they were."""
    made = bytearray(content)
    for _time in range(dice.choice((1, 1, 2, 5, 20))):
        if not made:
            break
        at = dice.randrange(len(made))
        match dice.randrange(6):
            case 0:
                made[at] ^= 1 << dice.randrange(8)
            case 1:
                del made[at : at + dice.randrange(1, 64)]
            case 2:
                made[at:at] = made[dice.randrange(len(made)) :][: dice.randrange(1, 64)]
            case 3:
                value = dice.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, len(made)))
                made[at : at + 4] = struct.pack(dice.choice("<>") + "I", value)
            case 4:
                del made[dice.randrange(len(made)) :]
            case _:
                made[at : at + 8] = dice.randbytes(8)
    return bytes(made)


class Sender:
    def __init__(self, server: Server) -> None:
        people = server.people()
        self.server, self.cookie = server, people["cookies"]["keeper"]
        self.path = urlsplit(people["links"]["keeper"]).path.rstrip("/") + "/photographs/add/"
        assert get(f"{server.url}{self.path}", cookie=self.cookie)[0] == 200

    def send(self, name: str, content: bytes) -> tuple[int, bytes]:
        line = f'form-data; name="file"; filename="{name}"'
        body = b"--b\r\nContent-Disposition: " + line.encode() + b"\r\nContent-Type: application/octet-stream\r\n\r\n"
        body += content + b"\r\n--b--\r\n"
        said = {
            "Cookie": f"{self.cookie}; form={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept": "application/json",
            "Content-Type": "multipart/form-data; boundary=b",
            "Host": f"localhost:{self.server.port}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request("POST", self.path, body, said)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error).encode()
        finally:
            connection.close()


class Watch(threading.Thread):
    """How much memory the largest process of the house took."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.ended, self.highest = server, threading.Event(), 0.0

    def run(self) -> None:
        while not self.ended.wait(0.05):
            try:
                for process in self.server.processes():
                    self.highest = max(self.highest, process.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                continue


def main(full: bool = False, folder: Path | None = None) -> int:
    dice = random.Random(SEED)
    found = files(folder)
    seeds = [path.read_bytes() for path in found if 0 < path.stat().st_size <= SMALL]
    statuses: Counter[int] = Counter()
    slowest, troubles, times = 0.0, [], []
    with Server() as server:
        sender, watch = Sender(server), Watch(server)
        watch.start()

        def one(name: str, content: bytes) -> None:
            nonlocal slowest
            began = time.perf_counter()
            status, said = sender.send(name, content)
            took = time.perf_counter() - began
            times.append(took)
            slowest = max(slowest, took)
            statuses[status] += 1
            if status == 0 or (status >= 500 and status != 507) or took > 5:
                troubles.append(f"{status} in {took:.1f} s: {name}, {len(content)} bytes: {said[:120]!r}")
            elif not isinstance(json.loads(said), dict):
                troubles.append(f"no sentence: {name}")

        for path in found:
            one(path.name.encode("ascii", "replace").decode().replace('"', "_"), path.read_bytes())
        for number in range(MUTATIONS if full else SOME):
            one(f"{number}.jpg", mutated(dice.choice(seeds), dice))
        watch.ended.set()
        watch.join()
        alive = get(f"{server.url}/health")[0] == 200
    print(f"{len(found)} files, {sum(statuses.values())} sent: {dict(statuses)}", file=sys.stderr)
    print("\n".join(troubles[:20]), file=sys.stderr)
    return report(
        "hostile",
        {
            "5xx_or_no_answer": Figure(
                len([one for one in troubles if not one.startswith("2")]) + (not alive), None, 0, 0, judged="ours"
            ),
            "slowest_s": Figure(slowest, None, 5, 2, runs=sorted(times)[-5:], judged="ours"),
            "largest_process_mb": Figure(watch.highest, None, 1_500, 600, judged="ours"),
        },
    )


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]
    raise SystemExit(main("--full" in sys.argv, given[0] if given else None))
