"""Everything is found by its words as they stand now, by whoever sees it, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from snowdrop.dates.edtf import parse
from snowdrop.finding.excerpts import Piece
from snowdrop.finding.models import Entry
from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials import about, finding, keepings, reaper, rooms, separating
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Beloved, Kin, Memorial, Name
from snowdrop.story import writing
from snowdrop.story.models import Draft, Moment
from snowdrop.words import candles
from snowdrop.words.models import Book, Candle
from tests.access.kinds import PLAIN


def found(text, viewer, after=""):
    page = finding.find(text, viewer, after=after)
    return [one.id for section in page.sections for one in section.found]


def keep_one(kind, by, text="pebble", audience=Circle.FRIENDS):
    """One of this kind whose words hold `text`, kept as everything is."""
    if kind is Candle:  # found while there is a sign to show it by
        candles.choose(Book.Sign.STONE, by=by, wave_of_light=False)
    row = PLAIN[kind](by.memorial, audience=audience)
    setattr(row, own_words(kind), text)
    return keepings.keep(row, by=by)


def own_words(kind):
    own = {Photograph: "caption", Recording: "caption", Document: "caption", Album: "title", KeptAtHome: "what"}
    return {**own, Kin: "name", Candle: "line"}.get(kind, "text")


FOUND = [kind for kind in all_kinds() if kind.words and kind is not Draft]


def test_every_kind_with_words_says_how_it_is_found():
    """But for a draft, which is nobody's but its writer's and stands in a list of its own."""
    assert {findable.kind for _room, findable in rooms.findables()} == set(FOUND)


@pytest.mark.parametrize("kind", FOUND)
def test_every_kind_is_found_by_the_words_it_has_after_each_verb_and_by_nobody_once_it_is_off_the_page(
    kind, keeper, second_keeper, friend
):
    row = keep_one(kind, keeper)
    assert (found("pebble", friend), found("feather", friend)) == ([row.pk], [])

    row = keepings.write_anew(row, {own_words(kind): "feather"}, by=keeper)
    assert (found("pebble", friend), found("feather", friend)) == ([], [row.pk])

    keepings.open_to([row], Circle.KEEPERS, by=keeper)
    assert (found("feather", friend), found("feather", second_keeper)) == ([], [row.pk])

    keepings.put_away(row, by=keeper)
    assert found("feather", keeper) == []
    keepings.bring_back(row, by=keeper)
    assert found("feather", keeper) == [row.pk]


@pytest.mark.parametrize("kind", FOUND)
def test_deleted_for_good_its_words_are_in_no_index(kind, keeper, second_keeper):
    row = keep_one(kind, keeper)
    keepings.put_away(row, by=keeper)
    keepings.let_go(row, by=keeper)
    keepings.let_go(row, by=second_keeper)
    start = timezone.now()
    for days in range(32):
        reaper.reap(at=start + timedelta(days=days))

    assert not kind._default_manager.filter(pk=row.pk).exists()
    assert not Entry.objects.filter(keeping=row.pk).exists()


def test_what_belongs_to_somebody_who_is_deleted_for_good_goes_with_them(keeper, second_keeper):
    robin = about.another(by=keeper, name_text="Robin")
    assert len(found("robin", keeper)) == 1
    keepings.put_away(robin, by=keeper)
    keepings.let_go(robin, by=keeper)
    keepings.let_go(robin, by=second_keeper)
    start = timezone.now()
    for days in range(32):
        reaper.reap(at=start + timedelta(days=days))

    assert list(Entry.objects.filter(tokens__contains="robin")) == []


def test_a_page_of_one_s_own_finds_what_came_along_and_the_old_one_what_stayed(keeper, second_keeper, people):
    shared = keep_one(Moment, keeper, "pebble beach", Circle.FAMILY)
    hers = keep_one(Moment, second_keeper, "pebble sister", Circle.SELF)
    mine = keep_one(Moment, keeper, "pebble alone", Circle.SELF)

    new = stand(separating.go_separate_ways(by=keeper), people["mara"])

    assert len(found("pebble beach", new)) == 1
    assert found("pebble beach", new) != [shared.pk]
    assert found("pebble alone", new) == [mine.pk]
    assert found("pebble sister", new) == []
    assert (found("pebble beach", keeper), found("pebble alone", keeper)) == ([shared.pk], [])
    assert set(found("pebble", second_keeper)) == {shared.pk, hers.pk}


def test_the_name_that_a_page_began_with_is_found(keeper):
    assert found("wren", keeper) == [Name.objects.get(memorial=keeper.memorial).pk]


def test_nothing_of_another_page_is_found(keeper, other_memorial, people):
    noor = stand(other_memorial, people["noor"])
    keep_one(Moment, keeper)
    theirs = keep_one(Moment, noor)

    assert found("pebble", noor) == [theirs.pk]
    assert found("wren", noor) == []


def test_what_waits_for_the_keepers_is_not_found_and_then_is(keeper, friend):
    row = keep_one(Moment, friend)
    assert row.is_waiting
    assert (found("pebble", friend), found("pebble", keeper)) == ([], [])

    keepings.let_show(row, by=keeper)

    assert (found("pebble", friend), found("pebble", keeper)) == ([row.pk], [row.pk])


def test_only_me_is_found_by_its_writer_and_its_readers_and_not_on_a_device_where_it_is_closed(
    keeper, second_keeper, family, memorial, people
):
    row = keep_one(Moment, keeper, audience=Circle.SELF)
    assert (found("pebble", keeper), found("pebble", second_keeper)) == ([row.pk], [])

    keepings.open_to([row], Circle.SELF, by=keeper, readers=[people["ines"]])

    assert (found("pebble", family), found("pebble", second_keeper)) == ([row.pk], [])
    closed = stand(memorial, people["mara"], self_is_open=False)
    assert found("pebble", closed) == []


def test_a_name_that_rests_is_found_by_nobody_until_it_shows_again(keeper, memorial, people):
    name = Name.objects.get(memorial=memorial)
    rest = {"pictures_rest": False, "shows_pictures": True}
    about.rest(by=keeper, name_rests=True, **rest)
    assert found("wren", stand(Memorial.objects.get(pk=memorial.pk), people["mara"])) == []

    about.rest(by=keeper, name_rests=False, **rest)
    assert found("wren", stand(Memorial.objects.get(pk=memorial.pk), people["mara"])) == [name.pk]


def test_pictures_that_rest_are_not_found(keeper, memorial, people):
    photograph = keep_one(Photograph, keeper)
    assert found("pebble", keeper) == [photograph.pk]

    about.rest(by=keeper, name_rests=False, pictures_rest=True, shows_pictures=True)

    assert found("pebble", stand(Memorial.objects.get(pk=memorial.pk), people["mara"])) == []


def test_a_date_is_found_in_every_language_of_the_house(keeper):
    row = writing.write("The first snow.", by=keeper, date=parse("2020-05-03"))

    assert [found(text, keeper) for text in ("May 2020", "3. Mai", "مايو", "2020", "snow mai", "June 2020")] == [
        [row.pk],
        [row.pk],
        [row.pk],
        [row.pk],
        [row.pk],
        [],
    ]


def test_marks_of_markdown_and_addresses_behind_links_are_no_words(keeper):
    row = writing.write("**Fea**ther and [a *pebble*](https://example.org/secretive)", by=keeper)

    assert (found("feather pebble", keeper), found("secretive", keeper)) == ([row.pk], [])


def test_what_is_found_stands_room_by_room_in_the_order_of_each_room(keeper):
    later = writing.write("pebble", by=keeper, date=parse("2021"))
    undated = writing.write("pebble", by=keeper)
    early = writing.write("pebble", by=keeper, date=parse("1993"))
    photograph = keep_one(Photograph, keeper)
    kin = about.kin("Pebble", by=keeper)
    name = about.name("Pebble", of=Beloved.objects.get(memorial=keeper.memorial), by=keeper, is_chief=False)

    page = finding.find("pebble", keeper)

    assert [(section.room.name, [one.id for one in section.found]) for section in page.sections] == [
        ("story", [early.pk, later.pk, undated.pk]),
        ("photographs", [photograph.pk]),
        ("about", [name.pk, kin.pk]),
    ]


def test_pages_of_what_was_found_show_everything_once(keeper, monkeypatch):
    monkeypatch.setattr(finding, "PAGE", 3)
    every = [writing.write("pebble", by=keeper, date=parse(str(2000 + number % 3))).pk for number in range(5)]
    every += [keep_one(Photograph, keeper).pk for _number in range(2)]
    every += [about.kin("Pebble", by=keeper).pk for _number in range(4)]

    pages, after = [], ""
    while not pages or after:
        page = finding.find("pebble", keeper, after=after)
        pages.append([one.id for section in page.sections for one in section.found])
        after = page.after

    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert sorted(id for page in pages for id in page) == sorted(every)
    everything = [id for page in pages for id in page]
    assert everything[:5] == list(Moment.objects.filter(pk__in=every).in_order().values_list("pk", flat=True))


def test_a_key_that_leads_nowhere_begins_at_the_beginning(keeper, second_keeper):
    one = keep_one(Moment, keeper)
    hidden = keep_one(Moment, second_keeper, "feather", Circle.SELF)

    wrong = ("x", "0-", f"99-{one.pk}", f"0-{hidden.pk}", f"-1-{one.pk}", f"٠-{one.pk}", "0-" + "9" * 4_000)
    for after in wrong:
        assert found("pebble", keeper, after) == [one.pk]


def test_what_has_no_title_is_called_by_its_first_words_which_do_not_stand_there_twice(keeper):
    writing.write("We lit a candle at seven, " * 5, by=keeper)

    (section,) = finding.find("candle", keeper).sections

    (one,) = section.found
    called = "".join(piece.text for piece in one.title)
    assert called == "We lit a candle at seven, We lit a candle at seven, We lit a candle at seven,…"
    assert one.excerpts == []


def test_a_few_words_stand_around_what_was_found_with_it_marked(keeper):
    text = f"{'Before that. ' * 30}The small <b>pebble</b> lay there. {'After that. ' * 30}"
    writing.write(text, by=keeper, title="A walk", date=parse("2020-05-03"))

    (section,) = finding.find("pebbles", keeper).sections

    (one,) = section.found
    assert (one.title, one.date) == ([Piece("A walk")], [Piece("3 May 2020")])
    (pieces,) = one.excerpts
    assert [piece.text for piece in pieces if piece.is_found] == ["pebble"]
    said = "".join(piece.text for piece in pieces)
    assert said.startswith("… ") and said.endswith(" …") and "The small <b>pebble</b> lay there." in said
    assert len(said) < 230


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("雪の花が咲いた", "花が咲", ["花が咲"]),
        ("نور الحديقة", "حديقه", ["الحديقة"]),
        ("Zoë’s 🕊️ und Bäume", "zoe baum 🕊", ["Zoë", "🕊️", "Bäume"]),
        ("pebble and pebbles", "peb", ["pebble", "pebbles"]),
    ],
)
def test_what_is_marked_is_the_word_as_it_was_written(text, question, marked, keeper):
    row = about.kin(text, by=keeper)

    page = finding.find(question, keeper)

    (one,) = [one for section in page.sections for one in section.found]
    assert one.id == row.pk
    assert "".join(piece.text for piece in one.title) == text
    assert [piece.text for piece in one.title if piece.is_found] == marked


def statements(viewer, text):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        finding.find(text, viewer)
    return len(asked)


def test_it_asks_the_database_as_often_for_two_things_as_for_one(keeper):
    def one_of_each():
        for kind in FOUND:
            keep_one(kind, keeper)

    one_of_each()
    once = statements(keeper, "pebble")
    one_of_each()

    # Two of each are more than a page holds: the last kind is not asked any more. One asks how many shelves there are.
    assert once - 1 <= statements(keeper, "pebble") <= once <= len(FOUND) + 1


def test_what_is_not_in_the_index_is_written_down_when_the_job_comes_round(keeper):
    rows = [keep_one(kind, keeper) for kind in FOUND]
    Entry.objects.filter(keeping__in=[rows[0].pk, rows[1].pk]).delete()
    Entry.objects.filter(keeping=rows[2].pk).update(rules=0, tokens="")
    assert found("pebble", keeper) != []

    assert (finding.catch_up(), finding.catch_up()) == (3, 0)

    assert set(found("pebble", keeper)) == {row.pk for row in rows}


def test_an_index_that_is_wrong_is_put_right(keeper):
    one, other = keep_one(Moment, keeper), keep_one(Kin, keeper)
    assert finding.put_right() == 0
    Entry.objects.filter(keeping=one.pk).delete()
    Entry.objects.filter(keeping=other.pk).update(tokens="1_else")
    Entry.objects.create(keeping="00000000-0000-4000-8000-000000000000", rules=1, tokens="1_x")

    assert (finding.put_right(), finding.put_right()) == (3, 0)
    assert found("pebble", keeper) == [one.pk, other.pk]


# -- the page ----------------------------------------------------------------------------------------


def look(client, memorial, **query):
    return client.get(f"/m/{memorial.slug}/find/?{urlencode(query)}")


def test_somebody_finds_a_text_and_comes_to_it(keeper, friend, client_for, memorial):
    row = writing.write("A small <pebble> & more", by=keeper, title="The walk", audience=Circle.FRIENDS)

    answer = look(client_for(friend), memorial, q="PEBBLE")

    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert f'<a href="/m/{memorial.slug}/story/{row.pk}/">' in page
    assert "A small &lt;<mark>pebble</mark>&gt; &amp; more" in page
    assert 'value="PEBBLE"' in page


def test_nothing_found_is_said_calmly_and_nothing_asked_is_not_answered(friend, client_for, memorial):
    sentence = "Nothing with all of these words can be found here. One word alone, or only its beginning, finds more."
    client = client_for(friend)

    assert sentence in look(client, memorial, q="nowhere").content.decode()
    assert sentence in look(client, memorial, q="?!").content.decode()
    assert sentence not in look(client, memorial).content.decode()
    assert sentence not in look(client, memorial, q="  ").content.decode()


SIGNS = ("\x00", "\x00a", '"', "*", "-", "(", "'", "\\", ":*", "%", "_", "a")
COMMANDS = ("NEAR", "a NEAR b", 'a" OR "b', "AND", "tokens:a", "^a", "a & b | !c", "{a b}: c")
LONG = ("ä" * 10_000, "a " * 5_000, "\u0301" * 10_000)
ODD = (*SIGNS, *COMMANDS, *LONG)


@pytest.mark.parametrize("text", ODD)
def test_whatever_somebody_types_is_answered_with_a_page(text, friend, client_for, memorial, keeper):
    writing.write("pebble", by=keeper, audience=Circle.FRIENDS)

    assert look(client_for(friend), memorial, q=text).status_code == 200


def test_half_of_a_pair_is_no_word(keeper):
    assert found("\ud800", keeper) == []
    row = keep_one(Kin, keeper)
    assert found("\ud800pebble", keeper) == [row.pk]


def test_a_keeper_who_looks_through_others_eyes_finds_what_they_find(keeper, client_for, memorial):
    writing.write("pebble", by=keeper, title="open", audience=Circle.FRIENDS)
    writing.write("pebble", by=keeper, title="closed")

    page = look(client_for(keeper), memorial, q="pebble", **{"as": "friends"}).content.decode()

    assert ("open" in page, "closed" in page) == (True, False)
    assert "/?as=friends" in page
    assert '<input type="hidden" name="as" value="friends">' in page


def test_guests_of_one_network_look_only_so_often_and_members_as_they_like(guest, friend, client_for, memorial):
    writing_nothing = client_for(guest)
    with time_machine.travel(timezone.now(), tick=False):
        answers = [look(writing_nothing, memorial, q="a").status_code for _time in range(121)]
        assert (set(answers[:120]), answers[120]) == ({200}, 429)
        assert look(writing_nothing, memorial).status_code == 200  # the page itself
        assert look(client_for(friend), memorial, q="a").status_code == 200


@pytest.mark.parametrize("room", ["story", "photographs"])
def test_a_room_leads_there_once_there_is_something_in_it(room, keeper, friend, client_for, memorial):
    client, link = client_for(friend), f'<a href="/m/{memorial.slug}/find/">Find something</a>'
    assert link not in client.get(f"/m/{memorial.slug}/{room}/").content.decode()

    writing.write("pebble", by=keeper, audience=Circle.FRIENDS)
    keep_one(Photograph, keeper)

    assert link in client.get(f"/m/{memorial.slug}/{room}/").content.decode()


def test_words_that_were_looked_for_stand_in_no_log(friend, client_for, memorial, caplog):
    with caplog.at_level("DEBUG"):
        look(client_for(friend), memorial, q="lookedforword")

    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert [line for line in logged if "lookedforword" in line] == []
