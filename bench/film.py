"""Making a phone's film of a minute (1920 x 1080, HEVC) into one that every browser plays, against bare ffmpeg.

Ours is the whole way the worker goes: looked at in the cage, a picture that stands still, H.264 and AAC with the
index in front, all by descriptors behind the walls. The peer is the same binary with the same settings, reading one
file and writing another. Both are as polite to others. Wall and processor time are those of each with all its children.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from bench.frame import Figure, interleaved, median, report

RUNS = 3
SECONDS = 60

# What moves slowly, something that moves fast, and the noise of a lens in a dim room.
PICTURES = (
    "gradients=s=1920x1080:r=30:speed=0.02:d={seconds}:seed=7,noise=alls=4:allf=t,"
    "drawbox=x=mod(t*90\\,1600):y=400:w=200:h=200:color=0x4f6f52:t=fill"
)
HEARTBEAT = "aevalsrc=0.4*sin(2*PI*60*t)*exp(-mod(t*2.4\\,1)*8):d={seconds}:s=48000"


def make_film(program: Path, to: Path, seconds: int) -> None:
    command = [str(program), "-v", "error", "-y", "-f", "lavfi", "-i", PICTURES.format(seconds=seconds)]
    command += ["-f", "lavfi", "-i", HEARTBEAT.format(seconds=seconds), "-c:v", "libx265", "-preset", "ultrafast"]
    command += ["-b:v", "10M", "-maxrate", "12M", "-bufsize", "20M", "-x265-params", "log-level=error"]
    command += ["-tag:v", "hvc1", "-c:a", "aac", "-b:a", "96k", str(to)]
    subprocess.run(command, check=True)


class Timed:
    """Wall and processor seconds of a block, with the children it waited for."""

    def __enter__(self) -> Timed:
        self.began, self.cpu_before = time.monotonic(), _cpu()
        return self

    def __exit__(self, *_error: object) -> None:
        self.wall, self.cpu = time.monotonic() - self.began, _cpu() - self.cpu_before


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-") as name:
        folder = Path(name)
        os.environ |= {"SNOWDROP_DATA": name, "SNOWDROP_RESERVE": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "snowdrop.config.settings"
        django.setup()
        from snowdrop.config import floors
        from snowdrop.storage import recordings

        found = floors.ffmpeg()
        if found is None:
            raise SystemExit("There is no ffmpeg.")
        program, version = found
        (folder / "incoming").mkdir(exist_ok=True)
        film = folder / "film.mov"
        print(f"ffmpeg {version}: making a film of {SECONDS} seconds", file=sys.stderr, flush=True)
        make_film(program, film, SECONDS)
        seen = recordings.look(film)
        cpu: dict[str, list[float]] = {"ours": [], "peer": []}
        sizes: dict[str, int] = {}

        def ours() -> float:
            with Timed() as timed, recordings.film(film) as played:
                sizes["ours"] = played.files[recordings.Part.FILM].stat().st_size
            cpu["ours"].append(timed.cpu)
            return timed.wall

        def peer() -> float:
            out = folder / "peer.mp4"
            settings = recordings.film_settings(seen)
            command = [str(program), "-v", "error", "-nostdin", "-y", "-threads", str(recordings.AT_ONCE)]
            with Timed() as timed:
                subprocess.run(
                    [*command, "-i", str(film), *settings, str(out)],
                    check=True,
                    preexec_fn=lambda: os.nice(10) and None,
                    stderr=subprocess.DEVNULL,
                )
            sizes["peer"] = out.stat().st_size
            cpu["peer"].append(timed.cpu)
            return timed.wall

        walls = interleaved(RUNS, ours, peer)
    if abs(sizes["ours"] - sizes["peer"]) > sizes["peer"] * 0.01:
        raise SystemExit(f"not the same film: {sizes}")
    figures = {
        "film_wall_s": Figure(median(walls[0]), median(walls[1]), 1.15, 1.05, walls[0]),
        "film_cpu_s": Figure(median(cpu["ours"]), median(cpu["peer"]), 1.15, 1.05, cpu["ours"]),
    }
    return report("film", figures)


if __name__ == "__main__":
    sys.exit(main())
