"""Things that are kept at home: what they are, where they lie, and what shows them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.keepsakes import at_home
from snowdrop.keepsakes.models import KeptAtHome, Photograph
from snowdrop.memorials import keepings, separating
from snowdrop.memorials.circles import Circle

pytestmark = pytest.mark.django_db


def test_a_thing_is_written_down_with_pictures_and_read_in_its_room(keeper, memorial, client_for, add):
    client, picture = client_for(keeper), add(1)
    add(2)

    answer = client.post(
        reverse("keepsakes:add_at_home", args=[memorial.slug]),
        {"what": "The blanket", "text": "Six times round.", "place": "The box", "pictures": [str(picture.pk)]},
    )
    page = client.get(answer.url)
    room = client.get(reverse("keepsakes:at_home_room", args=[memorial.slug])).content.decode()

    row = KeptAtHome.objects.get()
    assert (row.what, row.text, row.place, row.audience) == (
        "The blanket",
        "Six times round.",
        "The box",
        Circle.KEEPERS,
    )
    assert [one.url for one in page.context["pictures"]] == [picture.get_absolute_url()]
    assert ("The blanket" in room, "The box" in room) == (True, True)


def test_only_what_it_is_has_to_be_said(keeper, memorial, client_for):
    client, at = client_for(keeper), reverse("keepsakes:add_at_home", args=[memorial.slug])

    refused, kept = client.post(at, {"what": " ", "text": "words"}), client.post(at, {"what": "The band"})

    assert (refused.status_code, "Please say in a word or two what it is." in refused.content.decode()) == (422, True)
    assert ("words" in refused.content.decode(), kept.status_code) == (True, 302)


def test_what_a_member_writes_down_waits_for_the_keepers(friend, keeper, memorial, client_for):
    client_for(friend).post(reverse("keepsakes:add_at_home", args=[memorial.slug]), {"what": "A stone"})

    assert list(KeptAtHome.objects.visible_to(keeper)) == []
    assert [row.what for row in KeptAtHome.objects.waiting_for(keeper)] == ["A stone"]


def test_a_picture_that_somebody_may_not_see_is_not_shown_to_them_and_stays_when_they_change_the_words(
    keeper, family, memorial, client_for, add
):
    hidden, open_one = add(1), add(2, audience=Circle.FAMILY)
    row = at_home.keep({"what": "The cap"}, by=keeper, audience=Circle.FAMILY, pictures=[hidden, open_one])

    page = client_for(family).get(row.get_absolute_url())

    assert [one.url for one in page.context["pictures"]] == [open_one.get_absolute_url()]
    own = at_home.keep({"what": "A shell"}, by=family, audience=Circle.FAMILY, pictures=[open_one])
    own.shown_in.create(photograph=hidden, place=1)
    at_home.change(own, {"what": "Two shells"}, by=family, pictures=[])
    assert [one.photograph for one in own.shown_in.all()] == [hidden]


def test_a_closed_thing_shows_its_cover_in_the_room_and_nothing_of_itself(keeper, friend, memorial, client_for):
    row = at_home.keep({"what": "A lock of hair", "place": "The drawer"}, by=keeper, audience=Circle.FRIENDS)
    KeptAtHome.objects.update(is_closed=True, cover_words="Something of his")
    client = client_for(friend)

    pages = [
        client.get(url).content.decode()
        for url in (reverse("keepsakes:at_home_room", args=[memorial.slug]), row.get_absolute_url())
    ]

    assert [("Something of his" in page, "hair" in page, "drawer" in page) for page in pages] == [
        (True, False, False)
    ] * 2


def test_whoever_goes_a_way_of_their_own_takes_it_along_with_its_pictures(keeper, add):
    picture = add(1)
    at_home.keep({"what": "The band"}, by=keeper, pictures=[picture])

    new = separating.go_separate_ways(by=keeper)

    copied = KeptAtHome.objects.get(memorial=new)
    assert [one.photograph.memorial for one in copied.shown_in.all()] == [new]
    assert Photograph.objects.filter(memorial=new).count() == 1


def test_its_earlier_words_are_kept(keeper):
    row = at_home.keep({"what": "The blanket"}, by=keeper)
    row = at_home.change(row, {"what": "The green blanket"}, by=keeper, pictures=[])

    assert row.what == "The green blanket"
    assert keepings.Version.objects.get().words["what"] == "The blanket"
