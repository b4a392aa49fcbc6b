"""What a file of words is, told by what is in it; and a sentence for every file that is none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.archive.importers.elsewhere import recognising
from snowdrop.archive.importers.elsewhere.came import CannotBring, Place
from tests.archive.words import MATERIAL, TODAY, WORDS, packed, read, refusal, sample, written

HOSTILE = MATERIAL / "hostile"
NOT_WORDS = (
    "This is not a file that words can be read from. A chat of WhatsApp, a mailbox (mbox), an export of Facebook as "
    "JSON, a table (CSV) and plain text can be read."
)
NOT_WORDS_PACKED = (
    "In this packed folder there are no words. A chat of WhatsApp, a mailbox (mbox) and an export of Facebook as JSON "
    "can be read from one."
)
A_PAGE = "This is a page for a browser (HTML). Please save it as plain text, or copy the words by hand."
OUTLOOK = "This is a mailbox of Outlook. Please save the mails one by one as .eml, or export them as mbox."
A_DOCUMENT = "This is a document of a word processor. Please save it as plain text (.txt), or copy the words by hand."
INSTAGRAM = (
    "This is an export of Instagram. It holds what you posted, which can be brought in with photographs, and not what "
    "others wrote below it."
)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (sample("ios-ar"), Place.WHATSAPP),
        (sample("ios-de"), Place.WHATSAPP),
        (WORDS / "condolences.mbox", Place.MAIL),
        (WORDS / "facebook-activity-2024.zip", Place.FACEBOOK),
        (WORDS / "facebook-posts-2020.zip", Place.FACEBOOK),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_a_file_is_told_by_what_is_in_it_whatever_it_is_called(tmp_path, path, place):
    renamed = written(tmp_path / "download (1)", path.read_bytes())

    assert recognising.recognise(renamed, today=TODAY) is place


def test_plain_text_was_written_nowhere_that_is_known(tmp_path):
    assert recognising.recognise(written(tmp_path / "a.txt", "love\n"), today=TODAY) is None


def test_a_mailbox_may_be_packed(tmp_path):
    box = (WORDS / "condolences.mbox").read_bytes()
    path = packed(
        tmp_path / "takeout.zip", {"Takeout/Mail/All mail.mbox": box, "Takeout/archive_browser.html": "<html>"}
    )

    with recognising.opened(path, today=TODAY) as reading:
        assert (reading.place, len(list(reading.words))) == (Place.MAIL, 18)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "This file is empty."),
        ("a.txt", b"\xef\xbb\xbf \r\n\r\n", "This file is empty."),
        ("a.txt", b"\0" * 5000, "This file is empty."),
        ("a.txt", bytes(range(32)) * 100, NOT_WORDS),
        ("a.json", b'{"love": [1, 2]}', NOT_WORDS),
        ("a.html", b"<!DOCTYPE html><p>love", A_PAGE),
        ("a.pst", b"!BDN" + bytes(100), OUTLOOK),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(100), A_DOCUMENT),
        ("a.zip", b"PK\x03\x04 not a ZIP at all", NOT_WORDS),
    ],
)
def test_what_is_no_words_is_refused_with_what_to_do(tmp_path, name, content, sentence):
    assert refusal(written(tmp_path / name, content)) == sentence


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, NOT_WORDS_PACKED),
        ({"a.txt": "love"}, NOT_WORDS_PACKED),
        ({"word/document.xml": "", "[Content_Types].xml": ""}, A_DOCUMENT),
        ({"inner.zip": b"PK"}, NOT_WORDS_PACKED),
        ({"your_instagram_activity/media/posts_1.json": "[]"}, INSTAGRAM),
    ],
)
def test_a_packed_folder_without_words_is_refused_with_what_to_do(tmp_path, files, sentence):
    assert refusal(packed(tmp_path / "a.zip", files)) == sentence


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == "This is a folder. Please choose the file that was exported, or pack the folder (ZIP)."


@pytest.mark.parametrize(
    "name", ["html.jpg", "huge-header.jpg", "bomb.png", "photo.jpg.exe", "zeros.heic", "truncated.webp"]
)
def test_no_hostile_picture_is_taken_for_words(name):
    path = HOSTILE / name
    if not path.exists():
        pytest.fail(f"{name} is not there")

    assert refusal(path)


def test_a_chat_that_unpacks_to_gigabytes_is_read_no_further(tmp_path):
    chat = "13/03/2024, 18:00 - Lumi: hello\n" + ("love " * 20 + "\n") * 1_500_000

    path = packed(tmp_path / "bomb.zip", {"_chat.txt": chat})

    assert refusal(path) == (
        "This packed folder unpacks to more than an export of words can be. Nothing more of it was read."
    )


def test_a_locked_chat_says_so(tmp_path):
    path = packed(tmp_path / "locked.zip", {"_chat.txt": "13/03/2024, 18:00 - Lumi: hello\n"})
    whole = bytearray(path.read_bytes())
    whole[6] |= 1
    whole[whole.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(whole)

    assert refusal(path) == "This file is locked with a password. Unpack it first."


def test_a_damaged_chat_says_so(tmp_path):
    path = packed(tmp_path / "damaged.zip", {"_chat.txt": "13/03/2024, 18:00 - Lumi: hello\n" * 50})
    whole = bytearray(path.read_bytes())
    whole[45] ^= 0xFF
    path.write_bytes(whole)

    assert refusal(path) == "This file is damaged inside the packed folder."


def test_too_many_files_in_one_folder_are_refused(tmp_path):
    path = packed(tmp_path / "many.zip", {f"{n}.txt": "" for n in range(25_001)})

    assert refusal(path) == ("There are too many files in this packed folder. Please pack fewer than 25,000 at a time.")


# -- broken files ------------------------------------------------------------------------------------

SAMPLES = [
    sample("ios-ar").read_bytes(),
    sample("ios-de").read_bytes(),
    sample("android-es-CO").read_bytes(),
    (WORDS / "condolences.mbox").read_bytes()[:6000],
    (WORDS / "condolences.mbox").read_bytes()[-4000:],
    (WORDS / "facebook-posts-2020.zip").read_bytes(),
    b"name,text,date\nLumi,\"so\nsorry\",2024-03-04\n",
    b"So sorry.\n-- Lumi\n\n---\n",
]  # fmt: skip


@st.composite
def broken(draw):
    """A sample with some of its bytes changed, doubled, taken away or cut off."""
    content = bytearray(draw(st.sampled_from(SAMPLES)))
    for _number in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        upto = at + draw(st.integers(0, 40))
        change = draw(st.sampled_from(["set", "take", "double", "cut"]))
        if change == "set":
            content[at:upto] = draw(st.binary(max_size=8))
        elif change == "take":
            del content[at:upto]
        elif change == "double":
            content[at:at] = content[at:upto]
        else:
            del content[at:]
    return bytes(content)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=broken() | st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
)
def test_whatever_is_in_a_file_it_is_read_or_refused_with_a_sentence(tmp_path, content):
    path = written(tmp_path / "any", content)

    try:
        words, tally = read(path)
    except CannotBring as refused:
        assert str(refused.sentence)
    else:
        assert all(word.text or word.files for word in words)
        assert not any("\n" in word.signed for word in words)
        for text in [text for word in words for text in (word.signed, word.text, word.own)]:
            assert "\0" not in text
            text.encode()
        assert all(tally.sentences())
