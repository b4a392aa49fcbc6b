"""All files in one folder: exactly what one may have, from any byte on, until one may not have it any more."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from snowdrop.keepsakes import adding, names, taking
from snowdrop.keepsakes.taking import Wish
from snowdrop.memorials import inviting, veil
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.storage import making, originals, renditions
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db

ORIGINALS, COPIES = {"what": "originals"}, {"what": "copies"}


@pytest.fixture
def at(memorial):
    return reverse("keepsakes:take", args=[memorial.slug])


def contents(answer) -> dict[str, bytes]:
    sent = b"".join(answer)
    assert len(sent) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def folder(client, at, **wish: str) -> dict[str, bytes]:
    led = client.post(at, wish)
    assert led.status_code == 302, led.content.decode()
    answer = client.get(led["Location"])
    assert answer.status_code == 200
    return contents(answer)


@pytest.fixture
def heartbeat(keeper):
    received = originals.receive_file(MATERIAL / "recordings" / "chirp-1.mp3")
    return adding.add(received, by=keeper, came_as="heartbeat.mp3").kept


def test_a_keeper_gets_every_file_as_it_came_each_under_a_name_of_its_own(
    keeper, friend, client_for, at, add, bytes_of, heartbeat
):
    add(1, taken="2024:05:03 14:02:31")
    add(2, name="img_1.JPG")
    add(3, by=friend, audience=Circle.FRIENDS)
    client = client_for(keeper)

    page = client.get(at).content.decode()
    led = client.post(at, ORIGINALS)
    answer = client.get(led["Location"])
    sent = b"".join(answer)

    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        found = {info.filename: (opened.read(info), info.date_time[:5]) for info in opened.infolist()}
    assert "4 files, " in page
    assert answer["Content-Disposition"] == 'attachment; filename="photographs and recordings.zip"'
    assert answer["Content-Type"] == "application/zip"
    assert {name: content for name, (content, _at) in found.items()} == {
        "IMG_1.jpg": bytes_of(1, taken="2024:05:03 14:02:31"),
        "img_1 (2).JPG": bytes_of(2),
        "IMG_1 (3).jpg": bytes_of(3),
        "heartbeat.mp3": (MATERIAL / "recordings" / "chirp-1.mp3").read_bytes(),
    }
    assert found["IMG_1.jpg"][1] == (2024, 5, 3, 14, 2)


def test_others_get_what_they_added_and_nothing_else(keeper, friend, client_for, at, add, bytes_of):
    add(1, audience=Circle.FRIENDS)
    add(2, by=friend, audience=Circle.FRIENDS, name="mine.jpg")

    assert folder(client_for(friend), at, **ORIGINALS) == {"mine.jpg": bytes_of(2)}


def test_whoever_has_nothing_is_told_so(friend, client_for, at, add):
    add(1, audience=Circle.FRIENDS)
    client = client_for(friend)

    told = client.post(at, ORIGINALS, headers={"accept": "application/json"})

    assert "There is nothing that could be downloaded." in client.get(at).content.decode()
    assert (told.status_code, told.json()) == (422, {"errors": {"": ["There is nothing that could be downloaded."]}})


def test_it_goes_on_from_any_byte(keeper, client_for, at, add):
    for seed in range(3):
        add(seed, name=f"{seed}.jpg")
    client = client_for(keeper)
    url = client.post(at, ORIGINALS)["Location"]
    first = client.get(url)
    whole, etag = b"".join(first), first["ETag"]

    parts = []
    for start in range(0, len(whole), 700):
        asked = {"range": f"bytes={start}-{start + 699}", "if-range": etag}
        answer = client.get(url, headers=asked)
        assert answer.status_code == 206
        parts.append(b"".join(answer))
    beyond = client.get(url, headers={"range": f"bytes={len(whole)}-"})
    last = client.get(url, headers={"range": "bytes=-22"})

    assert b"".join(parts) == whole
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert b"".join(last) == whole[-22:]
    assert client.head(url)["Content-Length"] == str(len(whole))


def test_what_changed_meanwhile_makes_it_another_folder_and_never_a_mixture(keeper, client_for, at, add):
    add(1)
    client = client_for(keeper)
    url = client.post(at, ORIGINALS)["Location"]
    etag = client.get(url)["ETag"]
    add(2)

    answer = client.get(url, headers={"range": "bytes=100-", "if-range": etag})

    assert (answer.status_code, len(contents(answer))) == (200, 2)


def test_whoever_is_taken_out_gets_not_one_byte_more(keeper, friend, people, memorial, client_for, at, add):
    add(1, by=friend, audience=Circle.FRIENDS)
    client = client_for(friend)
    url = client.post(at, ORIGINALS)["Location"]
    assert client.get(url).status_code == 200

    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)

    assert client.get(url, headers={"range": "bytes=100-"}).status_code == 404


def test_its_address_is_worth_nothing_to_somebody_else_nor_another_day(
    keeper, second_keeper, client_for, at, add, memorial
):
    add(1)
    client = client_for(keeper)
    url = client.post(at, ORIGINALS)["Location"]

    assert client_for(second_keeper).get(url).status_code == 404
    assert client.get(url.replace(":", "")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        assert client.get(url).status_code == 200, "for half a day's download nobody is asked again"
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        answer = client.get(url)
        assert answer["Location"].startswith("/prove/"), 'as of whatever is not there, once "Only me" is closed'


def test_it_is_asked_once_more_who_is_there(keeper, client_for, at, add):
    add(1)
    client = client_for(keeper)

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        answers = [client.get(at), client.post(at, ORIGINALS)]

    assert [answer["Location"].startswith("/prove/") for answer in answers] == [True, True]


def test_closed_things_come_only_to_whoever_leaves_them_open_or_says_so_twice(
    keeper, client_for, at, add, bytes_of, memorial
):
    add(1, name="open.jpg")
    hidden = add(2, name="canary-closed.jpg")
    veil.close([hidden], by=keeper)
    client = client_for(keeper)
    only_open = {"open.jpg": bytes_of(1)}

    page = client.get(at).content.decode()
    plain = folder(client, at, **ORIGINALS)
    asked = client.post(at, {**ORIGINALS, "closed": "on"})
    both = folder(client, at, **ORIGINALS, closed="on", sure="on")

    assert "1 file, " in page
    assert plain == only_open
    assert (asked.status_code, "One closed thing will be in the folder." in asked.content.decode()) == (200, True)
    assert "canary" not in page + asked.content.decode()
    assert both == {**only_open, "canary-closed.jpg": bytes_of(2)}
    url = client.post(at, {**ORIGINALS, "closed": "on", "sure": "on"})["Location"]
    assert client.get(url)["Cache-Control"] == "no-store"

    client.post(reverse("memorials:closed", args=[memorial.slug, hidden.pk]), {"do": "leave_open"})
    assert len(folder(client, at, **ORIGINALS)) == 2, "what they leave open is open"


def test_without_the_places_come_the_copies_of_the_page(keeper, client_for, at, add, heartbeat):
    photograph = add(1, gps=True, name="IMG_7.JPG", size=(3_000, 200))
    renditions.ensure(photograph.original)
    making.make(heartbeat.original)

    found = folder(client_for(keeper), at, **COPIES)

    assert set(found) == {"IMG_7.jpg", "heartbeat.m4a"}
    assert b"CANARY-make" in originals.path(photograph.original_id).read_bytes()
    assert b"CANARY-make" not in found["IMG_7.jpg"]
    with Image.open(io.BytesIO(found["IMG_7.jpg"])) as shown:
        assert (max(shown.size), dict(shown.getexif())) == (3_000, {})
    assert found["IMG_7.jpg"] == renditions.path(photograph.original, 0, 2400).read_bytes()


def test_copies_that_are_not_there_are_made_and_that_is_said(keeper, client_for, at, add):
    photograph = add(1)
    renditions.forget(photograph.original_id)
    DBTaskResult.objects.all().delete()
    client = client_for(keeper)

    told = client.post(at, COPIES)

    assert told.status_code == 503
    assert "Some of these copies are being made. Come again in a while." in told.content.decode()
    assert [row.args_kwargs["args"] for row in DBTaskResult.objects.all()] == [[[[photograph.original_id, 0, ""]]]]


def test_a_file_that_is_missing_is_left_out_and_the_others_come(keeper, add):
    gone, _there = add(1), add(2)
    originals.path(gone.original_id).unlink()

    taken = taking.gathered(Wish(), by=keeper)

    assert (len(taken.entries), taken.missing) == (1, 1)


@pytest.mark.parametrize(
    ("given", "apart"),
    [
        (["a.jpg", "A.JPG", "a.jpg"], ["a.jpg", "A (2).JPG", "a (3).jpg"]),
        (["a.jpg", "a (2).jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"]),
        (["e\u0301.jpg", "\u00e9.jpg"], ["e\u0301.jpg", "\u00e9 (2).jpg"]),
    ],
)
def test_names_stay_apart_on_every_disk(given, apart):
    one = names.Apart()

    assert [one.of(name) for name in given] == apart


@pytest.mark.parametrize(
    ("came_as", "name"),
    [("CON.jpg", "CON_.jpg"), ("com1.x.jpg", "com1_.x.jpg"), ("Conny.jpg", "Conny.jpg"), ("../../a.jpg", "a.jpg")],
)
def test_no_name_is_a_device_or_a_way_out(add, came_as, name):
    assert names.for_download(add(1, name=came_as)) == name
