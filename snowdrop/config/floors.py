"""The lowest versions we run on, and why.

These parts keep the only copy of something or read what strangers send. Below its floor a part either refuses
the start or is named by `snowdrop check`; an unsound SQLite is run in another way (see
`backends/sqlite3/soundness.py`), so it only ever is named.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from sqlite3 import sqlite_version

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class BelowFloor(Exception):
    """A part is too old to start with. The text is one sentence for the host."""


@dataclass(frozen=True)
class Floor:
    """The lowest good versions of one part, one per release line."""

    part: str
    lowest: tuple[str, ...]
    why: str
    refuses: bool
    version: Callable[[], str | None]

    @property
    def in_use(self) -> str | None:
        return self.version()

    @property
    def holds(self) -> bool:
        return (version := self.in_use) is None or not is_below(version, self.lowest)

    def sentence(self) -> str:
        """Say what is too old, what is needed and why; or that all is well."""
        version = self.in_use
        if version is None:
            return _("%(part)s is not installed.") % {"part": self.part}
        if self.holds:
            return _("%(part)s %(version)s is recent enough.") % {"part": self.part, "version": version}
        return _("%(part)s %(version)s is too old, it has to be %(lowest)s or newer: %(why)s.") % {
            "part": self.part,
            "version": version,
            "lowest": _floor_for(version, self.lowest),
            "why": _(self.why),
        }


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _floor_for(version: str, lowest: tuple[str, ...]) -> str:
    """The floor of the version's own release line, else the highest of all."""
    line = [floor for floor in lowest if numbers(floor)[:2] == numbers(version)[:2]]
    return line[0] if line else max(lowest, key=numbers)


def is_below(version: str, lowest: tuple[str, ...]) -> bool:
    return numbers(version) < numbers(_floor_for(version, lowest))


def _installed(name: str) -> Callable[[], str | None]:
    def version() -> str | None:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    return version


FFMPEG = ("8.1.3",)


@cache
def _version_of_ffmpeg(path: Path, _changed: int) -> str | None:
    try:
        said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"version n?(\d[\d.]*)", said)
    return found[1] if found else None


def _bundled_ffmpeg() -> tuple[Path, str] | None:
    # Found and not imported: it brings along more than a start needs.
    spec = find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "binaries"
    # The version stands in the file's name, so that no start has to run 170 MB of program to ask for it.
    for path in sorted(folder.glob("ffmpeg-*-v*")):
        return path, path.name.removesuffix(".exe").rpartition("-v")[2]
    return None


def ffmpeg() -> tuple[Path, str] | None:
    """The ffmpeg we use, with its version: the bundled one, or the system's where none is bundled.

    A distribution's own (Debian 12: 5.1) is below the floor for years, so the bundled one goes first.
    """
    if bundled := _bundled_ffmpeg():
        return bundled
    if (found := shutil.which("ffmpeg")) is None:
        return None
    path = Path(found)
    version = _version_of_ffmpeg(path, path.stat().st_mtime_ns)
    return (path, version) if version else None


FLOORS = (
    Floor(
        "Django",
        ("5.2.19",),
        gettext_noop("older ones have served one person's page to another"),
        refuses=True,
        version=_installed("django"),
    ),
    Floor(
        "Pillow",
        ("13.0.0",),
        gettext_noop("a picture made for it can run a program in older ones"),
        refuses=True,
        version=_installed("pillow"),
    ),
    Floor(
        "ffmpeg",
        FFMPEG,
        gettext_noop("a film made for it can read other files in older ones"),
        refuses=True,
        version=lambda: found[1] if (found := ffmpeg()) else None,
    ),
    Floor(
        "SQLite",
        ("3.51.3", "3.50.7", "3.44.6"),
        gettext_noop("older ones can drop what was written, so a slower and safe journal is used here"),
        refuses=False,
        version=lambda: sqlite_version,
    ),
    Floor(
        "Python",
        ("3.11.15", "3.12.13", "3.13.12", "3.14.3"),
        gettext_noop("older ones let a line break in an address add lines to a mail"),
        refuses=False,
        version=platform.python_version,
    ),
)


def refuse_what_is_too_old() -> None:
    """Raises BelowFloor."""
    for floor in FLOORS:
        if floor.refuses and not floor.holds:
            raise BelowFloor(floor.sentence())
