"""Taking in photographs of 12 megapixels: processor time against sharp, and the memory it takes.

Ours is the whole way of a picture: copied and hashed, synced, looked at in the cage, three renditions
made and named. sharp (npm, the same libvips) reads and hashes the file and makes the same three
renditions, the smaller from the larger, without a cage and without looking. Both run on one thread;
processor time is counted, so a busy machine moves it little.

AVIF is weighed against the JPEG at equal SSIM: of each real photograph the JPEG is made as ours is, and then AVIFs of
several qualities; between those whose SSIM is next to the JPEG's, the bytes are interpolated. SSIM is that of the
brightness (Wang, Bovik, Sheikh, Simoncelli: "Image Quality Assessment: From Error Visibility to Structural
Similarity", IEEE Transactions on Image Processing 13, 2004), with its window of 11 pixels, sigma 1.5. Both are compared
with the picture they were made of, shrunk: one that is not shrunk repeats the blocks of the JPEG that it came as, and
to JPEG that is a gift. What our own quality gives stands beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import psutil

from bench.frame import HOUSE, PYTHON, Figure, report

PEERS = HOUSE / "bench" / ".peers"
MATERIAL = HOUSE / "tests" / "material"
SHARP = "0.34"
PICTURES = 4
REAL = (
    "family/IMG_0106.JPG",
    "family/20240216_171542.jpg",
    "odd/exif_gps_typeerror.jpg",
    "odd/frozenpond.mpo",
    "webp/denali.webp",
)

MAKE = """
import sys, pyvips
out, *sources = sys.argv[1:]
for n in range(int(out.split(":")[1])):
    image = pyvips.Image.new_from_file(sources[n % len(sources)], access="random").autorot()
    if n % 4 >= 2:
        image = image.fliphor()
    if image.height > image.width:
        image = image.rot90()
    image = image.thumbnail_image(4032, height=3024, size="force").sharpen(sigma=1.2)
    noise = pyvips.Image.gaussnoise(4032, 3024, sigma=3.5, seed=n + 1)
    image = (image.extract_band(0, n=3) + noise).cast("uchar").copy(interpretation="srgb")
    image.jpegsave(f"{out.split(':')[0]}/{n}.jpg", Q=90, keep="none")
"""

WORKER = """
import os, sys
sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "snowdrop.config.settings"
import django
django.setup()
from pathlib import Path
from snowdrop.storage import originals, pictures, renditions
from snowdrop.storage.sizes import SIZES, Form
for line in sys.stdin:
    form, _space, name = line.strip().partition(" ")
    source = Path(name)
    if form == "avif":
        with pictures.made(source, orientation=1, turned=0, sizes=SIZES, form=Form.AVIF) as made:
            print(len(made), flush=True)
        continue
    received = originals.receive_file(source)
    with pictures.opened(received.arrived) as (look, made):
        received.keep()
        renditions.place(received.sha256, 0, made)
    originals.path(received.sha256).unlink()
    print(len(made), flush=True)
"""

COMPARE = """
import json, sys
import pyvips
from pathlib import Path
from snowdrop.storage import opening
from snowdrop.storage.sizes import Form, renditions

def smooth(picture):
    return picture.gaussblur(1.5, min_ampl=0.02, precision="float")

def ssim(one, other):
    a, b = (picture.colourspace("b-w").cast("float") for picture in (one, other))
    mean_a, mean_b = smooth(a), smooth(b)
    var_a, var_b = smooth(a * a) - mean_a * mean_a, smooth(b * b) - mean_b * mean_b
    both = smooth(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return (alike / ((mean_a * mean_a + mean_b * mean_b + c1) * (var_a + var_b + c2))).avg()

def packed(picture, form, quality):
    data = opening.packed(picture, form, quality)
    return len(data), ssim(picture, pyvips.Image.new_from_buffer(data, "").copy_memory())

for name in sys.argv[1:]:
    whole = opening.plain(pyvips.Image.new_from_file(name).autorot())
    for size in renditions(whole.width, whole.height)[:2]:
        if size.width == whole.width:
            continue
        picture = whole.thumbnail_image(size.width, height=size.height, size="force").copy_memory()
        jpeg, wanted = packed(picture, Form.JPEG, opening.QUALITY)
        ours, reached = packed(picture, Form.AVIF, opening.AVIF_QUALITY)
        points = sorted(packed(picture, Form.AVIF, quality)[::-1] for quality in range(30, 96, 4))
        pairs = [pair for pair in zip(points, points[1:]) if pair[0][0] <= wanted <= pair[1][0]]
        if not pairs:
            raise SystemExit(f"{name}: no AVIF is like the JPEG")
        (low, low_bytes), (high, high_bytes) = pairs[0]
        equal = low_bytes + (high_bytes - low_bytes) * (wanted - low) / ((high - low) or 1)
        line = {"name": f"{Path(name).name} {size.size}", "jpeg": jpeg, "equal": equal, "ours": ours}
        print(json.dumps(line | {"ssim_jpeg": wanted, "ssim_ours": reached}), flush=True)
"""

PEER = """
const sharp = require('sharp'), fs = require('fs'), crypto = require('crypto'), path = require('path');
sharp.concurrency(1); sharp.cache(false);
const out = process.argv[2];
async function one(file) {
  const data = fs.readFileSync(file), name = crypto.createHash('sha256').update(data).digest('hex');
  let raw = await sharp(data).rotate().resize(2400, 2400, {fit: 'inside', withoutEnlargement: true})
    .raw().toBuffer({resolveWithObject: true}), made = 0;
  for (const size of [2400, 1280, 480]) {
    const from = () => sharp(raw.data, {raw: raw.info});
    if (size < 2400) raw = await from().resize(size, size, {fit: 'inside'}).raw().toBuffer({resolveWithObject: true});
    const jpeg = await from().jpeg({quality: 79, progressive: true}).toBuffer();
    fs.writeFileSync(path.join(out, name + '-' + size + '.jpg'), jpeg);
    made++;
  }
  return made;
}
require('readline').createInterface({input: process.stdin}).on('line', async line => {
  const made = await one(line); const cpu = process.cpuUsage();
  console.log(made + ' ' + (cpu.user + cpu.system) / 1e6);
});
"""


class Ours:
    """A process like the job worker, with its cage."""

    def __init__(self, folder: Path) -> None:
        self.peak_mb: dict[str, float] = {"jpeg": 0.0, "avif": 0.0}
        self.shared_counted_once = True
        env = {**os.environ, "SNOWDROP_DATA": str(folder), "SNOWDROP_RESERVE": "0"}
        self.process = subprocess.Popen(
            [str(PYTHON), "-c", WORKER],
            cwd=HOUSE,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def take_in(self, file: Path, form: str = "jpeg") -> float:
        before = self._cpu()
        _ask(self.process, f"{form} {file}")
        # A child's time is counted when its parent has waited for it, a moment after its answer.
        while len(self._family()) > 2:
            time.sleep(0.002)
        return self._cpu() - before

    def weigh(self, files: Sequence[Path], form: str = "jpeg") -> None:
        """Take pictures in and watch the memory of all our processes; not while time is counted, for it costs some."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=[done, form])
        watcher.start()
        for file in files:
            self.take_in(file, form)
        done.set()
        watcher.join()

    def end(self) -> None:
        _end(self.process)

    def _family(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def _cpu(self) -> float:
        total = 0.0
        for process in self._family():
            times = process.cpu_times()
            total += times.user + times.system
            if process.pid != self.process.pid:
                total += times.children_user + times.children_system
        return total

    def _watch(self, done: threading.Event, form: str) -> None:
        while not done.is_set():
            total = 0
            for process in self._family():
                try:
                    total += process.memory_full_info().pss
                except psutil.AccessDenied:  # the cage shows itself to nobody but root
                    total += process.memory_info().rss
                    self.shared_counted_once = False
                except psutil.NoSuchProcess:
                    continue
            self.peak_mb[form] = max(self.peak_mb[form], total / 1e6)
            time.sleep(0.005)


class Peer:
    def __init__(self, folder: Path) -> None:
        node = shutil.which("node")
        if node is None or shutil.which("npm") is None:
            raise SystemExit("This bench measures against sharp and needs Node and npm on the PATH.")
        PEERS.mkdir(exist_ok=True)
        if not (PEERS / "node_modules" / "sharp").is_dir():
            subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(PEERS), f"sharp@{SHARP}"],
                check=True,
                stdout=sys.stderr,
            )
        script = PEERS / "sharp.cjs"
        script.write_text(PEER)
        self.process = subprocess.Popen(
            [node, str(script), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.spent = 0.0

    def take_in(self, file: Path) -> float:
        before, self.spent = self.spent, float(_ask(self.process, str(file)).split()[1])
        return self.spent - before

    def end(self) -> None:
        _end(self.process)


def _ask(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer.startswith("3"):
        raise SystemExit(f"{line}: not three renditions but {answer!r}")
    return answer


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        _close(pipe)
    process.wait(30)


def _memory(peak: float, must: float, aim: float) -> Figure:
    return Figure(peak, None, must=must, aim=aim, runs=[peak], judged="ours")


def _close(pipe: IO[str]) -> None:
    pipe.close()


def compare(files: Sequence[Path]) -> tuple[list[float], list[float]]:
    """Return what AVIF weighs of JPEG, for each picture and size: at equal SSIM, and at our quality."""
    command = [str(PYTHON), "-c", COMPARE, *map(str, files)]
    env = {**os.environ, "VIPS_CONCURRENCY": "1"}
    done = subprocess.run(command, cwd=HOUSE, env=env, stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        equal, ours = line["equal"] / line["jpeg"], line["ours"] / line["jpeg"]
        seen = f"SSIM {line['ssim_ours']:.4f}, the JPEG's {line['ssim_jpeg']:.4f}"
        print(f"{line['name']}: {equal:.3f} of the JPEG at equal SSIM; ours {ours:.3f}, {seen}", file=sys.stderr)
    return [line["equal"] / line["jpeg"] for line in lines], [line["ours"] / line["jpeg"] for line in lines]


def main(full: bool = False) -> int:
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-") as folder:
        home = Path(folder)
        for name in ("pictures", "ours", "theirs"):
            (home / name).mkdir()
        sources = [MATERIAL / "family" / "IMG_0106.JPG", MATERIAL / "family" / "20240216_171542.jpg"]
        subprocess.run([str(PYTHON), "-c", MAKE, f"{home / 'pictures'}:{PICTURES}", *map(str, sources)], check=True)
        files = sorted((home / "pictures").iterdir())
        ours, peer = Ours(home / "ours"), Peer(home / "theirs")
        ours.weigh(files)  # and builds the cage
        ours.weigh(files, "avif")
        peer.take_in(files[0])
        mine: list[float] = []
        theirs: list[float] = []
        for run in range(9 if full else 5):
            pairs = [(ours.take_in(file), peer.take_in(file)) for file in files]
            mine.append(statistics.mean(pair[0] for pair in pairs))
            theirs.append(statistics.mean(pair[1] for pair in pairs))
            print(f"run {run + 1}: ours {mine[-1]:.3f} s, sharp {theirs[-1]:.3f} s", file=sys.stderr, flush=True)
        ours.end()
        peer.end()
        equal, chosen = compare([*(MATERIAL / name for name in REAL), *files[: PICTURES if full else 2]])
    if not ours.shared_counted_once:
        print("memory: shared pages are counted for each process, because we are not root", file=sys.stderr)
    return report(
        "photos",
        {
            "cpu_per_photo": Figure(statistics.median(mine), statistics.median(theirs), must=1.15, aim=1.0, runs=mine),
            "worker_mb": _memory(ours.peak_mb["jpeg"], must=250, aim=200),
            "avif_worker_mb": _memory(ours.peak_mb["avif"], must=450, aim=300),
            "avif_bytes": Figure(statistics.mean(equal), 1, must=0.85, aim=0.8, runs=equal),
            "avif_bytes_chosen": Figure(statistics.mean(chosen), 1, must=0.85, aim=0.8, runs=chosen),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
