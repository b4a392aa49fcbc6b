from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from snowdrop.storage import exif

NOTHING = {
    "orientation": 1,
    "taken": "",
    "taken_time": "",
    "taken_offset": "",
    "camera": "",
    "caption": "",
    "place": None,
}
TAGS, DETAILS, GPS = ExifTags.Base, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def block(tags=None, details=None, gps=None) -> bytes:
    made = Image.Exif()
    made.update(tags or {})
    made.get_ifd(DETAILS).update(details or {})
    made.get_ifd(GPS).update(gps or {})
    return made.tobytes()


def test_a_phone_says_when_and_where_and_with_what():
    said = exif.read(
        block(
            {TAGS.Orientation: 6, TAGS.Make: "Apple", TAGS.Model: "iPhone 13", TAGS.ImageDescription: "The blanket"},
            {TAGS.DateTimeOriginal: "2024:03:04 18:02:11", TAGS.OffsetTimeOriginal: "+01:00"},
            {1: "S", 2: (37.0, 45.0, 36.0), 3: "E", 4: (175.0, 19.0, 30.0)},
        )
    )

    assert said == {
        "orientation": 6,
        "taken": "2024-03-04",
        "taken_time": "18:02:11",
        "taken_offset": "+01:00",
        "camera": "Apple iPhone 13",
        "caption": "The blanket",
        "place": {"lat": -37.76, "lon": 175.325},
    }


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("2024:02:30 10:00:00", "", ""),
        ("0000:00:00 00:00:00", "", ""),
        ("9999:99:99 99:99:99", "", ""),
        ("1700:01:01 10:00:00", "", ""),
        ("2999:01:01 10:00:00", "", ""),
        ("2024:03:04 25:61:61", "2024-03-04", ""),
        ("2024:03:04", "2024-03-04", ""),
        ("    :  :     :  :  ", "", ""),
        ("yesterday", "", ""),
    ],
)
def test_a_date_that_cannot_be_is_left_out(written, day, clock):
    said = exif.read(block(details={TAGS.DateTimeOriginal: written, TAGS.OffsetTimeOriginal: "+99:99"}))

    assert (said["taken"], said["taken_time"], said["taken_offset"]) == (day, clock, "")


def test_the_day_of_a_scan_is_not_taken_for_the_day_of_the_picture():
    assert (
        exif.read(block({TAGS.DateTime: "2024:03:04 18:02:11"}, {TAGS.DateTimeDigitized: "2024:03:04 18:02:11"}))
        == NOTHING
    )


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (8.0, 0.0, 0.0)},
        {1: "N", 2: (47.0, 0.0), 3: "E", 4: (8.0, 0.0, 0.0)},
        {1: "N", 3: "E", 4: (8.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_cannot_be_is_left_out(gps):
    assert exif.read(block(gps=gps))["place"] is None


@pytest.mark.parametrize(
    ("written", "caption"),
    [
        ("  Her first\r\nsnow\x00\x07  ", "Her first\nsnow"),
        ("née le 4 mars".encode(), "née le 4 mars"),
        ("née le 4 mars".encode("latin-1"), "née le 4 mars"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("OLYMPUS DIGITAL CAMERA         ", ""),
        ("SAMSUNG", ""),
        ("DCIM\\100GOPRO", ""),
        ("                               ", ""),
        ("Picture of the lake", "Picture of the lake"),
        ("x" * 45_000, "x" * 2_000),
    ],
)
def test_a_caption_is_what_somebody_wrote_made_safe(written, caption):
    assert exif.read(block({TAGS.ImageDescription: written}))["caption"] == caption


def test_a_caption_may_stand_where_windows_or_a_phone_puts_it():
    assert exif.read(block({TAGS.XPTitle: "Grüße 🕯".encode("utf-16-le")}))["caption"] == "Grüße 🕯"
    assert exif.read(block(details={TAGS.UserComment: b"ASCII\0\0\0The lake"}))["caption"] == "The lake"
    assert exif.read(block(details={TAGS.UserComment: b"UNICODE\0" + "See".encode("utf-16-be")}))["caption"] == "See"


def test_half_an_emoji_is_left_out():
    assert exif.clean("snow\ud83d drop") == "snow drop"


@given(st.binary(max_size=400))
def test_no_block_however_broken_makes_a_picture_fail(noise):
    assert exif.read(noise).keys() == NOTHING.keys()


@given(st.data())
@given_settings(deadline=None)
def test_no_change_to_a_good_block_makes_a_picture_fail(data):
    good = bytearray(
        block(
            {TAGS.Orientation: 6, TAGS.ImageDescription: "The blanket"},
            {TAGS.DateTimeOriginal: "2024:03:04 18:02:11", TAGS.UserComment: b"ASCII\0\0\0x"},
            {1: "S", 2: (37.0, 45.0, 36.0), 3: "E", 4: (175.0, 19.0, 30.0)},
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(good) - 4))
        good[at : at + 4] = struct.pack("<I", data.draw(st.sampled_from([0, 1, 8, 255, 2**16, 2**31 - 1, 2**32 - 1])))

    said = exif.read(bytes(good))

    assert said.keys() == NOTHING.keys()
    assert 1 <= said["orientation"] <= 8
    assert "\0" not in said["caption"] + said["camera"]
