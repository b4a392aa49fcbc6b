"""Packed folders: read member by member, never believed, never unpacked by their names."""

from __future__ import annotations

import struct
import zipfile

import pytest

from snowdrop.archive.importers import folder, found
from snowdrop.archive.importers.found import NotAFolder, in_folders, packed
from snowdrop.keepsakes.models import Photograph

pytestmark = pytest.mark.django_db

NO_PICTURE = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."
ZIPPED = "This is a packed folder. Unpack it and choose the photographs inside."


def brought(path, viewer):
    summary = folder.bring_in(in_folders([path]), by=viewer)
    return summary.came, summary.here, [(one.name, str(one.sentence)) for one in summary.not_taken]


def sentence_of(path) -> str:
    with pytest.raises(NotAFolder) as refused, packed(path) as members:
        for member in members:
            for _piece in member.chunks():
                pass
    return str(refused.value.sentence)


def test_members_come_and_names_that_climb_are_only_names(keeper, zip_of, bytes_of, data_folder, tmp_path):
    path = zip_of(
        ("../../../evil.jpg", bytes_of(1)),
        ("/etc/evil.jpg", bytes_of(2)),
        ("C:\\evil.jpg", bytes_of(3)),
        ("..\\..\\evil.bat", b"echo"),
        ("link.jpg", b"/etc/passwd", 0o120777),
        ("folder/", b""),
        ("", b"x"),
        ("__MACOSX/._1.jpg", b"x"),
        ("inner.zip", zip_of(("1.jpg", bytes_of(4))).read_bytes()),
        ("IMG_20190612_101112.jpg", bytes_of(5)),
        ("twice.jpg", bytes_of(5)),
    )
    before = {p for p in data_folder.parent.rglob("*") if "evil" in p.name}

    result = brought(path, keeper)

    link = "This is a link to another place, and it was not followed."
    assert result == (4, 1, [("..\\..\\evil.bat", NO_PICTURE), ("link.jpg", link), ("inner.zip", ZIPPED)])
    rows = Photograph.objects.in_order().values_list("came_as", "date")
    assert [(name, str(date or "")) for name, date in rows] == [
        ("IMG_20190612_101112.jpg", "2019-06-12"),
        ("evil.jpg", ""),
        ("evil.jpg", ""),
        ("evil.jpg", ""),
    ]
    assert {p for p in data_folder.parent.rglob("*") if "evil" in p.name} == before


def test_the_same_names_and_names_alike_but_for_their_letters_are_kept_apart(keeper, zip_of, bytes_of):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zip_of(
            ("a.jpg", bytes_of(1)), ("a.jpg", bytes_of(2)), ("A.JPG", bytes_of(3)), ("e\u0301.jpg", bytes_of(4))
        )

    assert brought(path, keeper) == (4, 0, [])


def test_what_unpacks_to_far_more_than_it_weighs_is_left(zip_of, bytes_of, monkeypatch):
    monkeypatch.setattr(found, "RATIO_FROM", 2**20)
    path = zip_of(*((f"{n}.jpg", bytes_of(n) + bytes(2**20)) for n in range(3)))

    assert sentence_of(path) == (
        "This packed folder unpacks to more than a folder of photographs can be. Nothing more of it was read."
    )


def test_what_unpacks_to_more_than_a_disk_should_hold_is_left(zip_of, bytes_of, monkeypatch):
    monkeypatch.setattr(found, "MOST_UNPACKED", 2**20)
    path = zip_of(*((f"{n}.jpg", bytes_of(n) + bytes(2**19)) for n in range(3)), method=zipfile.ZIP_STORED)

    assert sentence_of(path) == (
        "This packed folder unpacks to more than a folder of photographs can be. Nothing more of it was read."
    )


def test_what_came_before_a_folder_went_wrong_stays(keeper, zip_of, bytes_of, monkeypatch):
    monkeypatch.setattr(found, "RATIO_FROM", 2**20)
    path = zip_of(("a.jpg", bytes_of(1)), *((f"b{n}.jpg", bytes_of(n + 2) + bytes(2**21)) for n in range(3)))

    with pytest.raises(NotAFolder):
        folder.bring_in(in_folders([path]), by=keeper)

    assert list(Photograph.objects.values_list("came_as", flat=True)) == ["a.jpg"]


def test_one_file_larger_than_any_photograph_is_told_alone(keeper, zip_of, bytes_of, monkeypatch):
    monkeypatch.setattr(found.kinds, "MOST_BYTES", 2**20)
    path = zip_of(("a.jpg", bytes_of(1) + bytes(2**21)), ("b.jpg", bytes_of(2)), method=zipfile.ZIP_STORED)

    too_large = "This file is larger than 200 MB, which is more than can be added at once."
    assert brought(path, keeper) == (1, 0, [("a.jpg", too_large)])


def test_too_many_files_are_refused_before_they_are_listed(zip_of, monkeypatch, tmp_path):
    monkeypatch.setattr(found, "MOST_MEMBERS", 3)
    many = zip_of(*((f"{n}.jpg", b"") for n in range(4)))
    whole = many.read_bytes()
    at = whole.rfind(b"PK\x05\x06")
    liar = tmp_path / "liar.zip"  # it says that there are two
    liar.write_bytes(whole[: at + 8] + struct.pack("<HH", 2, 2) + whole[at + 12 :])

    sentences = [sentence_of(path) for path in (many, liar)]

    assert sentences == ["There are too many files in this packed folder. Please pack fewer than 25,000 at a time."] * 2


def test_a_locked_a_damaged_and_an_otherwise_packed_file_are_told(keeper, zip_of, bytes_of, tmp_path):
    locked = bytearray(zip_of(("a.jpg", bytes_of(1))).read_bytes())
    locked[6] |= 1
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    damaged = bytearray(zip_of(("b.jpg", bytes_of(2)), method=zipfile.ZIP_STORED).read_bytes())
    damaged[300] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    other = zip_of(("c.jpg", bytes_of(3)), method=zipfile.ZIP_LZMA)

    results = [brought(path, keeper) for path in (tmp_path / "locked.zip", tmp_path / "damaged.zip", other)]

    assert results == [
        (0, 0, [("a.jpg", "This file is locked with a password. Unpack it first.")]),
        (0, 0, [("b.jpg", "This file is damaged inside the packed folder.")]),
        (0, 0, [("c.jpg", "This file is packed in a way that cannot be read here. Unpack it first.")]),
    ]
    assert not Photograph.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(10), b"PK\x05\x06" + b"\xff" * 18, b"x" * 500]
)
def test_what_is_no_packed_folder_says_so(content, tmp_path):
    (tmp_path / "x.zip").write_bytes(content)

    assert sentence_of(tmp_path / "x.zip") in (
        "This is not a packed folder (ZIP), or it is damaged.",
        "There are too many files in this packed folder. Please pack fewer than 25,000 at a time.",
    )
