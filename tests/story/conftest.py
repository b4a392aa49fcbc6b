"""Moments and photographs for the tests of the story."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snowdrop.memorials.circles import Circle
from snowdrop.story import writing


@pytest.fixture
def moment_of(memorial) -> Callable:
    """Return a function that writes a moment as some viewer."""

    def write(by, text="We never settled on a name.", **said):
        return writing.write(text, by=by, **said)

    return write


@pytest.fixture
def photograph_of(memorial, picture) -> Callable:
    """Return a function that adds a photograph as some viewer, without opening any file."""
    from django.utils import timezone

    from snowdrop.keepsakes.models import Photograph
    from snowdrop.memorials import keepings
    from snowdrop.storage.models import Original

    made = 0

    def add(by, audience=Circle.LINK, **said):
        nonlocal made
        made += 1
        original = Original.objects.create(
            sha256=f"{made:064x}",
            crc32=made,
            size=1,
            media_type="image/jpeg",
            width=1600,
            height=1200,
            colour="#cccccc",
            stored_at=timezone.now(),
        )
        photograph = Photograph(original=original, audience=audience, memorial=by.memorial, **said)
        photograph.order_key = photograph.order_key_now()
        return keepings.keep(photograph, by=by)

    return add
