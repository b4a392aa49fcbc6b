"""Files that lie, break off, burst or are something else: one clear sentence each, and nothing half-kept."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals
from snowdrop.storage.models import Original
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db

UNKNOWN = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."
PLAYLIST = "This is a list of films, not a film. Choose the film itself."
NOTHING_PLAYS = "There is nothing in this file that can be played."
DAMAGED = "This picture is damaged, and nothing of it can be shown."
DRAWING = "This is a drawing in the SVG format. Save it as PNG or JPEG, and it can be added."

REFUSED = {
    "bomb.png": "This picture is too large: it has more than 150 million pixels.",
    "empty.jpg": "This file is empty.",
    "hls.mp4": PLAYLIST,
    "html.jpg": "This is a web page, not a photograph.",
    "huge-header.jpg": "This picture is too large: one of its sides is longer than 65,000 pixels.",
    "huge-header.png": DAMAGED,
    "instagram-deep-json.zip": "This is a packed folder. Unpack it and choose the photographs inside.",
    "moov-lies.mp4": NOTHING_PLAYS,
    "mp3-html.mp3": NOTHING_PLAYS,
    "mvg.png": UNKNOWN,
    "only-magic.png": DAMAGED,
    "photo.jpg.exe": "This is a program, not a photograph.",
    "ps.heic": UNKNOWN,
    "script.svg": DRAWING,
    "svg.png": DRAWING,
    "truncated.webp": DAMAGED,
    "zeros.heic": UNKNOWN,
}
KEPT = {
    "broken-icc.jpg": "image/jpeg",
    "exif-impossible.jpg": "image/jpeg",
    "exif-script.jpg": "image/jpeg",
    "gif-js.gif": "image/gif",
    "icon-orientation-9.jpg": "image/jpeg",
    "pdf-jpeg.jpg": "image/jpeg",
    "truncated.jpg": "image/jpeg",
    "zip-in-jpeg.jpg": "image/jpeg",
}
ODD_NAMES = json.loads((MATERIAL / "hostile" / "odd-names.json").read_text())


@pytest.fixture
def send(memorial, keeper, client_for):
    client = client_for(keeper)

    def sent(name: str, content: bytes):
        upload = SimpleUploadedFile("x.jpg", content)
        upload._name = name  # as it stands on the wire, not as Django's test client would tidy it
        address = f"/m/{memorial.slug}/photographs/add/"
        return client.post(address, {"file": upload}, headers={"accept": "application/json"})

    return sent


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_told_in_its_own_sentence_and_leaves_nothing(name, send, picture, data_folder):
    answer = send(name, picture(f"hostile/{name}").read_bytes())

    assert (answer.status_code, answer.json()) == (422, {"errors": {"file": [REFUSED[name]]}})
    assert (Photograph.objects.exists(), Original.objects.exists()) == (False, False)
    assert [p for p in data_folder.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_shown_is_kept_as_it_is_and_shown_as_ours(name, send, picture, memorial, keeper, client_for):
    content = picture(f"hostile/{name}").read_bytes()

    answer = send(name, content)

    told = answer.json()
    client = client_for(keeper)
    shown = client.get(f"{told['url']}480.jpg")
    download = client.get(f"/m/{memorial.slug}/originals/{told['sha']}/")
    assert (answer.status_code, originals.path(told["sha"]).read_bytes()) == (201, content)
    ours = b"".join(shown.streaming_content)
    assert (shown["Content-Type"], shown["X-Content-Type-Options"], ours[:3]) == (
        "image/jpeg",
        "nosniff",
        b"\xff\xd8\xff",
    )
    assert [tail in ours for tail in (b"PK\x03\x04", b"<script", b"alert(", b"%PDF")] == [False] * 4
    assert (download["Content-Type"], download["Content-Disposition"].split(";")[0]) == (KEPT[name], "attachment")
    assert b"".join(download.streaming_content) == content


def test_a_picture_that_was_cut_off_says_so_where_it_came_in_and_to_whoever_looks_after_it(
    send, picture, memorial, keeper, friend, client_for
):
    told = send("truncated.jpg", picture("hostile/truncated.jpg").read_bytes()).json()
    whole = send("whole.jpg", picture("family/IMG_0106.JPG").read_bytes()).json()
    Photograph.objects.update(audience=Circle.FRIENDS)
    client, batch = client_for(keeper), Photograph.objects.get(pk=told["id"]).batch
    sentence = "The file ends before the picture does. What there is of it shows, and the file is kept as it came."

    came = client.get(f"/m/{memorial.slug}/photographs/added/{batch}/").content.decode()
    pages = [client.get(one["url"]).content.decode() for one in (told, whole)]
    friends = client_for(friend).get(told["url"]).content.decode()

    assert [came.count(sentence), *(page.count(sentence) for page in pages), friends.count(sentence)] == [1, 1, 0, 0]


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())
def test_an_odd_name_is_kept_as_text_and_harms_nothing(name, send, picture, memorial, keeper, client_for):
    answer = send(name, picture("hostile/exif-script.jpg").read_bytes())

    assert answer.status_code == 201
    client, told = client_for(keeper), answer.json()
    page = client.get(told["url"])
    download = client.get(f"/m/{memorial.slug}/originals/{told['sha']}/")
    saved_as = Photograph.objects.get().came_as
    assert [c for c in saved_as if c in "\0\r\n/"] == []
    assert (page.status_code, b"<script>alert" in page.content, b"<img src=x" in page.content) == (200, False, False)
    assert download["Content-Disposition"].startswith("attachment; filename")
    assert all(" " <= c <= "~" for c in download["Content-Disposition"])


TOO_LONG = "A file with a very long name could not be read. Give it a shorter name, and choose it once more."


def test_a_name_of_five_thousand_characters_is_told_in_a_sentence(send, picture, memorial, keeper, client_for):
    answer = send("x" * 5_000 + ".jpg", picture("hostile/exif-script.jpg").read_bytes())

    assert (answer.status_code, answer.json()) == (400, {"errors": {"": [TOO_LONG]}})


def test_a_name_that_ends_like_a_folder_s_is_a_name(picture, memorial, keeper, client_for):
    body = encode_multipart(
        BOUNDARY, {"file": SimpleUploadedFile("x.png", picture("hostile/exif-script.jpg").read_bytes())}
    )

    answer = client_for(keeper).generic(
        "POST",
        f"/m/{memorial.slug}/photographs/add/",
        body.replace(b'filename="x.png"', b'filename="x.png/"'),
        content_type=MULTIPART_CONTENT,
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, Photograph.objects.get().came_as) == (201, "x.png")


def test_a_name_too_long_is_told_to_somebody_without_a_script_too(picture, memorial, keeper, client_for):
    upload = SimpleUploadedFile("x.jpg", picture("hostile/exif-script.jpg").read_bytes())
    upload._name = "x" * 5_000 + ".jpg"

    answer = client_for(keeper).post(f"/m/{memorial.slug}/photographs/add/", {"file": upload})

    assert (answer.status_code, f"<p>{TOO_LONG}</p>" in answer.content.decode()) == (400, True)
