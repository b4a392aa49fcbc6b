# ruff: noqa: N999
"""An Instagram export of 5,000 pictures, against `cp` and `sha256sum` of the same pictures in the same run.

Ours is the whole command: the ZIP's lists are read, each picture is unpacked, hashed, synced and named, each post
becomes a moment in the database. The renditions, and the look inside the cage, come from the worker afterwards and
are not in that time. The peer copies the pictures as plain files (`cp -r`), and reads them once more for their
SHA-256; it syncs nothing and writes no row. The memory is that of our process at its highest.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from PIL import Image

from bench.frame import HOUSE, PYTHON, Figure, interleaved, report

PICTURES, SOME = 5_000, 1_000
BASES = 24  # different pictures; each file gets bytes of its own

BRING = """
import os, resource, sys, time
import django
django.setup()
from pathlib import Path
from snowdrop.archive.importers.instagram import bringing, export
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import beginning
from snowdrop.memorials.access import stand
from snowdrop.people.models import Person
person = Person.objects.create(name="Mara")
here = stand(beginning.begin(by=person, name="Wren"), person)
began = time.perf_counter()
with export.opened([Path(sys.argv[1])]) as opened:
    summary = bringing.bring_in(opened, by=here)
took = time.perf_counter() - began
assert (summary.pictures, summary.not_taken, summary.missing) == (int(sys.argv[2]), [], []), summary
assert Photograph.objects.filter(memorial=here.memorial).count() == int(sys.argv[2])
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def make(folder: Path, pictures: int) -> tuple[Path, Path]:
    """Make an export and the same pictures as plain files; return the ZIP and the folder."""
    chance = random.Random(5)
    bases = [_jpeg(chance) for _base in range(BASES)]
    plain, posts, made = folder / "plain", [], 0
    path = folder / "instagram.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as zipped:
        while made < pictures:
            at = 1_577_836_800 + made * 9_001
            media = []
            for _one in range(min(chance.choice((1, 1, 1, 3, 5)), pictures - made)):
                uri = f"media/posts/{time.strftime('%Y%m', time.gmtime(at))}/{made:09d}_n.jpg"
                comment = b"%08d" % made
                base = bases[made % BASES]
                content = base[:2] + b"\xff\xfe\x00\x0a" + comment + base[2:]
                zipped.writestr(uri, content)
                (plain / uri).parent.mkdir(parents=True, exist_ok=True)
                (plain / uri).write_bytes(content)
                media.append({"uri": uri, "creation_timestamp": at, "title": ""})
                made += 1
            posts.append(
                {"media": media, "title": f"Day {made} of the year \u00e2\u009d\u00a4", "creation_timestamp": at}
            )
        zipped.writestr("your_instagram_activity/media/posts_1.json", json.dumps(posts), zipfile.ZIP_DEFLATED)
    return path, plain


def _jpeg(chance: random.Random) -> bytes:
    """A picture of the size and weight that Instagram keeps: 1080 pixels wide, some 200 KB."""
    small = Image.frombytes("RGB", (135, 168), chance.randbytes(135 * 168 * 3))
    picture = Image.blend(small.resize((1080, 1344), Image.Resampling.BICUBIC), Image.new("RGB", (1080, 1344)), 0.4)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


class Bench:
    def __init__(self, folder: Path, pictures: int) -> None:
        self.folder, self.pictures = folder, pictures
        self.zip, self.plain = make(folder, pictures)
        self.memory: list[float] = []

    def ours(self) -> float:
        data = self.folder / "data"
        env = {**os.environ, "SNOWDROP_DATA": str(data), "SNOWDROP_RESERVE": "0"}
        env["DJANGO_SETTINGS_MODULE"] = "snowdrop.config.settings"
        data.mkdir()
        run = {"cwd": HOUSE, "env": env, "check": True, "stdout": subprocess.PIPE, "text": True}
        subprocess.run([str(PYTHON), "-m", "django", "migrate", "-v0"], **run)  # type: ignore[call-overload]
        os.sync()
        done = subprocess.run([str(PYTHON), "-c", BRING, str(self.zip), str(self.pictures)], **run)  # type: ignore[call-overload]
        took, memory = map(float, done.stdout.split()[-2:])
        self.memory.append(memory)
        shutil.rmtree(data)
        return took

    def peer(self) -> float:
        copy = self.folder / "copy"
        os.sync()
        began = time.perf_counter()
        subprocess.run(["cp", "-r", str(self.plain), str(copy)], check=True)
        find = ["find", str(copy), "-type", "f", "-exec", "sha256sum", "{}", "+"]
        subprocess.run(find, check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        shutil.rmtree(copy)
        return took


def main(full: bool = False) -> int:
    pictures = PICTURES if full else SOME
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-", dir=os.environ.get("SNOWDROP_BENCH")) as folder:
        bench = Bench(Path(folder), pictures)
        weight = bench.zip.stat().st_size / 1e6
        print(f"{pictures} pictures, {weight:.0f} MB", file=sys.stderr, flush=True)
        ours, theirs = interleaved(5 if full else 3, bench.ours, bench.peer)
    # Speeds, so that a share of the peer's is larger when ours is faster.
    speed = [weight / seconds for seconds in ours]
    mine, peers = statistics.median(speed), statistics.median(weight / seconds for seconds in theirs)
    return report(
        "import",
        {
            "mb_per_second": Figure(mine, peers, must=0.4, aim=0.8, runs=speed, at_most=False),
            "mb_of_memory": Figure(max(bench.memory), None, must=300, aim=200, runs=bench.memory, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
