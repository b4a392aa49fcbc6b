from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from snowdrop.storage import originals, room
from snowdrop.storage.originals import Incoming


@given(chunks=st.lists(st.binary(max_size=5_000), max_size=6))
@given_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_is_received_is_read_back_bit_for_bit(data_folder, chunks):
    whole = b"".join(chunks)

    kept = originals.receive(chunks).keep()

    with originals.open(kept.sha256) as file:
        assert file.read() == whole
    assert (kept.sha256, kept.crc32, kept.size) == (hashlib.sha256(whole).hexdigest(), zlib.crc32(whole), len(whole))


def test_an_original_lies_under_its_digest_and_only_the_host_can_read_it(settings):
    kept = originals.receive([b"wren"]).keep()

    path = settings.DATA / "originals" / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert originals.path(kept.sha256) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_bytes_twice_are_one_file_that_is_not_replaced(left_behind):
    first = originals.receive([b"wren"]).keep()
    inode = originals.path(first.sha256).stat().st_ino

    again = originals.receive([b"wr", b"en"]).keep()

    assert again.sha256 == first.sha256
    assert originals.path(first.sha256).stat().st_ino == inode
    assert left_behind() == ["originals"]


def test_an_original_cut_short_on_disk_is_mended_by_the_same_picture():
    kept = originals.receive([b"the whole picture"]).keep()
    originals.path(kept.sha256).write_bytes(b"the wh")

    originals.receive([b"the whole picture"]).keep()

    assert originals.path(kept.sha256).read_bytes() == b"the whole picture"


def test_a_file_is_not_in_the_store_before_somebody_keeps_it(left_behind):
    received = originals.receive([b"wren"])
    assert (originals.path(received.sha256).exists(), left_behind()) == (False, ["incoming"])

    received.discard()

    assert left_behind() == []


def test_keeping_twice_is_keeping_once(left_behind):
    received = originals.receive([b"wren"])

    received.keep()
    received.keep()

    assert left_behind() == ["originals"]


def test_a_source_that_breaks_off_leaves_nothing(left_behind):
    def breaking():
        yield b"half of it"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        originals.receive(breaking())

    assert left_behind() == []


def test_a_full_disk_is_told_and_leaves_nothing_of_the_file(small_disk, left_behind):
    originals.receive([b"kept before"]).keep()

    with pytest.raises(room.DiskIsFull):
        originals.receive(bytes(100_000) for _ in range(100))

    assert left_behind() == ["originals"]


def test_a_full_disk_is_told_before_anything_is_written_where_the_size_is_known(settings, left_behind):
    settings.RESERVE = 10**18

    with pytest.raises(room.DiskIsFull) as told:
        Incoming(expected=1)

    assert (
        str(told.value.sentence)
        == "There is no room left on this server, so this could not be kept. What was kept before is safe."
    )
    assert left_behind() == []


def test_a_disk_found_full_only_by_writing_is_told_and_leaves_nothing(left_behind):
    incoming = Incoming()
    descriptor = os.open("/dev/full", os.O_WRONLY)
    os.dup2(descriptor, incoming._file.fileno())
    os.close(descriptor)

    with pytest.raises(room.DiskIsFull):
        incoming.write(b"wren")

    assert left_behind() == []


def test_a_failed_sync_gives_the_file_up(settings, left_behind):
    settings.UNSYNCED = False
    incoming = Incoming()
    incoming.write(b"wren")
    descriptor = os.open("/dev/null", os.O_WRONLY)
    os.dup2(descriptor, incoming._file.fileno())  # a device that cannot be synced
    os.close(descriptor)

    with pytest.raises(OSError, match="Invalid argument"):
        incoming.finish()

    assert left_behind() == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "/", "g" * 64])
def test_what_is_no_digest_names_no_file(name):
    with pytest.raises(ValueError, match="not a SHA-256"):
        originals.path(name)


def test_sweeping_leaves_what_a_living_process_is_in_the_middle_of(left_behind):
    received = originals.receive([b"wren"])

    removed = originals.sweep(before=datetime.now(UTC) + timedelta(hours=1))

    assert (removed, left_behind()) == (0, ["incoming"])
    received.keep()


def test_sweeping_removes_what_a_killed_process_left(settings, left_behind):
    script = (
        "import django; django.setup()\n"
        "from snowdrop.storage.originals import Incoming\n"
        "import time; i = Incoming(); i.write(b'half'); print('now', flush=True); time.sleep(60)"
    )
    env = {**os.environ, "SNOWDROP_DATA": str(settings.DATA), "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        alive = originals.sweep(before=datetime.now(UTC) + timedelta(hours=1))
        process.kill()

    assert alive == 0
    assert originals.sweep(before=datetime.now(UTC) - timedelta(hours=1)) == 0  # it came after that start
    assert originals.sweep(before=datetime.now(UTC) + timedelta(hours=1)) == 1
    assert left_behind() == []


def test_a_fork_does_not_share_the_folder_of_its_parent(settings):
    originals.arrival()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(originals.arrival().parent).encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 1_000).decode() != str(originals.arrival().parent)
    # and the parent's lock still holds
    received = originals.receive([b"wren"])
    time.sleep(0.01)
    assert originals.sweep(before=datetime.now(UTC) + timedelta(hours=1)) == 0
    received.discard()
