"""What people come for takes few taps, and stays so."""

from __future__ import annotations

import pytest

from bench import taps

pytestmark = pytest.mark.journey


def test_what_people_come_for_takes_no_more_taps_than_it_must(chromium, place):
    counts = taps.count(chromium, f"http://localhost:{place.port}", place.house.data / "mail")

    assert counts.keys() == taps.MUST.keys()
    assert {name: number for name, number in counts.items() if number > taps.MUST[name]} == {}
