"""A picture or a voice message with words: covered, met where its words are, and by nobody before."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from snowdrop.keepsakes import adding
from snowdrop.keepsakes import jobs as keepsakes_jobs
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings, kinds, reaper, veil
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial
from snowdrop.people.sessions import SessionStore
from snowdrop.storage import ingest, making, originals
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.models import Made, Original
from snowdrop.words import book, door, enclosing, leaving, mending, stamp
from snowdrop.words.models import Enclosure, KindWord
from snowdrop.words.said import Said
from tests.conftest import MATERIAL

VOICE, FILM = "chirp-1.mp3", "IMG_0042.MOV"
COVER = "A picture came with these words"


def picture(seed: int = 1) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (seed * 37 % 256, 90, 40)).save(out, "JPEG")
    return out.getvalue()


def voice() -> bytes:
    return (MATERIAL / "recordings" / VOICE).read_bytes()


@pytest.fixture
def original(db) -> Original:
    return ingest.take_in(originals.receive([picture()]))


@pytest.fixture
def enclosure(word, original) -> Enclosure:
    return enclosing.enclose(original, word)


@pytest.fixture
def url(opened) -> str:
    return reverse("words:leave", args=[opened.slug])


@pytest.fixture
def typed(opened):
    """What a form sends that was shown a minute ago, with a file."""

    def fill(*files: SimpleUploadedFile, **said: str) -> dict[str, object]:
        token = stamp.make(opened.pk, timezone.now() - timedelta(minutes=1))
        return {"text": "She taught me to swim.", "signed": "Ada", "stamp": token, "file": list(files), **said}

    return fill


def jpeg(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_1.jpg", picture() if data is None else data, "image/jpeg")


def looking(client, viewer) -> SessionStore:
    return SessionStore(client.cookies["sessionid"].value)


def address(enclosure: Enclosure) -> str:
    return reverse("words:picture", args=[enclosure.memorial.slug, enclosure.pk, 480])


def look(client, enclosure: Enclosure) -> None:
    client.post(reverse("memorials:closed", args=[enclosure.memorial.slug, enclosure.pk]), {"do": "look"})


# -- leaving it ------------------------------------------------------------------------------------------


def test_a_stranger_leaves_words_with_a_picture_which_waits_behind_a_cover(url, typed, client):
    answer = client.post(url, typed(jpeg()))

    assert answer.status_code == 201
    row = Enclosure.objects.get()
    assert (row.word, row.is_sound, row.is_closed, row.shown_at) == (KindWord.objects.get(), False, True, None)
    assert originals.path(row.original_id).read_bytes() == picture()
    assert (row.writer, row.is_handed_over) == (None, True)


def test_a_voice_message_is_made_ready_to_be_played(url, typed, client):
    client.post(url, typed(SimpleUploadedFile("voice.mp3", voice(), "audio/mpeg")))

    row = Enclosure.objects.get()
    assert (row.is_sound, row.original.made) == (True, Made.WAITS)
    keepsakes_jobs.make_recording.call(row.original_id)
    row.original.refresh_from_db()
    assert row.can_be_played
    assert making.is_there(row.original)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: jpeg(b""), "This file is empty."),
        (lambda: jpeg(b"<html>"), "This is a web page, not a photograph."),
        (lambda: jpeg(b"MZ" + bytes(100)), "This is a program, not a photograph."),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"), "This is a document."),
        (lambda: SimpleUploadedFile("a.mov", (MATERIAL / "recordings" / FILM).read_bytes()), "This is a film."),
    ],
    ids=["empty", "page", "program", "document", "film"],
)
def test_a_file_that_is_refused_is_told_with_its_own_sentence_and_the_words_stay(file, sentence, url, typed, client):
    answer = client.post(url, typed(file()))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "She taught me to swim.</textarea>" in answer.content.decode()
    assert (KindWord.objects.exists(), Enclosure.objects.exists()) == (False, False)


def test_a_file_that_is_too_large_is_refused(url, typed, client, monkeypatch):
    monkeypatch.setattr(enclosing, "MOST_BYTES", 100)
    answer = client.post(url, typed(jpeg()))

    assert answer.status_code == 422
    assert "This file is larger than 50 MB" in answer.content.decode()
    assert not Original.objects.exists()


def test_one_file_comes_with_words_and_no_more(url, typed, client):
    answer = client.post(url, typed(jpeg(), jpeg(picture(2))))

    assert answer.status_code == 422
    assert "One picture or one voice message can come with words." in answer.content.decode()
    assert not KindWord.objects.exists()


def test_where_a_family_shows_no_pictures_only_a_voice_is_taken(url, typed, client, opened):
    Memorial.objects.filter(pk=opened.pk).update(shows_pictures=False)

    assert "A voice message, if you want to send one along" in client.get(url).content.decode()
    answer = client.post(url, typed(jpeg()))
    assert (answer.status_code, Enclosure.objects.exists()) == (422, False)
    assert client.post(url, typed(SimpleUploadedFile("v.mp3", voice()))).status_code == 201


def test_sent_again_by_mistake_it_is_one(url, typed, client):
    same = typed(jpeg())
    client.post(url, same)
    client.post(url, {**same, "file": [jpeg()]})

    assert Enclosure.objects.filter(put_away_at=None).count() == 1


def test_another_file_sent_with_the_same_words_takes_the_place_of_the_first(url, typed, client):
    same = typed(jpeg())
    client.post(url, same)
    client.post(url, {**same, "file": [jpeg(picture(2))]})

    [kept] = Enclosure.objects.filter(put_away_at=None)
    assert originals.path(kept.original_id).read_bytes() == picture(2)
    assert Enclosure.objects.filter(taken_back_at__isnull=False).count() == 1


def test_a_picture_that_is_added_to_words_that_show_sends_them_to_the_door(word, original, reader, keeper):
    door.let_in([word.pk], by=reader)
    enclosure = enclosing.enclose(original, word)

    assert list(KindWord.objects.visible_to(keeper)) == []
    assert list(Enclosure.objects.visible_to(keeper)) == []
    assert list(Enclosure.objects.at_the_door(reader)) == [enclosure]


def test_what_comes_from_people_whose_words_show_at_once_shows_with_them_closed(opened, keeper, people, original):
    book.let_in_at_once(Circle.FAMILY, by=keeper)
    ines = stand(opened, people["ines"])
    word, _what = leaving.leave(Said("Ines", "For you."), once="a", by=ines)
    enclosing.enclose(original, word, at_once=leaving.is_let_in_at_once(ines) is not None)

    [seen] = Enclosure.objects.visible_to(keeper)
    assert seen.is_closed


# -- who meets it ----------------------------------------------------------------------------------------


def met_by(viewer) -> set[str]:
    """How this viewer meets an enclosure, if at all."""
    every = Enclosure.objects
    ways = ("visible_to", "changeable_by", "put_away_for", "waiting_for", "entrusted_to", "at_the_door", "own_of")
    return {way for way in ways if getattr(every, way)(viewer).exists()}


def test_before_it_is_let_in_whoever_reads_first_meets_it_and_nobody_else(enclosure, opened, people):
    met = {name: met_by(stand(opened, people[name] if name else None)) for name in (None, "sam", "mara", "theo")}

    assert met == {None: set(), "sam": set(), "mara": set(), "theo": set()}
    assert met_by(stand(opened, people["ines"])) == {"at_the_door"}


@pytest.mark.parametrize("do", [door.turn_away, None], ids=["turned away", "taken back"])
def test_what_is_turned_away_or_taken_back_goes_with_its_words(do, enclosure, word, reader, keeper):
    door.let_in([word.pk], by=reader)
    assert list(Enclosure.objects.visible_to(keeper)) == [enclosure]
    if do is None:
        mending.take_back(word)
    else:
        door.undo([word.pk], by=reader)
        do([word.pk], by=reader)

    assert list(Enclosure.objects.visible_to(keeper)) == []
    assert list(Enclosure.objects.put_away_for(keeper)) == []
    assert list(Enclosure.objects.changeable_by(keeper)) == []


def test_letting_words_in_shows_the_cover_to_the_circle_that_sees_them(enclosure, word, reader, family, friend):
    door.let_in([word.pk], by=reader)

    assert list(Enclosure.objects.visible_to(family)) == [enclosure]
    assert list(Enclosure.objects.visible_to(friend)) == []
    enclosure.refresh_from_db()
    assert (enclosure.is_closed, enclosure.audience) == (True, Circle.FAMILY)


def test_words_that_are_mended_take_their_picture_back_to_the_door(enclosure, word, reader, keeper):
    enclosing.show_open(enclosure, True, by=reader)
    door.let_in([word.pk], by=reader)
    mending.mend(word, Said("A neighbour", "He taught me to swim."))

    assert list(Enclosure.objects.visible_to(keeper)) == []
    [waits] = Enclosure.objects.at_the_door(reader)
    assert waits.is_closed


def test_a_keeper_who_is_asked_may_look_and_what_they_let_in_shows(enclosure, word, reader, keeper):
    door.ask_family([word.pk], by=reader)
    assert list(Enclosure.objects.at_the_door(keeper)) == [enclosure]
    assert veil.find(enclosure.pk, keeper) == enclosure

    door.say_yes(word, by=keeper)

    assert list(Enclosure.objects.visible_to(keeper)) == [enclosure]


def test_it_is_no_photograph_of_the_familys_and_stands_in_no_list_of_theirs(
    enclosure, word, reader, keeper, client_for
):
    door.let_in([word.pk], by=reader)
    client, slug = client_for(keeper), word.memorial.slug

    assert (Photograph.objects.exists(), Recording.objects.exists()) == (False, False)
    for name in ("memorials:waiting", "memorials:put_away_list", "memorials:page"):
        assert COVER not in client.get(reverse(name, args=[slug])).content.decode()
    assert client.get(reverse("keepsakes:room", args=[slug])).content.decode().count(COVER) == 0
    assert COVER in client.get(reverse("words:room", args=[slug])).content.decode()
    assert COVER not in client.get(reverse("memorials:find", args=[slug]), {"q": "picture"}).content.decode()


def test_the_same_picture_as_a_photograph_of_the_familys_is_one_file_and_two_things(enclosure, keeper):
    added = adding.add(originals.receive([picture()]), by=keeper)

    assert (added.was_here, added.kept.original_id) == (False, enclosure.original_id)


# -- looking ---------------------------------------------------------------------------------------------


def test_whoever_reads_first_meets_a_cover_and_may_look(enclosure, reader, client_for, opened):
    client = client_for(reader)
    page = client.get(reverse("words:door", args=[opened.slug])).content.decode()
    assert COVER in page
    assert address(enclosure) not in page
    assert client.get(address(enclosure)).status_code == 404

    look(client, enclosure)

    seen = client.get(address(enclosure))
    assert (seen.status_code, seen["Cache-Control"], seen["Content-Type"]) == (200, "no-store", "image/jpeg")
    looked = client.get(reverse("memorials:looked", args=[opened.slug, enclosure.pk])).content.decode()
    assert address(enclosure) in looked


@pytest.mark.parametrize("who", [None, "noor", "sam", "theo", "mara"])
def test_nobody_else_may_look_at_what_waits(who, enclosure, opened, people, client_for, client):
    browser = client_for(stand(opened, people[who])) if who else client
    look(browser, enclosure)

    for name in ("memorials:closed", "memorials:looked"):
        assert browser.get(reverse(name, args=[opened.slug, enclosure.pk])).status_code == 404
    assert browser.get(address(enclosure)).status_code == 404


def test_whoever_looked_first_says_gently_what_it_shows(enclosure, word, reader, keeper, client_for, opened):
    look(client_for(reader), enclosure)
    veil.describe(enclosure, "The garden in the evening.", by=reader)
    door.let_in([word.pk], by=reader)

    assert "The garden in the evening." in client_for(keeper).get(word.get_absolute_url()).content.decode()


def test_whoever_reads_first_may_take_the_cover_off_for_when_it_shows(enclosure, word, reader, keeper, client_for):
    client = client_for(reader)
    client.post(reverse("words:cover", args=[word.memorial.slug, enclosure.pk]), {"do": "open"})
    enclosure.refresh_from_db()
    assert (enclosure.shows_open, enclosure.is_closed) == (True, True)

    door.let_in([word.pk], by=reader)

    page = client_for(keeper).get(word.get_absolute_url()).content.decode()
    assert address(enclosure) in page
    assert client_for(keeper).get(address(enclosure)).status_code == 200


def test_only_whoever_reads_first_may_take_the_cover_off(enclosure, keeper, friend):
    for viewer in (keeper, friend):
        with pytest.raises(NotForYou):
            enclosing.show_open(enclosure, True, by=viewer)


def test_a_keeper_looks_leaves_it_open_for_themselves_and_takes_it_off_the_page(
    enclosure, word, reader, keeper, family, client_for
):
    door.let_in([word.pk], by=reader)
    client = client_for(keeper)
    assert address(enclosure) not in client.get(word.get_absolute_url()).content.decode()
    client.post(reverse("memorials:closed", args=[word.memorial.slug, enclosure.pk]), {"do": "leave_open"})

    assert address(enclosure) in client.get(word.get_absolute_url()).content.decode()
    assert address(enclosure) not in client_for(family).get(word.get_absolute_url()).content.decode()

    keepings.put_away(enclosure, by=keeper)

    assert COVER not in client.get(word.get_absolute_url()).content.decode()
    assert kinds.put_away(enclosure.pk, keeper) == enclosure
    keepings.bring_back(enclosure, by=keeper)
    assert list(Enclosure.objects.visible_to(family)) == [enclosure]


def test_a_voice_plays_to_whoever_looks(url, typed, client, reader, client_for, opened):
    client.post(url, typed(SimpleUploadedFile("voice.mp3", voice(), "audio/mpeg")))
    row = Enclosure.objects.get()
    keepsakes_jobs.make_recording.call(row.original_id)
    hears = client_for(reader)
    addresses = [reverse(f"words:{name}", args=[opened.slug, row.pk]) for name in ("voice", "voice_aac")]
    assert [hears.get(one).status_code for one in addresses] == [404, 404]

    look(hears, row)

    assert [hears.get(one).status_code for one in addresses] == [200, 200]
    assert "<audio" in hears.get(reverse("memorials:looked", args=[opened.slug, row.pk])).content.decode()


def test_while_pictures_rest_those_with_words_rest_too(enclosure, word, reader, keeper, client_for, opened):
    enclosing.show_open(enclosure, True, by=reader)
    door.let_in([word.pk], by=reader)
    Memorial.objects.filter(pk=opened.pk).update(pictures_rest=True)
    client = client_for(keeper)

    assert address(enclosure) not in client.get(word.get_absolute_url()).content.decode()
    assert client.get(address(enclosure)).status_code == 404


def test_words_with_and_without_pictures_take_the_same_number_of_queries(
    leave, reader, keeper, client_for, opened, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, room = client_for(keeper), reverse("words:room", args=[opened.slug])

    def queries() -> int:
        client.get(room)
        with CaptureQueriesContext(connection) as asked:
            client.get(room)
        return len(asked)

    def let_in(seed: int) -> None:
        word = leave(f"words {seed}")
        enclosing.enclose(ingest.take_in(originals.receive([picture(seed)])), word)
        door.let_in([word.pk], by=reader)

    let_in(1)
    once = queries()
    for seed in (2, 3):
        let_in(seed)
    assert queries() == once


# -- taking it out again ---------------------------------------------------------------------------------


def test_its_writer_takes_it_out_by_their_link_and_may_put_it_back(url, typed, client, reader, keeper):
    given = typed(jpeg())
    link = client.post(url, given, headers={"accept": "application/json"}).json()["url"]
    word, enclosure = KindWord.objects.get(), Enclosure.objects.get()
    door.let_in([word.pk], by=reader)
    assert "A picture came with them." in client.get(link).content.decode()

    client.post(link, {"do": "take_out"})

    assert (list(Enclosure.objects.visible_to(keeper)), list(Enclosure.objects.put_away_for(keeper))) == ([], [])
    assert list(KindWord.objects.visible_to(keeper)) == [word]

    client.post(link, {"do": "put_back"})

    assert list(Enclosure.objects.visible_to(keeper)) == [enclosure]


def test_what_was_taken_out_before_anybody_looked_sends_its_words_back_to_the_door(enclosure, word, reader, keeper):
    enclosing.take_out(word)
    door.let_in([word.pk], by=reader)
    enclosing.put_back(word)

    assert list(KindWord.objects.visible_to(keeper)) == []
    assert list(Enclosure.objects.at_the_door(reader)) == [enclosure]


def test_words_that_go_for_good_take_their_picture_and_its_file_along(
    enclosure, word, django_capture_on_commit_callbacks
):
    word.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        reaper.forget(word, at=timezone.now())

    assert (Enclosure.objects.exists(), Original.objects.exists()) == (False, False)
    assert not originals.path(enclosure.original_id).exists()


def test_a_file_to_which_no_words_came_is_refused_to_strangers_where_none_are_taken(opened, keeper):
    book.take_words_from(None, by=keeper)
    opened.refresh_from_db()
    received = originals.receive([picture()])

    with pytest.raises(NotForYou):
        enclosing.take_in(received, by=stand(opened, None))
    assert (received.arrived.exists(), Original.objects.exists()) == (False, False)


def test_a_file_is_looked_at_in_the_cage_before_it_is_kept(opened):
    with pytest.raises(NotAPicture):
        enclosing.take_in(originals.receive([b"not a picture"]), by=stand(opened, None))

    assert not Original.objects.exists()
