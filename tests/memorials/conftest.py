"""Things to keep, in the hands of different people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snowdrop.memorials import about, keepings
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Kin


@pytest.fixture
def beloved(memorial) -> Beloved:
    return Beloved.objects.get(memorial=memorial)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What waits for the commit happens at the end of each block, as it does outside a test."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def kin(keeper) -> Callable[..., Kin]:
    """Keep somebody of the family, as `by`; the plainest keeping there is."""

    def kept(name: str = "Ada", *, by=keeper, audience: Circle = Circle.KEEPERS) -> Kin:
        return keepings.keep(Kin(name=name, audience=audience), by=by)

    return kept


@pytest.fixture
def fact(keeper, beloved) -> Callable[..., Fact]:
    def said(kind: str = Fact.Kind.WORDS, text: str = "our girl", *, by=keeper, audience=None) -> Fact:
        return about.say(kind, of=beloved, by=by, text=text, audience=audience)

    return said


def seen(row, viewer) -> bool:
    return type(row).objects.visible_to(viewer).filter(pk=row.pk).exists()
