"""What every bench shares: a real server with the demo family, interleaved runs, medians, one JSON line at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

HOUSE = Path(__file__).resolve().parent.parent
PYTHON = HOUSE / ".venv" / "bin" / "python"


@dataclass
class Figure:
    """One figure: ours against a peer or a limit of the same run. Units are those of the key's name."""

    ours: float
    peer: float | None
    must: float
    aim: float
    runs: list[float] = field(default_factory=list)
    at_most: bool = True  # False: a share that should be large
    judged: str = "ratio"  # what `must` speaks of: "ratio" or "ours"

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    @property
    def met(self) -> bool:
        value = self.ratio if self.judged == "ratio" else self.ours
        assert value is not None
        return value <= self.must if self.at_most else value >= self.must

    def as_json(self) -> dict[str, Any]:
        return {
            "ours": _short(self.ours),
            "peer": _short(self.peer),
            "ratio": _short(self.ratio),
            "must": self.must,
            "aim": self.aim,
            "runs": [_short(run) for run in self.runs],
        }


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


def report(name: str, figures: dict[str, Figure]) -> int:
    """Print the table and the JSON line; return the exit code: 0 where every "must" is met."""
    width = max(len(key) for key in figures)
    print(f"\n{'':{width}}  {'ours':>10} {'peer':>10} {'ratio':>8} {'must':>8} {'aim':>8}")
    for key, figure in figures.items():
        cells = [_cell(figure.ours, 10), _cell(figure.peer, 10), _cell(figure.ratio, 8)]
        cells += [_cell(figure.must, 8), _cell(figure.aim, 8), "met" if figure.met else "SHORT"]
        print(f"{key:{width}}  {' '.join(cells)}")
    met = all(figure.met for figure in figures.values())
    print(json.dumps({"bench": name, "met": met, "figures": {key: f.as_json() for key, f in figures.items()}}))
    return 0 if met else 1


def _cell(number: float | None, width: int) -> str:
    return f"{'-' if number is None else f'{number:.4g}':>{width}}"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Server:
    """Snowdrop as `bin/up --demo` starts it, in a data folder of its own, ended with the block."""

    def __init__(self, *, data: Path | None = None, demo: bool = True, env: dict[str, str] | None = None) -> None:
        self.own_data = data is None
        self.data = data or Path(tempfile.mkdtemp(prefix="snowdrop-bench-"))
        self.port = free_port()
        self.demo = demo
        # The reserve of 2 GB belongs to a real house; a bench's disk may be small.
        self.env = {**os.environ, "SNOWDROP_RESERVE": "0", **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.started_in = 0.0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        if self.own_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def start(self) -> float:
        """Start and return the seconds until `/health` answered."""
        command = [str(HOUSE / "bin" / "up"), "--port", str(self.port), "--data", str(self.data)]
        began = time.monotonic()
        self.process = subprocess.Popen(
            command + (["--demo"] if self.demo else []),
            cwd=HOUSE,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while time.monotonic() - began < 120:
            if self.process.poll() is not None:
                raise SystemExit(f"bin/up ended with {self.process.returncode}")
            try:
                if get(f"{self.url}/health", timeout=2)[0] == 200:
                    self.started_in = time.monotonic() - began
                    return self.started_in
            except OSError:
                time.sleep(0.01)
        raise SystemExit("the server did not answer within two minutes")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)
        self.process = None

    def processes(self) -> list[psutil.Process]:
        assert self.process is not None
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def pss_mb(self) -> float:
        """Memory of all processes together, shared pages counted once (PSS), in MB."""
        return sum(process.memory_full_info().pss for process in self.processes()) / 1e6

    def cpu_seconds(self) -> float:
        """Processor time that all processes have used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def people(self) -> dict[str, Any]:
        """The demo's links and cookies by role, as `snowdrop demo --json` prints them."""
        command = [str(PYTHON), "-m", "snowdrop", "demo", "--data", str(self.data), "--json"]
        done = subprocess.run(command, cwd=HOUSE, env=self.env, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found


def get(url: str, *, cookie: str = "", timeout: float = 30) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def interleaved(runs: int, *jobs: Callable[[], float]) -> list[list[float]]:
    """Run each job in turn, `runs` times over, so that a noisy neighbour meets them all. One list a job."""
    results: list[list[float]] = [[] for _job in jobs]
    for number in range(runs):
        for index, job in enumerate(jobs):
            results[index].append(job())
        print(f"run {number + 1} of {runs}", file=sys.stderr, flush=True)
    return results


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
