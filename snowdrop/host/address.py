"""Where the house is reached, noted in the data folder by its server for commands that print links."""

from __future__ import annotations

from pathlib import Path

NOTE, LISTENS = "address", "listens"
DEFAULT = "http://localhost:8000"


def note(data: Path, address: str) -> None:
    _write(data, NOTE, address)


def note_where_it_listens(data: Path, url: str) -> None:
    """Behind a proxy, this is not the address that people use."""
    _write(data, LISTENS, url)


def _write(data: Path, name: str, address: str) -> None:
    part = data / f"{name}.part"
    part.write_text(f"{address}\n", encoding="ascii", errors="backslashreplace")
    part.replace(data / name)


def last_of(data: Path) -> str:
    """The address under which the house is served now, or was last; "" where it never was."""
    return _read(data, NOTE)


def where_it_listens(data: Path) -> str:
    """Where the server of this data folder listens, or listened last; "" where there never was one."""
    return _read(data, LISTENS)


def _read(data: Path, name: str) -> str:
    try:
        return (data / name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
