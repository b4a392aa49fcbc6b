"""Files that come in parts, as the protocol asks for them and whatever becomes of the line."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from snowdrop.keepsakes import reaping, uploading
from snowdrop.keepsakes.models import Photograph, Upload
from snowdrop.memorials.models import Membership
from snowdrop.storage import kinds, originals, parts, room
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db

ZIP = b"PK\x03\x04" + b"\0" * 200


@dataclass
class Sender:
    """A client of the protocol, in one memorial."""

    client: Client
    slug: str

    def ask(self, method: str, path: str, body: bytes = b"", **headers: Any) -> Any:
        kind = "application/offset+octet-stream" if method == "PATCH" else ""
        said = {"Tus-Resumable": "1.0.0", "Accept": "application/json", **headers}
        return self.client.generic(
            method, path, body, content_type=headers.pop("content_type", kind), headers=_header_names(said)
        )

    def begin(self, length: int, name: str = "IMG_1.jpg") -> str:
        told = self.create(length, name)
        assert told.status_code == 201, told.content
        return told["Location"]

    def create(self, length: int, name: str = "IMG_1.jpg") -> Any:
        named = f"filename {base64.b64encode(name.encode()).decode()}"
        return self.ask("POST", f"/m/{self.slug}/uploads/", Upload_Length=length, Upload_Metadata=named)

    def send(self, path: str, body: bytes, at: int, **headers: Any) -> Any:
        return self.ask("PATCH", path, body, Upload_Offset=at, **headers)

    def stands(self, path: str) -> int:
        return int(self.ask("HEAD", path)["Upload-Offset"])

    def keep(self, path: str, **fields: Any) -> Any:
        id = path.rstrip("/").rpartition("/")[2]
        form = {"upload": id, "batch": str(uuid.uuid4()), **fields}
        return self.client.post(f"/m/{self.slug}/photographs/add/", form, headers={"accept": "application/json"})


def _header_names(said: dict[str, Any]) -> dict[str, str]:
    return {name.replace("_", "-"): str(value) for name, value in said.items() if name != "content_type"}


@pytest.fixture
def sender(memorial, client_for) -> Callable[[Any], Sender]:
    return lambda viewer: Sender(client_for(viewer), memorial.slug)


@pytest.fixture
def mara(sender, keeper) -> Sender:
    return sender(keeper)


@pytest.fixture
def picture_bytes(bytes_of) -> bytes:
    return bytes_of(1, size=(640, 480))


def test_what_came_in_parts_is_kept_bit_for_bit_and_answered_as_the_form_is(mara, picture_bytes):
    path = mara.begin(len(picture_bytes), "Hände & Füße.jpg")

    first = mara.send(path, picture_bytes[:1000], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    assert mara.keep(path).status_code == 409
    assert mara.send(path, picture_bytes[1000:], 1000)["Upload-Offset"] == str(len(picture_bytes))
    kept = mara.keep(path)

    photograph = Photograph.objects.get()
    sha = hashlib.sha256(picture_bytes).hexdigest()
    assert (kept.status_code, kept.json()) == (
        201,
        {"id": str(photograph.pk), "url": photograph.get_absolute_url(), "sha": sha},
    )
    assert originals.path(sha).read_bytes() == picture_bytes
    assert photograph.came_as == "Hände & Füße.jpg"
    assert list(parts.names()) == []


def test_an_answer_that_was_not_heard_is_told_again(mara, picture_bytes):
    path = mara.begin(len(picture_bytes))
    mara.send(path, picture_bytes, 0)

    answers = [mara.keep(path) for _time in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, answers[0].json())] * 2
    assert Photograph.objects.count() == 1
    assert (mara.stands(path), list(parts.names())) == (len(picture_bytes), [])


def test_a_part_that_begins_elsewhere_adds_nothing(mara):
    path = mara.begin(10)
    mara.send(path, b"12345", 0)

    wrong = [mara.send(path, b"67", at).status_code for at in (0, 4, 6, 10)]

    assert (wrong, mara.stands(path)) == ([409] * 4, 5)
    assert mara.send(path, b"678901", 5).status_code == 413, "more than was said"
    assert mara.stands(path) == 5


@pytest.mark.parametrize("name", ["sha256", "sha1"])
def test_nothing_is_kept_of_a_part_whose_checksum_does_not_match(mara, name):
    path = mara.begin(10)

    def sent(body: bytes, of: bytes, at: int) -> tuple[int, str]:
        digest = base64.b64encode(hashlib.new(name, of).digest()).decode()
        answer = mara.send(path, body, at, Upload_Checksum=f"{name} {digest}")
        return answer.status_code, answer.reason_phrase

    assert sent(b"12345", b"12345", 0) == (204, "No Content")
    assert sent(b"67x90", b"67890", 5) == (460, "Checksum Mismatch")
    assert mara.stands(path) == 5
    assert parts.path(Upload.objects.get().pk).read_bytes() == b"12345"
    assert mara.send(path, b"67890", 5, Upload_Checksum="md5 AAAA").status_code == 400


def test_of_a_part_that_broke_off_what_came_is_kept_and_nothing_where_it_had_a_checksum(mara):
    path = mara.begin(100)
    cut = {"snowdrop.cut_off": "yes"}
    said = {"content_type": "application/offset+octet-stream", **cut}
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}

    mara.client.generic("PATCH", path, b"1234", headers={**headers, "Upload-Checksum": "sha1 AAAA"}, **said)
    assert mara.stands(path) == 0
    mara.client.generic("PATCH", path, b"1234", headers=headers, **said)

    assert mara.stands(path) == 4


def test_what_lies_behind_the_acknowledged_part_is_cut_off_by_the_next(mara, picture_bytes):
    """A server that was killed may have written more than it told."""
    path = mara.begin(len(picture_bytes))
    mara.send(path, picture_bytes[:500], 0)
    with parts.path(Upload.objects.get().pk).open("ab") as file:
        file.write(b"never acknowledged" * 5000)

    assert mara.stands(path) == 500
    mara.send(path, picture_bytes[500:], 500)

    assert mara.keep(path).json()["sha"] == hashlib.sha256(picture_bytes).hexdigest()


def test_a_file_that_is_not_there_any_more_is_begun_anew(mara):
    path = mara.begin(10)
    mara.send(path, b"12345", 0)
    parts.forget(Upload.objects.get().pk)

    answers = [mara.ask("HEAD", path), mara.send(path, b"67890", 5), mara.keep(path)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_two_at_once_never_write_into_each_other(mara):
    path = mara.begin(10)
    with parts.held(Upload.objects.get().pk):
        answers = [mara.send(path, b"12345", 0), mara.ask("DELETE", path), mara.keep(path)]

    assert [answer.status_code for answer in answers] == [423, 423, 423]
    assert mara.stands(path) == 0


@pytest.mark.parametrize("who", ["second_keeper", "friend", "elsewhere", "guest", "stranger"])
def test_what_somebody_else_began_is_not_there(mara, sender, who, request):
    path = mara.begin(10)
    other = sender(request.getfixturevalue(who))

    answers = [other.ask("HEAD", path), other.send(path, b"12345", 0), other.ask("DELETE", path), other.keep(path)]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (mara.stands(path), Upload.objects.count()) == (0, 1)


def test_whoever_may_not_add_any_more_cannot_go_on(sender, friend, memorial):
    sam = sender(friend)
    path = sam.begin(10)
    Membership.objects.filter(person=friend.person).delete()

    assert sam.send(path, b"12345", 0).status_code == 404


def test_one_that_is_given_up_is_gone(mara):
    path = mara.begin(10)
    mara.send(path, b"12345", 0)

    assert mara.ask("DELETE", path).status_code == 204

    assert (mara.ask("HEAD", path).status_code, list(parts.names())) == (404, [])


def test_after_a_week_without_a_part_it_is_let_go(mara, data_folder):
    path, other = mara.begin(10), mara.begin(10)
    mara.send(path, b"12345", 0)
    mara.send(other, b"123", 0)
    Upload.objects.filter(offset=3).update(expires_at=timezone.now() + timedelta(days=30))
    stray = data_folder / "parts" / uuid.uuid4().hex
    stray.write_bytes(b"of no row")

    assert reaping.sweep_uploads(at=timezone.now()) == 0
    assert (mara.stands(path), mara.stands(other), stray.exists()) == (5, 3, False)
    assert reaping.sweep_uploads(at=timezone.now() + uploading.LASTS + timedelta(minutes=1)) == 1

    assert (mara.ask("HEAD", path).status_code, mara.stands(other)) == (404, 3)
    assert list(parts.names()) == [Upload.objects.get().pk]


def test_one_that_is_over_is_not_there_before_it_is_swept(mara):
    path = mara.begin(10)
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert mara.ask("HEAD", path).status_code == 404


def test_what_is_no_photograph_is_told_with_its_sentence_and_gone(mara):
    path = mara.begin(len(ZIP), "scans.zip")
    mara.send(path, ZIP, 0)

    kept = mara.keep(path)

    assert (kept.status_code, kept.json()) == (
        422,
        {"errors": {"file": ["This is a packed folder. Unpack it and choose the photographs inside."]}},
    )
    assert (Upload.objects.count(), list(parts.names())) == (0, [])


def test_an_empty_file_is_told_so(mara):
    assert mara.keep(mara.begin(0)).json() == {"errors": {"file": ["This file is empty."]}}


def test_what_is_too_large_is_told_before_it_is_sent(mara):
    told = mara.create(uploading.MOST_BYTES + 1)

    assert (told.status_code, "larger than 2 GB" in told.json()["errors"][""][0]) == (413, True)
    assert Upload.objects.count() == 0


def test_a_picture_that_is_too_large_for_one_is_told_by_its_first_part_and_a_film_is_not(mara, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_BYTES", 5_000)
    picture, film = b"\xff\xd8\xff" + bytes(4_500), (MATERIAL / "recordings" / "IMG_0042.MOV").read_bytes()
    of_picture, of_film = mara.begin(6_000), mara.begin(len(film))

    told = [mara.send(of_picture, picture[:3_000], 0).status_code, mara.send(of_picture, picture[3_000:], 3_000)]
    sent = [mara.send(of_film, film[:4_500], 0).status_code, mara.send(of_film, film[4_500:], 4_500).status_code]

    assert (told[0], told[1].status_code, told[1].json()) == (
        204,
        413,
        {"errors": {"": ["This file is larger than 200 MB, which is more than can be added at once."]}},
    )
    assert (sent, mara.keep(of_film).status_code) == ([204, 204], 201)
    assert (mara.ask("HEAD", of_picture).status_code, list(parts.names())) == (404, [])


def test_a_disk_without_room_is_told_before_and_between_and_loses_nothing(mara, settings, monkeypatch, picture_bytes):
    path = mara.begin(len(picture_bytes))
    mara.send(path, picture_bytes[:500], 0)
    settings.RESERVE = 10**18  # more than any disk has

    answers = [mara.create(100), mara.send(path, picture_bytes[500:], 500)]

    sentence = str(room.DiskIsFull.sentence)
    assert [(a.status_code, a.json()) for a in answers] == [(507, {"errors": {"": [sentence]}})] * 2
    settings.RESERVE = 0
    assert mara.stands(path) == 500
    mara.send(path, picture_bytes[500:], 500)
    settings.RESERVE = 10**18
    assert mara.keep(path).status_code == 201, "it is on the disk already, and takes no second place"


def test_what_one_person_has_on_its_way_is_bounded(mara, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_FILES", 2)
    monkeypatch.setattr(uploading, "MOST_BYTES_TOGETHER", 100)
    mara.begin(40)

    assert mara.create(70).status_code == 429
    path = mara.begin(60)
    told = mara.create(0)

    assert (told.status_code, told.json()) == (429, {"errors": {"": [str(uploading.TooMuchOnItsWay.sentence)]}})
    mara.ask("DELETE", path)
    assert mara.create(0).status_code == 201


def test_the_protocol_s_own_questions(mara):
    options = mara.ask("OPTIONS", f"/m/{mara.slug}/uploads/")
    path = mara.begin(10, "a.jpg")
    head = mara.ask("HEAD", path)

    assert options.status_code == 204
    assert {name: options[name] for name in ("Tus-Version", "Tus-Extension", "Tus-Checksum-Algorithm")} == {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
        "Tus-Checksum-Algorithm": "sha256,sha1",
    }
    assert (head["Upload-Length"], head["Cache-Control"], head["Tus-Resumable"]) == ("10", "no-store", "1.0.0")
    assert (head["Upload-Metadata"], "Upload-Expires" in head) == ("filename YS5qcGc=", True)
    assert mara.ask("HEAD", path, Tus_Resumable="0.2.2").status_code == 412
    assert mara.ask("PATCH", path, b"x", Upload_Offset=0, content_type="text/plain").status_code == 415
    assert [mara.send(path, b"x", at).status_code for at in ("", "-1", "x", "١")] == [400] * 4
    assert mara.ask("POST", f"/m/{mara.slug}/uploads/").status_code == 400


def test_a_first_part_may_come_with_the_beginning(mara, picture_bytes):
    told = mara.ask(
        "POST",
        f"/m/{mara.slug}/uploads/",
        picture_bytes,
        Upload_Length=len(picture_bytes),
        content_type="application/offset+octet-stream",
    )

    assert (told.status_code, told["Upload-Offset"]) == (201, str(len(picture_bytes)))
    assert mara.keep(told["Location"]).status_code == 201


def test_a_form_s_token_is_asked_for(memorial, keeper, client_for, settings):
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_for(keeper).cookies
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10"}

    without = client.post(f"/m/{memorial.slug}/uploads/", headers=headers)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    with_it = client.post(f"/m/{memorial.slug}/uploads/", headers={**headers, "X-CSRFToken": "a" * 32})

    assert (without.status_code, with_it.status_code) == (403, 201)


CUTS = st.lists(st.tuples(st.sampled_from(["part", "elsewhere", "killed", "wrong"]), st.integers(1, 4000)), max_size=12)


@given(steps=CUTS, seed=st.integers(0, 10_000))
@with_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_on_the_way_the_bytes_are_those_that_were_sent(steps, seed, mara, bytes_of):
    """Random parts, parts from elsewhere, checksums that are wrong, and servers killed after they wrote more."""
    content = bytes_of(seed, size=(400, 300)) + uuid.uuid4().bytes * 300  # each its own file
    path = mara.begin(len(content))
    id = uuid.UUID(path.rstrip("/").rpartition("/")[2])
    for step, size in [*steps, ("part", len(content))]:
        at = mara.stands(path)
        part = content[at : at + size]
        if not part:  # it is whole, and nothing is left to send
            continue
        if step == "part":
            assert mara.send(path, part, at)["Upload-Offset"] == str(at + len(part))
        elif step == "elsewhere":
            assert mara.send(path, part, at + size).status_code == 409
        elif step == "wrong":
            assert mara.send(path, part, at, Upload_Checksum="sha1 AAAA").status_code in (204, 460)
        elif at:
            with parts.path(id).open("ab") as file:
                file.write(b"?" * size)

    assert mara.keep(path).json()["sha"] == hashlib.sha256(content).hexdigest()


def test_hashing_reads_a_whole_file_once(data_folder):
    id, content = uuid.uuid4(), b"wren" * 1000
    with parts.held(id) as growing:
        growing.add(io.BytesIO(content), len(content), at=0)
        received = parts.whole(id, len(content))
        kept = received.keep()

    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), 4000)
    assert (originals.path(kept.sha256).read_bytes(), parts.has(id, 4000)) == (content, True)
