from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import pyvips

from snowdrop.storage import room
from tests.conftest import MATERIAL


@pytest.fixture
def material() -> Path:
    return MATERIAL


@pytest.fixture
def left_behind(settings):
    """What lies in the data folder, but for empty folders."""

    def look() -> list[str]:
        return sorted(path.relative_to(settings.DATA).parts[0] for path in settings.DATA.rglob("*") if path.is_file())

    return look


def megabyte(data: Path) -> SimpleNamespace:
    used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    return SimpleNamespace(f_frsize=1, f_blocks=2**20, f_bavail=2**20 - used, f_files=0, f_favail=0)


@pytest.fixture
def small_disk(tmp_path, settings, monkeypatch):
    """A disk of one megabyte. Who may not mount one is told of one as small."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "none", str(disk)], capture_output=True)
    settings.RESERVE = 0
    if done.returncode == 0:
        settings.DATA = disk
    else:
        monkeypatch.setattr(room.os, "statvfs", lambda _path: megabyte(settings.DATA))
    yield settings.DATA
    if done.returncode == 0:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture(scope="session")
def slow_picture(tmp_path_factory) -> Path:
    """Sixty megapixels that do not compress: about a second of work."""
    path = tmp_path_factory.mktemp("slow") / "slow.png"
    tile = pyvips.Image.gaussnoise(1000, 1000, mean=128, sigma=60).cast("uchar")
    tile.replicate(10, 6).bandjoin([tile.replicate(10, 6)] * 2).pngsave(str(path), compression=1)
    return path


@pytest.fixture(scope="session")
def wide_profile() -> bytes:
    """Display P3, as every phone of the last years embeds it."""
    picture = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb").icc_export(output_profile="p3")
    return bytes(picture.get("icc-profile-data"))
