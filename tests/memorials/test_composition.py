"""What everyone sees: chosen thing by thing, by those who look after the page."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import about, announced, audiences, composition, keepings, separating
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Kin, Memorial, Name


@pytest.fixture
def public(memorial, stands):
    """Mara, before a page that everyone can open."""
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
    memorial.refresh_from_db()
    return stands("mara")


def chosen(viewer) -> dict[str, list[str]]:
    return {str(part.label): [thing.title_for_lists for thing in part.things] for part in composition.chosen(viewer)}


def test_all_that_is_open_to_everyone_stands_there_by_room(public, kin, fact):
    ada, words = kin("Ada"), fact(text="our girl")
    kin("Eve")
    assert chosen(public) == {}

    keepings.open_to([ada, words], Circle.PUBLIC, by=public)

    assert chosen(public) == {"About": ["Our words for them our girl", "Ada"]}
    assert composition.number(public) == 2


def test_of_more_than_a_page_holds_the_rest_is_counted(public, kin, monkeypatch):
    monkeypatch.setattr(composition, "AT_ONCE", 2)
    for name in ("Ada", "Bea", "Cleo"):
        keepings.open_to([kin(name)], Circle.PUBLIC, by=public)

    (part,) = composition.chosen(public)
    assert ([thing.title_for_lists for thing in part.things], part.number, part.more) == (["Ada", "Bea"], 3, 1)


def test_a_thing_left_out_is_for_links_and_closer_and_leaving_it_out_twice_changes_nothing(public, second_keeper, kin):
    ada = kin("Ada", audience=Circle.PUBLIC)

    for _time in range(2):
        composition.leave_out(Kin.objects.get(pk=ada.pk), by=second_keeper)

    assert Kin.objects.get(pk=ada.pk).audience == Circle.LINK


def test_leaving_out_what_is_narrower_does_not_open_it(public, kin):
    ada = kin("Ada", audience=Circle.KEEPERS)

    composition.leave_out(ada, by=public)

    assert Kin.objects.get(pk=ada.pk).audience == Circle.KEEPERS


def test_nobody_but_a_keeper_looks_or_chooses(public, family, stranger, elsewhere):
    for viewer in (family, stranger, elsewhere):
        with pytest.raises(NotForYou):
            composition.chosen(viewer)
        with pytest.raises(NotForYou):
            composition.choose(by=viewer, names_people=True, may_be_found=True, has_preview=True, has_feed=True)
    memorial = Memorial.objects.get(pk=public.memorial.pk)
    ticked = (memorial.names_people, memorial.may_be_found, memorial.has_preview, memorial.has_feed)
    assert ticked == (False, False, False, False)


def offered(viewer) -> list[Circle]:
    return [choice.circle for choice in audiences.choices(viewer)]


def test_everyone_is_offered_once_it_is_announced_and_never_before(keeper):
    assert Circle.PUBLIC not in offered(keeper)
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        change = announced.go_public(by=keeper, address="https://example.org/")
        assert change is not None
        assert offered(keeper)[-1] == Circle.PUBLIC

        announced.stop(change, by=keeper)
        assert Circle.PUBLIC not in offered(keeper)


def test_what_is_chosen_before_the_hour_shows_to_nobody_wider_until_then(keeper, memorial, kin, stranger):
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False):
        announced.go_public(by=keeper, address="https://example.org/")
        ada = kin("Ada")
        keepings.open_to([ada], Circle.PUBLIC, by=keeper)
        assert not Kin.objects.visible_to(stranger).exists()

    with time_machine.travel("2026-05-06T10:00:00Z", tick=False):
        assert announced.take_effect(at=timezone.now()) == 1
        memorial.refresh_from_db()
        assert list(Kin.objects.visible_to(stand(memorial, None))) == [ada]


def test_only_keepers_offer_everyone_and_only_keepers_open_to_them(public, family, kin):
    assert Circle.PUBLIC not in offered(family)
    own = kin("Ada", by=family, audience=Circle.FAMILY)

    with pytest.raises(keepings.NotYours):
        keepings.open_to([own], Circle.PUBLIC, by=family)
    with pytest.raises(keepings.NotYours):
        kin("Eve", by=family, audience=Circle.PUBLIC)

    assert set(Kin.objects.values_list("name", "audience")) == {("Ada", Circle.FAMILY)}


def test_nothing_begins_as_something_for_everyone(public, beloved):
    about.name("Robin", of=beloved, by=public)
    about.another(by=public, name_text="Twin")
    about.kin("Ada", by=public)
    for kind in Fact.Kind.values:
        about.say(kind, of=beloved, by=public, text="words")

    assert composition.number(public) == 0
    assert not Beloved.objects.filter(audience=Circle.PUBLIC).exists()


def test_a_name_chosen_for_everyone_is_seen_though_nobody_opened_the_one_it_names(public, memorial, beloved, fact):
    fact(text="for those with a link")
    keepings.open_to([Name.objects.get(beloved=beloved)], Circle.PUBLIC, by=public)

    stranger = stand(memorial, None)
    assert [name.text for name in Name.objects.visible_to(stranger)] == ["Wren"]
    assert not Fact.objects.visible_to(stranger).exists()


def test_one_whom_links_do_not_show_is_not_opened_by_a_name(public, memorial, beloved):
    """All that is said of them at wider circles would come to light with it."""
    Beloved.objects.filter(pk=beloved.pk).update(audience=Circle.FAMILY)

    keepings.open_to([Name.objects.get(beloved=beloved)], Circle.PUBLIC, by=public)

    assert not Name.objects.visible_to(stand(memorial, None)).exists()
    assert Beloved.objects.get(pk=beloved.pk).audience == Circle.FAMILY


def test_on_a_page_of_one_s_own_it_is_chosen_anew(public, kin):
    kin("Ada", audience=Circle.PUBLIC)

    new = separating.go_separate_ways(by=public)

    assert list(Kin.objects.filter(memorial=new).values_list("name", "audience")) == [("Ada", Circle.LINK)]
    assert not new.has_feed and Beloved.objects.get(memorial=new).audience == Circle.LINK


def test_the_page_lists_it_and_ticks_nothing_by_itself(public, kin, client_for):
    ada = kin("Ada", audience=Circle.PUBLIC)
    browser, slug = client_for(public), public.memorial.slug
    page = browser.get(reverse("memorials:composition", args=[slug])).content.decode()

    assert ("Ada" in page, "checked" in page) == (True, False)

    browser.post(reverse("memorials:leave_out", args=[slug, ada.pk]))
    browser.post(reverse("memorials:composition", args=[slug]), {"may_be_found": "on"})
    page = browser.get(reverse("memorials:composition", args=[slug])).content.decode()

    assert ("Ada" in page, page.count("checked")) == (False, 1)
    assert "Nothing is chosen for everyone" in page


def test_going_public_says_how_much_is_chosen(keeper, kin, client_for):
    browser, path = client_for(keeper), reverse("memorials:go_public", args=[keeper.memorial.slug])

    def sentence() -> list[str]:
        page = browser.get(path).content.decode()
        known = ("Nothing is chosen for everyone yet", "One thing is chosen", "2 things are chosen")
        return [words for words in known if words in page]

    assert sentence() == ["Nothing is chosen for everyone yet"]
    kin("Ada", audience=Circle.PUBLIC)
    assert sentence() == ["One thing is chosen"]
    kin("Eve", audience=Circle.PUBLIC)
    assert sentence() == ["2 things are chosen"]


def test_the_page_asks_the_database_as_often_for_three_as_for_one(public, kin, client_for):
    browser, path = client_for(public), reverse("memorials:composition", args=[public.memorial.slug])
    kin("Ada", audience=Circle.PUBLIC)
    browser.get(path)
    with CaptureQueriesContext(connection) as one:
        browser.get(path)
    for name in ("Eve", "Ida"):
        kin(name, audience=Circle.PUBLIC)
    with CaptureQueriesContext(connection) as three:
        browser.get(path)

    assert len(one) == len(three)
