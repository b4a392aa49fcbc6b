"""What the head of a plain picture says, against what opening it says; and what is left to the cage."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from snowdrop.storage import heads, originals
from snowdrop.storage.kinds import Kind, NotAPicture


def made(form: str, size=(37, 91), mode="RGB", **how) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 7 if mode == "L" else None).save(out, form, **how)
    return out.getvalue()


def plain(content: bytes) -> heads.Plain | None:
    return heads.plain(content, content[-64:], len(content))


@pytest.mark.parametrize("size", [(1, 1), (37, 91), (1080, 1344), (3, 16_383)])
@pytest.mark.parametrize(
    ("form", "how"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "comment": b"by the lake", "icc_profile": b"x" * 3_000}),
        ("JPEG", {"mode": "L"}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"icc_profile": b"x" * 300}),
    ],
)
def test_the_sides_of_a_plain_picture_are_those_it_opens_with(form, how, size):
    content = made(form, size, **how)

    assert plain(content) == (Kind(form.lower()), *Image.open(io.BytesIO(content)).size)


@pytest.mark.parametrize(
    "content",
    [
        made("JPEG", exif=Image.Exif().tobytes()),
        made("JPEG", mode="CMYK"),
        made("JPEG")[:-2],
        made("JPEG") + b"PK\x03\x04",
        made("WEBP")[:-1],
        made("WEBP", save_all=True, append_images=[Image.new("RGB", (37, 91), (9, 9, 9))]),
        made("PNG"),
        made("GIF"),
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + b"\xff\xd9",  # as large as a header can say
        b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
        b"\xff\xd8\xff",
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
)
def test_whatever_is_not_plain_and_whole_is_left_to_the_cage(content):
    assert plain(content) is None


def test_what_is_no_picture_says_so():
    with pytest.raises(NotAPicture):
        plain(b"%PDF-1.7")


def test_files_kept_together_are_whole_under_their_names_and_have_left_where_they_arrived(settings):
    settings.UNSYNCED = False
    contents = [b"wren", b"robin", b"wren"]
    group = []
    for content in contents:
        incoming = originals.Incoming(len(content))
        incoming.write(content)
        group.append(incoming.finish(synced=False))

    originals.keep_together(group)

    assert [originals.open(one.sha256).read() for one in group] == contents
    assert [path for path in (settings.DATA / "incoming").rglob("*") if path.is_file()] == []
