from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import UnreadablePostError
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from snowdrop.storage import ingest, kinds, originals, uploads
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.room import DiskIsFull


@pytest.fixture
def the_request_ends():
    """As the server tells it after the answer; here without closing the test's own connection to the database."""
    request_finished.disconnect(close_old_connections)
    yield lambda: request_finished.send(sender=None)
    request_finished.connect(close_old_connections)


def form(*files: tuple[str, bytes]):
    """A request with these files in the field "photos"."""
    return RequestFactory().post("/", {"photos": [SimpleUploadedFile(name, content) for name, content in files]})


def test_a_file_of_a_form_arrives_whole_and_hashed(left_behind):
    request = form(("a.jpg", b"wren" * 100_000), ("b.jpg", b"robin"))

    first, second = request.FILES.getlist("photos")

    assert (first.name, first.size, first.received().size, second.received().size) == ("a.jpg", 400_000, 400_000, 5)
    kept = first.received().keep()
    assert originals.path(kept.sha256).read_bytes() == b"wren" * 100_000
    second.close()
    assert left_behind() == ["originals"]


def test_a_file_can_be_read_like_any_of_djangos():
    upload = form(("a.txt", b"line one\nline two")).FILES["photos"]

    assert upload.read() == b"line one\nline two"
    upload.seek(0)
    assert b"".join(upload.chunks()) == b"line one\nline two"


@pytest.mark.django_db
def test_what_was_taken_in_survives_the_end_of_the_request(material):
    picture = (material / "gif" / "star.gif").read_bytes()
    request = form(("star.gif", picture))

    original = ingest.take_in(request.FILES["photos"].received())
    request.close()

    assert originals.path(original.sha256).read_bytes() == picture


def test_what_nobody_took_is_gone_at_the_end_of_the_request(left_behind):
    request = form(("a.jpg", b"wren"))
    assert len(request.FILES) == 1

    request.close()

    assert left_behind() == []


def test_a_connection_that_breaks_leaves_nothing(left_behind, the_request_ends):
    body = encode_multipart(BOUNDARY, {"photos": SimpleUploadedFile("a.jpg", b"wren" * 500_000)})

    class Breaking(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > len(body) // 2:
                raise ConnectionResetError
            return super().read(size)

    request = RequestFactory().generic("POST", "/", body, content_type=MULTIPART_CONTENT)
    request._stream = Breaking(body)
    with pytest.raises(UnreadablePostError):
        _ = request.FILES
    assert left_behind() == ["incoming"]

    the_request_ends()

    assert left_behind() == []


def test_a_body_cut_off_inside_a_file_leaves_nothing(left_behind, the_request_ends):
    body = encode_multipart(BOUNDARY, {"photos": SimpleUploadedFile("a.jpg", b"wren" * 500_000)})
    request = RequestFactory().generic("POST", "/", body[: len(body) // 2], content_type=MULTIPART_CONTENT)

    assert request.FILES.getlist("photos") == []
    request.close()
    the_request_ends()

    assert left_behind() == []


def test_a_full_disk_is_told_when_the_file_is_asked_for_and_not_before(settings, left_behind):
    settings.RESERVE = 10**18
    request = RequestFactory().post("/", {"photos": SimpleUploadedFile("a.jpg", b"wren"), "words": "kept"})

    assert request.POST["words"] == "kept"
    with pytest.raises(DiskIsFull):
        request.FILES["photos"].received()
    assert left_behind() == []


def test_a_disk_that_fills_up_in_the_middle_is_told_and_leaves_nothing(small_disk, left_behind, monkeypatch):
    monkeypatch.setattr(uploads.OriginalUploadHandler, "handle_raw_input", lambda *_: None)  # as if others filled it
    request = form(("a.jpg", bytes(3_000_000)), ("b.jpg", b"small"))

    first, second = request.FILES.getlist("photos")

    with pytest.raises(DiskIsFull):
        first.received()
    assert second.received().size == 5
    second.close()
    assert left_behind() == []


def test_a_file_too_large_is_refused_with_its_reason_and_the_others_are_kept(monkeypatch, left_behind):
    monkeypatch.setattr(kinds, "MOST_BYTES", 1_000)

    large, small = form(("large.jpg", bytes(1_001)), ("small.jpg", bytes(1_000))).FILES.getlist("photos")

    with pytest.raises(NotAPicture) as told:
        large.received()
    assert str(told.value.sentence) == "This file is larger than 200 MB, which is more than can be added at once."
    assert small.received().size == 1_000


def test_a_film_may_be_larger_than_a_picture(monkeypatch, left_behind):
    monkeypatch.setattr(kinds, "MOST_BYTES", 1_000)
    monkeypatch.setattr(kinds, "MOST_BYTES_RECORDING", 2_000)
    start = b"\0\0\0\x14ftypqt  "

    film, longer = form(
        ("film.mov", start.ljust(2_000, b"\0")), ("longer.mov", start.ljust(2_001, b"\0"))
    ).FILES.getlist("photos")

    assert film.received().size == 2_000
    with pytest.raises(NotAPicture) as told:
        longer.received()
    assert str(told.value.sentence) == "This file is larger than 2 GB, which is more than can be added at once."


def test_one_file_too_many_is_refused_with_its_reason_and_the_others_are_kept(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)

    files = form(("1.jpg", b"1"), ("2.jpg", b"2"), ("3.jpg", b"3")).FILES.getlist("photos")

    assert [file.received().size for file in files[:2]] == [1, 1]
    with pytest.raises(NotAPicture) as told:
        files[2].received()
    assert str(told.value.sentence) == "Only 500 files can be added at once. Add this one after the others."


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nb.jpg", "\u202egpj.exe", "n" * 5_000 + ".jpg", "x.jpg\0.html"]
)
def test_a_name_never_becomes_a_path(settings, name):
    request = form((name, b"wren"))

    for file in request.FILES.getlist("photos"):
        arrived = file.received().arrived
        assert (arrived.parent.parent, arrived.suffix, len(arrived.stem)) == (settings.DATA / "incoming", ".part", 32)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("our %22little%22 one.jpg", 'our "little" one.jpg'),
        ("two%0D%0Alines.jpg", "two  lines.jpg"),
        ("100%25 %2F %2fern %aa.jpg", "100%25 %2F %2fern %aa.jpg"),
        ("Tom &amp; Ada &#9829;.jpg", "Tom &amp; Ada &#9829;.jpg"),
        ("fe\u200drn \U0001f47c\U0001f3fd\u200d\U0001f56f.jpg", "fe\u200drn \U0001f47c\U0001f3fd\u200d\U0001f56f.jpg"),
        ("C:\\\\album\\\\x.jpg", "x.jpg"),
        ("album/x.png/", "x.png"),
        ("../../x.jpg", "x.jpg"),
        ("x.jpg/..", "x.jpg"),
        ("....jpg", "....jpg"),
    ],
)
def test_a_file_s_name_is_as_it_was_before_a_browser_wrote_it_into_a_form(sent, name):
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="{sent}"\r\n'
        f"Content-Type: image/jpeg\r\n\r\nwren\r\n--{BOUNDARY}--\r\n"
    )

    request = RequestFactory().generic("POST", "/", body.encode(), content_type=MULTIPART_CONTENT)

    assert [(file.name, file.size) for file in request.FILES.getlist("photos")] == [(name, 4)]


@pytest.mark.parametrize("sent", ["", "/", ".", "..", "\\\\", "%0A"])
def test_a_file_without_a_name_was_not_chosen(sent, left_behind):
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="{sent}"\r\n'
        f"Content-Type: image/jpeg\r\n\r\nwren\r\n--{BOUNDARY}--\r\n"
    )

    request = RequestFactory().generic("POST", "/", body.encode(), content_type=MULTIPART_CONTENT)

    assert (request.FILES.getlist("photos"), left_behind()) == ([], [])
