"""The permission matrix: how many questions it asks, whether of every address as everyone, and how long it takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from bench.frame import HOUSE, PYTHON, Figure, report

MATRIX = tuple(f"tests/access/test_{name}.py" for name in ("matrix", "changes", "states", "canaries", "links"))

_COVERED = """
import django, snowdrop
django.setup()
from tests.access import addresses, test_matrix, town
rows = test_matrix.table()
print(len({name for _method, name in rows}), len(addresses.every_address()))
print(len(next(iter(rows.values()))), len(town.ROLES))
"""


def covered() -> tuple[list[int], list[int]]:
    """Return (addresses with a row, addresses there are) and (roles with a column, roles there are)."""
    with tempfile.TemporaryDirectory() as data:
        env = {"SNOWDROP_DATA": data, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings", "PATH": "/usr/bin:/bin"}
        said = subprocess.run(
            [str(PYTHON), "-c", _COVERED], cwd=HOUSE, env=env, capture_output=True, text=True, check=True
        )
    urls, roles = ([int(number) for number in line.split()] for line in said.stdout.splitlines())
    return urls, roles


def run() -> tuple[int, float]:
    """Ask everything once, on two processors. Returns how many questions were asked, and the seconds they took."""
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "told.xml"
        began = time.monotonic()
        done = subprocess.run(
            [str(PYTHON), "-m", "pytest", *MATRIX, "-n", "2", "--dist", "worksteal", f"--junitxml={told}"],
            cwd=HOUSE,
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(done.stdout[-3_000:])
        asked = sum(
            int(one.get("value", "0")) for one in ElementTree.parse(told).iter("property") if one.get("name") == "asked"
        )
    return asked, seconds


def main(full: bool = False) -> int:
    urls, roles = covered()
    runs = [run() for _run in range(3 if full else 1)]
    asked, seconds = [float(one) for one, _ in runs], [taken for _, taken in runs]
    figures = {
        "addresses": Figure(urls[0], urls[1], must=1.0, aim=1.0, runs=[float(urls[0])], at_most=False),
        "roles": Figure(roles[0], roles[1], must=1.0, aim=1.0, runs=[float(roles[0])], at_most=False),
        "questions": Figure(max(asked), None, must=1.0, aim=1.0, runs=asked, at_most=False, judged="ours"),
        "wall_s": Figure(sorted(seconds)[len(seconds) // 2], None, must=300, aim=200, runs=seconds, judged="ours"),
    }
    return report("matrix", figures)


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
