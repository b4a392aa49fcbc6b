"""Exports of words that tests write, and how they read them."""

from __future__ import annotations

import json
import zipfile
from datetime import date

import pytest

from snowdrop.archive.importers.elsewhere import recognising
from snowdrop.archive.importers.elsewhere.came import CannotBring
from tests.conftest import MATERIAL

WORDS = MATERIAL / "words"
TODAY = date(2026, 12, 1)


def expected(name):
    return json.loads((WORDS / f"{name}.expected.json").read_text(encoding="utf-8"))


def sample(name):
    """The export of a name, packed or not."""
    return next(path for path in (WORDS / f"{name}.zip", WORDS / f"{name}.txt") if path.exists())


def read(path, **more):
    """Read a file to its end. Return its words, and what was left out."""
    with recognising.opened(path, today=TODAY, **more) as reading:
        return list(reading.words), reading.tally


def refusal(path):
    """The sentence with which a file is refused, as soon as it is chosen or while it is read."""
    with pytest.raises(CannotBring) as refused:
        read(path)
    return str(refused.value.sentence)


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def packed(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return path


def told(words):
    return [(word.signed, word.text) for word in words]


def left_out(tally):
    return {why.value: count for why, count in tally.counts.items()}
