"""Scans as hospitals' machines write them: every way of saying how light a dot is, and what lies in the tags."""

from __future__ import annotations

import numpy
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from snowdrop.storage import kinds, scans
from snowdrop.storage.kinds import NotAPicture

DARK_AND_LIGHT = numpy.array([[0] * 8 + [200] * 8] * 16, "uint8")


def dicom(path, pixels, *, photometric="MONOCHROME2", bits=8, syntax=ExplicitVRLittleEndian, **said):
    """Write a scan with these pixels and tags; return its path."""
    frames = pixels.shape[0] if pixels.ndim == (4 if photometric == "RGB" else 3) else 1
    height, width = pixels.shape[-3:-1] if photometric == "RGB" else pixels.shape[-2:]
    written = pydicom.Dataset()
    written.file_meta = FileMetaDataset()
    written.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if syntax == RLELossless else syntax
    written.SOPClassUID, written.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.3.4"
    written.PatientName, written.PatientID = "CANARY^MOTHER", "CANARY-ID"
    written.Rows, written.Columns, written.NumberOfFrames = height, width, frames
    written.SamplesPerPixel = 3 if photometric == "RGB" else 1
    if photometric == "RGB":
        written.PlanarConfiguration = 0
    written.PhotometricInterpretation = photometric
    written.BitsAllocated, written.BitsStored, written.HighBit = (8, 8, 7) if bits == 8 else (16, bits, bits - 1)
    written.PixelRepresentation = 0
    written.PixelData = pixels.tobytes()
    written["PixelData"].VR = "OB" if bits == 8 else "OW"
    for name, value in said.items():
        setattr(written, name, value)
    if syntax == RLELossless:
        written.compress(RLELossless)
    written.save_as(path, enforce_file_format=True)
    return path


def two_halves(path, **how) -> tuple[int, int]:
    """How light the left and the right half of it are shown."""
    with scans.made(path, turned=0, covered="", sizes=[480], **how) as made, Image.open(made[480]) as picture:
        grey = picture.convert("L")
        return grey.getpixel((2, 8)), grey.getpixel((grey.width - 3, 8))


def near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 4


WAYS = {
    "as it is": (DARK_AND_LIGHT, {}, (0, 200)),
    "implicit": (DARK_AND_LIGHT, {"syntax": ImplicitVRLittleEndian}, (0, 200)),
    "run lengths": (DARK_AND_LIGHT, {"syntax": RLELossless}, (0, 200)),
    "light is dark": (DARK_AND_LIGHT, {"photometric": "MONOCHROME1"}, (255, 55)),
    "a window": (DARK_AND_LIGHT, {"WindowCenter": 100, "WindowWidth": 200}, (0, 255)),
    "windows of several": (DARK_AND_LIGHT, {"WindowCenter": [100, 1], "WindowWidth": [400, 1]}, (64, 191)),
    "a window of nothing": (DARK_AND_LIGHT, {"WindowCenter": 100, "WindowWidth": 0}, (0, 200)),
    "twelve bits": ((DARK_AND_LIGHT.astype("uint16") + 5) * 16, {"bits": 12}, (0, 255)),
    "rescaled": (DARK_AND_LIGHT, {"RescaleSlope": 2, "RescaleIntercept": -100}, (0, 255)),
    "colours": (numpy.stack([DARK_AND_LIGHT] * 3, axis=2), {"photometric": "RGB"}, (0, 200)),
}


@pytest.mark.parametrize("way", WAYS)
def test_dark_is_shown_dark_and_light_light_in_every_way_of_saying_so(way, tmp_path):
    pixels, how, expected = WAYS[way]

    assert near(two_halves(dicom(tmp_path / "scan", pixels, **how)), expected)


def test_a_palette_says_which_colour_a_number_is(tmp_path):
    colours = numpy.arange(256, dtype="uint16")[::-1] * 257
    said = {}
    for name in ("Red", "Green", "Blue"):
        said[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        said[f"{name}PaletteColorLookupTableData"] = colours.tobytes()

    path = dicom(tmp_path / "scan", DARK_AND_LIGHT, photometric="PALETTE COLOR", **said)

    assert near(two_halves(path), (255, 55))


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        ({"FrameTime": 50}, 50_000),
        ({"CineRate": 10}, 100_000),
        ({"RecommendedDisplayFrameRate": 25, "CineRate": 10}, 40_000),
        ({"FrameTimeVector": [0, 20, 40, 60]}, 40_000),
        ({"FrameTime": 0, "CineRate": 0}, 40_000),
        ({"FrameTime": 1}, 16_667),
        ({"FrameTime": 60_000}, 1_000_000),
        ({}, 40_000),
    ],
)
def test_a_clip_goes_as_fast_as_its_tags_say_and_never_too_fast_to_be_seen(said, rate, tmp_path):
    path = dicom(tmp_path / "scan", numpy.stack([DARK_AND_LIGHT] * 4), **said)

    with scans.opened(path) as (look, found, made):
        assert (look.frames, found, made) == (4, rate, {})
    with scans.frames(path, covered="") as frames:
        assert (frames.count, frames.duration) == (4, 4 * rate // 1000)
        assert frames.path.read_bytes().count(b"\xff\xd8\xff") == 4


def test_a_clip_that_was_cut_off_is_shown_as_far_as_it_goes(tmp_path):
    path = dicom(tmp_path / "scan", numpy.stack([DARK_AND_LIGHT] * 4), syntax=RLELossless)
    whole = path.read_bytes()
    path.write_bytes(whole[: -len(whole) // 12])

    with scans.frames(path, covered="") as frames:
        assert 1 <= frames.count <= 4


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({"StudyDate": "20240118", "StudyTime": "093011.25"}, ("2024-01-18", "09:30:11")),
        ({"AcquisitionDateTime": "20240118093011.000000+0100", "StudyDate": "20200101"}, ("2024-01-18", "09:30:11")),
        ({"StudyDate": "20240118"}, ("2024-01-18", "")),
        ({"StudyDate": "19000101"}, ("", "")),
        ({"StudyDate": "29990101"}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_its_day_is_read_where_one_can_be_meant(said, taken, tmp_path):
    with scans.opened(dicom(tmp_path / "scan", DARK_AND_LIGHT, **said)) as (look, _rate, _made):
        assert (look.taken, look.taken_time) == taken


def test_no_name_is_in_anything_that_is_made(tmp_path):
    path = dicom(tmp_path / "scan", DARK_AND_LIGHT, PatientBirthDate="19870605", InstitutionName="CANARY WARD")

    with scans.opened(path) as (look, _rate, made):
        assert b"CANARY" in path.read_bytes()
        assert [b"CANARY" in file.read_bytes() for file in made.values()] == [False]
        assert "CANARY" not in repr(look)


def test_what_says_that_it_is_huge_is_refused_before_it_is_decoded(tmp_path):
    path = dicom(tmp_path / "scan", DARK_AND_LIGHT)
    for said, sentence in (
        ({"Rows": 60_000, "Columns": 60_000}, kinds.INSIDE["too-many-pixels"]),
        ({"NumberOfFrames": 900_000_000}, kinds.INSIDE["too-many-frames"]),
    ):
        lying = pydicom.dcmread(path)
        for name, value in said.items():
            setattr(lying, name, value)
        lying.save_as(tmp_path / "lying", enforce_file_format=True)

        with pytest.raises(NotAPicture) as told, scans.opened(tmp_path / "lying"):
            pass
        assert told.value.sentence == sentence


def test_a_head_of_another_file_before_it_does_not_make_it_one():
    """Its first 128 bytes may be anything: a program that starts, or a picture that browsers show."""
    head = b"MZ".ljust(128, b"\0") + b"DICM"
    picture = b"GIF89a".ljust(128, b"\0") + b"DICM"

    assert (kinds.is_scan(head), kinds.is_scan(picture)) == (True, False)
