"""Feeds: valid Atom, for everyone where that was chosen, and for a member by a secret address."""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from snowdrop.memorials import about, announced, composition, feeds, inviting, keepings, leaving
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Feed, Membership, Memorial, Name
from snowdrop.story import feed as writing_feed
from snowdrop.story import writing

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def token(friend) -> str:
    _feed, token = feeds.make(by=friend)
    return token


@pytest.fixture
def public(memorial, stands):
    """Everyone can open the page, and feed readers may follow it."""
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
    memorial.refresh_from_db()
    mara = stands("mara")
    composition.choose(by=mara, names_people=False, may_be_found=False, has_preview=False, has_feed=True)
    memorial.refresh_from_db()
    return mara


def fetch(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers or None)


def by(token: str) -> str:
    return reverse("feed_by_token", args=[token])


def everyones(memorial: Memorial) -> str:
    return reverse("story:feed", args=[memorial.slug])


def read(answer: HttpResponse) -> ElementTree.Element:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def titles(answer: HttpResponse) -> list[str]:
    """The titles within the contents: those of the entries say nothing."""
    contents = [text(entry, "content") for entry in read(answer).findall(f"{ATOM}entry")]
    return [content.partition("<h2>")[2].partition("</h2>")[0] for content in contents]


def test_it_is_atom_with_all_that_atom_asks_for(keeper, friend, token, photograph_of):
    picture = photograph_of(keeper, audience=Circle.FRIENDS, alt="Hands & feet")
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        moment = writing.write(
            "First *snow* & more", by=keeper, title="A < B", audience=Circle.FRIENDS, photographs=[picture]
        )

    feed = read(fetch(by(token)))

    assert (feed.tag, feed.get(LANG)) == (f"{ATOM}feed", "en")
    assert uuid.UUID(text(feed, "id"))
    assert (text(feed, "title"), text(feed, "updated")) == ("A page", "2026-05-03T10:00:00+00:00")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "A page"
    page = f"http://testserver/m/{keeper.memorial.slug}"
    assert [dict(link.attrib) for link in feed.findall(f"{ATOM}link")] == [{"rel": "alternate", "href": f"{page}/"}]
    (entry,) = feed.findall(f"{ATOM}entry")
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert {
        "id": text(entry, "id"),
        "title": text(entry, "title"),
        "published": text(entry, "published"),
        "updated": text(entry, "updated"),
        "author": entry.findtext(f"{ATOM}author/{ATOM}name"),
        "link": [dict(link.attrib) for link in entry.findall(f"{ATOM}link")],
        "type": content.get("type"),
        "content": content.text,
        "summary": entry.find(f"{ATOM}summary"),
    } == {
        "id": f"urn:uuid:{moment.pk}",
        "title": "3 May 2026",
        "published": "2026-05-03T10:00:00+00:00",
        "updated": "2026-05-03T10:00:00+00:00",
        "author": "Mara",
        "link": [{"href": f"{page}/story/{moment.pk}/", "rel": "alternate"}],
        "type": "html",
        "content": "<h2>A &lt; B</h2><p>First <em>snow</em> &amp; more</p>"
        f'<p><a href="{page}/photographs/{picture.pk}/">Hands &amp; feet</a></p>',
        "summary": None,
    }


def test_what_xml_cannot_hold_is_left_out_of_it(keeper, token):
    writing.write("a\x01b \x0b\ufffe 🕊", by=keeper, title="T\x08x", audience=Circle.FRIENDS)

    (entry,) = read(fetch(by(token))).findall(f"{ATOM}entry")

    assert text(entry, "content") == "<h2>Tx</h2><p>ab  🕊</p>"


def test_an_entry_that_was_written_anew_is_the_same_entry_later(keeper, token):
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        moment = writing.write("First", by=keeper, audience=Circle.FRIENDS)
    with time_machine.travel("2026-06-01T08:00:00Z", tick=False):
        writing.change(moment, by=keeper, was="", title="", text="Second", date=None, is_letter=False, about=[])

    feed = read(fetch(by(token)))
    (entry,) = feed.findall(f"{ATOM}entry")

    assert [text(entry, name) for name in ("id", "published", "updated", "content")] == [
        f"urn:uuid:{moment.pk}",
        "2026-05-03T10:00:00+00:00",
        "2026-06-01T08:00:00+00:00",
        "<p>Second</p>",
    ]
    assert text(feed, "updated") == "2026-06-01T08:00:00+00:00"


def test_the_newest_thirty_are_in_it_the_newest_first(keeper, token):
    for minute in range(32):
        with time_machine.travel(f"2026-05-03T10:{minute:02}:00Z", tick=False):
            writing.write("words", by=keeper, title=f"t{minute}", audience=Circle.FRIENDS)

    assert titles(fetch(by(token))) == [f"t{minute}" for minute in range(31, 1, -1)]
    assert writing_feed.NEWEST == 30


@pytest.fixture
def one_for_each_circle(keeper, friend):
    for circle in (Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS, Circle.SELF):
        writing.write("words", by=keeper, title=circle.name, audience=circle)
    writing.write("words", by=friend, title="own", audience=Circle.SELF)
    writing.write("words", by=friend, title="waits", audience=Circle.FRIENDS)


def test_a_member_gets_what_their_circle_sees_and_nothing_of_their_own(one_for_each_circle, stands):
    got = {}
    for name in ("sam", "ines", "mara"):
        _feed, token = feeds.make(by=stands(name))
        got[name] = set(titles(fetch(by(token))))

    assert got == {
        "sam": {"LINK", "FRIENDS"},
        "ines": {"LINK", "FRIENDS", "FAMILY"},
        "mara": {"LINK", "FRIENDS", "FAMILY", "KEEPERS"},
    }


def test_the_title_says_the_name_only_where_the_family_chose_that(keeper, token):
    writing.write("Words that begin it", by=keeper, audience=Circle.FRIENDS)
    about.name_in_title(by=keeper, shows=True)

    feed = read(fetch(by(token)))

    assert (text(feed, "title"), text(feed.findall(f"{ATOM}entry")[0], "title")) == ("Wren", "Words that begin it")


def test_a_secret_ends_with_the_membership_and_does_not_come_back_with_it(memorial, keeper, friend, people, token):
    assert fetch(by(token)).status_code == 200

    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)
    assert fetch(by(token)).status_code == 404

    _invitation, asked = inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)
    inviting.accept(asked, person=people["sam"])
    assert fetch(by(token)).status_code == 404


def test_so_does_the_secret_of_whoever_leaves(memorial, friend, token):
    leaving.leave(by=friend)

    assert fetch(by(token)).status_code == 404
    assert not Feed.objects.exists()


def test_a_keeper_whose_removal_takes_effect_has_no_feed_from_that_hour(keeper, second_keeper, stands, people):
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        _feed, token = feeds.make(by=second_keeper)
        theo = Membership.objects.get(memorial=keeper.memorial, person=people["theo"])
        announced.remove(theo, by=keeper, address="https://example.org/")
        assert fetch(by(token)).status_code == 200

    with time_machine.travel("2026-05-06T10:00:01Z", tick=False):  # before the worker wrote it down
        assert fetch(by(token)).status_code == 404


def test_a_page_that_was_closed_to_a_circle_has_no_feed_for_it(memorial, token):
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.KEEPERS)

    assert fetch(by(token)).status_code == 404


def test_another_address_ends_the_one_before(friend, token):
    _feed, newer = feeds.make(by=friend)

    assert [fetch(by(one)).status_code for one in (token, newer)] == [404, 200]


def test_nobody_outside_makes_one(memorial, stranger, elsewhere):
    for viewer in (stranger, elsewhere):
        with pytest.raises(NotForYou):
            feeds.make(by=viewer)


def test_the_day_of_the_last_use_is_written_down_once_a_day(friend, token, django_assert_num_queries):
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        fetch(by(token))
        assert str(Feed.objects.get().last_used_on) == "2026-05-03"
    with time_machine.travel("2026-05-04T23:00:00Z", tick=False):
        fetch(by(token))
        assert str(Feed.objects.get().last_used_on) == "2026-05-04"


def test_a_reader_that_has_it_already_is_told_so_until_something_changes(keeper, token):
    writing.write("words", by=keeper, audience=Circle.FRIENDS)
    first = fetch(by(token))
    assert first["Cache-Control"] == "private, no-cache"

    again = fetch(by(token), **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    moment = writing.write("more", by=keeper, audience=Circle.FRIENDS)
    changed = fetch(by(token), **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200

    keepings.open_to([moment], Circle.KEEPERS, by=keeper)
    assert fetch(by(token), **{"If-None-Match": changed["ETag"]}).status_code == 200


def test_it_asks_the_database_as_often_for_three_as_for_one(keeper, token, photograph_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add() -> None:
        picture = photograph_of(keeper, audience=Circle.FRIENDS)
        writing.write("words", by=keeper, audience=Circle.FRIENDS, photographs=[picture])

    add()
    fetch(by(token))  # the first of the day writes the day down
    with CaptureQueriesContext(connection) as one:
        fetch(by(token))
    add()
    add()
    with CaptureQueriesContext(connection) as three:
        assert len(titles(fetch(by(token)))) == 3

    assert len(one) == len(three)


# -- for everyone --------------------------------------------------------------------------------------------------


def test_everyone_s_feed_holds_what_was_chosen_for_everyone_whoever_asks(public, client_for, one_for_each_circle):
    moment = writing.write("words", by=public, title="chosen")
    keepings.open_to([moment], Circle.PUBLIC, by=public)

    for browser in (Client(), client_for(public)):
        answer = browser.get(everyones(public.memorial))
        assert titles(answer) == ["chosen"]
        assert [entry.find(f"{ATOM}author") for entry in read(answer).findall(f"{ATOM}entry")] == [None]
    own = [dict(link.attrib) for link in read(answer).findall(f"{ATOM}link")]
    assert {"rel": "self", "href": f"http://testserver{everyones(public.memorial)}"} in own


def test_everyone_s_title_says_a_name_only_if_everyone_sees_it(public, memorial):
    about.name_in_title(by=public, shows=True)
    assert text(read(fetch(everyones(memorial))), "title") == "A page"

    keepings.open_to([Name.objects.get(text="Wren")], Circle.PUBLIC, by=public)
    assert text(read(fetch(everyones(memorial))), "title") == "Wren"


def test_there_is_none_for_everyone_where_it_was_not_chosen(public, memorial):
    assert fetch(everyones(memorial)).status_code == 200

    announced.close(by=public)
    assert fetch(everyones(memorial)).status_code == 404

    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC, has_feed=False)
    assert fetch(everyones(memorial)).status_code == 404


def test_pages_for_everyone_say_where_it_is_and_others_do_not(public, memorial, stands, client_for):
    moment = writing.write("words", by=public)
    keepings.open_to([moment], Circle.PUBLIC, by=public)
    room = reverse("story:room", args=[memorial.slug])

    def links(browser: Client) -> int:
        return browser.get(room).content.decode().count(everyones(memorial))

    # In the head for programs, and on the page for people.
    assert (links(Client()), links(client_for(stand(memorial, stands("sam").person)))) == (2, 0)


def test_a_member_makes_an_address_on_a_page_of_their_own_and_ends_it(memorial, friend, client_for):
    browser, page = client_for(friend), reverse("memorials:feed", args=[memorial.slug])
    made = browser.post(page)
    address = made.content.decode().partition('readonly dir="ltr">')[2].partition("</textarea>")[0]
    assert (made.status_code, address.startswith("http://testserver/feed/")) == (201, True)
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        assert fetch(address.removeprefix("http://testserver")).status_code == 200

    shown = browser.get(page).content.decode()
    assert ("It was last used on 3 May 2026." in shown, address in shown) == (True, False)

    assert browser.post(reverse("memorials:end_feed", args=[memorial.slug])).status_code == 302
    assert fetch(address.removeprefix("http://testserver")).status_code == 404
