"""Keepers are equals: leaving, and the one time a page suggests a second."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import agreeing, announced, beginning, inviting, keepers, keepings, successors
from snowdrop.memorials.access import Act, NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person

HOUSE = "https://pages.example.org/"
SUGGESTION = "If there is another parent: you can look after this page together, as equals."


@pytest.fixture
def alone(people) -> Memorial:
    return beginning.begin(by=people["noor"], name="Robin")


@pytest.fixture
def page_of(client_for):
    def text(memorial, person, *, after=timedelta(0)) -> str:
        with time_machine.travel(timezone.now() + after, tick=False):
            return client_for(person).get(reverse("memorials:page", args=[memorial.slug])).content.decode()

    return text


def test_a_second_keeper_is_suggested_after_the_first_day_and_not_before(alone, people, page_of):
    early = page_of(alone, people["noor"], after=timedelta(hours=23))
    later = page_of(alone, people["noor"], after=timedelta(hours=25))

    assert [SUGGESTION in page for page in (early, later)] == [False, True]


def test_no_only_me_is_remembered_for_good(alone, people, page_of, client_for):
    client_for(people["noor"]).post(reverse("memorials:only_me", args=[alone.slug]))

    assert SUGGESTION not in page_of(alone, people["noor"], after=timedelta(days=400))


def test_where_somebody_was_asked_or_was_keeper_once_nobody_is_suggested(alone, people, page_of, memorial, keeper):
    inviting.ask_in("Sam", Circle.KEEPERS, by=stand(alone, people["noor"]))
    keepers.leave(by=stand(memorial, people["theo"]))

    assert SUGGESTION not in page_of(alone, people["noor"], after=timedelta(days=2))
    assert SUGGESTION not in page_of(memorial, people["mara"], after=timedelta(days=2))


def test_asking_another_parent_in_is_one_press_away(alone, people, client_for):
    answer = client_for(people["noor"]).get(reverse("memorials:ask_in", args=[alone.slug]), {"circle": "40"})

    assert answer.context["form"]["circle"].value() == "40"
    chosen = [str(label) for _value, label in answer.context["form"].fields["circle"].choices]
    assert chosen == [
        "Another parent, who looks after this page with you",
        "Someone close",
        "Someone who helps",
        "A friend or relative",
        "Someone who only reads, without signing in",
    ]


def test_someone_who_helps_is_a_friend_with_something_to_do(memorial, keeper, client_for):
    mara, path = client_for(keeper), reverse("memorials:ask_in", args=[memorial.slug])

    refused = mara.post(path, {"called": "Kim", "circle": "helps"})
    assert (refused.status_code, refused.context["form"].errors["duties"]) == (
        422,
        ["Please choose what they do for you."],
    )
    mara.post(path, {"called": "Kim", "circle": "helps", "duties": ["reads_first"]})

    asked = memorial.invitations.get()
    assert (asked.circle, asked.reads_first) == (Circle.FRIENDS, True)


def test_a_keeper_who_leaves_cannot_open_the_page_and_what_they_added_stays(
    memorial, second_keeper, kin, people, keeper
):
    row = kin("Ada", by=second_keeper)

    keepers.leave(by=second_keeper)

    assert stand(memorial, people["theo"]).circle == Circle.PUBLIC
    assert type(row).objects.visible_to(keeper).filter(pk=row.pk).exists()


def test_the_last_keeper_does_not_leave(memorial, keeper, second_keeper, people, client_for):
    keepers.leave(by=second_keeper)

    with pytest.raises(keepers.LastKeeper):
        keepers.leave(by=keeper)
    answer = client_for(keeper).post(reverse("memorials:leave", args=[memorial.slug]))

    sentence = "Somebody has to look after this page. First ask in somebody who will."
    assert (answer.status_code, sentence in answer.content.decode()) == (409, True)
    said = client_for(keeper).post(
        reverse("memorials:leave", args=[memorial.slug]), headers={"Accept": "application/json"}
    )
    assert (said.status_code, said.json()) == (409, {"errors": {"": [sentence]}})
    assert stand(memorial, people["mara"]).may(Act.KEEP)


def test_where_the_one_who_announced_a_removal_leaves_the_other_stays(memorial, keeper, second_keeper, people):
    theos = keepers.others(keeper).get()
    announced.remove(theos, by=keeper, address=HOUSE)

    keepers.leave(by=keeper)

    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert announced.take_effect(at=timezone.now()) == 0
        assert stand(memorial, people["theo"]).may(Act.KEEP)


@pytest.mark.parametrize("who", ["family", "friend", "guest", "stranger", "elsewhere"])
def test_nobody_but_a_keeper_decides_for_the_keepers(request, who, keeper, kin):
    viewer = request.getfixturevalue(who)
    theos = keepers.others(keeper).get()

    for act in (
        lambda: keepers.leave(by=viewer),
        lambda: keepers.only_me(by=viewer),
        lambda: announced.remove(theos, by=viewer, address=HOUSE),
        lambda: announced.go_public(by=viewer, address=HOUSE),
        lambda: announced.close(by=viewer),
        lambda: successors.name_by_link("Eve", by=viewer),
    ):
        with pytest.raises(NotForYou):
            act()


def test_a_keeper_who_was_removed_decides_nothing_by_how_they_stood_before(second_keeper, keeper):
    keepers.leave(by=second_keeper)

    with pytest.raises(NotForYou):
        announced.go_public(by=second_keeper, address=HOUSE)


def test_what_waits_for_a_keeper_costs_the_page_the_same_however_much_it_is(
    memorial, keeper, second_keeper, kin, client_for, people
):
    path, mara, counts = reverse("memorials:page", args=[memorial.slug]), client_for(keeper), []
    announced.go_public(by=second_keeper, address=HOUSE)

    for number in range(3):
        row, other = kin(f"Ada {number}", by=second_keeper), kin(f"Eve {number}", by=second_keeper)
        agreeing.mark(row, people["mara"], by=second_keeper)
        keepings.open_to([row], Circle.FRIENDS, by=second_keeper)
        keepings.put_away(other, by=second_keeper)
        keepings.let_go(other, by=second_keeper)
        successor, token = successors.name_by_link(f"Kim {number}", by=keeper)
        successor = successors.accept(token, person=Person.objects.create(name=f"Kim {number}"))
        successors.ask(successor, by=successor.person, address=HOUSE)
        with CaptureQueriesContext(connection) as asked:
            page = mara.get(path).content.decode()
        counts.append(len(asked))

    assert counts[0] == counts[2]
    assert page.count("asked to look after this page") == 3
    assert "Something in which you can be seen would be shown to more people." in page
    assert "Something would be deleted for good. It takes your yes." in page
