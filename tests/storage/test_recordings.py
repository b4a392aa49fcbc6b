"""Films and sounds: what is learned of them, what is made, and what a hostile one may not do."""

from __future__ import annotations

import ctypes
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from snowdrop.config import floors
from snowdrop.storage import ingest, making, originals, recordings
from snowdrop.storage.kinds import Container, NotAPicture
from snowdrop.storage.models import Made, Original
from snowdrop.storage.recordings import CouldNotPlay, Look, Part


@pytest.fixture
def kept(db, material):
    def take_in(name: str) -> Original:
        return ingest.take_in_recording(originals.receive_file(material / "recordings" / name))

    return take_in


def told_by_ffmpeg(path: Path) -> str:
    program, _version = floors.ffmpeg()
    return subprocess.run([program, "-hide_banner", "-i", path], capture_output=True, text=True, check=False).stderr


def test_a_phones_film_is_looked_at_and_its_own_day_is_read(material):
    assert recordings.look(material / "recordings" / "IMG_0042.MOV") == Look(
        Container.MOV,
        is_film=True,
        width=640,
        height=480,
        duration=3010,
        has_sound=True,
        taken="2024-03-04",
        taken_time="19:02:11",
        taken_offset="+01:00",
    )


@pytest.mark.parametrize(
    ("name", "media_type", "size"),
    [
        ("rotated90.mp4", "video/mp4", (480, 640)),
        ("silent.webm", "video/webm", (640, 480)),
        ("heartbeat.m4a", "audio/mp4", (0, 0)),
        ("PTT-20240325-WA0007.opus", "audio/ogg", (0, 0)),
        ("chirp-1.mp3", "audio/mpeg", (0, 0)),
        ("monitor-8k-mulaw.wav", "audio/wav", (0, 0)),
    ],
)
def test_what_a_recording_is_stands_in_its_row(kept, name, media_type, size):
    original = kept(name)

    assert (original.media_type, (original.width, original.height)) == (media_type, size)
    assert original.duration > 0
    assert original.made == Made.WAITS
    assert originals.path(original.sha256).is_file()


def test_a_film_becomes_one_that_every_phone_plays_upright_and_without_its_place(kept):
    original = kept("IMG_0042.MOV")

    making.make(original)

    original.refresh_from_db()
    film = making.path(original, Part.FILM)
    said = told_by_ffmpeg(film)
    assert re.findall(r": (Video|Audio): (\w+)", said) == [("Video", "h264"), ("Audio", "aac")]
    assert "yuv420p" in said
    assert "Duration: 00:00:03" in said
    for told in ("location", "Apple", "iPhone", "creation", "Lavf"):
        assert told in told_by_ffmpeg(originals.path(original.sha256))[:900] or told in ("creation", "Lavf")
        assert told not in said.partition("Stream #")[0], told
    assert film.read_bytes().index(b"moov") < film.read_bytes().index(b"mdat")  # plays before all of it is there
    assert making.path(original, Part.POSTER).read_bytes().startswith(b"\xff\xd8\xff")
    assert (original.made, original.made_so_far, bool(original.colour)) == (Made.DONE, 100, True)


def test_a_film_that_was_held_upright_is_upright(kept):
    original = kept("rotated90.mp4")

    making.make(original)

    assert "480x640" in told_by_ffmpeg(making.path(original, Part.FILM))


def test_a_sound_becomes_opus_and_aac_and_is_drawn(kept):
    original = kept("monitor-8k-mulaw.wav")

    making.make(original)

    original.refresh_from_db()
    assert "Audio: opus" in told_by_ffmpeg(making.path(original, Part.OPUS))
    assert "Audio: aac" in told_by_ffmpeg(making.path(original, Part.AAC))
    assert original.duration == 9000
    assert 100 <= len(original.peaks) <= recordings.PEAKS
    assert (min(original.peaks) >= 0, max(original.peaks)) == (True, 100)
    assert making.path(original, Part.FILM) is None


def test_what_is_made_is_made_once_and_again_when_it_is_gone(kept):
    original = kept("chirp-1.mp3")
    making.make(original)
    first = making.path(original, Part.OPUS).stat()

    making.make(original)
    assert making.path(original, Part.OPUS).stat().st_ino == first.st_ino
    making.path(original, Part.OPUS).unlink()
    assert not making.is_there(original)
    making.make(original)

    assert making.is_there(original)


# -- hostile ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hls.mp4", "moov-lies.mp4", "mp3-html.mp3", "html.jpg"])
def test_what_plays_nothing_is_refused(material, name, left_behind, db):
    received = originals.receive_file(material / "hostile" / name)

    with pytest.raises(NotAPicture):
        ingest.take_in_recording(received)

    assert (left_behind(), Original.objects.count()) == ([], 0)


def test_a_film_of_endless_boxes_is_refused_soon(tmp_path):
    boxes = tmp_path / "endless.mp4"
    boxes.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + struct.pack(">I4s", 8, b"free") * 200_000)

    with pytest.raises(NotAPicture):
        recordings.look(boxes)


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("start", ["", "\0\0\0\x18ftypmp42", "RIFF\0\0\0\0AVI ", "ID3", "OggS"])
def test_a_play_list_that_is_called_a_film_never_shows_another_familys_file(tmp_path, material, start, monkeypatch):
    list_ = tmp_path / "film.mp4"
    list_.write_text(start + PLAYLIST.format(material / "recordings" / "rotated90.mp4"))
    if not start:  # also if we took it for a film by mistake
        monkeypatch.setattr(recordings.kinds, "container", lambda _head: Container.MOV)

    with pytest.raises((NotAPicture, CouldNotPlay)):
        recordings.look(list_)


def has_landlock() -> bool:
    return ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)) >= 1


TRY_EVERYTHING = """
import json, os, signal, socket
from snowdrop.storage import confine, projector
secret, parent = {secret!r}, os.getppid()
program = os.open({program!r}, os.O_RDONLY)
other = os.open("/bin/sh", os.O_RDONLY)
walls = confine.shut_in_with(program, projector.LIBRARIES)
confine.limit(5)
assert confine.close_the_door(to_start=True)
def tried(what):
    try:
        what()
        return "done"
    except OSError as error:
        return type(error).__name__
told = dict(
    read=tried(lambda: os.open(secret, os.O_RDONLY)),
    write=tried(lambda: os.open(secret, os.O_WRONLY)),
    make=tried(lambda: os.open(secret + "2", os.O_WRONLY | os.O_CREAT)),
    passwords=tried(lambda: os.open("/etc/passwd", os.O_RDONLY)),
    program=tried(lambda: os.execv("/bin/true", ["true"])),
    fork=tried(os.fork),
    signal=tried(lambda: os.kill(parent, 0)),
    network=tried(lambda: socket.socket()),
    library=tried(lambda: os.open({library!r}, os.O_RDONLY)),
)
os.write(1, json.dumps([walls, told]).encode())
"""


def test_whoever_took_ffmpeg_over_finds_nothing(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a letter")
    secret.chmod(0o666)
    library = next(str(path) for path in Path("/").glob("lib*/x86_64-linux-gnu/libc.so.6"))
    code = TRY_EVERYTHING.format(secret=str(secret), program=str(floors.ffmpeg()[0]), library=library)
    root = str(Path(recordings.__file__).parent.parent.parent)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env={"PYTHONPATH": root})
    walls, told = json.loads(done.stdout)

    assert told.pop("library") == "done"  # what it must have
    seen = {told.pop("read"), told.pop("passwords")}
    assert seen == {"PermissionError"} or not has_landlock()
    assert ("no files" in walls) == has_landlock()
    assert set(told.values()) == {"PermissionError"}
    assert secret.read_text() == "a letter"


def test_a_file_that_grows_without_end_is_stopped(material, monkeypatch, data_folder):
    run = recordings._Run

    def small(*args, output=0, **how):
        return run(*args, output=2_000, **how)

    monkeypatch.setattr(recordings, "_Run", small)
    with (
        pytest.raises(CouldNotPlay),
        recordings.sound(material / "recordings" / "heartbeat.m4a"),
    ):
        pass
    assert [path for path in (data_folder / "incoming").rglob("*") if path.is_file()] == []


def test_what_ffmpeg_says_is_believed_only_where_it_has_the_right_form():
    said = """Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'fd:':
  Metadata:
    title           : x
                    :   Duration: 99:00:00.00
    creation_time   : 1904-01-01T00:00:00.000000Z
  Duration: 00:00:02.50, start: 0.000000, bitrate: 144 kb/s
  Stream #0:0[0x1]: Video: hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67), 3840x2160, 30 fps
    Side data:
      Display Matrix: rotation of -90.00 degrees
  Stream #0:1[0x2](und): Video: mjpeg, yuvj420p(pc), 300x300, 90k tbr (attached pic)
"""
    assert recordings.understood(said, Container.MOV) == Look(
        Container.MOV, True, 2160, 3840, 2500, has_sound=False, is_hdr=True
    )
    assert recordings.understood(said.replace("3840x2160", "99999x99999"), Container.MOV) is None
    assert recordings.understood("nothing", Container.MOV) is None


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((641, 481), (640, 480)),
        ((1080, 1080), (1080, 1080)),
    ],
)
def test_a_film_is_made_smaller_and_never_larger(size, shown):
    assert recordings.fitted(*size, recordings.LONG_EDGE, recordings.SHORT_EDGE) == shown


def test_a_film_that_is_brighter_than_a_page_can_show_is_brought_down(tmp_path, kept, db):
    program, _version = floors.ffmpeg()
    bright = tmp_path / "bright.mov"
    x265 = "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    colours = "-color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc -pix_fmt yuv420p10le"
    made = f"-v error -f lavfi -i testsrc2=s=128x96:d=0.2:r=10 {colours} -c:v libx265 -x265-params {x265}"
    subprocess.run([program, *made.split(), bright], check=True)
    assert recordings.look(bright).is_hdr

    with recordings.film(bright) as played:
        said = told_by_ffmpeg(played.files[Part.FILM])

    assert "h264 (High)" in said
    assert "bt709" in said
    assert "arib-std-b67" not in said


def test_ffmpeg_dies_with_whoever_started_it(kept, tmp_path, settings):
    original = kept("IMG_0042.MOV")
    path = str(originals.path(original.sha256))
    script = (
        "import django, os; django.setup()\n"
        "from pathlib import Path\n"
        "from snowdrop.storage import recordings as r\n"
        "r.film_settings = lambda seen, s=r.film_settings: ['-vf', 'loop=-1:75', *s(seen)[8:]]\n"
        "old = r._Run.__init__\n"
        "def init(self, a, d, **k):\n"
        "    old(self, a, d, **k); print(self.process.pid, flush=True)\n"
        "r._Run.__init__ = init\n"
        f"with r.film(Path({path!r})): pass\n"
    )
    env = {**os.environ, "SNOWDROP_DATA": str(settings.DATA), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE) as process:
        last = [int(process.stdout.readline()) for _ in range(3)][-1]
        assert Path(f"/proc/{last}").exists()
        process.kill()

    from tests.storage.test_cage import gone

    assert gone(last)
