"""Imports only point down, and rooms do not import each other. The plan of the house, read from its own text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "snowdrop"

# From the bottom up. What stands on one floor stands beside each other.
FLOORS = (
    ("config",),
    ("dates", "finding", "storage", "web"),
    ("people",),
    ("memorials",),
    ("keepsakes",),
    ("ceremonies", "days", "handover", "news", "story", "talk", "words"),
    ("archive", "reading"),
    ("host",),
)
FLOOR_OF = {part: number for number, parts in enumerate(FLOORS) for part in parts}
ROOMS = frozenset(FLOORS[5])

# The settings name what the upper floors give; they are wiring, not a floor.
WIRING = frozenset({"snowdrop.config.settings"})


def imports_of(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """Every module of ours that this one imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
                base = ".".join([*above, base]).rstrip(".")
            # `from snowdrop import host` names the part only after the word import.
            yield from (f"{base}.{alias.name}" for alias in node.names)


def complaint(importer: str, imported: str) -> str | None:
    """Say in one sentence what is wrong with this import, or None."""
    if not imported.startswith("snowdrop.") or importer in WIRING:
        return None
    from_part, to_part = importer.split(".")[1], imported.split(".")[1]
    if from_part not in FLOOR_OF or to_part not in FLOOR_OF or from_part == to_part:
        return None
    if from_part in ROOMS and to_part in ROOMS:
        return f"{importer} imports {imported}, but rooms do not import each other."
    if FLOOR_OF[to_part] > FLOOR_OF[from_part]:
        return f"{importer} imports {imported}, but {to_part} stands above {from_part}."
    return None


def modules() -> Iterator[tuple[str, Path]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in file.parts:
            name = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
            yield name.removesuffix(".__init__"), file


def test_imports_only_point_down_and_no_room_imports_another():
    complaints = [
        sentence
        for module, file in modules()
        for imported in imports_of(file.read_text(encoding="utf-8"), module, is_package=file.name == "__init__.py")
        if (sentence := complaint(module, imported))
    ]

    assert complaints == []


def test_every_part_of_the_house_stands_on_a_floor():
    parts = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}

    assert sorted(parts - FLOOR_OF.keys()) == []


@pytest.mark.parametrize(
    ("importer", "line", "said"),
    [
        (
            "snowdrop.people.views",
            "from snowdrop.memorials.models import Memorial",
            "snowdrop.people.views imports snowdrop.memorials.models.Memorial, but memorials stands above people.",
        ),
        (
            "snowdrop.story.models.moment",
            "def f():\n    from snowdrop import talk",
            "snowdrop.story.models.moment imports snowdrop.talk, but rooms do not import each other.",
        ),
        (
            "snowdrop.story.views",
            "import snowdrop.host.urls",
            "snowdrop.story.views imports snowdrop.host.urls, but host stands above story.",
        ),
        (
            "snowdrop.web.forms",
            "from ..people import models",
            "snowdrop.web.forms imports snowdrop.people.models, but people stands above web.",
        ),
        ("snowdrop.story.views", "from . import urls", None),
        ("snowdrop.story.views", "from snowdrop.keepsakes.models import Photograph", None),
        ("snowdrop.host.urls", "from snowdrop.story import urls", None),
        ("snowdrop.web.forms", "from snowdrop.storage import pictures", None),
    ],
)
def test_an_import_that_points_up_is_told_in_one_sentence(importer, line, said):
    (imported,) = imports_of(line, importer, is_package=False)

    assert complaint(importer, imported) == said


def test_an_import_within_a_package_is_read_from_where_it_stands():
    assert list(imports_of("from . import models", "snowdrop.story", is_package=True)) == ["snowdrop.story.models"]
    assert list(imports_of("from .. import talk", "snowdrop.story", is_package=True)) == ["snowdrop.talk"]
    assert list(imports_of("from .moment import A", "snowdrop.story.models.draft", is_package=False)) == [
        "snowdrop.story.models.moment.A"
    ]
