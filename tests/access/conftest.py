from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.town import Town, build


@pytest.fixture
def town(db, record_property) -> Iterator[Town]:
    """The family's page. How many questions it was asked stands in the report: `bin/bench matrix` adds them up."""
    settled = build()
    yield settled
    record_property("asked", len(settled.asked))
