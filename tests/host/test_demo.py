"""The demo family's page is made once, by the same verbs as any other, and shows each circle its own part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from snowdrop.dates.edtf import parse
from snowdrop.host import address
from snowdrop.host.demo import making, story, ways_in
from snowdrop.host.demo.family import EVERYBODY, INES, MARA, NOOR, ROLES, SAM, THEO
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Viewer, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import Fact, GuestLink, Kin, Membership, Memorial
from snowdrop.people.models import Person, Session
from snowdrop.storage.models import Original
from snowdrop.story.models import Draft, Moment
from snowdrop.web import wounding

MOST_BYTES = 2_500_000
LARGEST = 300_000  # bytes of one picture
AT = "http://localhost:8123"


@pytest.fixture(scope="module")
def _made(django_db_setup, django_db_blocker) -> Iterator[Memorial]:
    """The page, made once for all tests here: each of them changes it only within its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield making.make()
        transaction.set_rollback(True)


@pytest.fixture
def wren(_made, db) -> Memorial:
    return Memorial.objects.get(pk=_made.pk)


def seen_by(memorial, one) -> list[str]:
    viewer = stand(memorial, Person.objects.get(email=one.address))
    return [moment.title for moment in Moment.objects.visible_to(viewer).in_order()]


def expected(*allowed: Circle, own_of=None) -> list[str]:
    told = [
        one
        for one in story.MOMENTS
        if not one.is_put_away
        and one.by is not SAM
        and (one.audience in allowed or (own_of is not None and one.audience == Circle.SELF and one.by is own_of))
    ]
    return sorted(one.title for one in told)


def counts() -> dict[str, int]:
    kinds = (Memorial, Person, Membership, GuestLink, Moment, Photograph, Original, Fact, Kin, Draft)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def test_every_file_is_used_once_and_all_together_are_small():
    folder = resources.files("snowdrop.host.demo") / "pictures"
    sizes = {file.name: len(file.read_bytes()) for file in folder.iterdir() if file.name != "LICENSE"}

    assert sorted(sizes) == sorted([*(one.file for one in story.PHOTOGRAPHS), story.DOCUMENT[0]])
    assert sum(sizes.values()) <= MOST_BYTES
    assert [name for name, size in sizes.items() if size > LARGEST] == []


def test_the_story_holds_no_word_that_wounds_and_every_date_can_be_read():
    said = [text for told in story.MOMENTS for text in (told.title, told.text)]
    said += [text for one in story.PHOTOGRAPHS for text in (one.caption, one.alt, one.people)]
    said += [story.DOCUMENT[3], *(text for what, told, place, *_ in story.AT_HOME for text in (what, told, place))]
    said += [text for _kind, _audience, words in story.FACTS for text in words.values()]
    said += [text for row in (*story.OTHER_NAMES, *story.KIN) for text in row if isinstance(text, str)]
    said += [story.NAME, story.SPOKEN, story.OF_ROBIN, *story.ALBUM, *story.DRAFT["title"], *story.DRAFT["text"]]

    assert [(text, found) for text in said if (found := wounding.wounds(text, "en"))] == []
    dates = [told.date for told in story.MOMENTS if told.date]
    assert [str(parse(date)) for date in dates] == dates
    assert max(str(parse(date).latest) for date in dates) < "2025"


def test_a_making_that_breaks_off_leaves_nothing_half_made(db, monkeypatch):
    few = tuple(one for one in story.PHOTOGRAPHS if one.file in {story.COVER, "rain.jpg"})
    monkeypatch.setattr(story, "PHOTOGRAPHS", few)
    monkeypatch.setattr(story, "MOMENTS", tuple(told for told in story.MOMENTS if not told.photographs))
    monkeypatch.setattr(story, "OF_ROBIN", None)  # the last thing that is written
    before = (Memorial.objects.count(), Person.objects.count(), Moment.objects.count(), Photograph.objects.count())
    with pytest.raises((AttributeError, TypeError)):
        making.make()
    after = (Memorial.objects.count(), Person.objects.count(), Moment.objects.count(), Photograph.objects.count())
    assert after == before == (0, 0, 0, 0)

    monkeypatch.setattr(story, "OF_ROBIN", "Sir.")
    memorial = making.make()

    assert making.found() == memorial
    assert sorted(one.came_as for one in Photograph.objects.all()) == ["rain.jpg", "window-light.jpg"]


def test_every_circle_reads_its_own_part(wren):
    everyone, asked = (Circle.LINK,), (Circle.LINK, Circle.FRIENDS)
    close, us = (*asked, Circle.FAMILY), (*asked, Circle.FAMILY, Circle.KEEPERS)
    link = Viewer(wren, None, Circle.LINK)

    assert sorted(one.title for one in Moment.objects.visible_to(link)) == expected(*everyone)
    assert sorted(seen_by(wren, SAM)) == expected(*asked)
    assert sorted(seen_by(wren, INES)) == expected(*close)
    assert sorted(seen_by(wren, MARA)) == expected(*us, own_of=MARA)
    assert sorted(seen_by(wren, THEO)) == expected(*us, own_of=THEO)
    assert seen_by(wren, NOOR) == []
    # Each of these lists has something that the one before has not.
    assert len({len(expected(*circles)) for circles in (everyone, asked, close, us)}) == 4


def test_something_waits_something_is_put_away_and_something_is_not_finished(wren):
    mara, theo = (stand(wren, Person.objects.get(email=one.address)) for one in (MARA, THEO))

    assert [(one.writer.name, one.text[:13]) for one in Moment.objects.waiting_for(theo)] == [("Sam", "I didn’t know")]
    assert [one.came_as for one in Photograph.objects.waiting_for(theo)] == ["pond.avif"]
    assert [one.title for one in Moment.objects.put_away_for(theo)] == ["Things people said"]
    assert [one.title for one in Draft.objects.unfinished_by(mara)] == ["For Juno, when she asks"]
    assert list(Draft.objects.unfinished_by(theo)) == []


def test_ines_reads_and_looks_first_and_noor_looks_after_another_page(wren):
    ines, noor = (Person.objects.get(email=one.address) for one in (INES, NOOR))

    assert stand(wren, ines).duties == {Duty.READS_FIRST, Duty.LOOKS_FIRST}
    assert [one.memorial.began_by for one in Membership.objects.filter(person=noor)] == [noor]
    assert stand(wren, noor).circle == Circle.PUBLIC


def test_a_picture_for_fewer_people_is_not_shown_with_words_for_many(wren):
    friend = stand(wren, Person.objects.get(email=SAM.address))
    garden = Moment.objects.visible_to(friend).get(title="A year on, in the garden")

    placed = [one.came_as for one in garden.photographs.order_by("placed__order")]
    seen = Photograph.objects.visible_to(friend).filter(placed__moment=garden).order_by("placed__order")

    assert placed == ["marigolds.jpg", "bowl.jpg", "pear-tree.jpg", "leaves-late.jpg"]
    assert [one.came_as for one in seen] == ["marigolds.jpg", "bowl.jpg", "pear-tree.jpg"]


def test_it_is_made_once(wren):
    before = counts()

    again = making.make()

    assert again == wren
    assert counts() == before
    assert before["Person"] == len(EVERYBODY)
    assert before["Photograph"] == before["Original"] - 1 == len(story.PHOTOGRAPHS)


def test_each_role_comes_to_the_page_with_its_cookie_and_no_other(wren):
    said = ways_in.ways_in(wren, AT)
    page = reverse("memorials:page", args=[wren.slug])

    answers = {}
    for role, cookie in said["cookies"].items():
        client = Client()
        if cookie:
            name, _equals, value = cookie.partition("=")
            assert name == settings.SESSION_COOKIE_NAME
            client.cookies[name] = value
        answers[role] = client.get(page, follow=True).status_code

    open_to = ("keeper", "second_keeper", "family", "friend", "companion", "link")
    assert answers == {**dict.fromkeys(open_to, 200), "elsewhere": 404, "public": 404}
    assert said["address"] == AT
    assert said["memorial"] == wren.slug
    assert set(said["links"]) == set(said["cookies"]) == {*ROLES, "link", "public"}
    assert {url for role, url in said["links"].items() if role != "link"} == {AT + page}


def test_asking_again_makes_new_sessions_and_the_same_guest_link(wren):
    first = ways_in.ways_in(wren, AT)
    before = counts()
    sessions = Session.objects.count()

    second = ways_in.ways_in(wren, AT)

    assert counts() == before
    assert Session.objects.count() == sessions + len(ROLES) + 1
    assert second["links"] == first["links"]
    assert set(second["cookies"].values()) & set(first["cookies"].values()) == {""}


def test_a_guest_comes_in_by_the_link_and_a_button(wren, client):
    link = ways_in.ways_in(wren, "")["links"]["link"]

    assert client.get(link).status_code == 200
    assert client.get(reverse("memorials:page", args=[wren.slug])).status_code == 404
    entered = client.post(link, follow=True)

    assert entered.status_code == 200
    assert client.get(reverse("memorials:page", args=[wren.slug]), follow=True).status_code == 200


def test_where_the_guest_link_was_ended_another_is_made(wren):
    first = ways_in.ways_in(wren, AT)["links"]["link"]
    GuestLink.objects.update(ended_at=wren.began_at)

    said = ways_in.ways_in(wren, AT)

    assert said["links"]["link"] != first
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = said["cookies"]["link"].partition("=")[2]
    assert client.get(reverse("memorials:page", args=[wren.slug]), follow=True).status_code == 200


def test_the_command_makes_a_house_and_tells_the_ways_in(house):
    first = house.run("demo", "--json")
    second = house.run("demo", "--json", "--public-url", "https://pages.example.org/")

    assert (first.returncode, first.stderr) == (0, "")
    one, other = json.loads(first.stdout), json.loads(second.stdout)
    assert one["address"] == address.DEFAULT
    assert other["address"] == "https://pages.example.org"
    assert other["memorial"] == one["memorial"]
    assert one["cookies"]["keeper"].partition("=")[0] == "here"
    assert other["cookies"]["keeper"].partition("=")[0] == "__Host-here"


def test_two_commands_at_once_make_one_family(house):
    assert house.run("demo", "--json").returncode == 0  # the house itself; its family is made anew below
    house.ask(
        "from snowdrop.memorials.models import Memorial\nMemorial.objects.all().delete()\n"
        "from snowdrop.people.models import Person\nPerson.objects.all().delete()"
    )

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _number: house.run("demo", "--json"), range(2)))

    assert [(one.returncode, one.stderr) for one in said] == [(0, ""), (0, "")]
    assert len({json.loads(one.stdout)["memorial"] for one in said}) == 1


def test_up_with_the_demo_serves_it_and_the_command_finds_the_running_server(house, start):
    server = start(house, "--demo", wait=False).wait(within=120)

    said = json.loads(house.run("demo", "--json").stdout)

    assert said["address"] == f"http://localhost:{server.port}"
    page = f"/m/{said['memorial']}/"
    assert server.get(f"{page}story/", Cookie=said["cookies"]["friend"])[0] == 200
    assert server.get(page)[0] == 404
    assert said["links"]["link"] in server.said.read_text()
    assert house.ask("from snowdrop.memorials.models import Memorial; answer = Memorial.objects.count()") == 2
