"""Days in file names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.archive.importers import dates

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20240216_171542.jpg", "2024-02-16"),
        ("PXL_20241019_140758062.jpg", "2024-10-19"),
        ("PXL_20241019_140758062.MP.jpg", "2024-10-19"),
        ("IMG-20240325-WA0001.jpg", "2024-03-25"),
        ("IMG_20190612_101112.jpg", "2019-06-12"),
        ("MVIMG_20190612_101112.jpg", "2019-06-12"),
        ("Screenshot_2024-02-16-17-15-42.png", "2024-02-16"),
        ("WhatsApp Image 2024-03-25 at 17.15.42.jpeg", "2024-03-25"),
        ("signal-2024-03-25-171542.jpg", "2024-03-25"),
        ("2019.06.12 Garden.jpg", "2019-06-12"),
        ("1912-04-15 ship.jpg", "1912-04-15"),
        ("12345678 20240216.jpg", "2024-02-16"),
        ("IMG_0101.JPG", None),
        ("20240230_171542.jpg", None),
        ("scan_13_113.jpg", None),
        ("20260602_000000.jpg", None),  # the day after
        ("120240216.jpg", None),
        ("20240216171542.jpg", None),
        ("2024-02_16.jpg", None),
        ("20240216", "2024-02-16"),
        ("", None),
    ],
)
def test_a_day_is_read_where_a_phone_or_a_messenger_wrote_one(name, day):
    found = dates.from_name(name, today=TODAY)

    assert (str(found) if found else None) == day


@given(day=st.dates(date(1900, 1, 1), TODAY), mark=st.sampled_from(["", "-", "_", "."]))
def test_every_day_that_is_written_is_read(day, mark):
    name = f"IMG_{day.year}{mark}{day.month:02}{mark}{day.day:02}_x.jpg"

    assert str(dates.from_name(name, today=TODAY)) == day.isoformat()


@given(st.text())
def test_no_name_makes_it_stumble(name):
    found = dates.from_name(name, today=TODAY)

    assert found is None or found.exactly <= TODAY
