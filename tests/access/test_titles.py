"""What a tab, a history and a link preview say: nothing of whose page it is, unless the family chose otherwise."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from snowdrop.config.models import House
from snowdrop.memorials import about
from snowdrop.memorials.access import Act
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial
from tests.access import addresses
from tests.access.town import Town

ROLES = ("stranger", "link", "friend", "keeper", "host")
MINE = re.compile(r"canary|anaryname", re.IGNORECASE)
DEATH = re.compile(
    r"\b(die|died|dead|death|dies|stillb\w+|grie\w+|memorial|funeral|mourn\w*|baby|babies)\b", re.IGNORECASE
)


class Head(HTMLParser):
    """What a page says outside of itself: its title, its meta elements, and what it links to from its head."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.said, self._in_title, self._in_head = "", [], False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title" or self._in_title
        self._in_head = tag == "head" or (self._in_head and tag != "body")
        if tag == "meta" or (tag == "link" and self._in_head):
            self.said.append({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    @classmethod
    def of(cls, page: bytes) -> Head:
        head = cls()
        head.feed(page.decode())
        return head


def heads(town: Town, role: str, *, inside: bool | None = None) -> dict[str, Head]:
    """The head of every page that this role can open; only those in a memorial, or only those outside, if asked."""
    found = {}
    for address in addresses.every_address():
        if inside is not None and isinstance(getattr(address.view, "needs", None), Act) != inside:
            continue
        answer = town.clients[role].get(addresses.path(address, town))
        if answer.status_code in (200, 404) and answer.get("Content-Type", "").startswith("text/html"):
            found[address.name] = Head.of(answer.content)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_head_has_a_title_and_one_icon_says_no_name_and_does_not_speak_of_death(role, town):
    """Read once, since it is every page: that there is no preview, and that no title says the name of the house."""
    House.objects.update_or_create(pk=1, defaults={"name": "Ward Hollyhock"})
    assert "Ward Hollyhock" in town.clients["stranger"].get("/").content.decode()

    told, odd, of_the_house, icons = {}, {}, set(), set()
    for name, head in heads(town, role).items():
        said = " ".join([head.title, *(" ".join(meta.values()) for meta in head.said)])
        if MINE.search(said) or DEATH.search(said):
            told[name] = said
        if "Hollyhock" in head.title:
            of_the_house.add(name)
        icons |= {meta["href"] for meta in head.said if meta.get("rel") == "icon"}
        previews = [meta for meta in head.said if "property" in meta or meta.get("name", "").startswith("twitter")]
        rest = [meta for meta in head.said if meta.get("rel") not in (None, "icon", "stylesheet", "preload")]
        if not head.title.strip() or previews or rest:
            odd[name] = head.title

    assert (told, odd, of_the_house, icons) == ({}, {}, set(), {"/static/web/icon.svg"})


@pytest.mark.parametrize("role", ["link", "friend", "keeper"])
def test_where_the_family_chose_it_every_page_of_theirs_says_the_name_and_no_other_page_does(role, town):
    about.name_in_title(by=town.stands("mara"), shows=True)

    theirs = {name: head.title for name, head in heads(town, role, inside=True).items() if head.title != "A page"}
    assert set(theirs.values()) == {"canary-name-chief"}
    assert "memorials:about" in theirs
    assert [name for name, head in heads(town, role, inside=False).items() if MINE.search(head.title)] == []


@pytest.mark.parametrize("role", ["stranger", "ended", "expired", "removed", "elsewhere"])
def test_whoever_may_not_see_the_page_meets_no_name_in_a_title_then_either(role, town):
    about.name_in_title(by=town.stands("mara"), shows=True)

    titles = {head.title for head in heads(town, role, inside=True).values()}
    assert [title for title in titles if MINE.search(title)] == []


def test_a_name_that_is_not_open_to_a_reader_or_that_rests_is_in_no_title_of_theirs(town):
    about.name_in_title(by=town.stands("mara"), shows=True)
    chief = town.find("canary-name-chief").row
    type(chief).objects.filter(pk=chief.pk).update(audience=Circle.KEEPERS)
    page = f"/m/{town.memorial.slug}/story/"

    def title(role: str) -> str:
        return Head.of(town.clients[role].get(page).content).title

    assert [title("friend"), title("keeper")] == ["A page", "canary-name-chief"]
    Memorial.objects.filter(pk=town.memorial.pk).update(name_rests=True)
    assert [title("friend"), title("keeper")] == ["A page", "A page"]


def test_a_keeper_chooses_it_on_a_page_and_takes_it_back(town):
    page = f"/m/{town.memorial.slug}/discreet/"
    keeper = town.clients["keeper"]
    shown = []
    for said in ({}, {"name_in_title": "on"}, {}):
        keeper.post(page, said)
        shown.append(
            (Head.of(keeper.get(page).content).title, keeper.get(page).context["form"]["name_in_title"].value())
        )

    assert shown == [("A page", False), ("canary-name-chief", True), ("A page", False)]
