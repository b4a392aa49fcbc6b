"""`snowdrop work`: a job worker on its own, for hosts that run several nodes."""

from __future__ import annotations

from snowdrop.config import worker
from snowdrop.host.command.options import Data


def run(data: Data = None) -> None:
    """Run a job worker. `snowdrop up` starts one by itself."""
    worker.work()
