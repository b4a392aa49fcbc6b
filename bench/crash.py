"""A server that is killed, or a disk whose power is cut, while files arrive in parts: is all there that was told?

    bin/bench crash [--full] [--power-cut]

Parts of random size are sent to several files at once. At a random moment the server is killed. With `--power-cut`
(root, loop devices and mkfs.ext4) the data folder is a disk image, which is copied as it is in that moment: what was
never synced is not in it; the house then goes on from the copy. After each round every file has at least the bytes
that were acknowledged, and goes on from there; at the end each is kept, with the SHA-256 of what was sent.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from bench.frame import Figure, Server, get, report

ROUNDS, SOME = 20, 5
FILES = 6
SIZE = 3_000_000  # bytes of each file
SEED = 20260102
TOKEN = "a" * 32


@dataclass
class Sent:
    content: bytes
    address: str
    acknowledged: int = 0


class Phone:
    def __init__(self, server: Server) -> None:
        people = server.people()
        self.server, self.cookie = server, people["cookies"]["keeper"]
        self.path = urlsplit(people["links"]["keeper"]).path.rstrip("/") + "/"
        assert get(f"{server.url}{self.path}photographs/add/", cookie=self.cookie)[0] == 200

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", **more: object) -> tuple[int, int, bytes]:
        """Return status, offset and body. Raises OSError and HTTPException where no answer comes."""
        said = {"Cookie": f"{self.cookie}; form={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json"}
        said |= {"Tus-Resumable": "1.0.0", "Content-Type": kind, "Host": f"localhost:{self.server.port}"}
        said |= {name.replace("_", "-"): str(value) for name, value in more.items()}
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            line.request(method, path, body, said)
            answer = line.getresponse()
            self.location = answer.headers.get("Location", "")
            return answer.status, int(answer.headers.get("Upload-Offset", -1)), answer.read()
        finally:
            line.close()

    def begin(self, content: bytes) -> Sent:
        status, _offset, body = self.ask("POST", f"{self.path}uploads/", Upload_Length=len(content))
        assert status == 201, body
        return Sent(content, self.location)

    def part(self, sent: Sent, size: int) -> None:
        at = sent.acknowledged
        part = sent.content[at : at + size]
        kind = "application/offset+octet-stream"
        status, offset, _body = self.ask("PATCH", sent.address, part, kind, Upload_Offset=at)
        if status == 204:
            sent.acknowledged = offset

    def stands(self, sent: Sent) -> int:
        return self.ask("HEAD", sent.address)[1]

    def keep(self, sent: Sent) -> str:
        while sent.acknowledged < len(sent.content):
            self.part(sent, SIZE)
        form = f"upload={sent.address.rstrip('/').rpartition('/')[2]}".encode()
        body = self.ask("POST", f"{self.path}photographs/add/", form, "application/x-www-form-urlencoded")[2]
        return str(json.loads(body).get("sha", ""))


def picture(seed: int) -> bytes:
    with io.BytesIO() as out:
        Image.new("RGB", (64, 48), (seed * 40 % 256, 99, 99)).save(out, "JPEG")
        return out.getvalue() + random.Random(seed).randbytes(SIZE)


class Disk:
    """A data folder that can lose its power."""

    def __init__(self, folder: Path, *, is_image: bool) -> None:
        self.data, self.image, self.is_image = folder / "disk", folder / "disk.img", is_image
        self.data.mkdir()

    @contextlib.contextmanager
    def there(self) -> Iterator[Path]:
        if self.is_image:
            with self.image.open("wb") as file:
                file.truncate(700 * 2**20)
            _run("mkfs.ext4", "-q", "-F", str(self.image))
            self._mount()
        try:
            yield self.data / "house"
        finally:
            if self.is_image:
                _run("umount", "-l", str(self.data))

    def cut(self, server: Server) -> None:
        """Kill the server; of a disk image, go on from what had reached it."""
        assert server.process is not None
        group = server.process.pid
        if self.is_image:
            os.killpg(group, signal.SIGSTOP)
            shutil.copyfile(self.image, self.image.with_suffix(".cut"))
        os.killpg(group, signal.SIGKILL)
        server.process.wait(20)
        server.process = None
        if self.is_image:
            _run("umount", "-l", str(self.data))
            self.image.with_suffix(".cut").replace(self.image)
            self._mount()

    def _mount(self) -> None:
        # The kernel itself would write every five seconds what nobody asked it to.
        _run("mount", "-o", "loop,commit=300", str(self.image), str(self.data))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def campaign(server: Server, disk: Disk, rounds: int) -> tuple[int, int, int, float]:
    """Return parts acknowledged, files that lost some, files kept with other bytes, slowest start in seconds."""
    dice, phone = random.Random(SEED), Phone(server)
    files = [phone.begin(picture(seed)) for seed in range(FILES)]
    parts = lost = 0
    slowest = 0.0
    for number in range(rounds):
        stop = threading.Event()

        def send(mine: list[Sent], seed: int, stop: threading.Event = stop) -> None:
            nonlocal parts
            own, line = random.Random(seed), Phone.__new__(Phone)
            line.__dict__ |= phone.__dict__
            while not stop.is_set():
                one = own.choice(mine)
                before = one.acknowledged
                with contextlib.suppress(OSError, http.client.HTTPException):
                    line.part(one, own.randrange(1, 60_000))
                parts += one.acknowledged > before

        senders = [threading.Thread(target=send, args=(files[n::2], dice.randrange(2**32))) for n in range(2)]
        for sender in senders:
            sender.start()
        time.sleep(dice.uniform(0.3, 2.0))
        disk.cut(server)
        stop.set()
        for sender in senders:
            sender.join()
        slowest = max(slowest, server.start())
        for one in files:
            stands = phone.stands(one)
            lost += stands < one.acknowledged
            one.acknowledged = stands
        print(f"round {number + 1}: {parts} parts acknowledged, {lost} lost", file=sys.stderr, flush=True)
    changed = sum(phone.keep(one) != hashlib.sha256(one.content).hexdigest() for one in files)
    return parts, lost, changed, slowest


def main(full: bool = False, power_cut: bool = False) -> int:
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-", dir=os.environ.get("SNOWDROP_BENCH")) as name:
        disk = Disk(Path(name), is_image=power_cut)
        with disk.there() as data:
            data.mkdir(mode=0o700)
            with Server(data=data, env={"SNOWDROP_UNSYNCED": "false"}) as server:
                parts, lost, changed, slowest = campaign(server, disk, ROUNDS if full else SOME)
    return report(
        "crash",
        {
            "parts_acknowledged": Figure(parts, None, 50, 500, at_most=False, judged="ours"),
            "files_that_lost_some": Figure(lost, None, 0, 0, judged="ours"),
            "files_kept_otherwise": Figure(changed, None, 0, 0, judged="ours"),
            "slowest_start_s": Figure(slowest, None, 60, 10, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv, "--power-cut" in sys.argv))
