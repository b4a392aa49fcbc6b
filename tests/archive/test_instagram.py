"""Bringing an Instagram export in: every layout alike, the same again never twice, and what is told."""

from __future__ import annotations

import json
import warnings
import zipfile

import pytest

from snowdrop.archive.importers import found
from snowdrop.archive.importers.found import NotAFolder
from snowdrop.archive.importers.instagram import bringing, export, lists, words
from snowdrop.archive.importers.instagram.export import WhichAccount
from snowdrop.archive.importers.instagram.lists import NotAList
from snowdrop.archive.models import Brought, Choice
from snowdrop.keepsakes import adding, jobs
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.storage import originals, renditions
from snowdrop.storage.models import Original
from snowdrop.story.models import Moment, Placed
from tests.archive import exports
from tests.archive.exports import DAY, LAYOUTS, MARCH, picture
from tests.keepsakes.conftest import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def zips(tmp_path_factory):
    """Pack exports, each a ZIP with a folder of its own."""

    def made(*contents):
        return [exports.packed(tmp_path_factory.mktemp("part") / "export.zip", content) for content in contents]

    return made


@pytest.fixture
def of_export(keeper):
    """Add by hand a picture that is in the exports too."""

    def added(seed):
        return adding.add(originals.receive([picture(seed)]), by=keeper, came_as="from-the-phone.jpg").photograph

    return added


def bring(paths, viewer, *, account="", **more):
    with export.opened(paths, account=account) as opened:
        return bringing.bring_in(opened, by=viewer, **more)


def look(paths, viewer):
    with export.opened(paths) as opened:
        return bringing.look_through(opened, by=viewer)


def numbers(summary):
    return summary.came, summary.pictures, summary.here, summary.left_out


def told(summary):
    return [(name, str(sentence)) for name, sentence in summary.not_taken]


def story(viewer):
    """What stands in the story: days, words, and the names of the pictures in their order."""
    return [
        (
            str(moment.date or ""),
            moment.text,
            [placed.photograph.came_as for placed in Placed.objects.filter(moment=moment).order_by("order")],
        )
        for moment in Moment.objects.visible_to(viewer).in_order()
    ]


STORY = [
    ("2023-01-29", "", ["5_n.jpg", "6_n.jpg"]),
    ("2024-03-04", 'Tiny feet, "huge" love ❤️', ["4_n.jpg"]),
    ("2024-03-05", "19:00 🕯️", ["7_n.jpg"]),
    ("2024-03-06", "Zo klein, zo geliefd 🕯️\n\n#étoile", ["1_n.jpg", "2_n.jpg", "3_n.jpg"]),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_becomes_the_same_story_for_keepers_alone(layout, keeper, friend, zips):
    summary = bring(zips(exports.files(layout)), keeper)

    assert (numbers(summary), told(summary), summary.missing, summary.films) == ((4, 7, 0, 0), [], [], [])
    assert summary.not_understood == 0
    assert story(keeper) == STORY
    assert (story(friend), Photograph.objects.visible_to(friend).count()) == ([], 0)
    kept = [*Moment.objects.all(), *Photograph.objects.all()]
    assert {(row.audience, row.writer) for row in kept} == {(Circle.KEEPERS, keeper.person)}
    assert {row.digest_is_right() for row in kept} == {True}
    assert {originals.path(row.sha256).read_bytes() for row in Original.objects.all()} == {
        picture(n) for n in range(1, 8)
    }


@pytest.mark.parametrize("second", LAYOUTS)
def test_the_same_posts_again_in_any_layout_add_nothing(second, keeper, second_keeper, zips):
    bring(zips(exports.files("media-2024")), keeper)
    rows = list(Moment.objects.in_order().values()), list(Photograph.objects.in_order().values())

    again = bring(zips(exports.files(second)), second_keeper)

    assert numbers(again) == (0, 0, 4, 0)
    assert (list(Moment.objects.in_order().values()), list(Photograph.objects.in_order().values())) == rows


def test_two_layouts_of_one_account_given_together_are_one_story(keeper, zips):
    summary = bring(zips(exports.files("root-2019"), exports.files("media-2024")), keeper)

    assert numbers(summary) == (4, 7, 0, 0)
    assert story(keeper) == STORY


def test_parts_are_one_tree_whichever_holds_what_and_a_file_in_two_comes_once(keeper, zips):
    content = exports.files("media-2024")
    text = {name: data for name, data in content.items() if name.endswith(".json")}
    pictures = [(name, data) for name, data in content.items() if name.endswith(".jpg")]

    summary = bring(zips(dict(pictures[:4]), {**text, **dict(pictures[3:])}), keeper)

    assert (numbers(summary), story(keeper)) == ((4, 7, 0, 0), STORY)


def test_an_unpacked_export_and_one_below_a_folder_of_its_own_come_too(keeper, zips, folder_of):
    unpacked = folder_of({f"instagram-fern/{name}": data for name, data in exports.files("content-2022").items()})

    summary = bring([unpacked], keeper)

    assert (numbers(summary), story(keeper)) == ((4, 7, 0, 0), STORY)


def test_a_look_says_what_would_come_and_changes_nothing(keeper, zips, data_folder):
    paths = zips(exports.files("media-2024"))

    looked = look(paths, keeper)
    nothing = (Original.objects.count(), Moment.objects.count(), Brought.objects.count(), files_in(data_folder))
    came = bring(paths, keeper)
    again = look(paths, keeper)

    assert (numbers(looked), numbers(came), numbers(again)) == ((4, 7, 0, 0), (4, 7, 0, 0), (0, 0, 4, 0))
    assert nothing == (0, 0, 0, [])


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_taken_off_the_page_or_deleted_for_good_does_not_come_back(keeper, zips):
    paths = zips(exports.files("media-2024"))
    bring(paths, keeper)
    away, gone = Moment.objects.visible_to(keeper).in_order()[:2]
    keepings.put_away(away, by=keeper)
    gone.delete()

    again = bring(paths, keeper)

    assert numbers(again) == (0, 0, 4, 0)
    assert story(keeper) == STORY[2:]


def test_a_picture_that_was_taken_off_the_page_stays_off_and_is_told(keeper, zips, of_export):
    photograph = of_export(4)
    keepings.put_away(photograph, by=keeper)

    summary = bring(zips(exports.files("media-2024")), keeper)

    off = "This picture is here and was taken off the page. It stays off."
    assert told(summary) == [("media/posts/202403/4_n.jpg", off)]
    assert story(keeper)[1] == ("2024-03-04", 'Tiny feet, "huge" love ❤️', [])


def test_a_picture_that_is_here_is_placed_and_not_kept_twice(keeper, zips, of_export):
    photograph = of_export(4)

    summary = bring(zips(exports.files("media-2024")), keeper)

    assert summary.pictures == 6
    assert Placed.objects.get(photograph=photograph).moment.text == 'Tiny feet, "huge" love ❤️'
    assert Photograph.objects.of_picture(photograph.original_id).count() == 1


def test_a_day_is_that_of_the_time_zone_of_whoever_brings_it(keeper, settings, zips):
    posts = [(MARCH + 6 * 3600, "After midnight in Zurich", [1])]  # 5 March 2024, 00:02 UTC
    settings.TIME_ZONE = "America/New_York"

    bring(zips(exports.files("media-2024", posts, [])), keeper)
    of_the_house = story(keeper)[0][0]
    Moment.objects.all().delete()
    Brought.objects.all().delete()
    keeper.person.time_zone = "Europe/Zurich"
    bring(zips(exports.files("media-2024", posts, [])), keeper)

    assert (of_the_house, story(keeper)[0][0]) == ("2024-03-04", "2024-03-05")


def test_two_posts_of_one_day_stand_as_they_were_posted(keeper, zips):
    posts = [(MARCH + 600, "second", [2]), (MARCH, "first", [1]), (MARCH + 1200, "third", [3])]

    bring(zips(exports.files("media-2024", posts, [])), keeper)

    assert [text for _day, text, _pictures in story(keeper)] == ["first", "second", "third"]


def test_films_and_missing_pictures_are_told_by_name_and_words_come_all_the_same(keeper, zips):
    content = exports.files("media-2024", [(MARCH, "Her first walk", [1, 2])], [])
    del content[exports.uri("media-2024", 2)]
    reel = {"media": [{"uri": "media/reels/202403/9.mp4", "creation_timestamp": MARCH + DAY, "title": "By the lake"}]}
    content["your_instagram_activity/media/reels.json"] = exports.as_meta_writes({"ig_reels_media": [reel]})
    content["media/reels/202403/9.mp4"] = b"\0\0\0\x18ftypmp42" + bytes(16)

    summary = bring(zips(content), keeper)

    assert (summary.films, summary.missing) == (["media/reels/202403/9.mp4"], ["media/posts/202403/2_n.jpg"])
    assert story(keeper) == [("2024-03-04", "Her first walk", ["1_n.jpg"]), ("2024-03-05", "By the lake", [])]


def test_a_part_that_is_brought_later_gives_its_pictures_to_the_posts_that_are_here(keeper, zips):
    content = exports.files("media-2024")
    late = {exports.uri("media-2024", seed): picture(seed) for seed in (3, 4)}
    bring(zips({name: data for name, data in content.items() if name not in late}), keeper)

    summary = bring(zips(content), keeper)

    assert numbers(summary) == (0, 2, 4, 0)
    assert story(keeper) == STORY


def test_earlier_posts_are_left_out_and_others_kept_apart_from_the_story(keeper, zips):
    apart = {MARCH: Choice.APART, MARCH - 400 * DAY: Choice.OUT}

    summary = bring(zips(exports.files("media-2024")), keeper, choose=lambda post: apart.get(post.at, Choice.STORY))
    later = bring(zips(exports.files("media-2024")), keeper)

    assert (numbers(summary), numbers(later)) == ((3, 5, 0, 1), (1, 2, 3, 0))
    assert story(keeper) == [STORY[0], *STORY[2:]]
    alone = Photograph.objects.get(came_as="4_n.jpg")
    assert (alone.caption, alone.moments.count(), str(alone.date)) == ('Tiny feet, "huge" love ❤️', 0, "2024-03-04")


def test_words_too_long_for_a_photograph_are_told(keeper, zips):
    posts = [(MARCH, "a" * 2_200, [1])]

    summary = bring(zips(exports.files("media-2024", posts, [])), keeper, choose=lambda post: Choice.APART)

    too_long = "The words to these photographs are longer than there is room for. Please copy the end by hand."
    assert told(summary) == [("media/posts/202403/1_n.jpg", too_long)]
    assert Photograph.objects.get().caption == "a" * 2_000


def test_messages_are_never_opened(keeper, zips):
    """Nothing of a message is kept; and one that cannot even be read is not missed."""
    content = exports.files("media-2024")
    letter = exports.as_meta_writes([{"media": [{"uri": "media/posts/202403/1_n.jpg"}], "title": "canary-message"}])
    for folder in ("your_instagram_activity/messages/inbox", "messages/inbox/wren", "messages"):
        content[f"{folder}/media/posts_1.json"] = letter
        content[f"{folder}/photos/1.jpg"] = picture(99)
    stolen = [{"media": [{"uri": "messages/photos/1.jpg", "creation_timestamp": MARCH}], "title": "x"}]
    content["your_instagram_activity/media/posts_2.json"] = exports.as_meta_writes(stolen)
    (path,) = zips(content)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"canary-message", b"canary-massage"))  # its sum is wrong now

    summary = bring([path], keeper)

    assert (told(summary), summary.not_understood, summary.missing) == ([], 0, ["messages/photos/1.jpg"])
    assert story(keeper) == [*STORY[:2], ("2024-03-04", "x", []), *STORY[2:]]
    assert not Moment.objects.filter(text__contains="canary").exists()
    assert not Photograph.objects.filter(original__sha256=digest(picture(99))).exists()


def digest(content):
    import hashlib

    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("for Fern \u00e2\u009d\u00a4\u00ef\u00b8\u008f", "for Fern ❤️"),
        ("Num\u00c3\u00a9ro", "Numéro"),
        ("Numéro", "Numéro"),  # written rightly: these bytes are no UTF-8
        ("❤️ caf\u00c3\u00a9", "❤️ cafÃ©"),  # a character that no byte makes: nothing is repaired
        ('"quoted" \u00e2\u0080\u0099s', '"quoted" ’s'),
        ("a\u0000b\u001bc\r\nd", "abc\nd"),
        ("half \ud83d", "half \ufffd"),
        ("\u00f0\u009f\u0098 half", "ð half"),
        (None, ""),
        (["x"], ""),
    ],
)
def test_words_are_repaired_strictly_and_made_safe(written, read):
    assert words.said(written) == read


def test_a_broken_text_comes_safely_and_impossible_times_are_no_days(keeper, zips):
    content = {
        "your_instagram_activity/media/posts_1.json": b'[{"media":[{"uri":"media/a.jpg",'
        b'"creation_timestamp":1709575331,'
        b'"title":"\\u00f0\\u009f\\u0098 broken \\ud83d lone \\u0000 nul"}]},'
        b'{"media":[{"uri":"media/b.jpg","creation_timestamp":1000000000000000000,"title":"far"}]},'
        b'{"media":[{"uri":"media/c.jpg","creation_timestamp":"NaN","title":"none"}]},'
        b'{"media":"x"}, {"media":[{"uri":7}]}]',
        "media/a.jpg": picture(1),
        "media/b.jpg": picture(2),
        "media/c.jpg": picture(3),
    }

    summary = bring(zips(content), keeper)

    assert story(keeper) == [
        ("2024-03-04", "ð broken � lone  nul", ["a.jpg"]),
        ("", "far", ["b.jpg"]),
        ("", "none", ["c.jpg"]),
    ]
    assert summary.not_understood == 2


def test_names_that_lead_out_of_an_export_are_told_as_missing(keeper, zips):
    outside = [
        "../../../../etc/passwd",
        "/etc/passwd",
        "http://127.0.0.1:1/x.jpg",
        "file:///etc/hostname",
        "media/../x",
    ]
    posts = [{"media": [{"uri": uri, "creation_timestamp": MARCH + n * 60}]} for n, uri in enumerate(outside)]
    content = {
        "content/posts_1.json": exports.as_meta_writes(posts),
        "../../../../etc/passwd": picture(1),
        "x": picture(2),
    }

    summary = bring(zips(content), keeper)

    assert (numbers(summary), summary.missing) == ((0, 0, 0, 0), outside)
    assert not Original.objects.exists()


# -- what cannot be brought in ---------------------------------------------------------------


def sentence_of(paths, viewer) -> str:
    with pytest.raises(NotAFolder) as refused:
        bring(paths, viewer)
    assert (Moment.objects.count(), Photograph.objects.count(), Brought.objects.count()) == (0, 0, 0)
    return str(refused.value.sentence)


def test_the_variant_in_html_says_how_to_ask_for_json(keeper, zips):
    content = {"start_here.html": b"<html>", "your_instagram_activity/media/posts_1.html": b"<html>"}

    assert sentence_of(zips({**content, "media/posts/202403/x0.jpg": picture(1)}), keeper) == (
        "This is the export made for reading in a browser (HTML). Its days and pictures cannot be told apart safely. "
        "Please ask Instagram for it once more, and choose JSON as the format: Settings, Accounts Center, Your "
        "information and permissions, Download your information, then Format: JSON."
    )


def test_a_part_without_its_list_and_what_is_no_export_say_so(keeper, zips):
    pictures = {"media/posts/202403/1_n.jpg": picture(1)}
    facebook = {"your_facebook_activity/posts/your_posts_1.json": b"[]"}

    assert [sentence_of(zips(content), keeper) for content in (pictures, facebook)] == [
        "The pictures are here, and the list that says when and with which words is not. It is in another part of the "
        "same export: please choose all its parts together.",
        "This is not an export of Instagram, or posts and stories were not chosen when it was made.",
    ]


def test_of_two_accounts_it_is_asked_which_and_only_that_one_comes(keeper, zips):
    other = exports.files("media-2024", [(MARCH, "of another", [20])], [], user="bramble.and.co")
    paths = zips(exports.files("content-2022"), other)

    with pytest.raises(WhichAccount) as asked:
        bring(paths, keeper)
    bring(paths, keeper, account="fern")

    assert asked.value.accounts == ["bramble.and.co", "fern"]
    assert story(keeper) == STORY


def test_a_part_that_is_cut_off_is_named_and_nothing_comes(keeper, zips):
    content = exports.files("media-2024")
    first, second = zips(content, {"media/posts/202403/30_n.jpg": picture(30)})
    second.write_bytes(second.read_bytes()[:-40])

    with pytest.raises(NotAFolder) as refused:
        bring([first, second], keeper)

    assert (str(refused.value.sentence), refused.value.path) == (
        "This is not a packed folder (ZIP), or it is damaged.",
        second,
    )
    assert not Moment.objects.exists()


def test_a_list_that_breaks_off_goes_too_deep_or_is_too_long_is_told_alone(keeper, zips, monkeypatch):
    content = exports.files("media-2024")
    content["your_instagram_activity/media/posts_2.json"] = b"[" * 100_000 + b"]" * 100_000
    content["your_instagram_activity/media/posts_3.json"] = b'[{"media": [{"uri": "media/posts'
    content["your_instagram_activity/media/posts_4.json"] = b"x" * 5_000
    monkeypatch.setattr(lists, "MOST_BYTES", 250_000)
    content["your_instagram_activity/media/posts_5.json"] = b"[" + b" " * 250_000 + b"]"

    summary = bring(zips(content), keeper)

    broken = "This list cannot be read."
    assert told(summary) == [
        ("your_instagram_activity/media/posts_2.json", broken),
        ("your_instagram_activity/media/posts_3.json", broken),
        ("your_instagram_activity/media/posts_4.json", broken),
        (
            "your_instagram_activity/media/posts_5.json",
            "This list is longer than any export that we know, so it was not read.",
        ),
    ]
    assert story(keeper) == STORY


def test_a_list_of_quotation_marks_without_an_end_is_read_once():
    """Read again from each mark, half a million of them would take an hour and a half."""
    with pytest.raises(NotAList):
        list(lists.entries('["' + '\\"' * 500_000 + "\\"))


def test_a_bomb_is_left_before_it_unpacks(keeper, zips, monkeypatch):
    monkeypatch.setattr(found, "RATIO_FROM", 2**20)
    content = exports.files("media-2024", [(MARCH, "", [1])], [])
    content[exports.uri("media-2024", 1)] = picture(1) + bytes(2**23)
    path = zips({})[0]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in content.items():
            zipped.writestr(name, data)

    assert sentence_of([path], keeper) == (
        "This packed folder unpacks to more than a folder of photographs can be. Nothing more of it was read."
    )
    assert not Original.objects.exists()


def test_a_locked_a_damaged_and_a_wrong_picture_are_told_and_the_rest_comes(keeper, zips):
    posts = [(MARCH, "with some", [1, 2, 3, 4])]
    content = exports.files("media-2024", posts, [])
    content[exports.uri("media-2024", 3)] = b"GIF but not really"
    (path,) = zips(content)
    whole = bytearray(path.read_bytes())
    locked = exports.uri("media-2024", 1)
    with zipfile.ZipFile(path) as zipped:
        whole[zipped.getinfo(locked).header_offset + 6] |= 1
    whole[whole.rfind(locked.encode()) - 38] |= 1
    whole[whole.find(picture(2)) + 300] ^= 0xFF
    path.write_bytes(whole)

    summary = bring([path], keeper)

    assert told(summary) == [
        ("media/posts/202403/1_n.jpg", "This file is locked with a password. Unpack it first."),
        ("media/posts/202403/2_n.jpg", "This file is damaged inside the packed folder."),
        (
            "media/posts/202403/3_n.jpg",
            "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added.",
        ),
    ]
    assert story(keeper) == [("2024-03-04", "with some", ["4_n.jpg"])]
    assert Original.objects.count() == 1


def test_of_a_name_that_is_there_twice_the_first_is_taken_and_it_is_told(keeper, zips):
    content = exports.files("media-2024", [(MARCH, "one", [1])], [])
    (path,) = zips(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "a") as zipped:
            zipped.writestr(exports.uri("media-2024", 1), picture(2))

    summary = bring([path], keeper)

    twice = "This name is there twice with different content. The first was taken."
    assert told(summary) == [("media/posts/202403/1_n.jpg", twice)]
    assert Original.objects.get().sha256 == digest(picture(1))


@pytest.mark.parametrize("who", ["friend", "family", "stranger", "elsewhere"])
def test_only_keepers_bring_exports_in(who, request, zips):
    with pytest.raises(NotForYou):
        bring(zips(exports.files("media-2024")), request.getfixturevalue(who))

    assert not Original.objects.exists()


# -- pictures that are opened later ------------------------------------------------------------


def test_plain_pictures_are_opened_by_the_worker_afterwards(keeper, zips):
    bring(zips(exports.files("media-2024")), keeper)
    before = set(Original.objects.values_list("colour", "width", "height", "media_type"))

    for original in Original.objects.all():
        jobs.make_renditions.call([[original.pk, 0]])

    assert before == {("", 64, 48, "image/jpeg")}
    rows = list(Original.objects.all())
    assert {(row.colour != "", row.width, row.height, row.damaged) for row in rows} == {(True, 64, 48, False)}
    assert all(renditions.is_whole(renditions._file(row.sha256, 0, 480)) for row in rows)


def test_what_is_not_plain_is_opened_at_once(keeper, zips):
    turned = jpeg(1, taken="2024:02:01 10:00:00")
    content = exports.files("media-2024", [(MARCH, "", [1])], [])
    content[exports.uri("media-2024", 1)] = turned

    bring(zips(content), keeper)

    assert (Original.objects.get().colour != "", str(Photograph.objects.get().date)) == (True, "2024-02-01")


# -- the command -----------------------------------------------------------------------------


@pytest.fixture
def command(memorial, capsys):
    from snowdrop.host.command import _app

    def run(*arguments: str) -> str:
        _app(["import"])(["import", "instagram", *arguments, "--memorial", memorial.slug], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_the_command_says_in_words_what_came(command, keeper, zips):
    content = exports.files("media-2024")
    del content[exports.uri("media-2024", 3)]
    (path,) = zips(content)

    dry, first, again = (command(str(path), *more) for more in (["--dry-run"], ["--after", "2024-03-05"], []))

    missing = "media/posts/202403/3_n.jpg: This picture is not in the export."
    end = "1 picture is not in the export, see above."
    assert [out.splitlines() for out in (dry, first, again)] == [
        [missing, "4 posts would come, with 6 photographs.", end],
        [missing, "2 posts came, with 3 photographs.", "2 were left out.", end],
        [missing, "2 posts came, with 3 photographs.", "2 are here already.", end],
    ]


def test_the_command_reports_as_json(command, keeper, zips):
    (path,) = zips(exports.files("root-2019"))

    assert json.loads(command(str(path), "--json")) == {
        "dry_run": False,
        "came": 4,
        "pictures": 7,
        "here": 0,
        "left_out": 0,
        "films": [],
        "missing": [],
        "not_taken": [],
        "not_understood": 0,
    }


def test_the_command_asks_which_account_and_refuses_a_day_that_is_none(command, keeper, zips):
    from snowdrop.host.failure import Failure

    paths = [str(path) for path in zips(exports.files("media-2024"), exports.files("media-2024", user="bramble"))]

    with pytest.raises(Failure) as which:
        command(*paths)
    with pytest.raises(Failure) as day:
        command(*paths, "--after", "yesterday")

    assert (str(which.value), str(day.value)) == (
        "These are exports of more than one account: bramble, fern. Say which with --account NAME.",
        "yesterday is no date such as 2024-03-01.",
    )
    assert json.loads(command(*paths, "--account", "bramble", "--json"))["came"] == 4
