"""The front before Django: what it answers, to whom, and what it leaves to Django."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import glance, inviting, keepings
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Membership, Memorial
from snowdrop.people.models import Session
from snowdrop.storage import renditions
from snowdrop.storage.sizes import Form
from tests.access.test_canaries import may_meet, words_in
from tests.access.town import CIRCLE_OF, ROLES
from tests.reading.conftest import body_of, reading_paths

WORD = re.compile(r"canary[a-z0-9-]*@?|\w+ Canaryname")
# A browser that came by a guest's link, and members who never added anything: the others have something of their own.
ALIKE = ("link", "companion", "family")


def story(town) -> str:
    return reverse("story:room", args=[town.memorial.slug])


def enter_by_link(town) -> None:
    client = town.clients["link"]
    client.post(reverse("memorials:enter", args=[town.args["link_token"]]))


def test_whoever_reads_first_is_left_to_django(town, visit):
    """The way to what waits stands on pages of theirs."""
    assert visit.ask("companion", story(town)) is not None

    Membership.objects.filter(memorial=town.memorial, person=town.people["kim"]).update(reads_first=True)

    assert visit.ask("companion", story(town)) is None


@pytest.fixture
def town(town):
    enter_by_link(town)
    # Kim, who has nothing of her own here, does not read first in these tests: else each page would be her own.
    Membership.objects.filter(memorial=town.memorial).update(reads_first=False)
    # Ines was named as a reader of private pages, and so reads live; here she is like anybody in her circle.
    from snowdrop.memorials.models import Reader

    Reader.objects.filter(person=town.people["ines"]).delete()
    return town


@pytest.mark.parametrize("role", ALIKE)
def test_a_page_is_made_once_and_answered_again(role, town, visit):
    first, second = (body_of(visit.ask(role, story(town))) for _time in range(2))

    assert first == second
    assert visit.made == [story(town)]


@pytest.mark.parametrize("role", ALIKE)
def test_a_made_page_is_what_the_live_page_is(role, town, visit):
    differ = []
    for path in reading_paths(town):
        answered = visit.ask(role, path)
        live = town.clients[role].get(path)
        alive = b"".join(live.streaming_content) if live.streaming else live.content
        if answered is None:
            if live.status_code == 200:
                differ.append(f"{path}: left to Django")
        elif live.status_code != 200 or body_of(answered) != alive:
            differ.append(f"{path}: {live.status_code}")

    assert differ == []
    assert len(visit.made) > 10


def test_its_headers_are_those_of_the_live_page_but_for_keeping_it(town, visit):
    path = story(town)
    made = dict(visit.ask("link", path).headers)
    live = town.clients["link"].get(path)

    expected = {name: value for name, value in live.headers.items() if name not in ("Vary", "Content-Length")}
    keeping = {"Cache-Control": "private, no-cache", "Reading-Page": "alike"}
    assert {name: made.get(name) for name in expected} == expected | keeping
    assert (made["Vary"], "Set-Cookie" in made) == ("Accept-Encoding, Accept-Language, Cookie", False)


def test_no_word_meets_whom_it_is_not_for(town, visit):
    """Every reading page of everything that is kept, asked by everybody, twice: once made and once kept."""
    met: list[str] = []
    answers = 0
    for role in ROLES:
        for path in reading_paths(town) * 2:
            answered = visit.ask(role, path)
            if answered is None:
                continue
            answers += 1
            for word in set(WORD.findall(body_of(answered).decode("utf-8", "replace"))):
                if role not in may_meet(town, word):
                    met.append(f"{role} met {word} at {path}")

    assert met == []
    assert answers > 60


def test_whom_the_front_answers_the_live_page_answers_too(town, visit):
    """A wrong key would show less: nobody gets by the front what Django would not give."""
    wrong = []
    for role in ROLES:
        for path in reading_paths(town):
            if visit.ask(role, path) is not None and town.ask(role, "GET", path).status_code != 200:
                wrong.append(f"{role} {path}")

    assert wrong == []


def test_a_keeper_and_whoever_has_something_of_their_own_here_get_the_live_page(town, visit):
    for role in ("keeper", "second", "friend"):
        assert visit.ask(role, story(town)) is None


def test_a_device_that_keeps_pages_gets_of_them_what_everyone_in_the_circle_gets(town, visit):
    """It asks so itself, for somebody who would get the live page; what only one person sees is not on it."""
    only_one_person_sees = tuple(thing.canary for thing in town.things if thing.row.audience == Circle.SELF)
    lost: dict[str, set[str]] = {}
    for role in ("keeper", "second", "friend"):
        live = town.clients[role].get(story(town))
        kept = visit.ask(role, story(town), reading_page="alike")
        lost[role] = {word for word in words_in(live) if word not in body_of(kept).decode()}

        assert (live["Cache-Control"], live["Reading-Page"]) == ("no-store", "own")
        assert dict(kept.headers)["Reading-Page"] == "alike"
        assert b"<form" not in body_of(kept)
        assert [word for word in lost[role] if "canary-" in word and not word.startswith(only_one_person_sees)] == []
    assert all(lost.values())


def test_a_keeper_gets_pictures_by_the_front(town, visit):
    photograph = town.find("canary-photograph-keepers").row
    path = reverse("keepsakes:rendition", args=[town.memorial.slug, photograph.pk, 480])

    assert body_of(visit.ask("keeper", path)) == b"".join(town.clients["keeper"].get(path).streaming_content)


def test_a_picture_that_stands_in_for_a_lighter_one_is_not_kept_in_its_place(town, visit, visits):
    photograph = town.find("canary-photograph-friends").row
    path = reverse("keepsakes:avif", args=[town.memorial.slug, photograph.pk, 480])
    before = [visit.ask("companion", path) for _time in range(2)]
    made = list(visit.made)

    renditions.ensure(photograph.original, photograph.turned, Form.AVIF)
    after = [front.ask("companion", path) for front in (visit, visit, visits())]

    types = [dict(answered.headers)["Content-Type"] for answered in before + after]
    tags = [dict(answered.headers)["ETag"] for answered in before + after]
    assert types == ["image/jpeg"] * 2 + ["image/avif"] * 3
    assert (len(set(tags[:2])), len(set(tags[2:])), len(set(tags))) == (1, 1, 2)
    # Made each time while it stood in; then once, and kept also for the next start.
    assert (made, visit.made[2:]) == ([path] * 2, [path])


def test_a_stranger_gets_what_everyone_may_see_and_nothing_else(town, visit):
    moment = town.find("canary-moment-link").row
    keepings.open_to([moment], Circle.PUBLIC, by=town.stands("mara"))
    assert visit.ask("stranger", story(town)) is None

    Memorial.objects.filter(pk=town.memorial.pk).update(audience=Circle.PUBLIC)

    page = body_of(visit.ask("stranger", story(town)))
    assert page == town.clients["stranger"].get(story(town)).content
    assert set(WORD.findall(page.decode())) >= {"canary-moment-link"}
    assert b"canary-moment-friends" not in page


@pytest.mark.parametrize("role", ["stranger", "ended", "expired", "asked", "removed", "elsewhere", "host"])
def test_whoever_does_not_belong_is_left_to_django_and_nothing_is_made(role, town, visit):
    visit.ask("link", story(town))
    visit.made.clear()

    assert [path for path in reading_paths(town) if visit.ask(role, path) is not None] == []
    assert visit.made == []


# -- changes obey at once ------------------------------------------------------------------------------


def test_what_was_narrowed_is_gone_at_the_next_answer(town, visit):
    moment = town.find("canary-moment-link").row
    path = reverse("story:moment", args=[town.memorial.slug, moment.pk])
    assert b"canary-moment-link" in body_of(visit.ask("link", path))
    assert b"canary-moment-link" in body_of(visit.ask("link", story(town)))

    keepings.open_to([moment], Circle.KEEPERS, by=town.stands("mara"))

    assert visit.ask("link", path) is None
    assert b"canary-moment-link" not in body_of(visit.ask("link", story(town)))


def test_a_removed_member_is_left_to_django_at_the_next_answer(town, visit):
    assert visit.ask("companion", story(town)) is not None
    member = Membership.objects.get(memorial=town.memorial, person=town.people["kim"])

    inviting.remove(member, by=town.stands("mara"))

    assert visit.ask("companion", story(town)) is None
    assert town.clients["companion"].get(story(town)).status_code == 404


def test_an_ended_and_an_expired_link_are_left_to_django(town, visit):
    assert visit.ask("link", story(town)) is not None
    link = town.args["link"]

    GuestLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    assert visit.ask("link", story(town)) is None
    GuestLink.objects.filter(pk=link.pk).update(expires_at=None)
    assert visit.ask("link", story(town)) is not None
    inviting.end_link(link, by=town.stands("mara"))
    assert visit.ask("link", story(town)) is None


def test_a_page_that_is_closed_to_a_circle_is_closed_by_the_front_too(town, visit):
    assert visit.ask("link", story(town)) is not None

    town.memorial.audience = Circle.FAMILY
    town.memorial.save(update_fields=["audience"])

    assert visit.ask("link", story(town)) is None
    assert visit.ask("companion", story(town)) is None
    assert visit.ask("family", story(town)) is not None


def test_a_session_that_ended_is_left_to_django(town, visit):
    assert visit.ask("companion", story(town)) is not None

    Session.objects.filter(person=town.people["kim"]).delete()

    assert visit.ask("companion", story(town)) is None


def test_a_tag_is_answered_only_behind_the_door(town, visit):
    tag = dict(visit.ask("companion", story(town)).headers)["ETag"]
    assert visit.ask("companion", story(town), if_none_match=f'"x", W/{tag}').status == "304 Not Modified"
    member = Membership.objects.get(memorial=town.memorial, person=town.people["kim"])

    inviting.remove(member, by=town.stands("mara"))

    for tags in (tag, "*"):
        assert visit.ask("companion", story(town), if_none_match=tags) is None
        assert town.clients["companion"].get(story(town), headers={"If-None-Match": tags}).status_code == 404


def test_the_first_visit_of_a_day_is_written_down_by_django(town, visit):
    assert visit.ask("companion", story(town)) is not None
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1), tick=False):
        assert visit.ask("companion", story(town)) is None
        town.clients["companion"].get(story(town))
        assert visit.ask("companion", story(town)) is not None


def test_a_clock_set_back_an_hour_opens_nothing_that_was_closed(town, visit):
    inviting.end_link(town.args["link"], by=town.stands("mara"))

    with time_machine.travel(timezone.now() - timezone.timedelta(hours=1), tick=False):
        assert visit.ask("link", story(town)) is None
        assert stand(town.memorial, None).circle == Circle.PUBLIC


# -- in what form --------------------------------------------------------------------------------------


def test_each_browser_gets_the_encoding_it_takes(town, visit):
    plain = body_of(visit.ask("link", story(town)))
    by_encoding = {
        accepted: visit.ask("link", story(town), accept_encoding=accepted)
        for accepted in ("br, gzip", "gzip;q=0.5", "br;q=0, gzip", "identity", "br;q=0.000", "deflate")
    }

    assert {accepted: dict(a.headers).get("Content-Encoding") for accepted, a in by_encoding.items()} == {
        "br, gzip": "br",
        "gzip;q=0.5": "gzip",
        "br;q=0, gzip": "gzip",
        "identity": None,
        "br;q=0.000": None,
        "deflate": None,
    }
    assert brotli.decompress(by_encoding["br, gzip"].body) == plain
    assert gzip.decompress(by_encoding["gzip;q=0.5"].body) == plain
    tags = {dict(a.headers)["ETag"] for a in by_encoding.values()}
    assert len(tags) == 3  # other bytes, another tag


def test_each_reader_gets_their_language(town, visit):
    def language(role: str, **headers: str) -> str:
        return dict(visit.ask(role, story(town), **headers).headers)["Content-Language"]

    key = town.clients["link"].cookies[settings.SESSION_COOKIE_NAME].value
    chosen = f"{settings.LANGUAGE_COOKIE_NAME}=ar; {settings.SESSION_COOKIE_NAME}={key}"
    town.people["kim"].language = "de"
    town.people["kim"].save(update_fields=["language"])

    assert language("link") == "en"
    assert language("link", accept_language="xx, de-CH;q=0.9, en;q=0.1") == "de"
    assert language("link", accept_language="de", cookie=chosen) == "ar"
    assert language("companion", accept_language="ar") == "de"
    assert language("link", accept_language=",".join(f"x{number}" for number in range(10_000)) + ",de") == "en"
    assert language("link", accept_language="*, de") == "en"


def test_head_is_answered_like_get_and_other_methods_are_djangos(town, visit):
    get, head = visit.ask("link", story(town)), visit.ask("link", story(town), method="HEAD")

    assert (head.status, head.headers) == (get.status, get.headers)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "PROPFIND"):
        assert visit.ask("link", story(town), method=method) is None


def test_part_of_a_picture_is_sent_and_a_part_beyond_its_end_is_not(town, visit):
    photograph = town.find("canary-photograph-link").row
    path = reverse("keepsakes:rendition", args=[town.memorial.slug, photograph.pk, 480])
    # Nobody asked for the small picture so far; it is made now.
    photograph.audience = Circle.FRIENDS
    whole = body_of(visit.ask("companion", path))
    size = len(whole)

    def part(wanted: str, **more: str) -> tuple[str, str | None, bytes]:
        answered = visit.ask("companion", path, range=wanted, **more)
        return answered.status[:3], dict(answered.headers).get("Content-Range"), body_of(answered)

    assert part("bytes=2-5") == ("206", f"bytes 2-5/{size}", whole[2:6])
    assert part("bytes=-3") == ("206", f"bytes {size - 3}-{size - 1}/{size}", whole[-3:])
    assert part(f"bytes={size}-") == ("416", f"bytes */{size}", b"")
    assert part("bytes=9-2") == ("200", None, whole)
    assert part("bytes=0-1,4-5") == ("200", None, whole)
    assert part("pages=1-2") == ("200", None, whole)
    assert part("bytes=2-5", if_range='"another"') == ("200", None, whole)
    assert visit.ask("companion", path, method="HEAD", range="bytes=2-5").status == "200 OK"


# -- games ---------------------------------------------------------------------------------------------


def test_odd_addresses_are_djangos(town, visit):
    path = story(town)
    moment = reverse("story:moment", args=[town.memorial.slug, town.find("canary-moment-link").row.pk])
    for odd in (
        path.rstrip("/"),
        "/" + path,
        path + "/",
        path.replace("/story/", "//story/"),
        path + "x.css",
        path + ";.css",
        path + "\n",
        path.upper(),
        path + "../about/",
        moment.upper(),
        path.replace("story", "st\u043ery"),
        "/m//story/",
    ):
        assert visit.ask("link", odd) is None, odd
    for query in ("as=link", "after=a&after=b", "utm_source=x", "before=", "after=%00", "after=" + "x" * 500):
        assert visit.ask("link", path, query=query) is None, query
    assert visit.made == []


def test_hosts_that_are_not_this_house_are_djangos(town, visit):
    for host in ("", "example.org", "localhost.example.org", "localhost:80:80", "local host", "[::1", "localhost@x"):
        assert visit.ask("link", story(town), host=host) is None, host
    assert visit.made == []


def test_headers_of_proxies_and_others_change_no_byte(town, visit):
    plain = body_of(visit.ask("link", story(town)))

    for name in ("x_forwarded_host", "x_forwarded_proto", "x_original_url", "x_rewrite_url", "forwarded", "referer"):
        assert body_of(visit.ask("link", story(town), **{name: "https://poison.invalid/"})) == plain
    assert b"poison" not in plain
    assert len(visit.made) == 1


def test_whoever_wants_json_or_has_two_sessions_is_djangos(town, visit):
    key = town.clients["link"].cookies[settings.SESSION_COOKIE_NAME].value
    name = settings.SESSION_COOKIE_NAME

    assert visit.ask("link", story(town), accept="application/json") is None
    assert visit.ask("link", story(town), cookie=f"{name}={key}; {name}=other") is None
    assert visit.ask("link", story(town), cookie=f'{name}="{key}"') is None
    assert visit.ask("link", story(town), cookie=f"x{name}={key}") is None
    assert visit.ask("link", story(town), cookie=f"theme=dark; {name}={key}") is not None


def test_words_in_of_the_live_page_still_finds_canaries(town):
    """The scan above would be worth nothing if the pages held no such words."""
    assert "canary-moment-link" in words_in(town.clients["link"].get(story(town)))
    assert set(ALIKE) <= set(CIRCLE_OF)


def test_where_the_door_cannot_be_asked_the_line_is_lost_and_django_answers(visit, town, monkeypatch):
    lost = []
    monkeypatch.setattr(visit.front._lines, "lose", lost.append, raising=False)

    def locked(*_args, **_how):
        raise connection.Database.OperationalError("database is locked")

    monkeypatch.setattr(glance, "look", locked)

    assert visit.ask("friend", f"/m/{town.memorial.slug}/story/") is None
    assert lost == [connection]
