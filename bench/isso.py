"""Isso as a peer: comments for any page, from PyPI, in gunicorn with two processes of four threads.

Its own guard against too many is off: it would refuse the load. SQLite is as Isso opens it: a rollback journal, synced.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import HOUSE, free_port, get

PEER = HOUSE / "bench" / ".peers" / "isso"
PACKAGES = ("isso==0.14.0", "gunicorn==23.0.0", "setuptools<81")

CONFIG = """[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
log-file = {folder}/log
notify = stdout
[moderation]
enabled = false
[guard]
enabled = false
"""


def install() -> None:
    if not (PEER / "bin" / "gunicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(PEER / "bin" / "pip"), "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)


@contextmanager
def running() -> Iterator[str]:
    """The address that takes comments on one page, ended with the block."""
    with tempfile.TemporaryDirectory(prefix="snowdrop-bench-") as name:
        folder, port = Path(name), free_port()
        (folder / "isso.cfg").write_text(CONFIG.format(folder=folder, port=port))
        command = [str(PEER / "bin" / "gunicorn"), "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}", "isso.run"]
        process = subprocess.Popen(
            command,
            env={"ISSO_SETTINGS": str(folder / "isso.cfg"), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _attempt in range(300):
                try:
                    get(f"{url}/info", timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"{url}/new?uri=/words/"
        finally:
            process.terminate()
            process.wait(20)
