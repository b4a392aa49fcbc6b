"""Bringing a folder in: what comes, what is told, and what the same folder does the second time."""

from __future__ import annotations

import json
import os

import pytest

from snowdrop.archive.importers import folder
from snowdrop.archive.importers.found import in_folders
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db

NO_PICTURE = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."


def told(summary: folder.Summary) -> tuple[int, int, list[tuple[str, str]]]:
    return summary.came, summary.here, [(one.name, str(one.sentence)) for one in summary.not_taken]


def test_dates_come_from_the_camera_then_from_the_name_and_never_from_the_disk(keeper, folder_of, bytes_of):
    given = folder_of(
        {
            "a/IMG_1.jpg": bytes_of(1, taken="2024:03:24 18:02:11"),
            "a/IMG-20240325-WA0001.jpg": bytes_of(2),
            "b/PXL_20241019_140758062.jpg": bytes_of(3, taken="2020:01:01 00:00:00"),
            "scan.jpg": bytes_of(4),
        }
    )

    folder.bring_in(in_folders([given]), by=keeper)

    rows = Photograph.objects.visible_to(keeper).in_order()
    assert [(row.came_as, str(row.date or ""), row.audience) for row in rows] == [
        ("PXL_20241019_140758062.jpg", "2020-01-01", Circle.KEEPERS),
        ("IMG_1.jpg", "2024-03-24", Circle.KEEPERS),
        ("IMG-20240325-WA0001.jpg", "2024-03-25", Circle.KEEPERS),
        ("scan.jpg", "", Circle.KEEPERS),
    ]
    assert len({row.batch for row in rows}) == 1


def test_captions_come_from_the_file_unless_a_camera_wrote_them(keeper, folder_of, bytes_of):
    given = folder_of(
        {
            "1.jpg": bytes_of(1, caption="OLYMPUS DIGITAL CAMERA"),
            "2.jpg": bytes_of(2, caption="In the garden"),
            "3.jpg": bytes_of(3)[:2]
            + b"\xff\xe1\x00\xb2http://ns.adobe.com/xap/1.0/\0"
            + (
                b"<x:xmpmeta><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>By the lake</rdf:li></rdf:Alt></dc:title>"
                b"</x:xmpmeta>"
            ).ljust(0xB2 - 2 - 29)
            + bytes_of(3)[2:],
        }
    )

    folder.bring_in(in_folders([given]), by=keeper)

    assert dict(Photograph.objects.values_list("came_as", "caption")) == {
        "1.jpg": "",
        "2.jpg": "In the garden",
        "3.jpg": "By the lake",
    }


def test_a_look_says_what_would_come_and_changes_nothing(keeper, folder_of, bytes_of, data_folder):
    given = folder_of(
        {"1.jpg": bytes_of(1), "2.jpg": bytes_of(1), "notes.txt": b"Hello", "broken.jpg": b"\xff\xd8\xff\xe0"}
    )

    looked = folder.look_through(in_folders([given]), by=keeper)
    nothing = (Original.objects.count(), Photograph.objects.count(), list((data_folder / "incoming").rglob("*.part")))
    came = folder.bring_in(in_folders([given]), by=keeper)

    damaged = "This picture is damaged, and nothing of it can be shown."
    assert told(looked) == told(came) == (1, 1, [("broken.jpg", damaged), ("notes.txt", NO_PICTURE)])
    assert nothing == (0, 0, [])


def test_the_same_folder_again_adds_nothing(keeper, folder_of, bytes_of):
    files = {f"{n}.jpg": bytes_of(n) for n in range(3)}
    folder.bring_in(in_folders([folder_of(files)]), by=keeper)
    before = list(Photograph.objects.in_order().values())

    again = folder.bring_in(in_folders([folder_of({f"moved/{name}": c for name, c in files.items()})]), by=keeper)

    assert told(again) == (0, 3, [])
    assert list(Photograph.objects.in_order().values()) == before


def test_what_was_taken_off_the_page_does_not_come_back_with_its_folder(keeper, second_keeper, folder_of, bytes_of):
    given = folder_of({"1.jpg": bytes_of(1)})
    folder.bring_in(in_folders([given]), by=keeper)
    keepings.put_away(Photograph.objects.get(), by=keeper)

    again = [folder.bring_in(in_folders([given]), by=who) for who in (keeper, second_keeper)]

    assert [told(summary) for summary in again] == [(0, 1, [])] * 2
    assert not Photograph.objects.visible_to(keeper).exists()


def test_broken_off_in_the_middle_it_goes_on(keeper, folder_of, bytes_of, monkeypatch):
    monkeypatch.setattr(folder, "GROUP", 2)
    given = folder_of({f"{n}.jpg": bytes_of(n) for n in range(7)})

    class Killed(BaseException):
        pass

    def until_the_fourth(told):
        if told.name == "3.jpg":
            raise Killed

    with pytest.raises(Killed):
        folder.bring_in(in_folders([given]), by=keeper, tell=until_the_fourth)
    kept = Photograph.objects.count()
    summary = folder.bring_in(in_folders([given]), by=keeper)

    assert (kept, told(summary)) == (4, (3, 4, []))
    assert sorted(Photograph.objects.values_list("came_as", flat=True)) == [f"{n}.jpg" for n in range(7)]


def test_odd_names_and_hidden_files_come_and_a_computers_leftovers_are_passed_over(keeper, folder_of, bytes_of):
    odd = {".hidden.jpg": 1, "\u202egpj.exe": 2, "a\nb.jpg": 3, '"><img>.jpg': 4, "ß" * 120 + ".jpg": 5, "-rf.jpg": 6}
    given = folder_of({name: bytes_of(seed) for name, seed in odd.items()})
    (given / "__MACOSX").mkdir()
    for leftover in (".DS_Store", "Thumbs.db", "._1.jpg", "__MACOSX/x.jpg"):
        (given / leftover).write_bytes(b"x")
    (given / os.fsdecode(b"latin-\xe9.jpg")).write_bytes(bytes_of(7))

    summary = folder.bring_in(in_folders([given]), by=keeper)

    assert told(summary) == (7, 0, [])
    expected = {*odd, "latin-�.jpg", "a b.jpg"} - {"a\nb.jpg"}
    assert set(Photograph.objects.values_list("came_as", flat=True)) == expected


def test_links_and_pipes_are_not_followed(keeper, folder_of, bytes_of, tmp_path):
    given = folder_of({"1.jpg": bytes_of(1)})
    outside = folder_of({"secret.jpg": bytes_of(2)})
    (given / "2.jpg").symlink_to(outside / "secret.jpg")
    (given / "3").symlink_to(outside)
    os.mkfifo(given / "4.jpg")

    summary = folder.bring_in(in_folders([given, given / "missing.jpg"]), by=keeper)

    link = "This is a link to another place, and it was not followed."
    assert told(summary) == (
        1,
        0,
        [
            ("2.jpg", link),
            ("3", link),
            ("4.jpg", "This file cannot be read."),
            ("missing.jpg", "Nothing is there."),
        ],
    )


@pytest.mark.parametrize("who", ["friend", "family", "stranger", "elsewhere"])
def test_only_keepers_bring_folders_in(who, request, folder_of, bytes_of):
    with pytest.raises(NotForYou):
        folder.bring_in(in_folders([folder_of({"1.jpg": bytes_of(1)})]), by=request.getfixturevalue(who))

    assert not Original.objects.exists()


def test_a_folder_costs_no_more_memory_however_long_it_is(keeper, folder_of, bytes_of):
    """What is found is asked for one by one, and never listed."""
    given = folder_of({f"{n}.txt": b"x" for n in range(5)})
    asked: list[str] = []

    def one_by_one():
        for found in in_folders([given]):
            asked.append(found.name)
            yield found

    folder.bring_in(one_by_one(), by=keeper, tell=lambda told: asked.append(f"told {told.name}"))

    assert asked == [word for n in range(5) for word in (f"{n}.txt", f"told {n}.txt")]


# -- the command -----------------------------------------------------------------------------


@pytest.fixture
def command(memorial, capsys):
    from snowdrop.host.command import _app

    def run(*arguments: str) -> tuple[int, str]:
        try:
            _app(["import"])(["import", "folder", *arguments], standalone_mode=False)
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().out

    return run


def test_the_command_reports_as_json_and_takes_any_form_of_address(command, memorial, keeper, folder_of, bytes_of):
    given = str(folder_of({"1.jpg": bytes_of(1), "notes.txt": b"Hello"}))
    addresses = [memorial.slug, f"/m/{memorial.slug}/", f"https://pages.example.org/m/{memorial.slug}/photographs/?x=1"]

    dry = command(given, "--memorial", addresses[0], "--dry-run", "--json")
    first, again = (command(given, "--memorial", address, "--json") for address in addresses[1:])

    not_taken = [{"name": "notes.txt", "reason": NO_PICTURE}]
    assert [json.loads(out) for _code, out in (dry, first, again)] == [
        {"dry_run": True, "came": 1, "here": 0, "not_taken": not_taken},
        {"dry_run": False, "came": 1, "here": 0, "not_taken": not_taken},
        {"dry_run": False, "came": 0, "here": 1, "not_taken": not_taken},
    ]
    assert Photograph.objects.get().writer == keeper.person


def test_the_command_says_in_words_what_came(command, memorial, folder_of, bytes_of):
    given = str(folder_of({"1.jpg": bytes_of(1), "2.jpg": bytes_of(1), "no\x1b[2J.txt": b"Hello"}))

    _code, out = command(given, "--memorial", memorial.slug)

    assert out.splitlines() == [
        f"no�[2J.txt: {NO_PICTURE}",
        "1 photograph came.",
        "1 is here already.",
        "1 file was not understood, see above.",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{here}", "--memorial", "nowhere"], "There is no memorial at nowhere."),
        (["{here}/missing", "--memorial", "{slug}"], "There is nothing at {here}/missing."),
        (
            ["{here}", "--memorial", "{slug}", "--by", "sam@example.org"],
            "Nobody with that address looks after this memorial.",
        ),
    ],
)
def test_a_failure_is_one_clear_line(arguments, sentence, command, memorial, tmp_path):
    from snowdrop.host.failure import Failure

    places = {"here": tmp_path, "slug": memorial.slug}

    with pytest.raises(Failure) as failure:
        command(*(argument.format(**places) for argument in arguments))

    assert str(failure.value) == sentence.format(**places)
