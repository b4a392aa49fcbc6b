from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.keepsakes.conftest import add, bytes_of

__all__ = ["add", "bytes_of"]


@pytest.fixture
def folder_of(tmp_path_factory) -> Callable[[dict[str, bytes]], Path]:
    """Write files by their names below a new folder."""

    def written(files: dict[str, bytes]) -> Path:
        folder = tmp_path_factory.mktemp("given")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder

    return written


@pytest.fixture
def zip_of(tmp_path_factory) -> Callable[..., Path]:
    """Pack files, by names as wild as they come. A third part is a Unix mode."""

    def packed(*members: tuple, method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path_factory.mktemp("packed") / "photographs.zip"
        with zipfile.ZipFile(path, "w") as zipped:
            for name, content, *mode in members:
                member = zipfile.ZipInfo(name)
                member.compress_type = method
                if mode:
                    member.external_attr = mode[0] << 16
                zipped.writestr(member, content)
        return path

    return packed
