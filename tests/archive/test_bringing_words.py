"""Words out of files, all the way to the door: as the samples say, once however often, and on the pages."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from snowdrop.archive import jobs, untying
from snowdrop.archive.importers.elsewhere import bringing
from snowdrop.archive.importers.elsewhere.bringing import Way
from snowdrop.archive.models import Bundle
from snowdrop.host.failure import Failure
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.models import Membership
from snowdrop.people import zones
from snowdrop.words import door, elsewhere
from snowdrop.words.models import KindWord
from tests.archive.test_whatsapp import LOCALES
from tests.archive.words import WORDS, expected, packed, sample, written
from tests.words.conftest import memorial, opened, reader

__all__ = ["memorial", "opened", "reader"]
pytestmark = pytest.mark.django_db

CHAT = """[04.03.24, 18:02:11] Fern: \u200eMessages and calls are end-to-end encrypted.
[04.03.24, 18:02:11] Oma Hedda: So klein.
[04.03.24, 18:03:00] Mara ❤️: Danke.
[25.03.24, 09:00:00] +49 151 0000 1234: Wir denken an euch.
"""


def waiting():
    """What stands at the door, in the order in which it is read."""
    return [(word.written_at, word.signed, word.text, word.came) for word in KindWord.objects.as_they_came()]


def as_kept(at, signed, text, came, by):
    text = unicodedata.normalize("NFC", text).strip()
    at = at if at.tzinfo else at.replace(tzinfo=zones.of(by.person))
    return (at.astimezone(UTC), elsewhere.signature(signed), text, came)


def brought_twice(path, by):
    """Bring a file in two times; return how many words were new each time, and what waits then."""
    first, second = (bringing.bring_in(path, by=lambda: by) for _twice in range(2))
    return [first.new, second.new], waiting()


# -- the samples -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
def test_every_chat_waits_at_the_door_as_it_was_written(locale, reader):
    new, found = brought_twice(sample(locale), reader)

    wanted = [
        as_kept(datetime.fromisoformat(one["at"]), one["author"], one["text"], "whatsapp", reader)
        for one in expected(locale)["messages"]
        if one.get("text")
    ]
    assert found == wanted
    assert new == [len(wanted), 0]


def test_every_mail_waits_at_the_door_as_it_was_written(reader):
    new, found = brought_twice(WORDS / "condolences.mbox", reader)

    wanted = [
        as_kept(datetime.fromisoformat(one["at"]), one["from"], one["text"], "mail", reader)
        for one in expected("condolences")
    ]
    # Where a page breaks a line is told among the tests of mails.
    assert [(at, signed, " ".join(text.split()), came) for at, signed, text, came in found[-1:]] == wanted[-1:]
    assert found[:-1] == wanted[:-1]
    assert new == [len(wanted), 0]


def test_both_exports_of_facebook_hold_the_same_words_once(reader):
    layouts = [f"facebook-{layout}" for layout in ("activity-2024", "posts-2020")]
    new = [bringing.bring_in(WORDS / f"{layout}.zip", by=lambda: reader).new for layout in layouts]

    wanted = [
        as_kept(datetime.fromisoformat(one["at"]), one["author"], one["text"], "facebook", reader)
        for one in expected(layouts[0])["words_of_others"]
    ]
    assert waiting() == wanted
    assert new == [len(wanted), 0]


def test_a_text_waits_too_and_has_no_day(tmp_path, reader):
    new, found = brought_twice(written(tmp_path / "a.txt", "Oma Hedda:\nSo klein.\n\nMit euch.\n— Lumi\n"), reader)

    assert ([one[1:] for one in found], new) == (
        [("Oma Hedda", "So klein.", "text"), ("Lumi", "Mit euch.", "text")],
        [2, 0],
    )
    assert not KindWord.objects.filter(is_dated=True).exists()


# -- what is chosen, and what is left out ---------------------------------------------------------------------


def test_a_look_tells_who_wrote_and_when_and_writes_nothing_down(tmp_path, reader):
    summary = bringing.look_through(written(tmp_path / "_chat.txt", CHAT), by=reader)

    assert (summary.names, summary.words, KindWord.objects.exists()) == (
        ["+49 151 0000 1234", "Mara ❤️", "Oma Hedda"],
        3,
        False,
    )
    zone = zones.of(reader.person)
    assert [at.astimezone(zone).date().isoformat() for at in (summary.first, summary.last)] == [
        "2024-03-04",
        "2024-03-25",
    ]
    assert summary.tally.sentences() == ["1 line was written by the service itself, such as who joined."]


def test_the_words_of_those_without_a_tick_stay_out(tmp_path, reader):
    bringing.bring_in(written(tmp_path / "_chat.txt", CHAT), by=lambda: reader, way=Way(without=frozenset({"Mara ❤️"})))

    assert [signed for _at, signed, _text, _came in waiting()] == ["Oma Hedda", "+49 151 0000…"]


def test_pictures_stay_in_the_export_and_that_is_said(tmp_path, reader):
    chat = (
        "[25.03.24, 18:02:11] Lumi: Look \u200e<attached: 1.jpg>\n[25.03.24, 18:03:11] Lumi: \u200e<attached: 2.opus>\n"
    )
    path = packed(tmp_path / "chat.zip", {"_chat.txt": chat, "1.jpg": "x", "2.opus": "x"})

    summary = bringing.bring_in(path, by=lambda: reader)

    assert [text for _at, _signed, text, _came in waiting()] == ["Look"]
    assert summary.tally.sentences() == [
        "2 pictures, films, recordings and other files stay in your export. Only words come."
    ]


def test_mails_may_come_without_the_letters_they_answer(tmp_path, reader):
    mail = (
        "From: Lumi <lumi@example.net>\nDate: Wed, 06 Mar 2024 08:30:00 -0500\n\n"
        "So sorry.\n\nOn 5 March 2024 Mara wrote:\n> She died.\n> We are at home.\n"
    )
    path = written(tmp_path / "a.eml", mail)

    looked = bringing.look_through(path, by=reader)
    bringing.bring_in(path, by=lambda: reader, way=Way(own_only=True))
    again = bringing.bring_in(path, by=lambda: reader)

    assert (looked.has_letters, again.new) == (True, 0)
    assert [text for _at, _signed, text, _came in waiting()] == ["So sorry."]


@pytest.mark.parametrize(
    ("signed", "own"),
    [
        ("Mara", True),
        ("mara ❤️", True),
        ("Mara Vallis", True),
        ("Maral", False),
        ("Oma Mara", False),
        ("", False),
        ("❤️", False),
    ],
)
def test_a_keepers_own_name_is_known_with_what_stands_beside_it(signed, own):
    assert bringing.is_own(signed, frozenset({"mara", "theo vallis"})) is own


def test_many_names_are_told_up_to_a_bound_and_those_of_keepers_always(tmp_path, reader, monkeypatch):
    monkeypatch.setattr(bringing, "MOST_NAMES", 3)
    rows = "".join(f"name {number},so sorry {number}\n" for number in range(9))

    summary = bringing.look_through(written(tmp_path / "a.csv", f"name,text\n{rows}Mara,thanks\n"), by=reader)

    assert (summary.names, summary.more_names) == (["Mara", "name 0", "name 1", "name 2"], True)


def test_who_loses_the_right_in_the_middle_brings_nothing_more_in(tmp_path, reader, monkeypatch, opened):
    monkeypatch.setattr(bringing, "TOGETHER", 2)
    path = written(tmp_path / "a.csv", "name,text\n" + "".join(f"Lumi,word {number}\n" for number in range(6)))

    def leave(words, _new):
        if words == 4:
            Membership.objects.filter(person=reader.person).update(reads_first=False)

    with pytest.raises(NotForYou):
        bringing.bring_in(path, by=lambda: stand(opened, reader.person), tell=leave)

    assert [text for _at, _signed, text, _came in waiting()] == ["word 0", "word 1", "word 2", "word 3"]


# -- the pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def send(opened, client_for):
    def sent(content, *, by, name="_chat.txt", looks=True):
        client_for(by).post(
            reverse("archive:bring_words", args=[opened.slug]), {"file": SimpleUploadedFile(name, content)}
        )
        bundle = Bundle.objects.latest("sent_at")
        if looks:
            jobs.look_into_words.call(str(bundle.pk))
        return reverse("archive:bundle", args=[opened.slug, bundle.pk]), bundle

    return sent


def test_a_companion_sends_a_chat_chooses_and_lets_one_in(send, client_for, reader, keeper):
    here, bundle = send(CHAT.encode(), by=reader)
    client = client_for(reader)

    looked = client.get(here)
    page = looked.content.decode()
    client.post(here, {"do": "bring", "names": ["0", "2"]})
    comes = client.get(here).content.decode()
    jobs.bring_words_in.call(str(bundle.pk))
    came = client.get(here).content.decode()

    assert [(one["name"], one["is_own"]) for one in looked.context["names"]] == [
        ("+49 151 0000…", False),
        ("Mara ❤️", True),
        ("Oma Hedda", False),
    ]
    assert looked.context["days"] == "From 4 March 2024 to 25 March 2024."
    assert [word for word in ("klein", "Danke", "euch") if word in page] == []
    assert ("They are coming in" in comes, "They wait at the door" in came) == (True, True)
    assert [text for _at, _signed, text, _came in waiting()] == ["So klein.", "Wir denken an euch."]
    assert not bundle.path.exists()
    door.let_in([KindWord.objects.get(text="So klein.").pk], by=reader)
    assert [word.text for word in KindWord.objects.visible_to(keeper)] == ["So klein."]


def test_sent_again_nothing_new_comes(send, client_for, reader):
    for _twice in range(2):
        here, bundle = send(CHAT.encode(), by=reader)
        client_for(reader).post(here, {"do": "bring", "names": ["0", "1", "2"]})
        for _again in range(2):
            jobs.bring_words_in.call(str(bundle.pk))

    assert "All of it is here already." in client_for(reader).get(here).content.decode()
    assert KindWord.objects.count() == 3


def test_where_day_and_month_cannot_be_told_apart_it_is_asked(send, client_for, reader):
    chat = "3/4/24, 18:02 - Oma Hedda: So small.\n3/4/24, 18:03 - Lumi: With you.\n"
    here, bundle = send(chat.encode(), by=reader)
    client = client_for(reader)

    asks = client.get(here).content.decode()
    client.post(here, {"do": "bring", "names": ["0"]})  # not before it was said
    client.post(here, {"do": "order", "order": "month-first"})
    jobs.look_into_words.call(str(bundle.pk))
    days = client.get(here).context["days"]
    client.post(here, {"do": "bring", "names": ["0", "1"]})
    jobs.bring_words_in.call(str(bundle.pk))

    assert ("Which stands first, the day or the month?" in asks, days) == (True, "4 March 2024.")
    assert {at.astimezone(zones.of(reader.person)).date().isoformat() for at, *_more in waiting()} == {"2024-03-04"}


def test_what_is_no_words_is_refused_with_a_sentence_and_forgotten(send, client_for, reader):
    here, bundle = send(b"GIF89a" + bytes(100), by=reader, name="chat.zip")

    assert "This file could not be brought in" in client_for(reader).get(here).content.decode()
    assert client_for(reader).get(here).context["sentence"].startswith("This is a picture, a film or a recording.")
    assert not bundle.path.exists()


def test_what_is_left_is_forgotten_and_so_is_what_nobody_came_back_to(send, client_for, reader):
    here, bundle = send(CHAT.encode(), by=reader)
    client_for(reader).post(here, {"do": "leave"})
    left = (Bundle.objects.exists(), bundle.path.exists())
    _here, bundle = send(CHAT.encode(), by=reader)

    untying.forget_old(at=timezone.now() + untying.KEPT * 2)

    assert (left, Bundle.objects.exists(), bundle.path.exists()) == ((False, False), False, False)


@pytest.mark.parametrize("who", ["keeper", "second_keeper", "friend", "guest", "stranger", "elsewhere"])
def test_a_bundle_is_its_senders_alone(who, request, send, client_for, reader):
    here, bundle = send(CHAT.encode(), by=reader)
    client = client_for(request.getfixturevalue(who))

    answers = [client.get(here), client.post(here, {"do": "leave"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert bundle.path.exists()


def test_whoever_reads_first_no_longer_brings_nothing_in(send, client_for, reader):
    here, bundle = send(CHAT.encode(), by=reader)
    client_for(reader).post(here, {"do": "bring", "names": ["0", "1", "2"]})
    Membership.objects.filter(person=reader.person).update(reads_first=False)

    jobs.bring_words_in.call(str(bundle.pk))

    assert (KindWord.objects.exists(), Bundle.objects.get().state) == (False, Bundle.State.REFUSED)


def test_nothing_chosen_and_a_full_disk_are_told(opened, client_for, reader, settings):
    url, client, json = (
        reverse("archive:bring_words", args=[opened.slug]),
        client_for(reader),
        {"accept": "application/json"},
    )

    nothing = client.post(url, {}, headers=json)
    settings.RESERVE = 2**62
    full = client.post(url, {"file": SimpleUploadedFile("a.txt", b"love")}, headers=json)

    sentence = "There is no room left on this server, so this could not be kept. What was kept before is safe."
    assert [(answer.status_code, answer.json()) for answer in (nothing, full)] == [
        (422, {"errors": {"file": ["No file was chosen yet."]}}),
        (507, {"errors": {"file": [sentence]}}),
    ]


def test_who_reads_first_is_asked_before_words_are_brought_in(memorial, client_for, keeper):
    answer = client_for(keeper).get(reverse("archive:bring_words", args=[memorial.slug]))

    assert answer.headers["Location"] == reverse("words:first", args=[memorial.slug])


# -- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def command(opened, capsys):
    from snowdrop.host.command import _app

    def run(*arguments: str) -> str:
        _app(["words"])(["words", *arguments, "--memorial", opened.slug], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_the_command_says_what_came_and_what_did_not(command, tmp_path):
    path = str(written(tmp_path / "_chat.txt", CHAT))

    dry = command(path, "--without", "Mara ❤️", "--dry-run")
    none = KindWord.objects.exists()
    first, again = (command(path, "--without", "Mara ❤️") for _twice in range(2))

    rest = [
        "From 2024-03-04 to 2024-03-25, in the time zone UTC.",
        "Mara ❤️: 1 text was left out.",
        "1 line was written by the service itself, such as who joined.",
    ]
    assert (dry.splitlines(), none) == (["2 texts would come.", *rest], False)
    assert first.splitlines() == ["2 texts came and wait to be read first.", *rest]
    assert again.splitlines() == ["0 texts came and wait to be read first.", "2 are here already.", *rest]


def test_the_command_tells_it_as_json(command):
    told = json.loads(command(str(sample("android-de")), "--json"))

    assert (told["place"], told["dry_run"], told["here"], told["came"]) == (
        "WhatsApp",
        False,
        0,
        KindWord.objects.count(),
    )


def test_the_command_asks_for_the_order_and_refuses_what_is_no_words(command, tmp_path):
    guess = written(tmp_path / "a.txt", "3/4/24, 18:02 - Oma Hedda: So small.\n")

    with pytest.raises(Failure, match="Say --order day, or --order month"):
        command(str(guess))
    with pytest.raises(Failure, match="This file is empty"):
        command(str(written(tmp_path / "b.txt", "")))
    with pytest.raises(Failure, match="Nobody called Mara wrote in this file"):
        command(str(guess), "--order", "month", "--without", "Mara")
    with pytest.raises(Failure, match="There is nothing at"):
        command(str(tmp_path / "c.txt"))
    command(str(guess), "--order", "month")

    assert [(at.month, text) for at, _signed, text, _came in waiting()] == [(3, "So small.")]
