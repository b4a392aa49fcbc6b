"""A ZIP whose bytes are known before they are sent: opened by others' tools, and put together from parts."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from datetime import datetime

import pytest

from snowdrop.storage import zipped
from snowdrop.storage.zipped import Entry, NotAsItWas, Zip

DAY = datetime(2024, 5, 3, 14, 2, 30)


@pytest.fixture
def entry(tmp_path):
    def made(name: str, content: bytes, at: datetime = DAY) -> Entry:
        path = tmp_path / zlib.crc32(name.encode()).to_bytes(4).hex()
        path.write_bytes(content)
        return Entry(name, path, len(content), zlib.crc32(content), at)

    return made


def whole(zip: Zip) -> bytes:
    return b"".join(zip.sent(0, zip.size))


def contents(sent: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


FILES = {
    "Großmutter.jpg": b"\xff\xd8one",
    "2024/صورة.png": b"two" * 1_000,
    "empty.bin": b"",
    "film.mov": bytes(600_000),
}


def test_it_is_as_long_as_was_said_and_opens_with_what_was_put_in(entry):
    zip = Zip([entry(name, content) for name, content in FILES.items()])

    sent = whole(zip)

    assert (len(sent), contents(sent)) == (zip.size, FILES)
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        assert {info.date_time for info in opened.infolist()} == {(2024, 5, 3, 14, 2, 30)}
        assert {info.external_attr >> 16 for info in opened.infolist()} == {0o100644}


def test_an_empty_one_opens(entry):
    assert contents(whole(Zip([]))) == {}


@pytest.mark.parametrize("step", [1, 7, 4_096, 300_000, 10**9])
def test_it_is_put_together_from_parts_of_any_length(entry, step):
    files = {"a.jpg": b"x" * 50, "b.jpg": bytes(700)} if step < 100 else FILES
    zip = Zip([entry(name, content) for name, content in files.items()])

    parts = [b"".join(zip.sent(start, min(step, zip.size - start))) for start in range(0, zip.size, step)]

    assert b"".join(parts) == whole(zip)


def test_what_is_larger_than_four_gigabytes_opens_too(tmp_path, entry, monkeypatch):
    """With the mark of "large" and of "many" put down to what a test can write."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(5 * 2**30)  # a file with a hole: it takes no room
    large = Entry("large.bin", path, 5 * 2**30, 0, DAY)
    zip = Zip([large, entry("after.jpg", b"after")])

    head, tail = b"".join(zip.sent(0, 100)), b"".join(zip.sent(zip.size - 400, 400))

    with zipfile.ZipFile(_Hollow(zip.size, {0: head, zip.size - 400: tail})) as opened:
        assert [(info.filename, info.file_size) for info in opened.infolist()] == [
            ("large.bin", 5 * 2**30),
            ("after.jpg", 5),
        ]
        assert opened.read("after.jpg") == b"after"


class _Hollow(io.RawIOBase):
    """A file of which only some pieces are there; the rest is zeros."""

    def __init__(self, size: int, pieces: dict[int, bytes]) -> None:
        self._size, self._pieces, self._at = size, pieces, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        size = self._size - self._at if size < 0 else min(size, self._size - self._at)
        out = bytearray(size)
        for start, piece in self._pieces.items():
            for at in range(max(start, self._at), min(start + len(piece), self._at + size)):
                out[at - self._at] = piece[at - start]
        self._at += size
        return bytes(out)


def test_more_entries_than_the_old_field_counts_are_all_there(entry):
    one = entry("x", b"x")
    zip = Zip([Entry(f"{number}.jpg", one.path, 1, one.crc32, DAY) for number in range(70_000)])

    with zipfile.ZipFile(io.BytesIO(whole(zip))) as opened:
        assert len(opened.namelist()) == 70_000
        assert opened.read("69999.jpg") == b"x"


@pytest.mark.parametrize("content", [None, b"on"])
def test_a_file_that_is_gone_or_shorter_cuts_it_short_and_never_says_something_else(entry, content):
    one = entry("a.jpg", b"one")
    zip = Zip([one, entry("b.jpg", b"two")])
    if content is None:
        one.path.unlink()
    else:
        one.path.write_bytes(content)

    with pytest.raises(NotAsItWas):
        whole(zip)


def test_the_digest_is_another_one_for_whatever_differs(entry):
    one = entry("a.jpg", b"one")
    others = [entry("b.jpg", b"one"), entry("c.jpg", b"two"), entry("d.jpg", b"one", datetime(2020, 1, 1))]

    digests = [Zip(entries).digest for entries in ([one], [], [one, others[0]], *([other] for other in others))]

    assert len(set(digests)) == len(digests)
    assert Zip([one]).digest == digests[0]


@pytest.mark.parametrize("at", [datetime(1912, 4, 15), datetime(2300, 1, 1)])
def test_a_day_that_no_zip_can_hold_is_the_nearest_it_can(entry, at):
    with zipfile.ZipFile(io.BytesIO(whole(Zip([entry("a.jpg", b"one", at)])))) as opened:
        assert opened.infolist()[0].date_time[0] == min(max(at.year, 1980), 2107)


@pytest.mark.parametrize("tool", [["unzip", "-tq"], ["bsdtar", "-tf"]])
def test_tools_of_others_open_it(entry, tmp_path, tool):
    path = tmp_path / "all.zip"
    path.write_bytes(whole(Zip([entry(name, content) for name, content in FILES.items()])))
    program = shutil.which(tool[0])

    assert program is None or subprocess.run([program, *tool[1:], str(path)], capture_output=True).returncode == 0


def test_it_reads_no_more_than_is_sent(entry, monkeypatch):
    read = []
    of_file = zipped._of_file
    monkeypatch.setattr(zipped, "_of_file", lambda one, skip: read.append((one.name, skip)) or of_file(one, skip))
    zip = Zip([entry(f"{n}.bin", bytes(1_000)) for n in range(3)])

    start = zip._starts[3] + 10
    assert len(b"".join(zip.sent(start, 500))) == 500

    assert read == [("1.bin", 10)]
