"""The data folder and the key in it: all that has to be there before there are settings."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from snowdrop.host.failure import Failure

# A file in the data folder while a restore into it has not come to its end.
RESTORING = "restoring"


def make_folder(data: Path) -> None:
    """Make the data folder and the key in it, for this user only. Safe to interrupt and to repeat."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.chmod(0o700)
        _make_key(data / "secret-key")
    except OSError as error:
        # Not translated: there are no settings yet that would say into what.
        raise Failure(f"The data folder {data} cannot be made: {error.strerror}.") from error


def _make_key(file: Path) -> None:
    if file.exists() and file.stat().st_size:
        return
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
