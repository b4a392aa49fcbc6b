"""Memory of the idle house, and how long a second start takes against Django's own check in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.frame import HOUSE, PYTHON, Figure, Server, interleaved, median, report


def django_check(server: Server) -> float:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings",
        "SNOWDROP_DATA": str(server.data),
        "PYTHONPATH": str(HOUSE),
    }
    began = time.monotonic()
    subprocess.run([str(PYTHON), "-m", "django", "check"], cwd=HOUSE, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def main(full: bool = False) -> int:
    with Server() as server:
        memory = []
        time.sleep(20)  # the demo's pictures are made and the house has come to rest
        for _run in range(3):
            memory.append(server.pss_mb())
            time.sleep(1)

        def again() -> float:
            server.stop()
            return server.start()

        starts, checks = interleaved(9 if full else 5, again, lambda: django_check(server))
        time.sleep(8)
        memory.append(server.pss_mb())
    return report(
        "start",
        {
            "idle_mb": Figure(max(memory), None, must=300, aim=200, runs=memory, judged="ours"),
            "second_start_s": Figure(median(starts), median(checks), must=3.0, aim=2.0, runs=starts),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
