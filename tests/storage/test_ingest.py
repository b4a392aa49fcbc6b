from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from PIL import Image

from snowdrop.storage import cage, ingest, originals, renditions, room
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Original


@pytest.mark.django_db
def test_a_picture_is_kept_bit_for_bit_with_what_it_says_and_its_renditions(material):
    source = material / "family" / "IMG_0106.JPG"

    original = ingest.take_in_file(source)

    original.refresh_from_db()
    assert originals.path(original.sha256).read_bytes() == source.read_bytes()
    assert (original.sha256, original.size) == (hashlib.sha256(source.read_bytes()).hexdigest(), 342_619)
    assert (original.media_type, original.width, original.height, original.orientation) == ("image/jpeg", 1200, 900, 6)
    assert (original.taken, original.taken_time, original.taken_offset) == ("2024-04-15", "07:27:28", "-06:00")
    assert (original.camera, original.place) == ("Apple iPhone 13", {"lat": 46.796023, "lon": -92.094026})
    assert [(r.size, renditions._file(original.sha256, 0, r.size).exists()) for r in renditions.shown(original)] == [
        (480, True),
        (1280, True),
    ]


@pytest.mark.django_db
def test_the_same_picture_twice_is_one_original(material, left_behind):
    first = ingest.take_in_file(material / "gif" / "star.gif")
    files = left_behind()

    again = ingest.take_in_file(material / "gif" / "star.gif")

    assert (again, Original.objects.count(), left_behind()) == (first, 1, files)


@pytest.mark.django_db
def test_an_original_that_is_missing_on_disk_comes_back_with_the_same_picture(material):
    original = ingest.take_in_file(material / "gif" / "star.gif")
    originals.path(original.sha256).unlink()

    ingest.take_in_file(material / "gif" / "star.gif")

    assert originals.path(original.sha256).read_bytes() == (material / "gif" / "star.gif").read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["empty.jpg", "bomb.png", "html.jpg", "only-magic.png", "truncated.webp", "script.svg"]
)
def test_of_what_is_refused_nothing_is_left(material, left_behind, name):
    with pytest.raises(NotAPicture):
        ingest.take_in_file(material / "hostile" / name)

    assert (left_behind(), Original.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_file_of_more_than_two_hundred_megabytes_is_refused_before_it_is_copied(tmp_path, left_behind):
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(200 * 2**20 + 1)

    with pytest.raises(NotAPicture) as told:
        ingest.take_in_file(large)

    assert str(told.value.sentence) == "This file is larger than 200 MB, which is more than can be added at once."
    assert left_behind() == []


@pytest.mark.django_db
def test_of_a_picture_that_does_not_fit_on_the_disk_nothing_is_left(small_disk, tmp_path, left_behind):
    Image.effect_noise((1500, 1500), 90).save(tmp_path / "large.png")

    with pytest.raises(room.DiskIsFull):
        ingest.take_in_file(tmp_path / "large.png")

    assert (left_behind(), Original.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_picture_that_ends_its_process_leaves_nothing(material, left_behind, monkeypatch):
    monkeypatch.setattr(cage, "_yard", cage._Yard())
    cage.strength()
    cage._yard.cage.process.kill()
    received = originals.receive_file(material / "gif" / "star.gif")
    # The cage is gone before it took the task, so another is built and the picture is taken in after all.
    assert ingest.take_in(received).width == 159
    cage._yard.cage.end()


@pytest.mark.django_db(transaction=True)
def test_the_same_picture_of_many_hands_at_once_is_one_original(material):
    together = threading.Barrier(6)

    def one(_number: int) -> str:
        try:
            received = originals.receive_file(material / "gif" / "star.gif")
            together.wait()
            return ingest.take_in(received).sha256
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        digests = set(pool.map(one, range(6)))

    assert digests == {original.sha256 for original in Original.objects.all()}
    assert len(digests) == 1
    assert originals.path(digests.pop()).exists()
