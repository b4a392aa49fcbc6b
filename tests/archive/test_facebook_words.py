"""Words of others out of exports of Facebook: comments and the timeline, and nothing of the owner or of messages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.archive.importers.elsewhere.came import Place
from snowdrop.archive.importers.elsewhere.facebook import objects, reading
from snowdrop.archive.importers.instagram.lists import NotAList
from tests.archive.exports import as_meta_writes
from tests.archive.words import WORDS, expected, left_out, packed, read, refusal, told, written

MARCH = 1_710_000_000
TIMELINE = "your_facebook_activity/posts/other_people's_posts_to_your_timeline.json"
ALBUM = "your_facebook_activity/posts/album/0.json"


@pytest.fixture
def an_export(tmp_path):
    def made(files):
        return packed(
            tmp_path / "facebook.zip",
            {name: data if isinstance(data, bytes | str) else as_meta_writes(data) for name, data in files.items()},
        )

    return made


def album(*comments):
    return {"name": "Fern", "photos": [{"uri": "a.jpg", "comments": list(comments)}]}


def comment(text, author="Lumi", at=MARCH):
    return {"timestamp": at, "comment": text, "author": author}


def post(text, title, at=MARCH):
    return {"timestamp": at, "data": [{"post": text}], "title": title}


@pytest.mark.parametrize("layout", ["activity-2024", "posts-2020"])
def test_the_words_of_others_come_in_either_layout(layout):
    words, tally = read(WORDS / f"facebook-{layout}.zip")

    assert [(word.at.isoformat(), word.text, word.signed, word.place) for word in words] == [
        (one["at"], one["text"], one["author"], Place.FACEBOOK)
        for one in expected(f"facebook-{layout}")["words_of_others"]
    ]
    assert (left_out(tally), tally.named) == ({}, [])


def test_both_layouts_give_the_same_keys():
    keys = [
        {word.key for word in read(WORDS / f"facebook-{layout}.zip")[0]} for layout in ("activity-2024", "posts-2020")
    ]

    assert keys[0] == keys[1]


def test_what_the_owner_wrote_below_a_picture_is_counted_and_left(an_export):
    mine = {"comments_v2": [{"timestamp": MARCH, "data": [{"comment": comment("thank you", "Quill Harbour")}]}]}
    path = an_export(
        {
            ALBUM: album(comment("so sorry"), comment("thank you", "Quill Harbour"), comment("", "Bibi")),
            "your_facebook_activity/comments_and_reactions/comments.json": mine,
        }
    )

    words, tally = read(path)

    assert (told(words), left_out(tally)) == ([("Lumi", "so sorry")], {"own": 1, "empty": 1})
    assert tally.sentences() == [
        "1 message holds no words.",
        "1 text was written by the owner of the account.",
    ]


def test_messages_are_never_opened(an_export):
    path = an_export(
        {
            ALBUM: album(comment("so sorry")),
            "your_facebook_activity/messages/inbox/lumi_1/album/0.json": album(comment("secret")),
            "messages/inbox/lumi_1/your_posts_1.json": "{ not even JSON",
        }
    )

    words, tally = read(path)

    assert (told(words), tally.named) == ([("Lumi", "so sorry")], [])


def test_the_same_comment_in_two_lists_comes_once(an_export):
    path = an_export(
        {
            ALBUM: album(comment("so sorry"), comment("so sorry", at=MARCH + 1)),
            "your_facebook_activity/posts/your_uncategorized_photos.json": {
                "other_photos_v2": [{"uri": "a.jpg", "comments": [comment("so sorry")]}]
            },
        }
    )

    assert [(word.text, word.at) for word in read(path)[0]] == [
        ("so sorry", datetime.fromtimestamp(MARCH, UTC)),
        ("so sorry", datetime.fromtimestamp(MARCH + 1, UTC)),
    ]


@pytest.mark.parametrize(
    "behind",
    [
        " wrote on your timeline.",
        " hat etwas in deiner Chronik gepostet.",
        " a publié dans votre journal.",
        " escribió en tu biografía.",
        " hefur skrifað á tímalínuna þína.",
        "さんがあなたのタイムラインに投稿しました。",
    ],
)
def test_who_wrote_on_the_timeline_is_told_in_any_language(an_export, behind):
    names = ["Uncle Toft", "Tía Marisol 🌻", "Vallis, the"]
    path = an_export({TIMELINE: [post(f"from {name}", f"{name}{behind}") for name in names]})

    (first, *rest) = told(read(path)[0])

    if behind.startswith(" "):
        assert [first, *rest] == [(name, f"from {name}") for name in names]
    else:
        # Without a space before it nothing tells where the name ends, so nothing of it is lost.
        assert first == (f"Uncle Toft{behind}", "from Uncle Toft")


def test_one_post_alone_is_told_by_what_facebook_writes_or_by_who_wrote_elsewhere(an_export):
    path = an_export(
        {ALBUM: album(comment("so sorry", "Lumi")), TIMELINE: [post("love", "Lumi hefur skrifað á tímalínuna þína.")]}
    )
    alone = an_export({TIMELINE: [post("love", "Uncle Toft posted on your timeline.")]})

    assert told(read(alone)[0]) == [("Uncle Toft", "love")]
    assert told(
        read(an_export({ALBUM: album(comment("so sorry")), TIMELINE: [post("love", "Lumi hefur skrifað.")]}))[0]
    ) == [
        ("Lumi", "so sorry"),
        ("Lumi", "love"),
    ]
    assert path == alone


def test_posts_with_labels_and_pictures_are_read(an_export):
    path = an_export(
        {
            TIMELINE: [
                {
                    "timestamp": MARCH,
                    "label_values": [
                        {"label": "Nachricht", "value": "So leid. 🕯️"},
                        {"label": "Name", "value": "Oma Hedda"},
                        {"label": "URL", "value": "https://x.invalid/1"},
                    ],
                },
                {
                    **post("see", "Lumi wrote on your timeline."),
                    "attachments": [{"data": [{"media": {"uri": "posts/media/../../Kerze.jpg"}}]}],
                },
            ]
        }
    )

    assert [(word.signed, word.text, word.files) for word in read(path)[0]] == [
        ("Oma Hedda", "So leid. 🕯️", ()),
        ("Lumi", "see", ("Kerze.jpg",)),
    ]


@pytest.mark.parametrize("at", [None, "soon", True, -1, 0, 10**30, 4_000_000_000, [1]])
def test_a_time_that_is_none_is_left_open(an_export, at):
    assert [word.at for word in read(an_export({ALBUM: album(comment("so sorry", at=at))}))[0]] == [None]


def test_text_is_mended_once_and_safe(an_export):
    comments = [comment("ünïcode — 🕯️", "Tía"), comment("nul\0 half \ud83d"), comment("a\r\nb")]
    rightly = json.dumps({"photos": [{"comments": [comment("schon richtig: Grüße 🕯️")]}]}, ensure_ascii=False)
    path = an_export({ALBUM: as_meta_writes(album(comments[0], comments[2])), "album/1.json": rightly})
    broken = an_export({"album/2.json": json.dumps(album(comments[1]))})

    assert [word.text for word in read(broken)[0]] == ["nul half \N{REPLACEMENT CHARACTER}"]
    path = an_export({ALBUM: as_meta_writes(album(comments[0], comments[2])), "album/1.json": rightly})
    assert [word.text for word in read(path)[0]] == ["schon richtig: Grüße 🕯️", "ünïcode — 🕯️", "a\nb"]


def test_lists_that_cannot_be_read_are_named_and_the_others_come(an_export, monkeypatch):
    path = an_export(
        {
            "album/0.json": '{"photos": [{"comments": [' * 70,
            "album/1.json": album(comment("so sorry"), "not a comment", {"timestamp": 1}),
            "album/2.json": '{"photos": [{"comments": [{"comment": "cut',
            "album/3.json": b'{"photos": [{"comments": [{"comment": "large", "author": "x"}]}]}' + b" " * 2000,
        }
    )
    monkeypatch.setattr(reading, "MOST_BYTES", 2000)

    words, tally = read(path)

    assert [word.text for word in words] == ["so sorry"]
    assert [(name, str(sentence)) for name, sentence in tally.named] == [
        ("album/0.json", "This list cannot be read."),
        ("album/2.json", "This list cannot be read."),
        ("album/3.json", "This list is longer than any export that we know, so it was not read."),
    ]
    assert left_out(tally) == {"empty": 1}


def test_a_single_list_is_read_alone(tmp_path):
    comments = written(tmp_path / "0.json", as_meta_writes(album(comment("so sorry"))))
    timeline = written(
        tmp_path / "wall.json",
        as_meta_writes(
            {"wall_posts_sent_to_you": {"activity_log_data": [post("love", "Lumi wrote on your timeline.")]}}
        ),
    )

    assert (told(read(comments)[0]), told(read(timeline)[0])) == ([("Lumi", "so sorry")], [("Lumi", "love")])


def test_the_variant_for_a_browser_is_refused_with_what_to_ask_for(an_export):
    path = an_export({"your_facebook_activity/posts/your_posts_1.html": "<html>"})

    assert refusal(path) == (
        "This is the export made for reading in a browser (HTML). Its days and people cannot be told apart safely. "
        "Please ask Facebook for it once more, and choose JSON as the format: Settings, Accounts Center, Your "
        "information and permissions, Download your information, then Format: JSON."
    )


def test_a_part_without_posts_is_refused_with_what_to_choose(an_export):
    assert refusal(an_export({"your_facebook_activity/posts/media/a.jpg": b""})) == (
        "There are no posts or comments in this export of Facebook, or only those of another part. Please choose the "
        "part that holds posts, or ask for posts and comments once more."
    )


# -- objects out of a long JSON -----------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), max_size=5), VALUES)
def test_each_object_of_a_list_is_found_however_the_text_around_it_is(found, around):
    text = json.dumps({"before": around, "photos": [{"comments": found, "after": around}]})
    names = frozenset({"comments"})
    inner = [one for value in (around, around) for one in _below(value, "comments")]

    if not inner:
        assert [one for _name, one in objects.of_lists(text, names)] == found


def _below(value, name):
    if isinstance(value, dict):
        yield from (one for key, inner in value.items() for one in ([inner] if key == name else _below(inner, name)))
    elif isinstance(value, list):
        yield from (one for inner in value for one in _below(inner, name))


@pytest.mark.parametrize("text", ["", "love", "[", "]", '{"a": [}', '[{"a": 1}', "[" * 100 + "]" * 100])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(NotAList):
        list(objects.of_lists(text, frozenset({""})))
