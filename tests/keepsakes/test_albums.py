"""Albums: who meets what in them, in which order, and how they are laid."""

from __future__ import annotations

import itertools

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from snowdrop.keepsakes import albums, leafing, pages
from snowdrop.keepsakes.albums import Where
from snowdrop.keepsakes.models import Album, AlbumItem, Order, Photograph, Recording
from snowdrop.memorials import finding, keepings, reaper, separating, veil
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.people.sessions import SessionStore
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(memorial, people):
    """Make rows quickly: keepsakes of one file, which needs none, each with a caption that tells it."""
    numbers = itertools.count()

    def make(number: int = 1, *, kind=Photograph, writer="mara", **base) -> list:
        sound = kind is Recording
        original, _new = Original.objects.get_or_create(
            sha256=("1" if sound else "0") * 64,
            defaults={
                "crc32": 0,
                "size": 1,
                "media_type": "audio/mpeg" if sound else "image/jpeg",
                "width": 0 if sound else 640,
                "height": 0 if sound else 480,
                "colour": "" if sound else "#000000",
            },
        )
        base = {"shown_at": timezone.now(), "audience": Circle.KEEPERS, **base}
        if sound:
            base["is_film"] = False
        made = [
            kind(memorial=memorial, writer=people[writer], original=original, caption=f"no. {next(numbers)}", **base)
            for _n in range(number)
        ]
        for row in made:
            row.order_key = row.order_key_now()
        return kind.objects.bulk_create(made)

    return make


@pytest.fixture
def album(keeper, rows):
    """An album with these things in it, in this order."""

    def make(things=None, *, by=keeper, **said) -> Album:
        row = albums.make(by=by, **{"title": "The first days", **said})
        albums.put_into(row, rows(3) if things is None else things, by=by)
        return row

    return make


def held(album, viewer) -> list:
    album.refresh_from_db()
    return [item.thing for item in AlbumItem.objects.shown_to(viewer).in_order_of(album)]


def stands_by_hand(album, viewer) -> list[str]:
    return [thing.caption for thing in held(album, viewer)]


def text_of(answer) -> str:
    return answer.content.decode()


# -- who meets what ----------------------------------------------------------------------------------


def test_what_is_in_an_album_is_seen_in_it_by_those_who_may_see_both(keeper, friend, client_for, rows, album):
    ours, theirs = rows(2), rows(2, audience=Circle.FRIENDS)
    wide = album([*ours, *theirs], audience=Circle.FRIENDS)
    narrow = album(theirs, title="Ours alone", audience=Circle.KEEPERS)

    seen = client_for(friend).get(wide.get_absolute_url())
    hidden = client_for(friend).get(narrow.get_absolute_url())
    room = client_for(friend).get(f"/m/{friend.memorial.slug}/photographs/")

    assert [picture.caption for picture in seen.context["runs"][0].photographs] == [one.caption for one in theirs]
    assert held(wide, keeper) == [*ours, *theirs]
    assert hidden.status_code == 404
    assert [one.title for one in room.context["albums"]] == ["The first days"]
    one_by_one = leafing.address(wide, wide.items.get(photograph=ours[0]), friend)
    assert client_for(friend).get(one_by_one).status_code == 404


def test_an_album_in_which_one_would_meet_nothing_is_not_named_to_them(friend, keeper, client_for, rows, album):
    album(rows(1), audience=Circle.FRIENDS)
    empty = albums.make(by=keeper, title="Still empty", audience=Circle.FRIENDS)

    named = {viewer.person.name: [one.title for one in leafing.listed(viewer)] for viewer in (friend, keeper)}

    assert named == {"Sam": [], "Mara": ["The first days", "Still empty"]}
    assert "There is nothing in this album yet." in text_of(client_for(keeper).get(empty.get_absolute_url()))


def test_somebody_s_own_album_waits_for_the_keepers_and_shows_with_their_yes(
    friend, keeper, second_keeper, client_for, rows
):
    shown = rows(1, audience=Circle.FRIENDS)
    client = client_for(friend)
    ids = [str(row.pk) for row in shown]
    client.post(f"/m/{friend.memorial.slug}/albums/make/", {"do": "make", "title": "From Grandmother", "ids": ids})
    own = Album.objects.get()
    before = [client.get(own.get_absolute_url()).status_code, list(Album.objects.visible_to(friend))]

    keepings.let_show(own, by=second_keeper)

    assert before == [200, []]
    assert (own.writer, list(Album.objects.visible_to(friend)), held(own, friend)) == (friend.person, [own], shown)


def test_nobody_puts_into_an_album_what_they_do_not_see(friend, keeper, client_for, rows, album):
    hidden, own = rows(1, audience=Circle.SELF), albums.make(by=friend, audience=Circle.FRIENDS)
    address = f"/m/{friend.memorial.slug}/albums/make/"

    answer = client_for(friend).post(address, {"do": "make", "ids": [str(hidden[0].pk)], "title": "x"})
    into_ours = client_for(friend).post(
        address, {"do": "make", "ids": [str(rows(1, audience=Circle.FRIENDS)[0].pk)], "album": str(album().pk)}
    )

    assert (answer.status_code, into_ours.status_code) == (404, 422)
    with pytest.raises(NotForYou):
        albums.put_into(own, hidden, by=friend)
    assert not AlbumItem.objects.filter(album=own).exists()


def test_taking_an_album_off_the_page_leaves_what_was_in_it(keeper, rows, album):
    things = rows(2)
    row = album(things)

    keepings.put_away(row, by=keeper)
    assert list(Photograph.objects.visible_to(keeper).in_order()) == things
    assert held(row, keeper) == things  # and it comes back with all of them
    reaper.forget(row, at=timezone.now())

    assert list(Photograph.objects.visible_to(keeper).in_order()) == things
    assert not AlbumItem.objects.exists()


def test_what_is_taken_out_of_an_album_stays_among_the_photographs(keeper, client_for, rows, album):
    things = rows(3)
    row = album(things)

    client_for(keeper).post(f"{row.get_absolute_url()}change/", {"take_out": str(things[1].pk)})

    assert held(row, keeper) == [things[0], things[2]]
    assert things[1] in Photograph.objects.visible_to(keeper)


def test_each_is_in_an_album_once(keeper, rows, album):
    things = rows(2)
    row = album(things)

    albums.put_into(row, [*things, *things], by=keeper)

    assert held(row, keeper) == things


# -- in which order ----------------------------------------------------------------------------------


def test_pictures_and_recordings_stand_together_by_date(keeper, client_for, rows, album):
    first, sound, last = rows(1)[0], rows(1, kind=Recording)[0], rows(1)[0]
    row = album([last, first, sound])

    runs = client_for(keeper).get(row.get_absolute_url()).context["runs"]

    assert held(row, keeper) == [first, sound, last]
    assert [(len(run.photographs), len(run.recordings)) for run in runs] == [(1, 0), (0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("where", "order"),
    [
        (Where.FIRST, ["b", "a", "c", "d"]),
        (Where.EARLIER, ["b", "a", "c", "d"]),
        (Where.LATER, ["a", "c", "b", "d"]),
        (Where.LAST, ["a", "c", "d", "b"]),
    ],
)
def test_by_hand_each_goes_where_it_is_put_and_the_others_stay(where, order, keeper, client_for, rows, album):
    things = rows(4)
    names = dict(zip("abcd", things, strict=True))
    row = album(things, order=Order.HAND)

    answer = client_for(keeper).post(f"{row.get_absolute_url()}change/", {where.value: str(names["b"].pk)})

    assert answer.status_code == 302
    assert held(row, keeper) == [names[name] for name in order]


def test_at_the_ends_there_is_nowhere_further_to_go(keeper, rows, album):
    things = rows(3)
    row = album(things, order=Order.GENTLE)

    albums.move(row, things[0].pk, Where.EARLIER, by=keeper)
    albums.move(row, things[2].pk, Where.LATER, by=keeper)

    assert held(row, keeper) == things


def test_what_another_put_there_unseen_keeps_its_place(keeper, second_keeper, rows, album):
    one, other, third = rows(3)
    hers = rows(1, audience=Circle.SELF)[0]
    row = album([one, hers, other, third], order=Order.HAND)

    albums.move(row, other.pk, Where.EARLIER, by=second_keeper)

    assert held(row, second_keeper) == [other, one, third]
    assert held(row, keeper) == [other, hers, one, third]


def test_laid_by_hand_from_now_on_it_begins_as_it_stood(keeper, client_for, rows, album):
    things = rows(3)
    row = album(things[::-1])
    said = {"title": row.title, "caption": "", "order": "gentle"}

    client_for(keeper).post(f"{row.get_absolute_url()}change/", said)

    assert (held(row, keeper), row.is_from_the_gentlest) == (things, True)
    assert "You can stop anywhere." in text_of(client_for(keeper).get(row.get_absolute_url()))


def test_an_album_by_date_is_not_laid_by_hand(keeper, rows, album):
    things = rows(2)

    with pytest.raises(NotForYou):
        albums.move(album(things), things[0].pk, Where.LAST, by=keeper)


@pytest.mark.parametrize("order", [Order.DATE, Order.HAND])
def test_going_through_a_deep_album_shows_each_once_there_and_back(order, keeper, rows, album, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 3)
    things = [*rows(3), *rows(2, kind=Recording), *rows(3)]
    items = AlbumItem.objects.shown_to(keeper).in_order_of(album(things, order=order))

    there, after = [], ""
    while True:
        page = pages.items(items, after=after, most=3)
        there.append([item.thing for item in page.things])
        if not page.after:
            break
        after = page.after
    back = pages.items(items, before=page.before, most=3)

    assert there == [things[:3], things[3:6], things[6:]]
    assert [item.thing for item in back.things] == things[3:6]


@pytest.mark.parametrize("key", ["x", "'", "00000000-0000-4000-8000-000000000000"])
def test_a_key_that_is_none_is_not_there(key, keeper, client_for, album):
    assert client_for(keeper).get(f"{album().get_absolute_url()}?after={key}").status_code == 404


def test_one_after_another_leads_along_the_album_and_not_along_the_dates(keeper, client_for, rows, album):
    things = rows(3)
    row = album([things[2], things[0]], order=Order.HAND)
    client = client_for(keeper)

    page = client.get(client.get(row.get_absolute_url()).context["one_url"])
    further = client.get(page.context["next_url"])

    assert [answer.context["thing"] for answer in (page, further)] == [things[2], things[0]]
    assert (page.context["previous_url"], further.context["next_url"]) == ("", "")


def test_an_album_costs_the_same_number_of_queries_with_one_and_with_many(
    keeper, client_for, rows, album, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_for(keeper)
    row = album(rows(1))
    with django_assert_max_num_queries(12) as one:
        client.get(row.get_absolute_url())
    albums.put_into(row, [*rows(20), *rows(20, kind=Recording)], by=keeper)

    with django_assert_num_queries(len(one)):
        client.get(row.get_absolute_url())


# -- closed ------------------------------------------------------------------------------------------


def browser_of(person) -> tuple[Client, SessionStore]:
    store = SessionStore()
    store.create()
    store.sign_in(person)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client, store


def test_whoever_looks_leafs_through_a_closed_album_and_what_is_closed_in_it_keeps_its_cover(
    keeper, friend, rows, album, monkeypatch
):
    monkeypatch.setattr(leafing.pages.items, "__kwdefaults__", {"after": "", "before": "", "most": 2})
    things = rows(5, audience=Circle.FRIENDS)
    row = album(things, audience=Circle.FRIENDS, closed=True)
    veil.close([things[1]], by=keeper, words="Her hands")
    sam, theirs = browser_of(friend.person)
    other, _store = browser_of(friend.person)
    address = row.get_absolute_url()
    one = leafing.address(row, row.items.get(photograph=things[0]), friend)

    covered = [sam.get(address), sam.get(f"{address}?after={things[1].pk}"), sam.get(one)]
    assert ["The first days" in text_of(answer) for answer in covered] == [False] * 3
    assert [answer.status_code for answer in covered] == [200, 404, 302]

    viewer = stand(friend.memorial, friend.person, session_id=theirs.row.pk)
    veil.look(row, by=viewer, session=theirs.row)
    looked = sam.get(f"/m/{friend.memorial.slug}/closed/{row.pk}/open/")
    further = sam.get(looked.context["next_url"])
    alone = sam.get(one)

    assert [[p.closed for p in answer.context["runs"][0].photographs] for answer in (looked, further)] == [
        [False, True],
        [False, False],
    ]
    assert "Her hands" in text_of(looked)
    assert things[1].caption not in text_of(looked)
    assert ["no-store" in answer["Cache-Control"] for answer in (looked, further, alone)] == [True] * 3
    assert "Close it again" in text_of(further)
    for path in (looked.context["next_url"], one):
        assert other.get(path).status_code in (302, 404)
    assert "The first days" not in text_of(sam.get(address))  # a page to read stays covered for everybody


def test_an_album_is_closed_with_what_is_in_it_if_its_closer_says_so(keeper, client_for, rows, album):
    things, sound = rows(2), rows(1, kind=Recording)
    row = album([*things, *sound])

    client_for(keeper).post(f"/m/{keeper.memorial.slug}/kept/{row.pk}/close/", {"words": "", "with_it": "on"})

    row.refresh_from_db()
    for one in (*things, *sound):
        one.refresh_from_db()
    assert [one.is_closed for one in (row, *things, *sound)] == [True] * 4


def test_a_closed_album_is_found_by_its_cover_alone(keeper, album):
    row = album(title="Lantern", caption="A lamp in the room")
    found = [bool(finding.find(word, keeper).sections) for word in ("lantern", "lamp", "morning")]

    veil.close([row], by=keeper, words="That morning")

    assert found == [True, True, False]
    assert [bool(finding.find(word, keeper).sections) for word in ("lantern", "lamp", "morning")] == [
        False,
        False,
        True,
    ]


def test_while_the_pictures_rest_so_do_the_albums(keeper, memorial, client_for, album):
    row = album()
    memorial.pictures_rest = True
    memorial.save(update_fields=["pictures_rest"])

    answers = [client_for(keeper).get(path) for path in (row.get_absolute_url(), f"{row.get_absolute_url()}change/")]

    assert [answer.status_code for answer in answers] == [404, 404]


# -- going separate ways -----------------------------------------------------------------------------


def test_an_album_comes_along_with_what_comes_along_of_it(second_keeper, rows, album):
    shared, hers, sound = rows(1)[0], rows(1, audience=Circle.SELF)[0], rows(1, kind=Recording)[0]
    row = album([sound, hers, shared], order=Order.HAND)

    new = separating.go_separate_ways(by=second_keeper)

    copy = Album.objects.get(memorial=new)
    there = [item.thing for item in AlbumItem.objects.in_order_of(copy)]
    assert [(one.caption, one.memorial) for one in there] == [(sound.caption, new), (shared.caption, new)]
    assert row.items.count() == 3


def test_one_s_own_picture_leaves_the_album_that_stays(keeper, second_keeper, rows, album):
    shared, hers = rows(1)[0], rows(1, audience=Circle.SELF)[0]
    row = album([hers, shared], order=Order.HAND)

    separating.go_separate_ways(by=keeper)

    assert held(row, second_keeper) == [shared]
    assert row.items.count() == 1
