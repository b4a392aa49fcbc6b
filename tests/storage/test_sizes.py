from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.storage.sizes import LONGEST, MOST_MOVING_PIXELS, MOVING, Rendition, fit, moves, moving, renditions


@pytest.mark.parametrize(
    ("picture", "made"),
    [
        ((4032, 3024), [(480, 480, 360), (1280, 1280, 960), (2400, 2400, 1800)]),
        ((3024, 4032), [(480, 360, 480), (1280, 960, 1280), (2400, 1800, 2400)]),
        ((1000, 750), [(480, 480, 360), (1280, 1000, 750)]),
        ((300, 200), [(480, 300, 200)]),
        ((1, 1), [(480, 1, 1)]),
        # A panorama keeps 192, 512 and 960 pixels of height, and a scrolled screenshot its width.
        ((12000, 3000), [(480, 768, 192), (1280, 2048, 512), (2400, 3840, 960)]),
        ((64, 9000), [(480, 64, 9000)]),
        ((1080, 20000), [(480, 192, 3556), (1280, 512, 9481), (2400, 864, 16000)]),
    ],
)
def test_renditions_fit_their_size_and_narrow_pictures_stay_readable(picture, made):
    assert renditions(*picture) == [Rendition(*each) for each in made]


@given(st.integers(1, 65_000), st.integers(1, 65_000))
def test_no_rendition_is_enlarged_or_longer_than_a_phone_can_show(width, height):
    made = renditions(width, height)

    assert made[0].size == 480
    for rendition in made:
        assert 1 <= rendition.width <= width
        assert 1 <= rendition.height <= height
        assert max(rendition.width, rendition.height) <= max(LONGEST, 0)
        assert fit(height, width, rendition.size) == (rendition.height, rendition.width)


@given(st.integers(1, 65_000), st.integers(1, 65_000), st.integers(2, 1_000))
def test_what_moves_is_never_enlarged_and_never_more_than_a_small_machine_can_hold(width, height, frames):
    shown = moving(width, height, frames)

    assert 1 <= shown[0] <= width
    assert 1 <= shown[1] <= height
    assert max(shown) <= MOVING
    # Rounding to whole pixels may add half a pixel on each side.
    assert frames * (shown[0] - 1) * (shown[1] - 1) <= MOST_MOVING_PIXELS
    assert moving(height, width, frames) == shown[::-1]


def test_one_frame_does_not_move_and_a_film_is_no_picture():
    assert [moves(frames) for frames in (1, 2, 1_000, 1_001)] == [False, True, True, False]
