"""What came from a hospital: no name in what is shown, and nobody further sees it before somebody looked."""

from __future__ import annotations

import io
import os
import shutil
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageStat

from snowdrop.archive.importers import disc
from snowdrop.config import floors, worker
from snowdrop.host.command import _app
from snowdrop.host.failure import Failure
from snowdrop.keepsakes import adding, changing
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings, separating, veil
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import LooksFirst, Membership
from snowdrop.storage import making, originals, renditions, scans
from snowdrop.storage.models import Made, Original
from snowdrop.storage.recordings import Part
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db

SCANS = MATERIAL / "dicom"
STILL, CLIP = "IM000000", "examples_ybr_color.dcm"


@pytest.fixture
def scan(keeper):
    def added(name: str = STILL, *, by=None, audience=Circle.KEEPERS):
        received = originals.receive_file(SCANS / name)
        return adding.add(received, by=by or keeper, came_as=name, audience=audience).kept

    return added


def shown(original: Original, covered: str = "", *, size: int = 2400, turn: int = 0) -> Image.Image:
    return Image.open(renditions.path(original, turn, size, covered)).convert("L")


def test_a_still_is_a_photograph_with_its_day_and_nothing_else_of_its_tags(scan, memorial, keeper, client_for):
    row = scan()
    said = originals.path(row.original_id).read_bytes()
    at = said.index(b"PN")  # the patient's name: tag, "PN", two bytes of length, then the name
    name = said[at + 4 : at + 4 + said[at + 2]].strip()

    page = client_for(keeper).get(row.get_absolute_url()).content

    assert isinstance(row, Photograph)
    assert (row.original.media_type, row.is_from_hospital, row.original.frames) == ("application/dicom", True, 1)
    assert len(name) > 3
    assert name not in page
    for size in (480, 1280, 2400):
        assert name not in renditions.path(row.original, 0, size).read_bytes()
    assert (row.named.startswith("Picture from the hospital"), str(row.date)[:2]) == (True, "20")


@pytest.mark.parametrize(
    ("name", "size", "frames"),
    [("SC_rgb_jpeg_dcmtk.dcm", (100, 100), 1), ("ExplVR_BigEnd.dcm", (80, 60), 1), (CLIP, (320, 240), 30)],
)
def test_every_way_in_which_machines_write_is_opened(name, size, frames, scan):
    original = scan(name).original

    assert ((original.width, original.height), original.frames) == (size, frames)


def test_it_begins_with_the_keepers_whatever_was_chosen_and_opens_once_somebody_looked(
    scan, keeper, memorial, client_for
):
    row, client = scan(audience=Circle.FRIENDS), client_for(keeper)
    who = reverse("memorials:who", args=[memorial.slug, row.pk])
    asks = reverse("keepsakes:names_in_it", args=[memorial.slug, row.pk])
    begun = row.audience
    led_to = client.get(who).url
    refused = client.post(who, {"audience": str(Circle.FRIENDS.value)})
    row.refresh_from_db()
    stood = row.audience

    client.post(asks, {"do": "nothing"})
    client.post(who, {"audience": str(Circle.FRIENDS.value)})

    row.refresh_from_db()
    assert (begun, led_to, refused.status_code, stood) == (Circle.KEEPERS, asks, 422, Circle.KEEPERS)
    assert "A picture from the hospital may show a name." in refused.content.decode()
    assert f'<a href="{asks}">Is a name to be seen in it?' in refused.content.decode()
    assert (row.covered, row.audience) == ("0000", Circle.FRIENDS)


def test_no_other_way_opens_it_before(scan, keeper, friend, people):
    row = scan()
    for circle in (Circle.PUBLIC, Circle.LINK, Circle.FRIENDS, Circle.FAMILY):
        with pytest.raises(keepings.AsksFirst):
            keepings.open_to([row], circle, by=keeper)
        with pytest.raises(keepings.AsksFirst):
            changing.say_of_many([row], by=keeper, audience=circle)
    with pytest.raises(keepings.AsksFirst):
        keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["sam"]])

    assert keepings.open_to([row], Circle.SELF, by=keeper) == 1
    assert list(Photograph.objects.visible_to(friend)) == []


def test_nor_is_it_handed_to_whoever_looks_first(scan, keeper, memorial, people, client_for):
    Membership.objects.filter(memorial=memorial, person=people["sam"]).update(looks_first=True)
    row = scan()
    veil.close([row], by=keeper)
    at = reverse("memorials:close_it", args=[memorial.slug, row.pk])
    hand = {"do": "hand", "who": people["sam"].uuid.hex}

    led_to = client_for(keeper).post(at, hand).url
    before = LooksFirst.objects.count()
    changing.cover(row, scans.NOTHING, by=keeper)
    client_for(keeper).post(at, hand)

    assert (led_to, before) == (reverse("keepsakes:names_in_it", args=[memorial.slug, row.pk]), 0)
    assert LooksFirst.objects.get().person == people["sam"]


def test_what_is_covered_is_black_in_every_size_and_the_original_is_as_it_came(scan, keeper):
    row = scan("SC_rgb_jpeg_dcmtk.dcm")
    before = shown(row.original)

    row = changing.cover(row, "3020", by=keeper)

    after = shown(row.original, row.covered)
    width, height = after.size
    above, below = (0, 0, width, height * 22 // 100), (0, height * 87 // 100, width, height)
    middle = (0, height * 30 // 100, width, height * 80 // 100)
    lightest = [ImageStat.Stat(after.crop(part)).extrema[0][1] for part in (above, below)]
    assert max(lightest) < 24
    assert max(ImageStat.Stat(before.crop(part)).extrema[0][1] for part in (above, below)) > 60
    assert abs(ImageStat.Stat(after.crop(middle)).mean[0] - ImageStat.Stat(before.crop(middle)).mean[0]) < 3
    assert originals.path(row.original_id).read_bytes() == (SCANS / "SC_rgb_jpeg_dcmtk.dcm").read_bytes()


def test_the_address_of_the_picture_answers_with_what_is_covered_from_then_on(scan, keeper, memorial, client_for):
    row, client = scan("SC_rgb_jpeg_dcmtk.dcm"), client_for(keeper)
    at = reverse("keepsakes:rendition", args=[memorial.slug, row.pk, 480])
    before = client.get(at)
    tag, bare = before["ETag"], b"".join(before.streaming_content)

    page = client.post(
        reverse("keepsakes:names_in_it", args=[memorial.slug, row.pk]), {"do": "cover", "above": "3"}, follow=True
    )
    after = client.get(at, headers={"if-none-match": tag})

    assert "What you chose is covered, wherever it is shown." in page.content.decode()
    assert (after.status_code, b"".join(after.streaming_content) != bare) == (200, True)


@pytest.mark.parametrize(("turn", "covered"), [(0, "1000"), (90, "0001"), (180, "0010"), (270, "0100")])
def test_what_is_covered_above_of_a_turned_picture_is_the_side_that_lies_above(
    turn, covered, scan, keeper, memorial, client_for
):
    row = changing.change(scan("SC_rgb_jpeg_dcmtk.dcm"), {"turned": turn}, by=keeper)
    asks = reverse("keepsakes:names_in_it", args=[memorial.slug, row.pk])

    client_for(keeper).post(asks, {"do": "cover", "above": "1"})

    row.refresh_from_db()
    form = client_for(keeper).get(asks).context["form"]
    picture = shown(row.original, row.covered, turn=turn)
    strip = picture.crop((0, 0, picture.width, max(1, picture.height * 5 // 100)))
    assert row.covered == covered
    assert [form[side].initial for side, _label in form.SIDES] == ["1", "0", "0", "0"]
    assert ImageStat.Stat(strip).extrema[0][1] < 24


def test_only_what_came_from_a_hospital_can_be_covered_and_only_by_whoever_may_change_it(scan, add, keeper, friend):
    row, other = scan(), add()
    for covered in ("", "4000", "00", "000000", "x"):
        with pytest.raises(NotForYou):
            changing.cover(row, covered, by=keeper)
    with pytest.raises(NotForYou):
        changing.cover(row, "1000", by=friend)
    with pytest.raises(NotForYou):
        changing.cover(other, "1000", by=keeper)


# -- films -------------------------------------------------------------------------------------------


def frame_of(path) -> Image.Image:
    program = floors.ffmpeg()[0]
    done = subprocess.run(
        [program, "-loglevel", "error", "-i", str(path), "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "pipe:1"],
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def test_a_clip_is_a_film_at_its_own_pace_and_what_is_covered_is_black_in_it(scan, keeper, memorial, client_for):
    row = scan(CLIP)
    assert isinstance(row, Recording)
    began = (row.is_film, row.is_from_hospital, row.original.made, row.audience)
    worker.run_waiting()
    row.original.refresh_from_db()
    bare = frame_of(making.path(row.original, Part.FILM))

    row = changing.cover(row, "3000", by=keeper)
    row.original.refresh_from_db()
    waits = row.original.made
    at = f"{row.get_absolute_url()}film.mp4"
    meanwhile = client_for(keeper).get(at).status_code
    worker.run_waiting()

    row.refresh_from_db()
    row.original.refresh_from_db()
    covered = frame_of(making.path(row.original, Part.FILM, row.covered))
    above = (0, 0, bare.width, bare.height // 5)
    assert began == (True, True, Made.WAITS, Circle.KEEPERS)
    assert (waits, meanwhile, row.original.made) == (Made.WAITS, 404, Made.DONE)
    assert ImageStat.Stat(bare.crop(above)).extrema[0][1] > 60
    assert ImageStat.Stat(covered.crop(above)).extrema[0][1] < 40
    assert client_for(keeper).get(at).status_code == 200
    poster = Image.open(making.path(row.original, Part.POSTER, row.covered)).convert("L")
    assert ImageStat.Stat(poster.crop(above)).extrema[0][1] < 24


def test_a_film_of_a_page_that_covers_nothing_is_not_the_one_of_a_page_that_does(scan, keeper):
    row = scan(CLIP)

    assert making._file(row.original_id, Part.FILM, "0000") == making._file(row.original_id, Part.FILM)
    assert making._file(row.original_id, Part.FILM, "3000") != making._file(row.original_id, Part.FILM)
    with pytest.raises(ValueError, match="cover"):
        making.path(row.original, Part.FILM, "../..")


# -- what is no picture ------------------------------------------------------------------------------

DAMAGED = "This picture from the hospital is damaged, and nothing of it can be shown."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            (SCANS / "DICOMDIR").read_bytes(),
            "This only lists what is on a hospital’s disc. Choose the pictures themselves.",
        ),
        (bytes(128) + b"DICM", "There is no picture in this file from the hospital."),
        ((SCANS / STILL).read_bytes()[:2_000], DAMAGED),
        (bytes(128) + b"DICM" + b"\xff" * 500, DAMAGED),
    ],
    ids=["contents", "nothing", "cut off", "noise"],
)
def test_what_shows_nothing_is_told_in_its_own_sentence_and_leaves_nothing(
    data, sentence, keeper, memorial, client_for, data_folder
):
    answer = client_for(keeper).post(
        reverse("keepsakes:add", args=[memorial.slug]),
        {"file": SimpleUploadedFile("IM000000", data)},
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()) == (422, {"errors": {"file": [sentence]}})
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


# -- a disc ------------------------------------------------------------------------------------------


@pytest.fixture
def a_disc(tmp_path):
    """As a hospital burns it: its contents, a still, a clip, a program to look at them with, and a text."""
    folder = tmp_path / "disc"
    (folder / "PT000000" / "SE000000").mkdir(parents=True)
    (folder / "VIEWER").mkdir()
    shutil.copy(SCANS / "DICOMDIR", folder)
    shutil.copy(SCANS / STILL, folder / "PT000000" / "SE000000")
    shutil.copy(SCANS / "SC_rgb_jpeg_dcmtk.dcm", folder / "PT000000" / "SE000000" / "IM000001")
    shutil.copy(SCANS / CLIP, folder / "PT000000" / "IM000002")
    (folder / "PT000000" / "IM000003").write_bytes(bytes(128) + b"DICM" + b"\xff" * 500)
    shutil.copy(SCANS / STILL, folder / "PT000000" / "again")
    (folder / "VIEWER" / "START.EXE").write_bytes(b"MZ")
    (folder / "PT000000" / "leads-out").symlink_to("/etc/passwd")
    return folder


NOT_TAKEN = [
    ("PT000000/IM000003", DAMAGED),
    ("VIEWER/START.EXE", "This is no picture of the hospital’s."),
]


def told(summary) -> tuple:
    return summary.came, summary.here, [(one.name, str(one.sentence)) for one in summary.not_taken]


def test_a_disc_is_looked_through_brought_in_once_and_no_more(a_disc, keeper, data_folder):
    looked = disc.look_through(a_disc, by=keeper)
    changed = Original.objects.exists() or any(path.is_file() for path in data_folder.rglob("*"))

    came = disc.bring_in(a_disc, by=keeper)
    again = disc.bring_in(a_disc, by=keeper)
    keepings.put_away(Recording.objects.get(), by=keeper)
    once_more = disc.bring_in(a_disc, by=keeper)

    assert (told(looked), changed) == ((3, 1, NOT_TAKEN), False)
    assert told(came) == (3, 1, NOT_TAKEN)
    assert told(again) == told(once_more) == (0, 4, NOT_TAKEN)
    rows = [*Photograph.objects.all(), *Recording.objects.all()]
    assert {(row.audience, row.came_as, row.is_from_hospital) for row in rows} == {(Circle.KEEPERS, "", True)}


def test_a_disc_without_contents_or_with_ones_that_lie_is_read_all_the_same(a_disc, keeper):
    (a_disc / "DICOMDIR").write_bytes(b"nothing of the kind")

    assert told(disc.look_through(a_disc, by=keeper))[:2] == (3, 1)


def test_thousands_of_files_are_told_one_by_one(tmp_path, keeper):
    for number in range(5_000):
        (tmp_path / f"{number:05d}").write_bytes(b"x")

    summary = disc.look_through(tmp_path, by=keeper)

    assert (summary.came, len(summary.not_taken)) == (0, 5_000)


def test_only_a_keeper_brings_a_disc_in(a_disc, friend):
    with pytest.raises(NotForYou):
        disc.bring_in(a_disc, by=friend)


def test_whoever_goes_a_way_of_their_own_takes_what_is_covered_along(scan, keeper):
    changing.cover(scan(), "1000", by=keeper)

    new = separating.go_separate_ways(by=keeper)

    copied = Photograph.objects.get(memorial=new)
    assert (copied.is_from_hospital, copied.covered, copied.asks_first) == (True, "1000", "")
    assert scans.COVERED.fullmatch(copied.covered)


def test_the_command_says_in_words_what_a_disc_brought(a_disc, keeper, memorial, capsys):
    (a_disc / "VIEWER" / os.fsdecode(b"f\xfcr Sie.txt")).write_bytes(b"words")

    def command(*arguments: str) -> list[str]:
        _app(["import"])(
            ["import", "disc", str(a_disc), "--memorial", memorial.slug, *arguments], standalone_mode=False
        )
        return capsys.readouterr().out.splitlines()

    dry, came = command("--dry-run"), command()

    not_taken = [
        f"PT000000/IM000003: {DAMAGED}",
        "VIEWER/START.EXE: This is no picture of the hospital’s.",
        "VIEWER/f�r Sie.txt: This is no picture of the hospital’s.",
    ]
    rest = ["1 is here already.", "3 files were not understood, see above."]
    assert dry == [*not_taken, "3 pictures and films would come.", *rest]
    assert came == [*not_taken, "3 pictures and films came. Only those who look after the page see them.", *rest]
    with pytest.raises(Failure) as failure:
        _app(["import"])(
            ["import", "disc", str(a_disc / "DICOMDIR"), "--memorial", memorial.slug], standalone_mode=False
        )
    assert str(failure.value) == f"{a_disc / 'DICOMDIR'} is no folder. Give the folder at which the disc can be read."
