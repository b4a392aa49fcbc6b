"""A thousand photographs of a phone over HTTP, in parts as the page sends them, against `cp` and `sha256sum` of them.

Ours is the whole way: begun, sent in parts of 8 MB at most, each acknowledged when its bytes are synced, then kept:
hashed, opened in the cage, its smallest rendition made, named in the store, its row committed. Two files travel at
once, as from the page. Two speeds are told: `acknowledged` ends when every byte is safe and said to be, `kept` when
every file is a photograph of its own. The peer copies the files and reads them once more for their SHA-256; it syncs
nothing, opens nothing and writes no row. The memory is by how much the process that answers grew at its highest.

Nine of ten files are JPEG of 12 megapixels, one is a HEIC from a telephone. Each is a new original by a few bytes of
its own, which no decoder looks at. Films are not among them.
"""

from __future__ import annotations

import http.client
import io
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from PIL import Image

from bench.frame import HOUSE, Figure, Server, get, report

FILES, SOME = 1_000, 60
SOME_RUNS = 3
AT_ONCE = 2
PART = 8 * 2**20
TOKEN = "a" * 32
HEIC = HOUSE / "tests" / "material" / "heic" / "IMG_0043.HEIC"


def make(folder: Path, number: int) -> None:
    """Write so many files, each with bytes of its own: a comment in a JPEG, an empty box behind a HEIC."""
    bases = [_jpeg(turn) for turn in range(3)]
    heic = HEIC.read_bytes()
    for n in range(number):
        own = os.urandom(16)
        if n % 10 == 9:
            (folder / f"{n:04}.heic").write_bytes(heic + b"\x00\x00\x00\x18free" + own)
        else:
            base = bases[n % 3]
            (folder / f"{n:04}.jpg").write_bytes(base[:2] + b"\xff\xfe\x00\x12" + own + base[2:])


def _jpeg(turn: int) -> bytes:
    source = HOUSE / "tests" / "material" / "family" / "IMG_0106.JPG"
    with Image.open(source) as found:
        large = found.convert("RGB").rotate(turn * 180).resize((4032, 3024), Image.Resampling.BICUBIC)
    grain = Image.merge("RGB", [Image.effect_noise((4032, 3024), 18)] * 3)
    out = io.BytesIO()
    Image.blend(large, grain, 0.12).save(out, "JPEG", quality=88)
    return out.getvalue()


class Phone(threading.Thread):
    """Sends what waits, one file after the other, on one connection."""

    def __init__(self, port: int, cookie: str, path: str, waiting: queue.SimpleQueue[Any]) -> None:
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie, self.path, self.waiting = cookie, path, waiting
        self.trouble: list[str] = []
        self.done: list[str] = []

    def ask(self, method: str, path: str, body: bytes, kind: str, **more: object) -> http.client.HTTPResponse:
        said = {"Cookie": f"{self.cookie}; form={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json"}
        said |= {"Tus-Resumable": "1.0.0", "Content-Type": kind, "Host": f"localhost:{self.line.port}"}
        said |= {name.replace("_", "-"): str(value) for name, value in more.items()}
        self.line.request(method, path, body, said)
        answer = self.line.getresponse()
        self.body = answer.read()
        return answer

    def run(self) -> None:
        while (job := self.waiting.get()) is not None:
            try:
                self.send(job) if isinstance(job, Path) else self.keep(job)
            except (AssertionError, OSError, http.client.HTTPException) as error:
                self.trouble.append(f"{job}: {error!r}")
                self.line.close()

    def send(self, file: Path) -> None:
        content = file.read_bytes()
        begun = self.ask("POST", f"{self.path}uploads/", b"", "", Upload_Length=len(content))
        assert begun.status == 201, (begun.status, self.body)
        address = begun.headers["Location"]
        for at in range(0, len(content), PART):
            part = content[at : at + PART]
            answer = self.ask("PATCH", address, part, "application/offset+octet-stream", Upload_Offset=at)
            assert answer.status == 204, (answer.status, self.body)
        self.done.append(address.rstrip("/").rpartition("/")[2])

    def keep(self, id: str) -> None:
        form = f"upload={id}".encode()
        answer = self.ask("POST", f"{self.path}photographs/add/", form, "application/x-www-form-urlencoded")
        assert answer.status == 201, (answer.status, self.body)


class Bench:
    def __init__(self, server: Server, folder: Path, number: int) -> None:
        people = server.people()
        self.server, self.folder, self.number = server, folder, number
        self.cookie = people["cookies"]["keeper"]
        self.path = urlsplit(people["links"]["keeper"]).path.rstrip("/") + "/"
        assert get(f"{server.url}{self.path}photographs/add/", cookie=self.cookie)[0] == 200
        self.web = self._web()
        self.memory: list[float] = []

    def _web(self) -> psutil.Process:
        """The process that answers: the youngest of those that listen."""
        listening = [
            process
            for process in self.server.processes()
            if any(c.status == "LISTEN" and c.laddr.port == self.server.port for c in process.net_connections("inet"))
        ]
        return max(listening, key=lambda process: process.create_time())

    def run(self) -> tuple[float, float, float, float]:
        """Return megabytes sent, and seconds: of the peer, until acknowledged, until kept."""
        for file in (*self.folder.glob("*"),):
            file.unlink()
        make(self.folder, self.number)
        weight = sum(file.stat().st_size for file in self.folder.iterdir()) / 1e6
        os.sync()
        before = self.web.memory_full_info().pss / 1e6
        stop, highest = threading.Event(), [before]

        def look() -> None:
            while not stop.wait(0.1):
                highest[0] = max(highest[0], self.web.memory_full_info().pss / 1e6)

        watch = threading.Thread(target=look, daemon=True)
        watch.start()
        # A hundred are sent and then kept, and then the next: as many as one person may have on its way.
        acknowledged = kept = 0.0
        files = sorted(self.folder.iterdir())
        for first in range(0, len(files), 100):
            took, ids = self._all(files[first : first + 100])
            acknowledged += took
            kept += took + self._all(ids)[0]
        stop.set()
        watch.join()
        self.memory.append(highest[0] - before)
        return weight, self._peer(), acknowledged, kept

    def _all(self, jobs: list[Any]) -> tuple[float, list[Any]]:
        waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for job in [*jobs, *[None] * AT_ONCE]:
            waiting.put(job)
        phones = [Phone(self.server.port, self.cookie, self.path, waiting) for _one in range(AT_ONCE)]
        began = time.perf_counter()
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join()
        took = time.perf_counter() - began
        troubles = [trouble for phone in phones for trouble in phone.trouble]
        if troubles:
            raise SystemExit("\n".join(troubles[:5]))
        return took, [id for phone in phones for id in phone.done]

    def _peer(self) -> float:
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as copy:
            began = time.perf_counter()
            subprocess.run(["cp", "-r", str(self.folder), copy], check=True)
            find = ["find", copy, "-type", "f", "-exec", "sha256sum", "{}", "+"]
            subprocess.run(find, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - began


def main(full: bool = False) -> int:
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-", dir=os.environ.get("SNOWDROP_BENCH")) as name:
        folder = Path(name) / "files"
        folder.mkdir()
        data = Path(name) / "data"
        data.mkdir(mode=0o700)
        with Server(data=data) as server:
            bench = Bench(server, folder, FILES if full else SOME)
            runs = []
            for turn in range(1 if full else SOME_RUNS):
                runs.append(bench.run())
                print(f"run {turn + 1}: {[round(n, 2) for n in runs[-1]]}", file=sys.stderr, flush=True)
        shutil.rmtree(data)
    theirs = statistics.median(weight / peer for weight, peer, _sent, _kept in runs)
    sent = [weight / seconds for weight, _peer, seconds, _kept in runs]
    kept = [weight / seconds for weight, _peer, _sent, seconds in runs]
    mine = statistics.median
    return report(
        "ingest",
        {
            "acknowledged_mb_per_s": Figure(mine(sent), theirs, must=0.5, aim=0.8, runs=sent, at_most=False),
            "kept_mb_per_s": Figure(mine(kept), theirs, must=0.5, aim=0.8, runs=kept, at_most=False),
            "web_grew_mb": Figure(max(bench.memory), None, must=80, aim=40, runs=bench.memory, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
