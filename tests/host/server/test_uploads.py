"""Files in parts, against a real server: lines that break, and a server that is killed in the middle."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import json
import os
import random
import signal
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.host.conftest import Server

TOKEN = "a" * 32


def picture(seed: int, size: int) -> bytes:
    """A JPEG of its own of at least `size` bytes: what stands behind its end is kept, and shown to nobody."""
    with io.BytesIO() as out:
        Image.new("RGB", (64, 48), (seed, 99, 99)).save(out, "JPEG")
        return out.getvalue() + random.Random(seed).randbytes(size)


@dataclass
class Sender:
    """Mara's phone, on a line that breaks."""

    port: int
    cookie: str
    slug: str
    acknowledged: dict[str, int] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: object) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body or None, self._headers(method, headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _headers(self, method: str, more: dict[str, object]) -> dict[str, str]:
        said: dict[str, object] = {
            "Cookie": f"here={self.cookie}; form={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Host": "localhost",
            "Accept": "application/json",
            "Tus-Resumable": "1.0.0",
            **({"Content-Type": "application/offset+octet-stream"} if method == "PATCH" else {}),
            **more,
        }
        return {name.replace("_", "-"): str(value) for name, value in said.items()}

    def begin(self, length: int) -> str:
        status, headers, body = self.ask("POST", f"/m/{self.slug}/uploads/", Upload_Length=length)
        assert status == 201, body
        return headers["location"]

    def stands(self, path: str) -> int:
        status, headers, _body = self.ask("HEAD", path)
        assert status == 200
        return int(headers["upload-offset"])

    def send(self, path: str, part: bytes, at: int) -> int:
        status, headers, _body = self.ask("PATCH", path, part, Upload_Offset=at)
        if status == 204:
            self.acknowledged[path] = int(headers["upload-offset"])
        return status

    def breaks_off(self, path: str, content: bytes, at: int, after: int) -> None:
        """Announce all that is left and hang up after so many bytes of it."""
        rest = content[at:]
        lines = [f"PATCH {path} HTTP/1.1", f"Content-Length: {len(rest)}", f"Upload-Offset: {at}"]
        lines += [f"{name}: {value}" for name, value in self._headers("PATCH", {}).items()]
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + rest[:after])

    def keep(self, path: str) -> tuple[int, dict[str, Any]]:
        form = f"upload={path.rstrip('/').rpartition('/')[2]}".encode()
        kind = "application/x-www-form-urlencoded"
        status, _headers, body = self.ask("POST", f"/m/{self.slug}/photographs/add/", form, Content_Type=kind)
        return status, json.loads(body)


def sender(server: Server, made: dict[str, Any]) -> Sender:
    return Sender(server.port, made["cookie"], made["memorial"])


def kill(server: Server) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(20)


def test_of_a_part_that_broke_off_the_house_keeps_what_came(lived_in, start):
    house, made = lived_in
    mara, content = sender(start(house), made), picture(1, 3_000_000)
    path = mara.begin(len(content))

    mara.breaks_off(path, content, 0, 1_000_000)
    until = time.monotonic() + 20
    while (at := mara.stands(path)) == 0 and time.monotonic() < until:
        time.sleep(0.02)

    assert 0 < at <= 1_000_000
    assert mara.send(path, content[at:], at) == 204
    assert mara.keep(path)[1]["sha"] == hashlib.sha256(content).hexdigest()


def test_a_server_that_is_killed_again_and_again_loses_nothing_it_acknowledged(lived_in, start):
    house, made = lived_in
    contents = [picture(seed, 2_000_000) for seed in range(3)]
    dice = random.Random(7)
    server = start(house)
    mara = sender(server, made)
    paths = [mara.begin(len(content)) for content in contents]
    for _time in range(2):
        for path, content in zip(paths, contents, strict=True):
            at = mara.stands(path)
            mara.send(path, content[at : at + dice.randrange(1, 400_000)], at)
        mara.breaks_off(paths[0], content := contents[0], mara.stands(paths[0]), 600_000)  # in the middle of it
        kill(server)
        server = start(house)
        mara.port = server.port
        for path in paths:
            assert mara.stands(path) >= mara.acknowledged[path]
    for path, content in zip(paths, contents, strict=True):
        while (at := mara.stands(path)) < len(content):
            assert mara.send(path, content[at : at + 700_000], at) == 204
    kept = [mara.keep(path) for path in paths]

    assert [(status, answer["sha"]) for status, answer in kept] == [
        (201, hashlib.sha256(content).hexdigest()) for content in contents
    ]
    assert list((house.data / "parts").iterdir()) == []


def test_a_server_killed_while_it_keeps_a_whole_file_keeps_it_when_asked_again(lived_in, start):
    house, made = lived_in
    content = picture(9, 30_000_000)
    server = start(house)
    mara = sender(server, made)
    path = mara.begin(len(content))
    assert mara.send(path, content, 0) == 204

    line = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    form = f"upload={path.rstrip('/').rpartition('/')[2]}".encode()
    said = mara._headers("POST", {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": len(form)})
    lines = [f"POST /m/{mara.slug}/photographs/add/ HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    line.sendall("\r\n".join([*lines, "", ""]).encode() + form)
    with contextlib.suppress(TimeoutError):
        line.settimeout(0.03)
        line.recv(1)
    kill(server)
    line.close()
    mara.port = start(house).port

    status, answer = mara.keep(path)
    assert (status, answer["sha"]) == (201, hashlib.sha256(content).hexdigest())
