from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
import pyvips
from PIL import Image

from snowdrop.storage import pictures, room
from snowdrop.storage.kinds import Kind, NotAPicture
from snowdrop.storage.pictures import Look
from snowdrop.storage.sizes import SIZES, Form
from tests.storage import colours


@pytest.fixture
def opened(tmp_path):
    """Open a picture and keep its renditions beside."""

    def do(path: Path) -> tuple[Look, dict[int, Path]]:
        with pictures.opened(path) as (look, made):
            return look, {size: Path(shutil.copy(file, tmp_path / f"{size}.jpg")) for size, file in made.items()}

    return do


def colour_at(path: Path, across: float, down: float) -> tuple[int, ...]:
    with Image.open(path) as picture:
        rgb = picture.convert("RGB")
        return rgb.getpixel((int(rgb.width * across), int(rgb.height * down)))


def near(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(have - want) <= by for have, want in zip(colour, wanted, strict=True))


SHOWN = """
    family/IMG_0106.JPG            jpeg 1200x900   6 1   2024-04-15 07:27:28 -06:00   Apple iPhone 13
    family/20240216_171542.jpg     jpeg 1200x900   2 1   2024-02-16 17:15:42 +12:00   samsung SM-G991B
    heic/IMG_0043.HEIC             heic 960x1280   1 1   2024-03-04 19:02:11 +01:00   Apple iPhone 13
    heic/zPug_3.heic               heic 64x64      1 1
    heic/RGBA_10__128x128.heif     heic 128x128    1 1
    heic/RGB_12__128x128.heif      heic 128x128    1 1
    avif/exif.avif                 avif 512x512    1 1
    avif/rot1mir0.avif             avif 640x427    1 1
    avif/rot3mir1.avif             avif 640x427    1 1
    avif/transparency.avif         avif 64x64      1 1
    avif/xmp_tags_orientation.avif avif 326x268    1 1
    gif/candle-loop.gif            gif  240x180    1 6
    gif/star.gif                   gif  159x159    1 4
    png/apng_delay.png             png  128x64     1 4
    webp/denali.webp               webp 600x315    1 1   2010-08-13 21:00:01 -        Canon EOS 7D
    odd/frozenpond.mpo             jpeg 640x480    1 1   2014-03-02 13:30:00 -        Nintendo 3DS
    odd/cmyk.jpg                   jpeg 900x675    1 1
    odd/progressive-grey.jpg       jpeg 640x480    1 1
    odd/exif-dpi-zerodivision.jpg  jpeg 200x200    1 1
    odd/exif_gps_typeerror.jpg     jpeg 800x531    1 1
    tall/very-tall.png             png  64x9000    1 1
    hostile/broken-icc.jpg         jpeg 400x300    1 1
    hostile/exif-impossible.jpg    jpeg 400x300    1 1
    hostile/gif-js.gif             gif  400x300    1 1
    hostile/huge-screen.gif        gif  400x300    1 1
    hostile/icon-orientation-9.jpg jpeg 400x300    1 1
    hostile/pdf-jpeg.jpg           jpeg 400x300    1 1
    hostile/zip-in-jpeg.jpg        jpeg 400x300    1 1
    hostile/ztxt-bomb.png          png  40x30      1 1
"""


@pytest.mark.parametrize("line", SHOWN.strip().splitlines())
def test_every_kind_of_picture_is_looked_at_and_shown(opened, material, line):
    name, kind, size, orientation, frames, *said = line.split(maxsplit=8)
    taken, clock, offset, camera = said or ["", "", "-", ""]

    look, made = opened(material / name)

    assert (look.kind, f"{look.width}x{look.height}", look.orientation, look.frames, look.damaged) == (
        Kind(kind),
        size,
        int(orientation),
        int(frames),
        False,
    )
    assert (look.taken, look.taken_time, look.taken_offset or "-", look.camera) == (taken, clock, offset, camera)
    with Image.open(made[480]) as smallest:
        assert (smallest.format, smallest.info["progressive"], smallest.mode in ("RGB", "L")) == ("JPEG", 1, True)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_orientation_is_shown_upright(opened, material, number):
    look, made = opened(material / "orientation" / f"Landscape_{number}.jpg")

    assert (look.orientation, look.width, look.height) == (number, 360, 240)
    upright = pyvips.Image.new_from_file(str(material / "orientation" / "Landscape_1.jpg"))
    difference = (pyvips.Image.new_from_file(str(made[480])) - upright).abs()
    assert difference.avg() < 4  # of 255; the number in the middle differs


@pytest.mark.parametrize(
    ("turned", "corner"),
    [(0, "top left"), (90, "top right"), (180, "bottom right"), (270, "bottom left")],
)
def test_a_turn_by_hand_turns_what_is_shown_clockwise(tmp_path, turned, corner):
    picture = (
        pyvips.Image.black(400, 200, bands=3).copy(interpretation="srgb").draw_rect([255] * 3, 0, 0, 60, 60, fill=True)
    )
    picture.jpegsave(str(tmp_path / "marked.jpg"))

    with pictures.made(tmp_path / "marked.jpg", orientation=1, turned=turned, sizes=[480]) as made:
        white = {
            name: colour_at(made[480], across, down)[0] > 128
            for name, across, down in [
                ("top left", 0.05, 0.05),
                ("top right", 0.95, 0.05),
                ("bottom left", 0.05, 0.95),
                ("bottom right", 0.95, 0.95),
            ]
        }
        with Image.open(made[480]) as shown:
            size = shown.size

    assert [name for name, is_white in white.items() if is_white] == [corner]
    assert size == ((200, 400) if turned in (90, 270) else (400, 200))


def test_a_picture_of_twelve_megapixels_has_three_renditions(opened, tmp_path):
    pyvips.Image.gaussnoise(4032, 3024, mean=128).cast("uchar").jpegsave(str(tmp_path / "large.jpg"))

    _, made = opened(tmp_path / "large.jpg")

    assert {size: Image.open(file).size for size, file in made.items()} == {
        480: (480, 360),
        1280: (1280, 960),
        2400: (2400, 1800),
    }


@pytest.mark.parametrize("ending", [".webp", ".png", ".jpg"])
def test_a_large_picture_is_shrunk_without_a_shift_of_its_colours(opened, tmp_path, ending):
    left = pyvips.Image.black(2000, 2600, bands=3).linear(1, [200, 60, 40])
    right = pyvips.Image.black(2000, 2600, bands=3).linear(1, [40, 60, 200])
    both = left.join(right, "horizontal").cast("uchar").copy(interpretation="srgb")
    both.write_to_file(str(tmp_path / f"large{ending}"))

    look, made = opened(tmp_path / f"large{ending}")

    assert (look.width, look.height, list(made)) == (4000, 2600, [480, 1280, 2400])
    for file in made.values():
        assert near(colour_at(file, 0.25, 0.5), (200, 60, 40), by=4)
        assert near(colour_at(file, 0.75, 0.5), (40, 60, 200), by=4)


def test_a_panorama_stays_readable(opened, tmp_path):
    pyvips.Image.gaussnoise(12000, 3000, mean=128).cast("uchar").jpegsave(str(tmp_path / "panorama.jpg"))

    _, made = opened(tmp_path / "panorama.jpg")

    assert {size: Image.open(file).size for size, file in made.items()} == {
        480: (768, 192),
        1280: (2048, 512),
        2400: (3840, 960),
    }


def test_what_is_transparent_is_shown_on_paper(opened, tmp_path):
    pyvips.Image.black(100, 100, bands=4).copy(interpretation="srgb").pngsave(str(tmp_path / "clear.png"))

    look, made = opened(tmp_path / "clear.png")

    assert near(colour_at(made[480], 0.5, 0.5), (251, 250, 245), by=2)
    assert look.colour == "#fbfaf5"


def test_sixteen_bits_are_shown_in_eight(opened, tmp_path):
    deep = pyvips.Image.black(100, 100, bands=3).linear(1, [65_535, 32_768, 0])
    deep.cast("ushort").copy(interpretation="rgb16").pngsave(str(tmp_path / "deep.png"))

    look, made = opened(tmp_path / "deep.png")

    assert near(colour_at(made[480], 0.5, 0.5), (255, 128, 0), by=6)
    assert look.colour == "#ff8000"


def test_a_wide_colour_space_is_brought_to_what_every_screen_shows(opened, tmp_path, wide_profile):
    # The sRGB colour (200, 60, 40) in the numbers of Display P3. Source: CSS Color 4, sample code.
    picture = pyvips.Image.black(100, 100, bands=3).linear(1, [186, 71, 50]).cast("uchar").copy(interpretation="srgb")
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", wide_profile)
    picture.jpegsave(str(tmp_path / "wide.jpg"), Q=95)

    _, made = opened(tmp_path / "wide.jpg")

    assert near(colour_at(made[480], 0.5, 0.5), (200, 60, 40), by=4)


@pytest.fixture
def avif(tmp_path):
    """Make the AVIFs of a picture and keep them beside."""

    def do(path: Path, *, orientation: int = 1, turned: int = 0) -> dict[int, Path]:
        how = {"orientation": orientation, "turned": turned, "sizes": SIZES, "form": Form.AVIF}
        with pictures.made(path, **how) as made:
            return {size: Path(shutil.copy(file, tmp_path / f"{size}.avif")) for size, file in made.items()}

    return do


def sixteen_bits(chart: Image.Image, profile: bytes, to: Path) -> Path:
    deep = pyvips.Image.new_from_memory(chart.tobytes(), *chart.size, len(chart.getbands()), "uchar")
    deep = deep.cast("ushort").linear(257, 0).cast("ushort")
    deep = deep.copy(interpretation="grey16" if chart.mode == "L" else "rgb16")
    deep.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    deep.pngsave(str(to))
    return to


def eight_bits(chart: Image.Image, profile: bytes, to: Path) -> Path:
    chart.save(to, quality=98, subsampling=0, icc_profile=profile)
    return to


PROFILES = list(colours.profiles())


@pytest.mark.parametrize(
    ("mode", "profile", "save", "ending"),
    [(mode, profile, eight_bits, "jpg") for _name, mode, profile in PROFILES]
    + [(mode, profile, sixteen_bits, "png") for _name, mode, profile in PROFILES if mode != "CMYK"],
    ids=[name for name, *_ in PROFILES] + [f"{name}, 16 bits" for name, mode, _ in PROFILES if mode != "CMYK"],
)
def test_every_colour_space_is_shown_as_its_profile_says(opened, avif, tmp_path, mode, profile, save, ending):
    chart = colours.chart(mode)
    file = save(chart, profile, tmp_path / f"chart.{ending}")
    meant = colours.as_srgb(chart, profile)

    made = {"JPEG": opened(file)[1][480], "AVIF": avif(file)[480]}

    apart = {form: colours.apart(Image.open(path), meant) for form, path in made.items()}
    assert {form: distance for form, distance in apart.items() if distance >= 2} == {}


def test_colours_of_another_space_are_far_from_those_that_were_meant():
    """What the test above would find, were profiles passed over."""
    wrong = set()
    for name, mode, profile in PROFILES:
        chart = colours.chart(mode)
        if colours.apart(chart, colours.as_srgb(chart, profile)) > 2:
            wrong.add(name)

    assert wrong == {"Display P3", "Adobe RGB", "inks", "grey of older Macs"}


def test_an_avif_is_as_large_as_the_jpeg_and_lighter(opened, avif, material):
    shown = opened(material / "family" / "IMG_0106.JPG")[1]
    lighter = avif(material / "family" / "IMG_0106.JPG", orientation=6)

    assert {size: Image.open(file).size for size, file in lighter.items()} == {
        size: Image.open(file).size for size, file in shown.items()
    }
    assert [Image.open(file).format for file in lighter.values()] == ["AVIF", "AVIF"]
    weights = [(lighter[size].stat().st_size, shown[size].stat().st_size) for size in shown]
    assert [mine < 0.85 * theirs for mine, theirs in weights] == [True, True]


def test_inks_are_shown_as_light(opened, tmp_path):
    Image.new("CMYK", (100, 100), (0, 255, 255, 0)).save(tmp_path / "red.jpg", quality=95)

    _, made = opened(tmp_path / "red.jpg")

    red, green, blue = colour_at(made[480], 0.5, 0.5)
    assert (red > 200, green < 80, blue < 80) == (True, True, True)


def test_no_rendition_carries_what_the_file_says_about_itself(opened, tmp_path):
    exif = Image.Exif()
    exif.update({0x010E: "CANARY description", 0x010F: "CANARY make", 0xA431: "CANARY serial"})
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 5.0), 3: "E", 4: (8.0, 33.0, 1.0)})
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "talks.jpg", exif=exif, comment=b"CANARY comment")
    with (tmp_path / "talks.jpg").open("ab") as file:
        file.write(b"PK\3\4CANARY tail")

    look, made = opened(tmp_path / "talks.jpg")

    assert look.place == {"lat": 47.368056, "lon": 8.550278}
    assert len(made) == 3
    for file in made.values():
        written = file.read_bytes()
        assert [word for word in (b"CANARY", b"Exif", b"http", b"ICC_PROFILE", b"Photoshop") if word in written] == []
        assert written.endswith(b"\xff\xd9")


def test_neither_does_an_avif(avif, tmp_path):
    exif = Image.Exif()
    exif.update({0x010E: "CANARY description", 0x010F: "CANARY make"})
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 5.0), 3: "E", 4: (8.0, 33.0, 1.0)})
    Image.new("RGB", (600, 400), "red").save(tmp_path / "talks.jpg", exif=exif, comment=b"CANARY comment")

    made = avif(tmp_path / "talks.jpg")

    assert len(made) == 2
    for file in made.values():
        written = file.read_bytes()
        assert [word for word in (b"CANARY", b"Exif", b"http", b"prof") if word in written] == []


def test_the_average_colour_is_that_of_the_picture(opened, tmp_path):
    Image.new("RGB", (900, 600), (120, 80, 40)).save(tmp_path / "brown.png")

    assert opened(tmp_path / "brown.png")[0].colour == "#785028"


def test_a_picture_that_breaks_off_is_shown_as_far_as_it_goes(opened, material):
    look, made = opened(material / "hostile" / "truncated.jpg")

    assert (look.damaged, look.width, look.height, list(made)) == (True, 400, 300, [480])
    assert near(colour_at(made[480], 0.5, 0.98), (128, 128, 128), by=2)


def test_a_picture_broken_in_the_middle_is_shown_above_that(opened, tmp_path):
    stripes = pyvips.Image.xyz(600, 800).extract_band(1) * 0.25
    stripes.cast("uchar").pngsave(str(tmp_path / "whole.png"), compression=0)
    broken = bytearray((tmp_path / "whole.png").read_bytes())
    broken[len(broken) // 2 : len(broken) // 2 + 4_000] = b"\xff" * 4_000
    (tmp_path / "broken.png").write_bytes(broken)

    look, made = opened(tmp_path / "broken.png")

    assert look.damaged
    assert near(colour_at(made[480], 0.5, 0.2), (40, 40, 40), by=4)


DAMAGED = "This picture is damaged, and nothing of it can be shown."
TOO_LARGE = "This picture is too large: it has more than 150 million pixels."
TOO_LONG = "This picture is too large: one of its sides is longer than 65,000 pixels."
REFUSED = {
    "bomb.png": TOO_LARGE,
    "huge-header.jpg": TOO_LONG,
    "huge-header.png": DAMAGED,
    "only-magic.png": DAMAGED,
    "truncated.webp": DAMAGED,
    "empty.jpg": "This file is empty.",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_picture_that_cannot_be_shown_is_refused_with_its_reason(opened, material, left_behind, name):
    with pytest.raises(NotAPicture) as told:
        opened(material / "hostile" / name)

    assert str(told.value.sentence) == REFUSED[name]
    assert left_behind() == []


def test_a_header_without_a_picture_is_refused(opened, tmp_path):
    Image.new("RGB", (400, 300), "white").save(tmp_path / "whole.jpg")
    whole = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "header.jpg").write_bytes(whole[: whole.index(b"\xff\xda") + 14])

    with pytest.raises(NotAPicture) as told:
        opened(tmp_path / "header.jpg")

    assert str(told.value.sentence) == DAMAGED


def test_a_moving_picture_that_unpacks_to_gigabytes_is_refused(opened, tmp_path):
    screen = b"GIF89a" + struct.pack("<HHBBB", 1200, 1200, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    dot = b"\x21\xf9\4\0\1\0\0\0" + b"\x2c\0\0\0\0\1\0\1\0\0" + b"\2\2\x44\1\0"
    (tmp_path / "short.gif").write_bytes(screen + dot * 600 + b";")
    (tmp_path / "long.gif").write_bytes(screen + dot * 800 + b";")
    assert opened(tmp_path / "short.gif")[0].frames == 600

    with pytest.raises(NotAPicture) as told:
        opened(tmp_path / "long.gif")

    assert str(told.value.sentence) == "This moving picture is too long to be shown."


@pytest.fixture
def moving(tmp_path):
    """Let a picture move; return the file."""

    def do(path: Path, *, turned: int = 0) -> Path:
        with pictures.moving(path, orientation=1, turned=turned) as made:
            return Path(shutil.copy(made, tmp_path / "moving.webp"))

    return do


def frames_of(path: Path) -> list[tuple[int, tuple[int, ...]]]:
    """How long each frame stands, in milliseconds, and the colour in its middle."""
    found = []
    with Image.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            middle = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
            found.append((int(picture.info["duration"]), middle))
    return found


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_every_frame_of_a_picture_moves_as_long_as_it_did(moving, tmp_path, ending):
    colours = ["red", "blue", "lime"]
    first, *others = (Image.new("RGB", (2000, 1000), colour) for colour in colours)
    first.save(tmp_path / f"three.{ending}", save_all=True, append_images=others, duration=[100, 200, 300], loop=2)

    made = moving(tmp_path / f"three.{ending}", turned=90)

    frames = frames_of(made)
    with Image.open(made) as picture:
        assert (picture.size, picture.info["loop"]) == ((640, 1280), 2)
    assert [duration for duration, _colour in frames] == [100, 200, 300]
    meant = [(255, 0, 0), (0, 0, 255), (0, 255, 0)]
    assert [near(colour, want) for (_duration, colour), want in zip(frames, meant, strict=True)] == [True] * 3


def test_the_still_of_a_moving_png_is_none_of_its_frames(moving, material):
    assert len(frames_of(moving(material / "png" / "apng_delay.png"))) == 4


def test_a_long_moving_picture_is_smaller_for_it(moving, tmp_path):
    frames = [Image.new("L", (1280, 960), number % 2 * 200) for number in range(200)]
    frames[0].save(tmp_path / "long.gif", save_all=True, append_images=frames[1:], duration=40)

    made = moving(tmp_path / "long.gif")

    with Image.open(made) as picture:
        assert (picture.n_frames, picture.size) == (200, (730, 548))


@pytest.mark.parametrize("name", ["gif/dispose_bgnd_transparency.gif", "gif/candle-loop.gif"])
def test_what_moves_carries_nothing_else_and_is_seen_through_nowhere(moving, material, name):
    made = moving(material / name)

    with Image.open(made) as picture:
        assert (picture.mode, "exif" in picture.info, "icc_profile" in picture.info) == ("RGB", False, False)


@pytest.mark.parametrize("name", ["hostile/truncated.webp", "gif/still.gif", "hostile/bomb.png"])
def test_what_does_not_move_is_not_made_to(moving, material, tmp_path, left_behind, name):
    file = material / name
    if name == "gif/still.gif":
        file = tmp_path / "still.gif"
        Image.new("RGB", (4, 4)).save(file)

    with pytest.raises(NotAPicture):
        moving(file)
    assert left_behind() == []


def test_odd_words_in_exif_are_kept_as_words(opened, material):
    look, _ = opened(material / "hostile" / "exif-script.jpg")

    assert (look.caption, look.camera) == ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0")


def test_a_long_description_is_cut(opened, material):
    assert len(opened(material / "odd" / "long_description.jpg")[0].caption) in (1_999, 2_000)


def test_a_disk_found_full_inside_the_cage_is_told_as_that(material):
    with (
        (material / "gif" / "star.gif").open("rb") as picture,
        Path("/dev/full").open("wb") as full,
        pytest.raises(room.DiskIsFull),
    ):
        pictures._ask(Kind.GIF, picture.fileno(), turned=0, sizes=[480], outputs=[full.fileno()])


def test_a_look_alone_leaves_no_file(material, left_behind):
    assert pictures.look(material / "heic" / "IMG_0043.HEIC").taken == "2024-03-04"
    assert left_behind() == []


@pytest.mark.parametrize(
    "lie",
    [
        {"width": 0},
        {"width": "600"},
        {"width": True},
        {"orientation": 9},
        {"colour": "red;}"},
        {"taken": "2024-03-04/../.."},
        {"caption": "x" * 2_001},
        {"caption": "a\0b"},
        {"camera": ["Canon"]},
        {"place": {"lat": 1e9, "lon": 0}},
        {"place": "here"},
    ],
)
def test_an_answer_is_not_believed_that_no_picture_can_give(lie):
    true = {
        **{"width": 600, "height": 400, "orientation": 1, "frames": 1, "colour": "#aabbcc", "damaged": False},
        **{"taken": "", "taken_time": "", "taken_offset": "", "camera": "", "caption": "", "place": None},
    }
    assert pictures.looked(Kind.JPEG, true).width == 600

    with pytest.raises(pictures.CouldNotOpen):
        pictures.looked(Kind.JPEG, true | lie)
