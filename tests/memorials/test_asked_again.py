"""What weighs more asks once more who is there: keepers, opening to everyone, parting, deleting for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, Invitation, Membership

LATER = timedelta(minutes=16)


@pytest.fixture
def at(memorial):
    return lambda name, *args: reverse(f"memorials:{name}", args=[memorial.slug, *args])


@pytest.mark.parametrize("name", ["go_public", "go_separate_ways", "successors", "remove_keeper"])
def test_a_quarter_of_an_hour_after_coming_in_it_is_asked_once_more(
    name, at, keeper, second_keeper, memorial, client_for
):
    args = (
        [Membership.objects.get(memorial=memorial, person=second_keeper.person).pk] if name == "remove_keeper" else []
    )
    browser, path = client_for(keeper), at(name, *args)
    assert browser.get(path).status_code == 200

    with time_machine.travel(timezone.now() + LATER, tick=False):
        answers = [browser.get(path), browser.post(path)]
        told = browser.post(path, headers={"accept": "application/json"})

    assert [answer["Location"] for answer in answers] == [f"/prove/?{urlencode({'next': path})}"] * 2
    sentence = "It has been a while. Load the page anew and show that it is you."
    assert (told.status_code, told.json()) == (403, {"errors": {"": [sentence]}})
    assert Announced.objects.count() == 0


def test_a_friend_is_asked_in_without_a_question_and_another_parent_after_it(at, keeper, memorial, client_for):
    browser = client_for(keeper)

    with time_machine.travel(timezone.now() + LATER, tick=False):
        friend = browser.post(at("ask_in"), {"called": "Sam", "circle": str(Circle.FRIENDS.value)})
        parent = browser.post(at("ask_in"), {"called": "Theo", "circle": str(Circle.KEEPERS.value)})
        back = f"{at('ask_in')}?circle=40"
        form = browser.get(back).context["form"]

    assert friend.status_code == 201
    assert parent["Location"] == f"/prove/?{urlencode({'next': back})}"
    assert list(Invitation.objects.filter(memorial=memorial).values_list("called", flat=True)) == ["Sam"]
    # What was typed is still there afterwards.
    assert [form.initial[name] for name in ("called", "circle")] == ["Theo", "40"]
