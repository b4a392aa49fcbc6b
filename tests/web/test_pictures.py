from hypothesis import given
from hypothesis import strategies as st

from snowdrop.web.pictures import Picture, rows

LANDSCAPE = Picture("l.jpg", 1200, 900)
UPRIGHT = Picture("u.jpg", 900, 1200)
PANORAMA = Picture("p.jpg", 3000, 600)

sizes = st.integers(min_value=40, max_value=8_000)
pictures = st.lists(st.builds(Picture, src=st.uuids().map(str), width=sizes, height=sizes), max_size=30)


def _shapes(many):
    return [[picture.src for picture in row.pictures] for row in rows(many)]


def test_one_picture_stands_alone():
    [row] = rows([LANDSCAPE])

    assert (row.is_alone, row.pictures[0].src) == (True, "l.jpg")


def test_no_picture_makes_no_row():
    assert rows([]) == []


def test_two_pictures_from_a_camera_share_a_row():
    assert _shapes([LANDSCAPE] * 4) == [["l.jpg", "l.jpg"], ["l.jpg", "l.jpg"]]


def test_three_upright_ones_share_a_row():
    assert _shapes([UPRIGHT] * 6) == [["u.jpg"] * 3, ["u.jpg"] * 3]


def test_an_upright_one_at_the_end_does_not_tower_over_the_others():
    assert _shapes([LANDSCAPE, LANDSCAPE, UPRIGHT])[-1] != ["u.jpg"]


def test_a_panorama_keeps_a_row_to_itself():
    assert _shapes([LANDSCAPE, LANDSCAPE, PANORAMA]) == [["l.jpg", "l.jpg"], ["p.jpg"]]


def test_two_upright_ones_stand_side_by_side_on_a_phone():
    [row] = rows([UPRIGHT, UPRIGHT])

    assert row.stays_on_a_phone


@given(pictures)
def test_every_picture_is_shown_once_and_in_order(many):
    assert [src for row in _shapes(many) for src in row] == [picture.src for picture in many]


@given(pictures)
def test_pictures_of_a_row_are_equally_high_and_keep_their_shape(many):
    shown = [picture for row in rows(many) for picture in row.pictures]

    assert all(abs(now.width / now.height - was.ratio) < 0.001 for now, was in zip(shown, many, strict=True))
    assert all(len({picture.height for picture in row.pictures}) == 1 for row in rows(many))


def test_a_size_that_is_not_known_is_taken_for_a_camera_s():
    assert Picture("x.jpg", 0, 0).ratio == 1.5


def test_only_a_long_picture_is_moved_along():
    shapes = {(2500, 1000): "", (2600, 1000): "across", (1000, 2500): "", (1000, 2600): "down", (0, 0): ""}

    assert {size: Picture("x.jpg", *size).lies for size in shapes} == shapes


def test_a_long_picture_is_spread_no_larger_than_it_is():
    spread = {size: Picture("x.jpg", *size).spread() for size in ((5120, 512), (3000, 300), (512, 9481), (64, 9000))}

    assert {size: (picture.width, picture.height) for size, picture in spread.items()} == {
        (5120, 512): (4800, 480),
        (3000, 300): (3000, 300),
        (512, 9481): (512, 9481),
        (64, 9000): (64, 9000),
    }


def test_a_browser_is_told_how_wide_a_picture_of_each_row_is():
    told = [rows(pictures)[0].sizes for pictures in ([LANDSCAPE], [LANDSCAPE] * 2, [UPRIGHT] * 2)]

    assert told == [
        "(min-width: 48em) 46rem, 100vw",
        "(min-width: 48em) 23rem, 100vw",
        "(min-width: 48em) 23rem, 50vw",
    ]
