from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.host.server.bodies import HEARD_OUT, IN_MEMORY, CutOff, TooLarge, read_whole
from snowdrop.storage.room import DiskIsFull

MOST = 10 * 2**20


def left_over(data: Path) -> list[str]:
    return [path.name for path in data.rglob("*") if path.is_file()]


@given(content=st.binary(max_size=2_000), is_announced=st.booleans())
def test_a_small_body_is_read_as_it_was_sent(content, is_announced):
    body, size = read_whole(io.BytesIO(content), len(content) if is_announced else None, most=MOST)

    assert (body.read(), size) == (content, len(content))


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_large_body_waits_in_a_file_that_has_no_name(data_folder, is_announced):
    content = os.urandom(IN_MEMORY * 3 + 17)

    body, size = read_whole(io.BytesIO(content), len(content) if is_announced else None, most=MOST)

    assert left_over(data_folder) == []
    assert not isinstance(body, io.BytesIO)
    assert (body.read(), size) == (content, len(content))
    assert os.fstat(body.fileno()).st_mode & 0o777 == 0o600
    body.close()


def test_a_body_announced_as_far_too_large_is_not_read(data_folder):
    source = io.BytesIO(b"x" * 100)

    with pytest.raises(TooLarge):
        read_whole(source, HEARD_OUT + 1, most=MOST)
    assert source.tell() == 0


def test_a_body_announced_as_a_little_too_large_is_heard_out_so_that_the_answer_arrives(data_folder):
    source = io.BytesIO(b"x" * 100)

    with pytest.raises(TooLarge):
        read_whole(source, 100, most=50)
    assert (source.tell(), left_over(data_folder)) == (100, [])


def test_a_body_of_unknown_length_is_read_up_to_the_limit_only(data_folder):
    source = io.BytesIO(b"x" * (4 * IN_MEMORY))

    with pytest.raises(TooLarge):
        read_whole(source, None, most=2 * IN_MEMORY)
    assert source.tell() <= 2 * IN_MEMORY + 64 * 1024
    assert left_over(data_folder) == []


@pytest.mark.parametrize("size", [10, IN_MEMORY * 2])
def test_a_body_that_ends_early_is_not_taken_for_a_whole_one(data_folder, size):
    with pytest.raises(CutOff):
        read_whole(io.BytesIO(b"x" * (size - 1)), size, most=MOST)
    assert left_over(data_folder) == []


def test_no_more_is_read_than_was_announced(data_folder):
    source = io.BytesIO(b"first second")

    body, size = read_whole(source, 5, most=MOST)

    assert (body.read(), size, source.tell()) == (b"first", 5, 5)


def test_a_broken_connection_is_a_body_that_ends_early(data_folder):
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(CutOff):
        read_whole(Broken(), 100, most=MOST)


def test_what_a_full_disk_refuses_is_heard_out_so_that_the_answer_arrives(data_folder, settings):
    settings.RESERVE = 2**60
    source = io.BytesIO(b"x" * (IN_MEMORY * 2))

    with pytest.raises(DiskIsFull):
        read_whole(source, IN_MEMORY * 2, most=MOST)
    assert (source.tell(), left_over(data_folder)) == (IN_MEMORY * 2, [])


class Breaking(io.BytesIO):
    """A line that breaks after what it holds."""

    def read(self, size: int | None = -1, /) -> bytes:
        if chunk := super().read(size):
            return chunk
        raise ConnectionResetError


@pytest.mark.parametrize("line", [Breaking, io.BytesIO])
@pytest.mark.parametrize("came", [0, 1_000, IN_MEMORY * 3])
def test_where_what_came_is_wanted_a_body_that_broke_off_is_returned_as_far_as_it_came(line, came):
    content = os.urandom(came)
    announced = IN_MEMORY * 4

    with pytest.raises(CutOff):
        read_whole(line(content), announced, most=MOST)
    body, size = read_whole(line(content), announced, most=MOST, or_what_came=True)

    assert (body.read(), size) == (content, came)
