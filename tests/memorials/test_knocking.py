"""May I come in? A question that waits for the keepers, and tells whoever asks nothing."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from snowdrop.memorials import inviting, knocking
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Knock, Membership
from snowdrop.people.models import Person


def waiting(memorial) -> list[tuple[str, str]]:
    return [(knock.person.name, knock.says) for knock in Knock.objects.waiting(memorial)]


def asked_before(memorial) -> list[tuple[str, str]]:
    return [(knock.person.name, knock.says) for knock in Knock.objects.asked_before(memorial)]


def page_of(memorial) -> str:
    return f"https://pages.example.org/m/{memorial.slug}/story/"


@pytest.fixture
def removed(memorial, people, keeper) -> Person:
    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)
    return people["sam"]


def test_a_question_waits_for_the_keepers_and_is_mailed_to_nobody(memorial, people, committed):
    with committed():
        knocking.knock(page_of(memorial), "Noor from the choir", by=people["noor"])

    assert (waiting(memorial), asked_before(memorial)) == ([("Noor", "Noor from the choir")], [])
    assert stand(memorial, people["noor"]).circle == Circle.PUBLIC
    assert mail.outbox == []


@pytest.mark.parametrize("state", ["open", "used", "taken back", "ended"])
def test_a_link_that_is_over_still_says_which_page_is_meant(state, memorial, keeper, people):
    if state == "ended":
        link, token = inviting.make_link("Noor", by=keeper)
        inviting.end_link(link, by=keeper)
    else:
        invitation, token = inviting.ask_in("Noor", Circle.FRIENDS, by=keeper)
        if state == "used":
            inviting.accept(token, person=None)
        elif state == "taken back":
            inviting.take_back(invitation, by=keeper)

    knocking.knock(f"https://pages.example.org/{'by' if state == 'ended' else 'in'}/{token}/", "Me", by=people["noor"])

    assert waiting(memorial) == [("Noor", "Me")]


def test_the_last_part_of_an_address_is_enough(memorial, people):
    knocking.knock(f" {memorial.slug}\n", "Me", by=people["noor"])

    assert waiting(memorial) == [("Noor", "Me")]


@pytest.mark.parametrize("where", ["/m/zzzzzzzzzzzzzz/", "/in/never-a-link/", "/by/x/", "", "ä" * 2_000])
def test_a_question_about_nothing_is_kept_without_words_and_once(where, memorial, people):
    for _twice in range(2):
        knocking.knock(where, "Me", by=people["noor"])

    assert list(Knock.objects.values_list("memorial", "person", "says")) == [(None, people["noor"].pk, "")]


def test_asking_costs_the_same_statements_whatever_there_is(memorial, keeper, people, removed):
    """So that neither the answer nor the time it takes tells a stranger whether there is a page."""
    ways = {
        "nothing there": ("/m/zzzzzzzzzzzzzz/", people["noor"]),
        "a page": (page_of(memorial), people["host"]),
        "removed": (page_of(memorial), removed),
        "a member": (page_of(memorial), people["ines"]),
    }
    asked: dict[str, list[list[str]]] = {way: [] for way in ways}
    for _again in range(2):
        for way, (where, person) in ways.items():
            with CaptureQueriesContext(connection) as statements:
                knocking.knock(where, "Me", by=person)
            asked[way].append([statement["sql"].split()[0] for statement in statements])
        Knock.objects.filter(person=people["host"]).update(not_now_at="2026-01-01T00:00Z")

    first, again = zip(*asked.values(), strict=True)
    assert [len(set(map(tuple, one))) for one in (first, again)] == [1, 1]
    assert waiting(memorial) == []


def test_asking_again_takes_no_second_place(memorial, people):
    for says in ("Noor", "Noor from the choir"):
        knocking.knock(page_of(memorial), says, by=people["noor"])

    assert waiting(memorial) == [("Noor", "Noor from the choir")]


def test_whoever_was_not_let_in_is_not_shown_again_unless_a_keeper_looks(memorial, keeper, people):
    knocking.knock(page_of(memorial), "Noor", by=people["noor"])
    knocking.not_now(Knock.objects.get(), by=keeper)

    knocking.knock(page_of(memorial), "Please", by=people["noor"])

    assert (waiting(memorial), asked_before(memorial)) == ([], [("Noor", "Please")])
    assert mail.outbox == []


def test_whoever_was_removed_is_not_shown_unless_a_keeper_looks(memorial, removed):
    knocking.knock(page_of(memorial), "It is me", by=removed)

    assert (waiting(memorial), asked_before(memorial)) == ([], [("Sam", "It is me")])


def test_whoever_came_in_meanwhile_asks_no_more(memorial, keeper, people):
    knocking.knock(page_of(memorial), "Noor", by=people["noor"])
    _invitation, token = inviting.ask_in("Noor", Circle.FRIENDS, by=keeper)
    inviting.accept(token, person=people["noor"])

    assert (waiting(memorial), asked_before(memorial)) == ([], [])


@pytest.mark.parametrize(
    ("chosen", "comes_to"),
    [(Circle.FRIENDS, Circle.FRIENDS), (Circle.FAMILY, Circle.FAMILY), (Circle.KEEPERS, Circle.FAMILY)],
)
def test_a_keeper_lets_somebody_in_as_close_as_they_choose_and_never_as_a_keeper(
    chosen, comes_to, memorial, keeper, people, committed
):
    knocking.knock(page_of(memorial), "Noor", by=people["noor"])

    with committed():
        knocking.let_in(Knock.objects.get(), chosen, by=keeper)

    assert stand(memorial, people["noor"]).circle == comes_to
    assert list(Knock.objects.all()) == []
    assert mail.outbox == []


def test_whoever_was_removed_is_let_in_with_nothing_they_had_before(memorial, keeper, people):
    Membership.objects.filter(person=people["ines"]).update(reads_first=True, is_trusted=True)
    inviting.remove(Membership.objects.get(memorial=memorial, person=people["ines"]), by=keeper)
    knocking.knock(page_of(memorial), "It is me", by=people["ines"])

    knocking.let_in(Knock.objects.get(), Circle.FRIENDS, by=keeper)

    viewer = stand(memorial, people["ines"])
    assert (viewer.circle, viewer.duties, viewer.is_trusted) == (Circle.FRIENDS, frozenset(), False)


def test_letting_in_twice_is_letting_in_once(memorial, keeper, second_keeper, people):
    knocking.knock(page_of(memorial), "Noor", by=people["noor"])
    knock = Knock.objects.get()

    knocking.let_in(knock, Circle.FRIENDS, by=keeper)
    knocking.let_in(Knock(pk=knock.pk, person=people["noor"]), Circle.FAMILY, by=second_keeper)

    assert stand(memorial, people["noor"]).circle == Circle.FRIENDS


@pytest.mark.parametrize("who", ["family", "friend", "guest", "stranger", "elsewhere"])
def test_only_keepers_answer(request, who, memorial, people):
    viewer = request.getfixturevalue(who)
    knocking.knock(page_of(memorial), "The host", by=people["host"])

    for answer in (
        lambda: knocking.let_in(Knock.objects.get(), Circle.FRIENDS, by=viewer),
        lambda: knocking.not_now(Knock.objects.get(), by=viewer),
    ):
        with pytest.raises(NotForYou):
            answer()
    assert waiting(memorial) == [("Host", "The host")]


def test_a_keeper_of_another_page_lets_nobody_in_here(memorial, other_memorial, elsewhere, people):
    knocking.knock(page_of(memorial), "The host", by=people["host"])
    noor = stand(other_memorial, people["noor"])

    knocking.let_in(Knock.objects.get(), Circle.FRIENDS, by=noor)
    knocking.not_now(Knock.objects.get(), by=noor)

    assert waiting(memorial) == [("Host", "The host")]
    assert stand(memorial, people["host"]).circle == stand(other_memorial, people["host"]).circle == Circle.PUBLIC
