"""A photograph of a telephone that holds a short clip: it stays a photograph until somebody wants the clip too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.keepsakes import adding
from snowdrop.keepsakes.models import Recording
from snowdrop.memorials.circles import Circle
from snowdrop.storage import motion, originals
from tests.conftest import MATERIAL
from tests.keepsakes.conftest import jpeg

pytestmark = pytest.mark.django_db

FILM = (MATERIAL / "recordings" / "rotated90.mp4").read_bytes()
SEF = b"\0\0\x30\x0a\x10\0\0\0SEFT"


def with_words(picture: bytes, words: bytes) -> bytes:
    """The picture with XMP behind its first marker."""
    block = b"http://ns.adobe.com/xap/1.0/\0" + words
    return picture[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block + picture[2:]


def google(length: int = len(FILM)) -> bytes:
    item = b'<Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="%d" Item:Padding="0"/>'
    return with_words(jpeg(1), item % length) + FILM


def older(length: int = len(FILM)) -> bytes:
    return with_words(jpeg(2), b'<rdf:Description GCamera:MicroVideoOffset="%d"/>' % length) + FILM


def samsung() -> bytes:
    return jpeg(3) + b"\0\0\x30\x0aMotionPhoto_Data" + FILM + SEF


def heic() -> bytes:
    whole = (MATERIAL / "heic" / "IMG_0043.HEIC").read_bytes()
    return whole + (len(FILM) + 8).to_bytes(4) + b"mpvd" + FILM


@pytest.mark.parametrize("made", [google, older, samsung, heic])
def test_the_clip_is_found_where_telephones_put_it(made, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(made())

    clip = motion.clip_in(path)

    assert b"".join(clip.chunks(path)) == FILM


@pytest.mark.parametrize(
    "data",
    [
        jpeg(1),
        google(10),
        google(10**9),
        older(0),
        jpeg(3) + b"MotionPhoto_Data",
        jpeg(3) + b"MotionPhoto_Data" + b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\0" * 40,
        b"",
        b"\0\0\0\1ftypheic" + b"\xff" * 16,
    ],
    ids=["none", "too short", "too far", "nothing", "a mark alone", "no film", "empty", "boxes that lie"],
)
def test_what_only_says_so_holds_no_clip(data, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(data)

    assert motion.clip_in(path) is None


def test_it_stays_a_photograph_and_the_clip_is_kept_once_somebody_asks(keeper, memorial, client_for):
    received = originals.receive([google()])
    row = adding.add(received, by=keeper, came_as="PXL_1.MP.jpg", audience=Circle.FRIENDS).photograph
    client, change = client_for(keeper), reverse("keepsakes:change", args=[memorial.slug, row.pk])
    before = Recording.objects.count()
    page = client.get(change).content.decode()

    answer = client.post(change, {"do": "clip"})
    again = client.post(change, {"do": "clip"})

    film = Recording.objects.get()
    assert "There is a short clip in this picture" in page
    assert (before, answer.url) == (0, reverse("keepsakes:change_recording", args=[memorial.slug, film.pk]))
    assert (film.is_film, film.came_as, film.audience) == (True, "PXL_1.MP.mp4", Circle.KEEPERS)
    assert originals.path(film.original_id).read_bytes() == FILM
    assert again.url == answer.url


def test_of_a_picture_without_one_nothing_is_said_and_nothing_kept(keeper, memorial, client_for, add):
    row, client = add(), client_for(keeper)
    change = reverse("keepsakes:change", args=[memorial.slug, row.pk])

    page, answer = client.get(change), client.post(change, {"do": "clip"})

    assert ("short clip" in page.content.decode(), answer.status_code, Recording.objects.count()) == (False, 404, 0)


def test_nobody_keeps_the_clip_of_what_they_may_not_change(keeper, friend, memorial, client_for):
    row = adding.add(originals.receive([google()]), by=keeper, audience=Circle.FRIENDS).photograph

    answer = client_for(friend).post(reverse("keepsakes:change", args=[memorial.slug, row.pk]), {"do": "clip"})

    assert (answer.status_code, Recording.objects.count()) == (404, 0)
