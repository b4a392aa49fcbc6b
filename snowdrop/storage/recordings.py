"""Looking at a film or a sound and making what pages play: our side of ffmpeg's cage (`projector.py`).

Everything a stranger's file can say is told by a program that may have been taken over by it, so each value is checked.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.config import floors, jobs
from snowdrop.storage import cage, kinds, originals, room, scans
from snowdrop.storage.kinds import Container, NotAPicture

LONG_EDGE, SHORT_EDGE = 1_920, 1_080  # pixels a film has at most
POSTER_EDGE = 1_280
FASTEST = 60  # pictures a second
AT_ONCE = min(os.cpu_count() or 1, 4)  # threads
PEAKS = 400

LOOKING = 20  # seconds
LOOKING_AT_ONCE = 2  # files, of all that came
MEMORY = 3 * 2**30  # bytes of address space; a film of 3840 x 2160 with four threads takes 1.6 GB of it
LONGEST_TOLD = 2**17  # bytes of what ffmpeg says
_RATE = 8_000  # samples a second, of which the peaks are taken
_STEP = 400  # samples: a twentieth of a second

Told = Callable[[int], None]
"""Called now and then with how much is done, of a hundred."""


class CouldNotPlay(cage.CouldNotOpen):
    """ffmpeg gave no answer: the file crashed it, took too long or too much memory."""

    # Translators: shown beside a film or a sound recording somebody wanted to add.
    sentence: str | Promise = _("This recording could not be opened here. Save it as MP4 or MP3, and try again.")


class Part(StrEnum):
    """What is made for pages, named as the addresses end."""

    FILM = "film.mp4"  # H.264 and AAC: plays on every phone of the last ten years
    POSTER = "poster.jpg"
    OPUS = "sound.webm"
    AAC = "sound.m4a"  # for phones that play no Opus

    @property
    def media_type(self) -> str:
        return {
            Part.FILM: "video/mp4",
            Part.POSTER: "image/jpeg",
            Part.OPUS: "audio/webm",
            Part.AAC: "audio/mp4",
        }[self]

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins so (12 bytes are enough) can be this part."""
        if self is Part.POSTER:
            return head.startswith(b"\xff\xd8\xff")
        if self is Part.OPUS:
            return head.startswith(b"\x1a\x45\xdf\xa3")
        return head[4:8] == b"ftyp"


@dataclass(frozen=True)
class Look:
    """What a film or a sound is and says, before anybody keeps it."""

    container: Container
    is_film: bool
    width: int = 0  # pixels as shown
    height: int = 0
    duration: int | None = None  # milliseconds; some files do not say
    has_sound: bool = True
    is_hdr: bool = False  # brighter than a page can show, so it is brought down
    taken: str = ""  # EDTF
    taken_time: str = ""
    taken_offset: str = ""
    rate: str = ""  # pictures a second, where the file itself does not say

    @property
    def media_type(self) -> str:
        return self.container.media_type(is_film=self.is_film)

    @property
    def seconds(self) -> int:
        """How long it may take at most, as far as is known."""
        return min(kinds.LONGEST_RECORDING, (self.duration or kinds.LONGEST_RECORDING * 1000) // 1000 + 1)


@dataclass
class Played:
    """What was made, in files to be renamed to where they belong, and what was learned by the way."""

    files: dict[Part, Path] = field(default_factory=dict)
    duration: int | None = None  # milliseconds, measured
    peaks: list[int] = field(default_factory=list)


def look(path: Path) -> Look:
    """Look at the film or sound at `path`. Raises NotAPicture or CouldNotPlay."""
    with path.open("rb", buffering=0) as file:
        packed = kinds.container(os.pread(file.fileno(), kinds.HEAD, 0))
        if packed is None:
            raise NotAPicture(kinds.NOTHING_PLAYS)
        if not _looking.acquire(timeout=cage.PATIENCE):
            raise cage.Busy
        try:
            run = _Run(_opening(packed, file.fileno()), [file.fileno()], seconds=LOOKING, cpu_seconds=LOOKING)
            said = run.to_the_end()
        finally:
            _looking.release()
    seen = understood(said, packed)
    if seen is None:
        if run.code not in (0, 1) and not said:
            raise CouldNotPlay("no answer")
        raise NotAPicture(kinds.NOTHING_PLAYS)
    if (seen.duration or 0) > kinds.LONGEST_RECORDING * 1000:
        raise NotAPicture(kinds.TOO_LONG)
    return seen


_looking = threading.BoundedSemaphore(LOOKING_AT_ONCE)


@contextmanager
def film(path: Path, *, told: Told = lambda _done: None) -> Iterator[Played]:
    """Make the film at `path` into one that every browser plays, with a picture of it that stands still.

    Raises NotAPicture, CouldNotPlay or DiskIsFull; what nobody took is removed.
    """
    seen = look(path)
    if not seen.is_film:
        raise NotAPicture(kinds.NOTHING_PLAYS)
    with _made_of(path, seen, told) as made:
        yield made


@contextmanager
def scan(path: Path, *, covered: str, told: Told = lambda _done: None) -> Iterator[Played]:
    """Make a hospital's film at `path` into one that every browser plays, its sides `covered`. Raises as `film`."""
    with scans.frames(path, covered=covered) as found:
        rate = f"{1_000_000 / found.rate:.4f}"
        seen = Look(Container.FRAMES, True, found.width, found.height, found.duration, has_sound=False, rate=rate)
        with _made_of(found.path, seen, told) as made:
            yield made


@contextmanager
def _made_of(path: Path, seen: Look, told: Told) -> Iterator[Played]:
    with path.open("rb", buffering=0) as file, _outputs([Part.POSTER, Part.FILM]) as (files, descriptors):
        source = file.fileno()
        made = Played()
        for start in (0.0,) if seen.rate else (min(1.0, (seen.duration or 0) / 10_000), 0.0):
            poster = [
                *_opening(seen.container, source, start=start, rate=seen.rate),
                *_poster(seen, descriptors[Part.POSTER]),
            ]
            _Run(poster, [source, descriptors[Part.POSTER]], seconds=120, cpu_seconds=90).to_the_end()
            if _is(files[Part.POSTER], Part.POSTER):
                made.files[Part.POSTER] = files[Part.POSTER]
                break
        with files[Part.FILM].open("rb", buffering=0) as again:
            run = _Run(
                [
                    *_opening(seen.container, source, rate=seen.rate),
                    *(*film_settings(seen), "-fd", str(descriptors[Part.FILM]), "fd:"),
                ],
                [source, descriptors[Part.FILM]],
                seconds=600 + 80 * seen.seconds,
                cpu_seconds=300 + 40 * seen.seconds,
                output=64 * 2**20 + seen.seconds * 2**20,
                again=again,
            )
            run.follow(seen.duration, told)
        _check(run, files, [Part.FILM])
        made.files[Part.FILM] = files[Part.FILM]
        made.duration = run.done_us // 1000 or seen.duration
        yield made


@contextmanager
def sound(path: Path, *, told: Told = lambda _done: None) -> Iterator[Played]:
    """Make the sound at `path` into Opus and AAC, and tell how loud it is as it goes on. Raises as `film` does."""
    seen = look(path)
    with path.open("rb", buffering=0) as file, _outputs([Part.OPUS, Part.AAC]) as (files, descriptors):
        source = file.fileno()
        settings = sound_settings(descriptors[Part.OPUS], descriptors[Part.AAC])
        with files[Part.AAC].open("rb", buffering=0) as again:
            run = _Run(
                [*_opening(seen.container, source), *settings],
                [source, *descriptors.values()],
                seconds=120 + 4 * seen.seconds,
                cpu_seconds=60 + 2 * seen.seconds,
                output=16 * 2**20 + seen.seconds * 2**16,
                again=again,
            )
            loudness = _Loudness()
            run.follow(seen.duration, told, heard=loudness.hear)
        _check(run, files, [Part.OPUS, Part.AAC])
        if not loudness.samples:
            raise NotAPicture(kinds.NOTHING_PLAYS)
        yield Played(dict(files), loudness.samples * 1000 // _RATE, loudness.peaks())


# -- what ffmpeg is told -------------------------------------------------------------------------------


def _opening(packed: Container, source: int, *, start: float = 0.0, rate: str = "") -> list[str]:
    """Open one descriptor with one demuxer. Nothing else can be named: a play list is no film."""
    begin = ["-ss", f"{start:.3f}"] if start else []
    pace = ["-framerate", rate] if rate else []
    return [
        *("-hide_banner", "-nostdin", "-y", "-nostats", "-threads", str(AT_ONCE)),
        *("-f", packed.value, *pace, "-protocol_whitelist", "fd", *begin, "-fd", str(source), "-i", "fd:"),
    ]


def film_settings(seen: Look) -> list[str]:
    """What a page's film is made with, but for where it goes. Why: docs/decisions/0026-film-and-sound.md."""
    width, height = fitted(seen.width, seen.height, LONG_EDGE, SHORT_EDGE)
    filters = f"{_scaled(seen, width, height)},format=yuv420p"
    return [
        *("-t", str(kinds.LONGEST_RECORDING), "-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn"),
        *("-vf", filters, "-fpsmax", str(FASTEST), "-filter_threads", str(AT_ONCE)),
        *("-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast", "-crf", "22", "-threads", str(AT_ONCE)),
        *("-maxrate", "6M", "-bufsize", "12M", "-color_range", "tv"),
        *("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-af", "aformat=channel_layouts=mono|stereo"),
        *(*_SAYS_NOTHING, "-movflags", "+faststart", "-progress", "pipe:2", "-stats_period", "1", "-f", "mp4"),
    ]


def sound_settings(opus: int, aac: int) -> list[str]:
    of_it = ["-t", str(kinds.LONGEST_RECORDING), "-map", "0:a:0", "-vn", "-sn", "-dn"]
    both = ["-ar", "48000", "-af", "aformat=channel_layouts=mono|stereo", *_SAYS_NOTHING]
    return [
        *("-progress", "pipe:2", "-stats_period", "1"),
        *(*of_it, "-c:a", "libopus", "-b:a", "96k", *both, "-f", "webm", "-fd", str(opus), "fd:"),
        *(*of_it, "-c:a", "aac", "-b:a", "128k", *both, "-movflags", "+faststart"),
        *("-f", "ipod", "-fd", str(aac), "fd:"),
        *(*of_it, "-c:a", "pcm_s16le", "-ac", "1", "-ar", str(_RATE), "-f", "s16le", "pipe:1"),
    ]


# No place, no camera, no title, and not even which ffmpeg it was.
_SAYS_NOTHING = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
    *("-flags:v", "+bitexact", "-flags:a", "+bitexact"),
)


def _poster(seen: Look, output: int) -> list[str]:
    width, height = fitted(seen.width, seen.height, POSTER_EDGE, POSTER_EDGE)
    filters = f"{_scaled(seen, width, height)},format=yuvj420p"
    return [
        *("-map", "0:V:0", "-frames:v", "1", "-vf", filters, "-c:v", "mjpeg", "-q:v", "4", *_SAYS_NOTHING),
        *("-f", "mjpeg", "-fd", str(output), "fd:"),
    ]


def _scaled(seen: Look, width: int, height: int) -> str:
    if not seen.is_hdr:
        return f"scale={width}:{height},setsar=1"
    # Made smaller first: in light as it is, each picture takes four times the memory.
    return (
        f"zscale={width}:{height}:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
        "tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv,setsar=1"
    )


def fitted(width: int, height: int, long_edge: int, short_edge: int) -> tuple[int, int]:
    """Return even numbers of pixels within these edges. A film is never enlarged."""
    scale = min(1.0, long_edge / max(width, height), short_edge / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


# -- what ffmpeg says ----------------------------------------------------------------------------------

_DURATION = re.compile(r"^  Duration: (\d{2,3}):(\d\d):(\d\d)\.(\d\d)", re.M)
_STREAM = re.compile(r"^  Stream #0:\d+[^\n]*?: (Video|Audio): ([^\n]*)$", re.M)
_SIZE = re.compile(r", (\d{1,5})x(\d{1,5})(?:,? \[?SAR (\d{1,5}):(\d{1,5}))?")
_ROTATION = re.compile(r"rotation of (-?\d{1,3})\.\d\d degrees")
_SAYS = re.compile(r"^    (com\.apple\.quicktime\.creationdate|creation_time) *: (\S{1,40})$", re.M)
_FIRST_YEAR = 1971  # clocks that were never set tell of 1904 and 1970


def understood(said: str, packed: Container) -> Look | None:
    """Read what ffmpeg says of what it was given; None where there is nothing to play in it."""
    begin = said.find("\nInput #0") + 1 or (0 if said.startswith("Input #0") else -1)
    if begin < 0:
        return None
    said = said[begin:]
    duration = None
    if found := _DURATION.search(said):
        hours, minutes, seconds, parts = map(int, found.groups())
        duration = ((hours * 60 + minutes) * 60 + seconds) * 1000 + parts * 10 or None
    head, *streams = re.split(r"(?m)^(?=  Stream #0:)", said)
    pictures = sounds = None
    for stream in streams:
        line = _STREAM.search(stream)
        if line is None or "(attached pic)" in line[2] or line[2].startswith("none"):
            continue
        if line[1] == "Video":
            pictures = pictures or stream
        else:
            sounds = sounds or stream
    day, clock, offset = _taken(head)
    if pictures is not None and (size := _size(pictures)) is not None:
        is_hdr = "smpte2084" in pictures.partition("\n")[0] or "arib-std-b67" in pictures.partition("\n")[0]
        return Look(packed, True, *size, duration, sounds is not None, is_hdr, day, clock, offset)
    if sounds is not None and packed is not Container.AVI:
        return Look(packed, False, duration=duration, taken=day, taken_time=clock, taken_offset=offset)
    return None


def _size(stream: str) -> tuple[int, int] | None:
    found = _SIZE.search(stream.partition("\n")[0])
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    if found[3] and int(found[3]) and int(found[4]):  # pixels that are not square, of a camcorder
        width = round(width * int(found[3]) / int(found[4]))
    if not (0 < width <= kinds.LONGEST_SIDE and 0 < height <= kinds.LONGEST_SIDE):
        return None
    if width * height > kinds.MOST_PIXELS:
        return None
    turned = _ROTATION.search(stream)
    return (height, width) if turned and abs(int(turned[1])) % 180 == 90 else (width, height)


def _taken(head: str) -> tuple[str, str, str]:
    """The day, the clock and the offset: Apple's is where the phone was, the other is in UTC."""
    says: dict[str, str] = {}
    for name, value in _SAYS.findall(head):
        says.setdefault(name, value)
    for name in ("com.apple.quicktime.creationdate", "creation_time"):
        try:
            when = datetime.fromisoformat(says.get(name, ""))
        except ValueError:
            continue
        if when.tzinfo is None or not _FIRST_YEAR <= when.year <= datetime.now(when.tzinfo).year:
            continue
        zone = when.strftime("%z")
        return when.date().isoformat(), when.strftime("%H:%M:%S"), f"{zone[:3]}:{zone[3:5]}"
    return "", "", ""


# -- running it ----------------------------------------------------------------------------------------


class _Run:
    """One ffmpeg in its cage. It is never waited for longer than `seconds`, and dies with us."""

    def __init__(
        self,
        arguments: Sequence[str],
        descriptors: Sequence[int],
        *,
        seconds: float,
        cpu_seconds: int,
        output: int = 16 * 2**20,
        again: IO[bytes] | None = None,
    ) -> None:
        """`descriptors`: what is read, then what is written. `again`: the output, opened to be read: once it is whole,
        an MP4 is put in order, so that it plays at once.
        """
        found = floors.ffmpeg()
        if found is None:
            raise CouldNotPlay("there is no ffmpeg")
        self.done_us, self._said, self.code = 0, b"", -1
        self._deadline = time.monotonic() + seconds
        program = os.open(found[0], os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.lseek(descriptors[0], 0, os.SEEK_SET)  # where the run before left it is where this one would begin
            task = {
                "program": program,
                "arguments": list(arguments),
                "parent": os.getpid(),
                "cpu_seconds": cpu_seconds,
                "memory": MEMORY,
                "output": output,
                "nice": 10,
            }
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-m", "snowdrop.storage.projector", json.dumps(task)],
                pass_fds=[program, *descriptors],
                stdin=again or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                # Nothing of ours: not the secret key, not the address of the database.
                env={
                    "PYTHONPATH": str(Path(__file__).parent.parent.parent),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                },
                start_new_session=True,
            )
        finally:
            os.close(program)

    def to_the_end(self) -> str:
        """Return what it said. Raises CouldNotPlay where it takes too long."""
        self.follow(None, lambda _done: None)
        return self._said.decode("utf-8", "replace")

    def follow(
        self, duration: int | None, told: Told, *, heard: Callable[[bytes], None] = lambda _samples: None
    ) -> None:
        """Wait for its end, telling how far it is. Raises CouldNotPlay where it takes too long, DiskIsFull, and
        `jobs.Ending`: none of it is waited for then.
        """
        listener = threading.Thread(target=self._listen, args=[heard], name="listener", daemon=True)
        watch = threading.Timer(max(0, self._deadline - time.monotonic()), self.process.kill)
        watch.daemon = True
        assert self.process.stderr is not None
        try:
            listener.start()
            watch.start()
            last = 0
            for line in self.process.stderr:
                if jobs.ending.is_set():
                    raise jobs.Ending
                if line.startswith(b"out_time_us="):
                    with suppress(ValueError):
                        self.done_us = max(self.done_us, int(line[12:32]))
                    done = min(99, self.done_us // (duration * 10)) if duration else 0
                    if done > last:
                        told(done)
                        last = done
                    room.check(0)  # about once a second: what it writes may be as large as what it reads
                elif len(self._said) < LONGEST_TOLD:
                    self._said += line
            self.code = self.process.wait()
            listener.join()
        finally:
            watch.cancel()
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            listener.join()
            self.process.stderr.close()
        if time.monotonic() >= self._deadline:
            raise CouldNotPlay("no answer in time")

    def _listen(self, heard: Callable[[bytes], None]) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            while samples := stdout.read(2**16):
                heard(samples)


class _Loudness:
    """How loud a sound is, from its samples as they come."""

    def __init__(self) -> None:
        self.samples = 0
        self._left = b""
        self._steps = array("H")

    def hear(self, samples: bytes) -> None:
        samples = self._left + samples
        whole = len(samples) // (2 * _STEP) * 2 * _STEP
        self._left = samples[whole:]
        self.samples += whole // 2
        heard = array("h", samples[:whole])
        if sys.byteorder == "big":
            heard.byteswap()
        for start in range(0, len(heard), _STEP):
            step = heard[start : start + _STEP]
            self._steps.append(max(max(step), -min(step)))

    def peaks(self) -> list[int]:
        """A few hundred numbers from 0 to 100, where 100 is the loudest of this sound: a heartbeat may be faint."""
        steps = self._steps
        loudest = max(steps, default=0) or 1
        count = min(PEAKS, len(steps))
        edges = [index * len(steps) // count for index in range(count + 1)] if count else [0]
        return [max(steps[a:b]) * 100 // loudest for a, b in pairwise(edges)]


@contextmanager
def _outputs(parts: Sequence[Part]) -> Iterator[tuple[dict[Part, Path], dict[Part, int]]]:
    """Open a file for each part, where ffmpeg writes without knowing where that is."""
    files = {part: originals.arrival() for part in parts}
    descriptors: dict[Part, int] = {}
    with ExitStack() as last:
        for part, file in files.items():
            with room.told_plainly():
                descriptors[part] = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            last.callback(file.unlink, missing_ok=True)
            last.callback(os.close, descriptors[part])
        yield files, descriptors


def _check(run: _Run, files: dict[Part, Path], parts: Sequence[Part]) -> None:
    if run.code == 0 and all(_is(files[part], part) for part in parts):
        return
    said = run._said.decode("utf-8", "replace")
    if "No space left on device" in said:
        raise room.DiskIsFull
    raise CouldNotPlay(f"ffmpeg ended with {run.code}")


def _is(path: Path, part: Part) -> bool:
    with path.open("rb") as file:
        return part.begins(file.read(12))
