"""Candles: off until chosen, shown at once where they say nothing, and read first where they say something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.memorials import finding, keepings
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Revision
from snowdrop.words import book, candles, door, queue, signals, stamp, surge, wall
from snowdrop.words.models import Book, Candle, KindWord
from snowdrop.words.signs import SIGNS


@pytest.fixture
def lit(opened, keeper) -> Callable[..., Candle]:
    """A page on which candles may be lit, and somebody who lights one."""
    candles.choose(Book.Sign.CANDLE, by=keeper, wave_of_light=False)

    def light(line: str = "", signed: str = "", *, secret: str = "", by: Viewer | None = None) -> Candle:
        return candles.light(signed, line, secret=secret or str(timezone.now()), by=by or stand(opened, None))

    return light


@pytest.fixture
def calm(monkeypatch) -> None:
    """Nobody came in the last minutes."""
    monkeypatch.setattr(surge, "HERE", surge.Watch())


def numbers(memorial) -> dict[str, int]:
    return dict(Revision.objects.filter(memorial=memorial).values_list("part", "number"))


def seen_by(*viewers: Viewer) -> list[list[Candle]]:
    return [list(Candle.objects.visible_to(viewer)) for viewer in viewers]


# -- what the family chooses --------------------------------------------------------------------------------


def test_nobody_lights_one_before_the_family_chose_a_sign(opened, keeper, friend):
    for viewer in (keeper, friend, stand(opened, None)):
        with pytest.raises(NotForYou):
            candles.light("", "", secret="a", by=viewer)

    assert list(Candle.objects.all()) == []


def test_whoever_may_leave_words_may_light_one_and_nobody_else(lit, opened, keeper, people):
    book.take_words_from(Circle.FRIENDS, by=keeper)
    opened.refresh_from_db()

    lit(by=stand(opened, people["sam"]))
    with pytest.raises(NotForYou):
        lit(by=stand(opened, None))

    assert Candle.objects.count() == 1


def test_where_the_family_chose_none_again_what_was_left_is_kept_and_there_is_no_page(lit, keeper, client, opened):
    lit()
    candles.choose(Book.Sign.NONE, by=keeper, wave_of_light=True)

    assert Candle.objects.count() == 1
    for name in ("candles", "light"):
        assert client.get(reverse(f"words:{name}", args=[opened.slug])).status_code == 404


def test_only_whoever_looks_after_the_page_chooses(opened, friend, family, reader):
    for viewer in (friend, family, reader):
        with pytest.raises(NotForYou):
            candles.choose(Book.Sign.STONE, by=viewer, wave_of_light=False)


def test_every_sign_has_its_words():
    assert set(SIGNS) == set(Book.Sign) - {Book.Sign.NONE}


# -- lighting one ---------------------------------------------------------------------------------------------


def test_one_that_says_nothing_shows_at_once_to_whom_words_are_shown(lit, keeper, family, friend):
    candle = lit()

    assert seen_by(keeper, family, friend) == [[candle], [candle], []]


@pytest.mark.parametrize(("line", "signed"), [("Sleep well", ""), ("", "Ada"), ("Sleep well", "Ada")])
def test_one_that_says_something_waits_and_is_met_by_whoever_reads_first(lit, line, signed, reader, keeper, family):
    candle = lit(line, signed)

    assert seen_by(keeper, family, reader) == [[], [], []]
    kind = Candle.objects
    for rows in (kind.waiting_for, kind.changeable_by, kind.put_away_for, kind.asked_about, kind.not_shown_for):
        assert list(rows(keeper)) == []
    assert list(kind.at_the_door(reader)) == [candle]

    assert door.let_in([candle.pk], by=reader) == [candle.pk]
    assert seen_by(keeper, family) == [[candle], [candle]]


def test_a_cruel_line_is_not_shown_and_no_keeper_meets_it(lit, reader, keeper, client, opened, people):
    candle = lit("Your own fault", "A stranger")
    door.turn_away([candle.pk], by=reader)

    assert seen_by(keeper, reader) == [[], []]
    assert list(finding.find("fault", keeper).sections) == []
    page = client.get(reverse("words:candles", args=[opened.slug])).content.decode()
    assert "fault" not in page
    assert client.get(reverse("words:candle", args=[opened.slug, candle.pk])).status_code == 404


def test_people_of_a_circle_that_is_let_in_at_once_need_not_wait(lit, opened, keeper, people):
    book.let_in_at_once(Circle.FAMILY, by=keeper)

    close, waits = lit("a", by=stand(opened, people["ines"])), lit("b", by=stand(opened, people["sam"]))

    assert seen_by(keeper) == [[close]]
    assert waits.is_at_the_door


def test_the_same_form_sent_twice_lights_one(lit):
    first, second = lit("Sleep well", secret="a"), lit("Sleep well", secret="a")

    assert first.pk == second.pk
    assert Candle.objects.count() == 1


def test_what_was_changed_and_sent_again_is_read_again(lit, reader, keeper):
    candle = lit("Sleep well", secret="a")
    door.let_in([candle.pk], by=reader)

    lit("Your own fault", secret="a")

    assert seen_by(keeper) == [[]]
    assert [row.line for row in Candle.objects.at_the_door(reader)] == ["Your own fault"]


def test_a_bare_one_that_gets_a_line_by_sending_it_again_waits(lit, reader, keeper):
    lit(secret="a")
    lit("Your own fault", secret="a")

    assert seen_by(keeper) == [[]]
    assert [row.line for row in Candle.objects.at_the_door(reader)] == ["Your own fault"]


def test_the_secret_of_one_page_lights_none_on_another(lit, opened, other_memorial, people):
    lit(secret="a")
    noor = stand(other_memorial, people["noor"])
    book.answer(Book.FirstReader.US, by=noor)
    book.take_words_from(Circle.FRIENDS, by=noor)
    candles.choose(Book.Sign.STONE, by=noor, wave_of_light=False)

    with pytest.raises(NotForYou):
        lit(secret="a", by=stand(other_memorial, people["noor"]))


def test_lighting_one_moves_the_pages_of_candles_and_no_page_of_words(lit, opened):
    before = numbers(opened)
    lit("waits")
    assert numbers(opened) == before

    lit()

    assert {part for part, number in numbers(opened).items() if number != before.get(part)} == {"candles"}


def test_many_written_together_are_each_kept_once(lit, opened):
    rows = [
        Candle(id=candles.id_of(secret), memorial=opened, shown_at=timezone.now(), audience=Circle.PUBLIC)
        for secret in ("a", "b", "a")
    ]

    assert candles.write_all(rows) == [True, True, False]
    assert candles.write_all(rows[:1]) == [False]
    assert Candle.objects.count() == 2


# -- taking it back ---------------------------------------------------------------------------------------------


def test_whoever_lit_it_takes_it_back_and_lights_it_again(lit, keeper):
    candle = lit(secret="a")
    candles.take_back(candle)
    candles.take_back(candle)
    assert seen_by(keeper) == [[]]
    assert list(Candle.objects.put_away_for(keeper)) == []

    candles.light_again(candle)
    candles.light_again(candle)

    assert seen_by(keeper) == [[candle]]
    assert candles.find("a") == candle
    assert candles.find("b") is None


def test_what_said_something_waits_again_when_it_is_lit_again(lit, reader, keeper):
    candle = lit("Sleep well")
    door.let_in([candle.pk], by=reader)
    candles.take_back(candle)
    candles.light_again(candle)

    assert seen_by(keeper) == [[]]
    assert list(Candle.objects.at_the_door(reader)) == [candle]


def test_what_the_family_took_off_the_page_comes_back_by_nobody_s_link(lit, reader, keeper):
    candle = lit()
    keepings.put_away(candle, by=keeper)
    candles.take_back(candle)
    candles.light_again(candle)

    assert seen_by(keeper) == [[]]
    assert list(Candle.objects.at_the_door(reader)) == [candle]


# -- the door -----------------------------------------------------------------------------------------------------


def test_candles_wait_behind_words_in_the_one_queue(lit, leave, reader):
    one, two = lit("one"), lit("two")
    word = leave()

    assert queue.waiting(reader, after=None, most=9) == [word, one, two]
    assert queue.waiting(reader, after=None, most=2) == [word, one]
    assert queue.waiting(reader, after=word.pk, most=9) == [one, two]
    assert queue.waiting(reader, after=one.pk, most=9) == [two]


def test_words_and_candles_are_answered_together_and_undone_together(lit, leave, reader, keeper):
    candle, word = lit("Sleep well"), leave()

    assert set(door.let_in([candle.pk, word.pk], by=reader)) == {candle.pk, word.pk}
    assert (list(Candle.objects.visible_to(keeper)), list(KindWord.objects.visible_to(keeper))) == ([candle], [word])

    assert set(door.undo([candle.pk, word.pk], by=reader)) == {candle.pk, word.pk}
    assert (list(Candle.objects.visible_to(keeper)), list(KindWord.objects.visible_to(keeper))) == ([], [])


def test_a_keeper_is_asked_and_says_yes_or_no(lit, reader, keeper):
    one, two, three = lit("one"), lit("two"), lit("three")
    door.ask_family([one.pk, two.pk], by=reader)
    door.turn_away([three.pk], by=reader)
    assert queue.asked(keeper, is_away=False, most=9) == [one, two]

    door.say_yes(one, by=keeper)
    door.say_no(two, by=keeper)

    assert seen_by(keeper) == [[one]]
    assert queue.asked(keeper, is_away=True, most=9) == [two, three]
    door.show_after_all(three, by=keeper)
    assert set(*seen_by(keeper)) == {one, three}


DO: dict[str, Callable[..., object]] = {
    "let in": lambda candle, reader, keeper: door.let_in([candle.pk], by=reader),
    "turn away": lambda candle, reader, keeper: door.turn_away([candle.pk], by=reader),
    "ask": lambda candle, reader, keeper: door.ask_family([candle.pk], by=reader),
    "undo": lambda candle, reader, keeper: door.undo([candle.pk], by=reader),
    "yes": lambda candle, reader, keeper: door.say_yes(candle, by=keeper),
    "no": lambda candle, reader, keeper: door.say_no(candle, by=keeper),
    "take back": lambda candle, reader, keeper: candles.take_back(candle),
    "light again": lambda candle, reader, keeper: candles.light_again(candle),
}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(says=st.booleans(), deeds=st.lists(st.sampled_from(sorted(DO)), max_size=8))
def test_whatever_happens_in_whatever_order_no_keeper_meets_what_nobody_let_in(says, deeds, lit, reader, keeper):
    """And what was acknowledged is always somewhere: on the wall, at the door, or taken back."""
    Candle.objects.all().delete()
    candle = lit("A line" if says else "")
    let_in, is_back = not says, False
    for deed in deeds:
        was_asked = Candle.objects.asked_about(keeper).filter(pk=candle.pk).exists()
        was_at_the_door = Candle.objects.at_the_door(reader).filter(pk=candle.pk).exists()
        DO[deed](candle, reader, keeper)
        if deed in ("take back", "light again"):
            now_back = deed == "take back"
            if is_back and not now_back and says:
                let_in = False
            is_back = now_back
        elif (deed == "let in" and was_at_the_door) or (deed == "yes" and was_asked):
            let_in = True
        elif deed == "undo" and says and not is_back:
            let_in = False

    on_the_wall = Candle.objects.visible_to(keeper).filter(pk=candle.pk).exists()
    at_the_door = Candle.objects.at_the_door(reader).filter(pk=candle.pk).exists()
    assert on_the_wall == (let_in and not is_back)
    assert on_the_wall + at_the_door + is_back == 1
    met = [getattr(Candle.objects, rows)(keeper) for rows in ("changeable_by", "put_away_for", "waiting_for")]
    assert any(rows.exists() for rows in met) == on_the_wall


# -- the wall -------------------------------------------------------------------------------------------------------


def made(memorial, number: int, *, bare: bool = False) -> list[Candle]:
    """Many that were let in, the oldest first."""
    now = timezone.now()
    rows = [
        Candle(
            memorial=memorial,
            signed="" if bare else f"Ada {place}",
            is_bare=bare,
            shown_at=now,
            audience=Circle.PUBLIC,
        )
        for place in range(number)
    ]
    for row in rows:
        row.digest = row.digest_of_words()
    return Candle.objects.bulk_create(rows)


@pytest.mark.parametrize("number", [0, 1, 59, 60, 61, 120, 121, 179])
def test_the_wall_is_gone_through_both_ways_and_shows_each_once(lit, opened, number, stranger):
    viewer = stand(opened, None)
    newest_first = made(opened, number)[::-1]

    forward, page = [], wall.wall(viewer)
    while True:
        forward.append(page.candles)
        if page.older is None:
            break
        page = wall.wall(viewer, after=str(page.older))
    backward = [page.candles]
    while page.newer is not None:
        page = wall.wall(viewer, before=str(page.newer))
        backward.insert(0, page.candles)

    assert [row for rows in forward for row in rows] == newest_first
    assert backward == forward
    assert max(map(len, forward)) <= wall.PAGE


def test_the_field_is_the_same_for_every_number_beyond_a_page(lit, opened):
    viewer = stand(opened, None)
    made(opened, wall.LIGHTS, bare=True)
    assert not wall.wall(viewer).has_field
    made(opened, 1, bare=True)
    few = wall.wall(viewer)
    made(opened, 400, bare=True)
    many = wall.wall(viewer)

    assert (few.has_field, len(few.lights)) == (many.has_field, len(many.lights)) == (True, wall.LIGHTS)


def test_a_place_that_is_not_there_begins_at_the_newest(lit, opened, client):
    address = reverse("words:candles", args=[opened.slug])
    for after in ("x", "00000000-0000-4000-8000-000000000000"):
        answer = client.get(address, {"after": after})
        assert (answer.status_code, answer["Location"]) == (302, address)


def test_the_wall_asks_the_database_as_often_for_three_as_for_one(lit, opened, client, keeper):
    book.show_to(Circle.PUBLIC, by=keeper)
    address, asked = reverse("words:candles", args=[opened.slug]), []
    for number in (1, 2):
        made(opened, number)
        made(opened, number, bare=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]


# -- over the wire ---------------------------------------------------------------------------------------


def send(client, opened, **typed):
    form = {"stamp": stamp.make(opened.pk, timezone.now()), **typed}
    return client.post(reverse("words:light", args=[opened.slug]), form), form


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({}, ("", "")),
        ({"signed": "  Ada \n Eve ", "line": " Sleep\n\nwell "}, ("Ada Eve", "Sleep well")),
        ({"line": "\u200b \u2800 \u2060"}, ("", "")),
        ({"line": "\U0001f54a\ufe0f"}, ("", "\U0001f54a\ufe0f")),
        ({"line": "<b>نور</b>"}, ("", "<b>نور</b>")),
        ({"signed": "Ada\r\nBcc: all@example.org"}, ("Ada Bcc: all@example.org", "")),
        ({"line": "x" * 140}, ("", "x" * 140)),
    ],
)
def test_what_is_typed_is_kept_as_it_was_meant(lit, calm, client, opened, typed, kept):
    answer, _form = send(client, opened, **typed)

    assert answer.status_code == 201
    assert [(row.signed, row.line) for row in Candle.objects.all()] == [kept]
    assert [row.is_bare for row in Candle.objects.all()] == [kept == ("", "")]


@pytest.mark.parametrize("typed", [{"line": "x" * 141}, {"line": "x" * 100_000}, {"signed": "x" * 81}])
def test_what_is_too_long_is_said_and_stands_there_still(lit, calm, client, opened, typed):
    answer, _form = send(client, opened, **typed)

    assert answer.status_code == 422
    assert next(iter(typed.values())) in answer.content.decode()
    assert list(Candle.objects.all()) == []


@pytest.mark.parametrize("stamped", ["", "forged", "x" * 5_000])
def test_a_form_without_a_stamp_of_ours_is_shown_again_with_one(lit, calm, client, opened, stamped):
    answer = client.post(reverse("words:light", args=[opened.slug]), {"stamp": stamped, "line": "Sleep well"})

    assert answer.status_code == 422
    again = answer.context["stamp"]
    assert (
        client.post(reverse("words:light", args=[opened.slug]), {"stamp": again, "line": "Sleep well"}).status_code
        == 201
    )
    assert [row.line for row in Candle.objects.all()] == ["Sleep well"]


def test_the_link_that_is_shown_takes_it_back(lit, calm, client, opened):
    answer, form = send(client, opened, line="Sleep well")
    link = answer.context["link"].removeprefix("http://testserver")
    assert stamp.read(form["stamp"], opened.pk, timezone.now()).token in link

    assert client.get(link).status_code == 200
    assert Candle.objects.get().taken_back_at is None
    client.post(link, {"do": "take_back"})
    assert Candle.objects.get().taken_back_at is not None
    client.post(link, {"do": "light_again"})
    assert Candle.objects.get().is_at_the_door
    assert client.get(reverse("words:my_candle", args=["nobody-s"])).status_code == 410


def test_very_many_bare_ones_from_one_place_are_slowed_down_and_each_form_is_shown_again(lit, calm, client, opened):
    answers = [send(client, opened)[0] for _number in range(110)]

    statuses = [answer.status_code for answer in answers]
    assert statuses[:60] == [201] * 60
    assert statuses[-1] == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert "challenge" in answers[-1].context
    assert Candle.objects.count() == statuses.count(201)


def test_whoever_reads_first_sees_what_speaks_for_a_second_look(lit, calm, client, opened, reader):
    send(client, opened, line="Look at www.example.com", website="x")

    row = Candle.objects.at_the_door(reader).get()
    assert row.reasons.split() == ["link", "fast", "trap"]
    assert row.rank == signals.rank(signals.read(row.reasons))
    assert len(row.network) == 64


def test_a_client_that_asks_for_json_is_told_where_its_link_is(lit, calm, client, opened):
    form = {"stamp": stamp.make(opened.pk, timezone.now())}
    answer = client.post(reverse("words:light", args=[opened.slug]), form, headers={"Accept": "application/json"})

    row = Candle.objects.get()
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["sha"]) == (str(row.pk), row.digest)
    assert client.get(answer.json()["url"]).status_code == 200
