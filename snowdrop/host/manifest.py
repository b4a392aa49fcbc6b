"""What a backup says of itself. It is written last, so a backup without it is none."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from snowdrop.host.copies import sync_folder
from snowdrop.host.failure import Failure

FILE = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    made_at: str  # ISO 8601, UTC
    release: str
    engine: str  # "sqlite" or "postgresql"
    migrations: list[str]
    files: dict[str, str]  # SHA-256 by name, the database among them
    database: str  # its file's name
    tables: dict[str, int]  # rows
    originals: int
    originals_bytes: int
    damaged: list[str] = field(default_factory=list)  # originals whose bytes are not those of their name
    missing: list[str] = field(default_factory=list)  # originals that the database names and the folder has not
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        part = folder / f"{FILE}.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump(asdict(self), out, indent=1, sort_keys=True)
            out.flush()
            os.fsync(out.fileno())
        part.replace(folder / FILE)
        sync_folder(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises Failure."""
        try:
            found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
            if found["format"] > FORMAT:
                raise Failure(f"The backup {folder} was made by a newer Snowdrop.")
            return cls(**found)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Failure(f"The backup {folder} has no readable manifest, so it is not whole.") from error


def is_whole(folder: Path) -> bool:
    return folder.is_dir() and (folder / FILE).is_file() and folder.suffix != ".part"


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
