"""A page that everyone can open: a composition of nothing but what was chosen for it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.urls import reverse

from snowdrop.keepsakes.models import Cover, Photograph
from snowdrop.memorials import about, composition, keepings, revision
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Keeping, Kin, Memorial, Name
from snowdrop.storage.models import Original
from snowdrop.story import writing
from snowdrop.story.models import Moment
from tests.access import addresses
from tests.access.test_canaries import meet, words_in
from tests.access.town import Thing, Town

CHOSEN = {
    "canary-public-moment",
    "canary-public-moment-text",
    "canary-public-photograph",
    "canary-public-photograph-alt",
    "canary-public-fact",
    "canary-public-name",
    "canary-public-name-note",
    "canary-public-name-spoken",
    "canary-public-kin",
    "canary-public-kin-relation",
    "canary-public-line",
}
OUTSIDE = ("stranger", "ended", "asked", "removed", "elsewhere", "host")


def go_public(town: Town) -> None:
    Memorial.objects.filter(pk=town.memorial.pk).update(audience=Circle.PUBLIC)
    town.memorial.refresh_from_db()
    revision.bump(town.memorial, "memorials")


def choose_some(town: Town) -> dict[str, Keeping]:
    """One thing of each kind is written for those who look after the page, and then opened to everyone."""
    mara = town.stands("mara")
    beloved: Beloved = town.args["beloved"]
    photograph = Photograph(
        original=Original.objects.get(pk=town.args["sha256"]),
        caption="canary-public-photograph",
        alt="canary-public-photograph-alt",
        people="canary-public-people",
        came_as="canary-public-file.jpg",
        memorial=town.memorial,
        order_key=f"{1:038}{uuid.uuid4().hex[:12]}",
    )
    moment = writing.write("canary-public-moment-text", by=mara, title="canary-public-moment")
    chosen = {
        "moment": moment,
        "photograph": keepings.keep(photograph, by=mara),
        "fact": about.say(Fact.Kind.WORDS, of=beloved, by=mara, text="canary-public-fact"),
        "line": about.say(Fact.Kind.LINE, of=beloved, by=mara, text="canary-public-line"),
        "name": about.name(
            "canary-public-name",
            of=beloved,
            by=mara,
            note="canary-public-name-note",
            spoken="canary-public-name-spoken",
            is_chief=False,
        ),
        "kin": about.kin("canary-public-kin", by=mara, relation="canary-public-kin-relation"),
    }
    # What is narrower stays where it is, also in a moment that everyone reads.
    moment.placed.create(photograph=chosen["photograph"])
    moment.placed.create(photograph=town.find("canary-photograph-link").row)
    keepings.open_to(chosen.values(), Circle.PUBLIC, by=mara)
    for name, row in chosen.items():
        row.refresh_from_db()
        town.things.append(Thing(row, f"canary-public-{name}", frozenset()))
    return chosen


@pytest.fixture
def chosen(town) -> dict[str, Keeping]:
    go_public(town)
    return choose_some(town)


def everything_met(town: Town, role: str) -> set[str]:
    met: set[str] = set()
    for address in addresses.every_address():
        if "slug" in address.takes:
            for thing in addresses.about_things(address, town):
                met |= meet(town, role, addresses.path(address, town, thing))
    return met


def ticks(**ticked: bool) -> dict[str, Any]:
    return dict.fromkeys(("names_people", "may_be_found", "has_preview", "has_feed"), False) | ticked


def test_a_stranger_meets_what_was_chosen_and_no_other_word(town, chosen):
    assert everything_met(town, "stranger") == CHOSEN


@pytest.mark.parametrize("role", ["ended", "asked", "elsewhere", "host"])
def test_so_does_whoever_is_signed_in_and_does_not_belong_here(role, town, chosen):
    assert {word for word in everything_met(town, role) if word.startswith("canary-")} == CHOSEN


def test_with_everything_ticked_a_stranger_also_meets_who_wrote_and_who_is_in_a_picture(town, chosen):
    composition.choose(
        by=town.stands("mara"), **ticks(names_people=True, may_be_found=True, has_preview=True, has_feed=True)
    )

    assert everything_met(town, "stranger") == CHOSEN | {"Mara Canaryname", "canary-public-people"}


def test_a_page_that_is_public_shows_nobody_anything_that_was_not_chosen(town):
    go_public(town)

    assert everything_met(town, "stranger") == set()
    answer = town.clients["stranger"].get(reverse("memorials:page", args=[town.memorial.slug]))
    assert (answer.status_code, b"There is nothing to read here yet." in answer.content) == (200, True)


def test_a_keeper_who_reads_as_everyone_meets_the_same(town, chosen):
    met: set[str] = set()
    for address in addresses.every_address():
        if getattr(address.view, "kind", "") == "reading":
            for thing in addresses.about_things(address, town):
                met |= meet(town, "keeper", addresses.path(address, town, thing) + "?as=public")

    assert met == CHOSEN


def test_the_name_at_the_head_and_the_cover_are_chosen_like_all_else(town, chosen):
    path = reverse("story:room", args=[town.memorial.slug])

    def head() -> str:
        return town.clients["stranger"].get(path).content.decode().partition("<main")[0]

    assert ("head__cover" in head(), "canary-name-chief" in head()) == (False, False)

    mara = town.stands("mara")
    Cover.objects.filter(memorial=town.memorial).update(photograph=chosen["photograph"])
    keepings.open_to([Name.objects.get(text="canary-name-chief")], Circle.PUBLIC, by=mara)

    assert ("head__cover" in head(), "canary-name-chief" in head()) == (True, True)


def test_what_is_left_out_is_gone_for_strangers_at_the_next_request(town, chosen):
    path = reverse("story:moment", args=[town.memorial.slug, chosen["moment"].pk])
    assert town.clients["stranger"].get(path).status_code == 200

    town.clients["second"].post(reverse("memorials:leave_out", args=[town.memorial.slug, chosen["moment"].pk]))

    assert [town.clients[role].get(path).status_code for role in ("stranger", "link")] == [404, 200]


def test_nobody_else_leaves_anything_out_or_chooses(town, chosen):
    slug = town.memorial.slug
    tried = {
        role: (
            town.clients[role].get(reverse("memorials:composition", args=[slug])).status_code,
            town.clients[role].post(reverse("memorials:composition", args=[slug]), {"has_feed": "on"}).status_code,
            town.clients[role].post(reverse("memorials:leave_out", args=[slug, chosen["moment"].pk])).status_code,
        )
        for role in (*OUTSIDE, "link", "friend", "companion", "family")
    }

    assert set(tried.values()) == {(404, 404, 404)}
    chosen["moment"].refresh_from_db()
    assert chosen["moment"].audience == Circle.PUBLIC


def rendition(town: Town, role: str, row: Keeping, size: int) -> HttpResponseBase:
    return town.clients[role].get(reverse("keepsakes:rendition", args=[town.memorial.slug, row.pk, size]))


def test_strangers_get_no_picture_that_could_be_printed_well(town, chosen):
    """Neither by asking for it, nor through the eyes of everyone."""
    row = chosen["photograph"]

    assert [rendition(town, "stranger", row, size).status_code for size in (480, 1280, 2400)] == [200, 200, 404]
    assert [rendition(town, "link", row, size).status_code for size in (480, 1280, 2400)] == [200, 200, 200]
    as_everyone = reverse("keepsakes:rendition", args=[town.memorial.slug, row.pk, 2400]) + "?as=public"
    assert town.clients["keeper"].get(as_everyone).status_code == 404


def test_no_page_for_strangers_names_a_picture_they_do_not_get(town, chosen):
    Original.objects.filter(pk=town.args["sha256"]).update(width=6000, height=4000)
    Cover.objects.filter(memorial=town.memorial).update(photograph=chosen["photograph"])
    slug = town.memorial.slug
    pages = [
        reverse("story:room", args=[slug]),
        reverse("story:moment", args=[slug, chosen["moment"].pk]),
        reverse("keepsakes:room", args=[slug]),
        reverse("keepsakes:photograph", args=[slug, chosen["photograph"].pk]),
    ]

    def sizes(role: str) -> list[tuple[bool, bool]]:
        found = [town.clients[role].get(page).content for page in pages]
        return [(b"/1280.jpg" in page, b"/2400.jpg" in page) for page in found]

    assert sizes("stranger") == [(True, False)] * 4
    assert sizes("link") == [(True, True)] * 4


QUIET = "noindex, nofollow, noarchive"


def robots(answer: HttpResponseBase) -> tuple[bool, str]:
    """What the page itself says, and its header, to search engines."""
    return QUIET.encode() in getattr(answer, "content", b""), answer.headers["X-Robots-Tag"]


def test_nothing_is_listed_unless_it_was_chosen(town, chosen):
    slug = town.memorial.slug
    paths = {name: reverse(name, args=[slug]) for name in ("story:room", "memorials:about", "keepsakes:room")}
    paths["story:moment"] = reverse("story:moment", args=[slug, chosen["moment"].pk])
    paths["keepsakes:photograph"] = reverse("keepsakes:photograph", args=[slug, chosen["photograph"].pk])
    stranger = town.clients["stranger"]
    no = (True, "noindex, nofollow, noarchive, noai, noimageai")
    yes = (False, "noarchive, noimageindex, noai, noimageai")
    assert {name: robots(stranger.get(path)) for name, path in paths.items()} == dict.fromkeys(paths, no)

    composition.choose(by=town.stands("mara"), **ticks(may_be_found=True))

    assert {name: robots(stranger.get(path)) for name, path in paths.items()} == dict.fromkeys(paths, yes)
    assert {name: robots(town.clients["link"].get(path)) for name, path in paths.items()} == dict.fromkeys(paths, no)
    assert rendition(town, "stranger", chosen["photograph"], 480).headers["X-Robots-Tag"] == no[1]

    Memorial.objects.filter(pk=town.memorial.pk).update(audience=Circle.LINK)
    assert {name: robots(town.clients["link"].get(path)) for name, path in paths.items()} == dict.fromkeys(paths, no)


def test_the_house_has_no_list_for_machines(town):
    """A file that named what may be found, or what may not, would name pages."""
    assert town.clients["stranger"].get("/robots.txt").status_code == 404


def previewed(answer: HttpResponseBase) -> set[str]:
    page = getattr(answer, "content", b"").decode()
    return {line.strip() for line in page.splitlines() if "og:" in line}


def test_a_message_with_the_address_shows_nothing_unless_that_was_chosen_and_then_only_what_everyone_sees(town, chosen):
    path = reverse("story:room", args=[town.memorial.slug])
    stranger = town.clients["stranger"]
    assert previewed(stranger.get(path)) == set()

    composition.choose(by=town.stands("mara"), **ticks(has_preview=True))
    assert previewed(stranger.get(path)) == {
        '<meta property="og:type" content="article">',
        '<meta property="og:description" content="canary-public-line">',
    }

    Cover.objects.filter(memorial=town.memorial).update(photograph=chosen["photograph"])
    about.lead_with(Name.objects.get(text="canary-public-name"), by=town.stands("mara"))
    picture = reverse("keepsakes:rendition", args=[town.memorial.slug, chosen["photograph"].pk, 480])
    assert previewed(stranger.get(path)) == {
        '<meta property="og:type" content="article">',
        '<meta property="og:title" content="canary-public-name">',
        '<meta property="og:description" content="canary-public-line">',
        f'<meta property="og:image" content="http://testserver{picture}">',
    }
    assert [previewed(town.clients[role].get(path)) for role in ("link", "friend", "keeper")] == [set()] * 3


def test_a_second_one_of_whom_nothing_is_said_leaves_no_empty_place(town, chosen):
    """How many a page is kept for is told by nobody but the family."""
    path = reverse("memorials:about", args=[town.memorial.slug])
    before = town.clients["stranger"].get(path).content
    assert before.count(b'<section class="about">') == 2  # one of whom something is said, and the family

    other = about.another(by=town.stands("mara"), name_text="canary-twin")
    Beloved.objects.filter(pk=other.pk).update(audience=Circle.PUBLIC)

    assert town.clients["stranger"].get(path).content == before


def test_words_that_a_removed_friend_wrote_stay_theirs_and_show_to_no_stranger(town, chosen):
    words = words_in(town.clients["removed"].get(reverse("story:room", args=[town.memorial.slug])))

    assert words & {"canary-moment-link", "canary-moment-friends"} == set()
    assert "canary-public-moment" in words
    assert Moment.objects.filter(audience=Circle.LINK).exists() and Kin.objects.filter(audience=Circle.LINK).exists()
