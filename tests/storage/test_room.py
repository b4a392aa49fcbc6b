from __future__ import annotations

import errno

import pytest

from snowdrop.storage import room


@pytest.mark.parametrize(
    ("disk", "kept_free"),
    [(10 * 10**9, 2 * 10**9), (40 * 10**9, 2 * 10**9), (100 * 10**9, 5 * 10**9), (2 * 10**12, 100 * 10**9)],
)
def test_the_reserve_is_two_gigabytes_or_five_percent_whichever_is_more(settings, disk, kept_free):
    settings.RESERVE = None

    assert room.reserve(disk) == kept_free


def test_there_is_room_for_what_leaves_the_reserve_alone(settings):
    settings.RESERVE = 0

    room.check(1_000)

    with pytest.raises(room.DiskIsFull):
        room.check(10**18)


def test_room_is_asked_of_the_folder_that_will_be_made(settings, tmp_path):
    settings.RESERVE, settings.DATA = 0, tmp_path / "not" / "yet"

    room.check(1_000)

    assert not settings.DATA.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_or_read_only_disk_is_told_plainly(code):
    with pytest.raises(room.DiskIsFull), room.told_plainly():
        raise OSError(code, "as the system says it")


def test_other_errors_stay_what_they_are():
    with pytest.raises(PermissionError), room.told_plainly():
        raise PermissionError(errno.EACCES, "not yours")
