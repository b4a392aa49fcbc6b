"""What WhatsApp writes itself, one phrase a line in a file of `phrases/`, in whichever language a telephone has."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "phrases"


def phrases(name: str) -> frozenset[str]:
    """Return the phrases of one file, in lower case."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
