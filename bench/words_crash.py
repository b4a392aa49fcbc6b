"""A server that is killed, or a disk whose power is cut, in a surge: is every acknowledged word there, once?

    bin/bench words-crash [--full] [--power-cut]

Thirty-two connections post words as fast as they are taken; at a random moment the server is killed, or the power of
its disk is cut as in `bench/crash.py`. After each start the first forms of that round are sent once more, as browsers
do whose line broke, whether they had been acknowledged or not. At the end every acknowledged word is there, and none
is there twice.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from bench.crash import Disk
from bench.frame import Figure, Server, report
from bench.reading import install
from bench.words import ENV, TOLD_ONE, House, Surge, post

ROUNDS, CUTS, SOME = 20, 10, 3
FORMS, CONNECTIONS, AGAIN = 1_000, 32, 15
SEED = 20261201


def campaign(house: House, disk: Disk, rounds: int) -> tuple[int, int, int, float]:
    """Return words acknowledged, those of them that are lost, those that are there twice, and the slowest start."""
    dice, slowest = random.Random(SEED), 0.0
    for number in range(rounds):
        forms = house.forms(FORMS)
        lasts = dice.uniform(0.3, 2.0)
        surge = Surge(house, forms, lasts + 1, CONNECTIONS)
        time.sleep(lasts)
        disk.cut(house.server)
        surge.process.communicate(timeout=60)
        house.told |= {id for id in surge.noted.read_text().split() if len(id) == 36}
        slowest = max(slowest, house.server.start())
        for form in forms.read_text().splitlines()[:AGAIN]:
            status, body = post(house, form, number)
            if status == 201 and (found := TOLD_ONE.search(body)):
                house.told.add(found[1].decode())
        lost, doubled = house.lost_and_doubled()
        said = f"round {number + 1}: {len(house.told)} acknowledged, {lost} lost, {doubled} twice"
        print(said, file=sys.stderr, flush=True)
    return len(house.told), *house.lost_and_doubled(), slowest


def main(full: bool = False, power_cut: bool = False) -> int:
    install()
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-", dir=os.environ.get("SNOWDROP_BENCH")) as name:
        disk = Disk(Path(name), is_image=power_cut)
        with disk.there() as data:
            data.mkdir(mode=0o700)
            with Server(data=data, env=ENV) as server:
                rounds = (CUTS if power_cut else ROUNDS) if full else SOME
                told, lost, doubled, slowest = campaign(House(server, Path(name)), disk, rounds)
    return report(
        "words-crash",
        {
            "acknowledged": Figure(told, None, 300, 3_000, at_most=False, judged="ours"),
            "acknowledged_and_lost": Figure(lost, None, 0, 0, judged="ours"),
            "acknowledged_twice": Figure(doubled, None, 0, 0, judged="ours"),
            "slowest_start_s": Figure(slowest, None, 60, 10, judged="ours"),
        },
    )


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv, "--power-cut" in sys.argv))
