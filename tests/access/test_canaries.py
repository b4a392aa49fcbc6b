"""Words that one circle alone may read are sought on every page that everyone else can open."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from django.http import HttpResponseBase
from django.utils import timezone

from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.access import Act
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Fact, GuestLink, Kin, Membership, Name
from snowdrop.story.models import Moment
from snowdrop.words.models import Candle, KindWord
from tests.access import addresses
from tests.access.town import CIRCLE_OF, ROLES, Town

WORD = re.compile(r"canary[a-z0-9-]*@?|\w+ Canaryname")
# Who holds the token reads what the token is for: who asks them in, and as whom.
BY_TOKEN = (
    "feed_by_token",
    "memorials:card",
    "memorials:invitation",
    "memorials:enter",
    "memorials:succeed",
    "people:way_back",
    "words:mine",
    "words:my_candle",
)
# What shows more once somebody asks for it: many at once at the door, and what the family was asked about.
ALSO = {"words:door": "?list=yes", "words:asked": "?read=yes"}
KINDS = (Moment, Photograph, Recording, Album, Document, KeptAtHome, Fact, Name, Kin)
FILES = tuple(
    f"keepsakes:{name}" for name in ("aac", "avif", "film", "moving_file", "opus", "poster", "rendition", "sheet")
)
OUTSIDE = tuple(role for role in ROLES if role not in CIRCLE_OF)


def may_meet(town: Town, word: str) -> frozenset[str]:
    """The roles that may meet this word on some page. Raises LookupError for a word nobody placed."""
    if word in town.more:
        return town.more[word]
    owners = [thing for thing in town.things if word.startswith(thing.canary)]
    if owners:
        return max(owners, key=lambda thing: len(thing.canary)).seen_by
    raise LookupError(word)


def words_in(answer: HttpResponseBase) -> set[str]:
    # A stream is read to its end: the test client then closes it without closing the test's own connection.
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return set(WORD.findall(body.decode("utf-8", "replace"))) | set(WORD.findall(heads))


def pages(town: Town, role: str, *, stands_inside: bool = True) -> list[tuple[str, str]]:
    """Every address this role can ask for: about everything that is kept, where an address names a thing.

    Whoever stands outside is turned away at the door, which reads no more of an address than whose page it is: what
    stands behind it is asked for about one thing only.
    """
    # One at a time stands at the door, unless somebody asks for the list.
    found = [("words:door", f"/m/{town.memorial.slug}/words/door/?list=yes")]
    stands_inside = stands_inside and role in CIRCLE_OF
    for address in addresses.every_address():
        if address.name in BY_TOKEN:
            continue
        inside = isinstance(getattr(address.view, "needs", None), Act)
        things = addresses.about_things(address, town) if not inside or stands_inside else [None]
        paths = [addresses.path(address, town, thing) for thing in things]
        found += [(address.name, path) for path in paths]
        found += [(address.name, path + ALSO[address.name]) for path in paths if address.name in ALSO]
    return found


def meet(town: Town, role: str, path: str, **headers: str) -> set[str]:
    answer = town.clients[role].get(path, headers=headers or None)
    return words_in(answer) if answer.status_code in (200, 302) else set()


def met_everywhere(town: Town, role: str, *, stands_inside: bool = True) -> dict[str, list[str]]:
    """Every canary this role meets, and on which pages."""
    met: dict[str, list[str]] = defaultdict(list)
    for name, path in pages(town, role, stands_inside=stands_inside):
        for word in meet(town, role, path):
            met[word].append(name)
    return met


def not_met_anywhere(town: Town, role: str, words: set[str]) -> set[str]:
    """Those of these words that this role meets on no page. Looks at rooms first, and no longer than it has to."""
    missed = set(words)
    for _name, path in sorted(pages(town, role), key=lambda page: len(page[1])):
        if not missed:
            break
        missed -= meet(town, role, path)
    return missed


@pytest.mark.parametrize("role", ROLES)
def test_nobody_meets_words_that_are_not_for_them(role, town):
    addresses.parcel(town)
    addresses.export(town)
    addresses.bundle(town)
    for canary in ("canary-parcel", "canary-found-post", "canary-export", "canary-account", "canary-bundle-name"):
        town.more[canary] = frozenset({"keeper"})
    met = met_everywhere(town, role)

    leaks = {word: names for word, names in met.items() if role not in may_meet(town, word)}
    assert leaks == {}
    # And there was something to hide, and something to show: whatever is for them they found somewhere.
    theirs = {thing.canary for thing in town.things if role in thing.seen_by}
    missed = {canary for canary in theirs if not any(word.startswith(canary) for word in met)}
    assert missed == set()


@pytest.mark.parametrize("role", ["link", "friend"])
def test_what_was_narrowed_or_taken_off_is_met_on_no_page_from_then_on(role, town):
    """Of every kind at once, what the link opened is narrowed and what friends saw is taken off."""
    keeper = town.stands("mara")
    closed = {}
    for kind in KINDS:
        narrowed, off = (town.find(f"canary-{kind.__name__.lower()}-{state}") for state in ("link", "friends"))
        closed |= {narrowed.canary: narrowed, off.canary: off}
    closed["canary-new-words"] = closed["canary-moment-friends"]  # what its text was changed to
    theirs = {word for word in closed if role in may_meet(town, word)}
    assert len(theirs) >= len(KINDS) and not_met_anywhere(town, role, theirs) == set()

    keepings.open_to([closed[f"canary-{kind.__name__.lower()}-link"].row for kind in KINDS], Circle.KEEPERS, by=keeper)
    for kind in KINDS:
        keepings.put_away(closed[f"canary-{kind.__name__.lower()}-friends"].row, by=keeper)

    after = met_everywhere(town, role)
    assert {word for word in after if word.startswith(tuple(closed))} == set()


@pytest.mark.parametrize(
    ("role", "happens", "own"),
    [
        ("friend", "removed", {"Sam Canaryname", "canarymail-sam@"}),
        ("link", "ended", set()),
        ("link", "expired", set()),
    ],
)
def test_whoever_is_shut_out_meets_no_word_but_their_own_name_and_address(role, happens, own, town):
    assert meet(town, role, f"/m/{town.memorial.slug}/story/") - own  # they do meet words

    if happens == "removed":
        sam = Membership.objects.get(memorial=town.memorial, person=town.people["sam"])
        inviting.remove(sam, by=town.stands("mara"))
    elif happens == "ended":
        inviting.end_link(town.args["link"], by=town.stands("mara"))
    else:
        GuestLink.objects.filter(pk=town.args["link"].pk).update(expires_at=timezone.now())

    assert met_everywhere(town, role, stands_inside=False).keys() == own


@pytest.mark.parametrize("role", ["friend", "family", "keeper"])
def test_neither_does_a_client_that_asks_for_json(role, town):
    leaks = [
        (path, word)
        for name, path in pages(town, role)
        if name in ("story:moment", "story:waiting", "story:room", "keepsakes:photograph")
        for word in meet(town, role, path, Accept="application/json")
        if role not in may_meet(town, word)
    ]

    assert leaks == []


@pytest.mark.parametrize("circle", ["link", "friends", "family"])
def test_a_keeper_who_looks_through_others_eyes_sees_what_they_see_and_nothing_of_their_own(circle, town):
    """Through the eyes of a circle, which is nobody: no page of one's own, and none that names a reader."""
    stands = Circle[circle.upper()]
    shown = {
        thing.canary
        for thing in town.things
        if thing.is_shown and thing.row.put_away_at is None and thing.row.audience <= stands
    }
    met = set()
    for address in addresses.every_address():
        if getattr(address.view, "needs", None) is not Act.READ:
            continue
        for thing in addresses.about_things(address, town):
            path = addresses.path(address, town, thing) + f"?as={circle}"
            met |= meet(town, "keeper", path)

    kept = {word for word in met if word not in town.more}
    strays = {word for word in kept if not any(word.startswith(canary) for canary in shown)}
    assert strays == set()
    assert {canary for canary in shown if not any(word.startswith(canary) for word in kept)} == set()
    assert {word for word in met if word.endswith(("Canaryname", "@"))} == {"Mara Canaryname"}  # who signed


def test_nobody_else_looks_through_any_eyes(town):
    eyes = ("friends", "keepers", "family", "link", "public", "self", "KEEPERS", "50", "\x00")
    looked = {
        (role, address.name, circle): town.clients[role].get(addresses.path(address, town), {"as": circle}).status_code
        for role in ROLES
        if role not in ("keeper", "second")
        for address in addresses.every_address()
        if getattr(address.view, "needs", None) is Act.READ
        for circle in (eyes if address.name in ("memorials:page", "story:room", "story:moment") else eyes[:1])
    }

    assert set(looked.values()) == {404}


def test_two_friends_see_a_reading_page_alike(town):
    """It holds nothing personal: no visitor's name, no token of a form, no message."""
    for thing in town.of(Moment, Photograph, Recording, Document, KeptAtHome, Album):
        if thing.seen_by == {"friend"}:  # what is Sam's alone Sam finds among the others
            thing.row.delete()
    # Whoever left words here finds them again, and whoever reads first the way to what waits.
    KindWord.objects.filter(writer__isnull=False).delete()
    Candle.objects.filter(writer__isnull=False).delete()
    Membership.objects.filter(memorial=town.memorial).update(reads_first=False)
    different = []
    for address in addresses.every_address():
        if getattr(address.view, "kind", None) != "reading" or address.name in FILES:
            continue
        path = addresses.path(address, town)
        one, other = (town.clients[role].get(path) for role in ("friend", "companion"))
        assert one.status_code == 200
        if one.content != other.content or b"csrfmiddlewaretoken" in one.content:
            different.append(address.name)

    assert different == []


def test_an_invitation_says_who_asks_and_whom_and_no_more(town):
    (address,) = (one for one in addresses.every_address() if one.name == "memorials:invitation")

    assert meet(town, "stranger", addresses.path(address, town)) == {"Mara Canaryname", "canary-asked-called"}


def test_a_way_back_says_who_comes_back_by_it_and_no_more(town):
    (address,) = (one for one in addresses.every_address() if one.name == "people:way_back")

    assert meet(town, "stranger", addresses.path(address, town)) == {"Back Canaryname"}


def test_a_card_says_nothing_of_a_page_before_the_button(town):
    (address,) = (one for one in addresses.every_address() if one.name == "memorials:card")

    assert meet(town, "stranger", addresses.path(address, town)) == set()


def test_a_guest_s_link_says_who_made_it_and_no_more(town):
    (address,) = (one for one in addresses.every_address() if one.name == "memorials:enter")

    assert meet(town, "stranger", addresses.path(address, town)) == {"Mara Canaryname"}
