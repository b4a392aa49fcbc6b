"""A heartbeat, a voice, a film: kept at once, made ready after, and played only by whoever may see it."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from snowdrop.config import worker
from snowdrop.keepsakes import adding, captions, changing, jobs, reaping
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import finding, keepings, reaper
from snowdrop.memorials.circles import Circle
from snowdrop.storage import ingest, making, originals, recordings
from snowdrop.storage.models import Made, Original
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db

SOUND, FILM = "chirp-1.mp3", "IMG_0042.MOV"


def room(memorial) -> str:
    return f"/m/{memorial.slug}/recordings/"


@pytest.fixture
def record(keeper):
    def recorded(name: str = SOUND, *, by=None, audience=Circle.KEEPERS, ready=False, caption="") -> Recording:
        received = originals.receive_file(MATERIAL / "recordings" / name)
        row = adding.add(received, by=by or keeper, came_as=name, audience=audience).kept
        if caption:
            row = changing.change_recording(row, {"caption": caption}, by=by or keeper)
        if ready:
            making.make(row.original)
            row.original.refresh_from_db()
        return row

    return recorded


@pytest.fixture
def many(memorial, keeper):
    """Rows of one sound, without its file."""

    def made(count: int) -> None:
        facts = {"crc32": 0, "size": 1, "media_type": "audio/mpeg", "width": 0, "height": 0, "made": Made.DONE}
        original, _new = Original.objects.get_or_create(sha256="1" * 64, defaults={**facts, "peaks": [1, 2]})
        for number in range(count):
            row = Recording(original=original, is_film=False, memorial=memorial, caption=f"sound {number}")
            row.order_key = row.order_key_now()
            keepings.keep(row, by=keeper)

    return made


# -- adding --------------------------------------------------------------------------------------------


def test_a_heartbeat_and_a_film_are_added_with_a_photograph_by_one_form(keeper, memorial, client_for, bytes_of):
    client, batch = client_for(keeper), uuid.uuid4()
    files = [
        SimpleUploadedFile("IMG_1.jpg", bytes_of(1), "image/jpeg"),
        SimpleUploadedFile("heartbeat.m4a", (MATERIAL / "recordings/heartbeat.m4a").read_bytes(), "audio/mp4"),
        SimpleUploadedFile("IMG_0042.MOV", (MATERIAL / "recordings/IMG_0042.MOV").read_bytes(), "video/quicktime"),
    ]

    answer = client.post(reverse("keepsakes:add", args=[memorial.slug]), {"file": files, "batch": str(batch)})
    page = client.get(answer.url)

    assert (answer.status_code, Photograph.objects.count()) == (302, 1)
    rows = {row.came_as: row for row in Recording.objects.all()}
    assert {name: (row.is_film, str(row.date), row.audience) for name, row in rows.items()} == {
        "heartbeat.m4a": (False, "2024-01-18", Circle.KEEPERS),
        "IMG_0042.MOV": (True, "2024-03-04", Circle.KEEPERS),
    }
    assert page.content.decode().count("It is being made ready") == 2
    for row in rows.values():
        assert originals.path(row.original_id).read_bytes() == (MATERIAL / "recordings" / row.came_as).read_bytes()

    said = {f"caption-{row.pk.hex}": f"words to {name}" for name, row in rows.items()} | {"audience": "20"}
    client.post(answer.url, said)

    assert {row.came_as: (row.caption, row.audience) for row in Recording.objects.all()} == {
        name: (f"words to {name}", Circle.FRIENDS) for name in rows
    }


def test_the_same_sound_again_is_told_and_not_kept_twice(keeper, memorial, client_for, record):
    row = record()
    file = SimpleUploadedFile("again.mp3", (MATERIAL / "recordings" / SOUND).read_bytes(), "audio/mpeg")

    answer = client_for(keeper).post(
        reverse("keepsakes:add", args=[memorial.slug]), {"file": file}, headers={"accept": "application/json"}
    )

    assert answer.json()["id"] == str(row.pk)
    assert (answer.json()["said"], Recording.objects.count()) == ("This one is already here.", 1)


def test_what_a_member_adds_waits_for_a_keeper(friend, keeper, record):
    row = record(by=friend, audience=Circle.FRIENDS)

    assert list(Recording.objects.visible_to(friend)) == []
    assert list(Recording.objects.waiting_for(keeper)) == [row]


def test_a_film_is_no_photograph_also_where_it_is_known(record, keeper):
    record(FILM)
    received = originals.receive_file(MATERIAL / "recordings" / FILM)

    with pytest.raises(recordings.NotAPicture) as told:
        ingest.take_in(received)

    assert str(told.value.sentence) == "This is a film. Only photographs can be added here."


# -- making ready --------------------------------------------------------------------------------------


def test_the_worker_makes_it_ready_and_its_page_plays_it(record, keeper, memorial, client_for):
    row, client = record(), client_for(keeper)
    before = client.get(row.get_absolute_url()).content.decode()

    worker.run_waiting()

    after = client.get(row.get_absolute_url()).content.decode()
    assert "It is being made ready" in before
    assert "<audio" not in before
    assert '<audio controls preload="none"' in after
    assert re.findall(r'<source src="[^"]*/([^/"]+)" type="([^"]+)">', after) == [
        ("sound.webm", "audio/webm; codecs=opus"),
        ("sound.m4a", "audio/mp4"),
    ]
    assert "autoplay" not in after


def test_what_cannot_be_made_is_tried_a_few_times_then_said_and_its_original_is_safe(
    record, keeper, memorial, client_for, monkeypatch
):
    row, client = record(FILM), client_for(keeper)
    monkeypatch.setattr(making, "make", lambda _original: (_ for _ in ()).throw(recordings.CouldNotPlay("no")))
    waits = []
    for _ in range(making.TRIES + 1):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        worker.run_waiting()
        if left := DBTaskResult.objects.filter(status="READY").first():
            waits.append(round((left.run_after - timezone.now()).total_seconds() / 10) * 10)

    row.original.refresh_from_db()
    page = client.get(row.get_absolute_url()).content.decode()
    assert waits == [30, 120, 480, 1920]
    assert row.original.made == Made.FAILED
    assert "It could not be made ready to be played here. The original is kept safe." in page
    assert "<video" not in page
    download = client.get(reverse("keepsakes:original", args=[memorial.slug, row.original_id]))
    assert b"".join(download) == (MATERIAL / "recordings" / FILM).read_bytes()
    assert 'filename="IMG_0042.MOV"' in download["Content-Disposition"]

    monkeypatch.undo()
    client.post(reverse("keepsakes:try_again", args=[memorial.slug, row.pk]))
    worker.run_waiting()

    row.original.refresh_from_db()
    assert row.original.made == Made.DONE


def test_one_that_takes_its_worker_down_each_time_is_given_up(record):
    row = record()
    for _ in range(making.TRIES):
        assert making.begin(row.original)  # and the worker died

    jobs.make_recording.call(row.original_id)

    row.original.refresh_from_db()
    assert (row.original.made, making.is_there(row.original)) == (Made.FAILED, False)


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_rescued_and_leaves_no_half_film(record, settings, data_folder):
    row = record()
    task = DBTaskResult.objects.get(task_path="snowdrop.keepsakes.jobs.make_recording")
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    DBTaskResult.objects.filter(pk=task.pk).update(
        status="RUNNING", started_at=timezone.now(), worker_ids=[f"{worker._node()}:{dead.pid}:1"]
    )
    making.begin(row.original)
    (data_folder / "incoming" / "dead").mkdir()
    (data_folder / "incoming" / "dead" / "half.part").write_bytes(b"half a film")

    assert worker.rescue(now=timezone.now()) == 1
    DBTaskResult.objects.filter(pk=task.pk).update(run_after=timezone.now())
    worker.run_waiting()

    row.original.refresh_from_db()
    assert (row.original.made, making.is_there(row.original)) == (Made.DONE, True)
    assert originals.sweep(timezone.now() + timezone.timedelta(hours=1)) == 1


def test_what_a_restore_did_not_bring_is_made_again(record):
    row = record(ready=True)
    making.path(row.original, recordings.Part.OPUS).unlink()

    jobs.make_what_is_gone.call()
    row.original.refresh_from_db()
    stood = row.original.made
    worker.run_waiting()

    row.original.refresh_from_db()
    assert (stood, row.original.made, making.is_there(row.original)) == (Made.WAITS, Made.DONE, True)


# -- the room and its pages ----------------------------------------------------------------------------


def test_the_room_is_named_once_it_holds_something(keeper, memorial, client_for, record):
    client, link = client_for(keeper), f'href="{room(memorial)}"'
    before = client.get(f"/m/{memorial.slug}/story/").content.decode()
    record()

    after = client.get(f"/m/{memorial.slug}/story/").content.decode()

    assert (link in before, link in after) == (False, True)


def test_the_room_costs_the_same_number_of_queries_with_one_and_with_many(
    keeper, memorial, client_for, many, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_for(keeper)
    many(1)
    with django_assert_max_num_queries(10) as one:
        client.get(room(memorial))
    many(70)

    with django_assert_num_queries(len(one)):
        page = client.get(room(memorial))

    assert len(page.context["recordings"]) == 60
    assert page.context["next_url"]


def test_a_transcript_with_times_shows_in_a_film_and_beneath_it(keeper, memorial, client_for, record):
    row = record(FILM, ready=True)
    changing.change_recording(row, {"transcript": "0:01 Hello <b>Wren</b>\n0:02 & good night"}, by=keeper)
    client = client_for(keeper)

    page = client.get(row.get_absolute_url()).content.decode()
    track = re.search(r'<track kind="captions" src="([^"]+)"', page)[1]
    answer = client.get(track)

    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.content.decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello &lt;b&gt;Wren&lt;/b&gt;\n"
        "\n00:00:02.000 --> 00:00:07.000\n&amp; good night\n"
    )
    assert "Hello &lt;b&gt;Wren&lt;/b&gt;" in page
    assert '<p class="said"' not in page  # the house itself has nothing to say here


def test_a_transcript_without_times_stands_as_words(keeper, client_for, record):
    row = record(ready=True)
    changing.change_recording(row, {"transcript": "At 0:12 she laughs.\nThen nothing."}, by=keeper)

    page = client_for(keeper).get(row.get_absolute_url()).content.decode()

    assert "<p>At 0:12 she laughs.<br>Then nothing.</p>" in page
    assert "<track" not in page


@pytest.mark.parametrize(
    ("transcript", "said"),
    [
        ("WEBVTT\n\n00:01.500 --> 00:02.000 align:start\nHello\nyou\n", [(1.5, 2.0, "Hello\nyou")]),
        ("1\n00:00:01,500 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:02,000\nback", [(1.5, 2.0, "Hello")]),
        ("[00:03] b\n0:01 a", [(1.0, 6.0, "a"), (3.0, 8.0, "b")]),
        ("1:02:03 late", [(3723.0, 3728.0, "late")]),
        ("words only", []),
        ("0:01 a\nwords", []),
        ("", []),
    ],
)
def test_what_is_said_is_read_as_people_write_it(transcript, said):
    assert [(one.start, one.end, one.text) for one in captions.read(transcript)] == said


def test_a_waveform_is_a_drawing_of_numbers_only(keeper, memorial, client_for, record):
    row = record("monitor-8k-mulaw.wav", ready=True)
    answer = client_for(keeper).get(reverse("keepsakes:waveform", args=[memorial.slug, row.pk]))

    drawn = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert drawn.count("<rect") == len(row.original.peaks)
    assert re.fullmatch(r'<svg [\w\s="#:/.-]+>(<rect x="\d+" y="\d+" width="2" height="\d+"/>)+</svg>\s*', drawn)


def test_words_are_found_also_those_of_a_transcript(keeper, friend, record):
    row = record(caption="The first sound", audience=Circle.KEEPERS)
    changing.change_recording(row, {"transcript": "galloping horses"}, by=keeper)

    def found(viewer):
        return [one.id for section in finding.find("galloping", viewer).sections for one in section.found]

    assert (found(keeper), found(friend)) == ([row.pk], [])


def test_where_pictures_rest_a_film_rests_and_a_heartbeat_is_heard(keeper, memorial, client_for, record, stands):
    sound, film = record(ready=True, caption="together"), record(FILM, ready=True, caption="together")
    memorial.pictures_rest = True
    memorial.save(update_fields=["pictures_rest"])
    client = client_for(keeper)

    shown = [one.url for one in client.get(room(memorial)).context["recordings"]]

    assert shown == [sound.get_absolute_url()]
    assert client.get(sound.get_absolute_url()).status_code == 200
    for url in (film.get_absolute_url(), f"{film.get_absolute_url()}film.mp4", f"{film.get_absolute_url()}poster.jpg"):
        assert client.get(url).status_code == 404
    hits = [one.id for section in finding.find("together", stands("mara")).sections for one in section.found]
    assert hits == [sound.pk]


# -- sending -------------------------------------------------------------------------------------------


def test_a_film_is_sent_from_where_it_is_asked_for(keeper, client_for, record):
    row = record(FILM, ready=True)
    client, url = client_for(keeper), f"{row.get_absolute_url()}film.mp4"
    whole = b"".join(client.get(url))

    part = client.get(url, headers={"range": "bytes=100-199"})
    beyond = client.get(url, headers={"range": f"bytes={len(whole)}-"})
    again = client.get(url, headers={"if-none-match": part["ETag"]})

    assert whole == making.path(row.original, recordings.Part.FILM).read_bytes()
    assert (part.status_code, b"".join(part), part["Content-Type"]) == (206, whole[100:200], "video/mp4")
    assert part["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert part["Content-Disposition"] == "inline"
    assert (beyond.status_code, again.status_code) == (416, 304)


FILES = ("", "film.mp4", "poster.jpg", "sound.webm", "sound.m4a", "waveform.svg", "words.vtt")


def test_every_piece_of_it_follows_its_audience_at_the_next_request(keeper, friend, client_for, record):
    rows = [record("monitor-8k-mulaw.wav", ready=True), record(FILM, ready=True)]
    for row in rows:
        changing.change_recording(row, {"transcript": "0:01 hello"}, by=keeper)
    keepings.open_to(rows, Circle.FRIENDS, by=keeper)
    client = client_for(friend)

    def answers():
        return [[client.get(f"{row.get_absolute_url()}{file}").status_code for file in FILES] for row in rows]

    opened = answers()
    keepings.open_to(rows, Circle.KEEPERS, by=keeper)

    assert opened == [[200, 404, 404, 200, 200, 200, 200], [200, 200, 200, 404, 404, 404, 200]]
    assert answers() == [[404] * 7, [404] * 7]


# -- taking off, deleting ------------------------------------------------------------------------------


def test_taken_off_and_brought_back_and_deleted_for_good_with_its_files(
    keeper, second_keeper, memorial, client_for, record, django_capture_on_commit_callbacks
):
    row, client = record(ready=True), client_for(keeper)
    parts = making.parts_of(row.original)
    files = [originals.path(row.original_id), *(making.path(row.original, part) for part in parts)]
    client.post(reverse("memorials:put_away", args=[memorial.slug, row.pk]))
    away, id = list(Recording.objects.visible_to(keeper)), row.pk
    client.post(reverse("memorials:bring_back", args=[memorial.slug, row.pk]))
    back = list(Recording.objects.visible_to(keeper))
    keepings.put_away(row, by=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        reaper.forget(row, at=timezone.now())

    assert (away, [one.pk for one in back]) == ([], [id])
    assert [file.exists() for file in files] == [False] * 3
    assert Original.objects.count() == 0


def test_an_original_that_a_recording_names_is_never_swept(record):
    row = record()
    Original.objects.update(stored_at=timezone.now() - timezone.timedelta(days=9))

    assert reaping.sweep(at=timezone.now()) == 0
    assert originals.path(row.original_id).is_file()
