"""The keepers' log: who was asked in, came and went."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from snowdrop.memorials import announced, inviting, knocking, leaving, log, successors
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Knock, LogEntry, Membership
from snowdrop.people import naming
from tests.web.page import parts

What = LogEntry.What


def lines(viewer) -> list[tuple[str, str, str]]:
    return [(entry.what, entry.named, entry.by.name if entry.by else "") for entry in log.page(viewer).entries]


def test_every_coming_and_going_leaves_one_line_the_newest_first(memorial, keeper, second_keeper, people):
    sam = Membership.objects.get(memorial=memorial, person=people["sam"])
    _invitation, token = inviting.ask_in("Grandmother", Circle.FAMILY, by=keeper)
    inviting.accept(token, person=people["host"])
    unused, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=second_keeper)
    inviting.take_back(unused, by=keeper)
    link, _token = inviting.make_link("The neighbours", by=keeper)
    inviting.end_link(link, by=second_keeper)
    inviting.change(sam, Circle.FAMILY, trusted=True, by=keeper)
    inviting.remove(sam, by=keeper)
    for person in ("noor", "sam"):
        knocking.knock(memorial.slug, "Me", by=people[person])
    knocking.not_now(Knock.objects.get(person=people["noor"]), by=keeper)
    knocking.let_in(Knock.objects.get(person=people["sam"]), Circle.FRIENDS, by=second_keeper)

    assert lines(keeper) == [
        (What.LET_IN, "Sam", "Theo"),
        (What.NOT_NOW, "Noor", "Mara"),
        (What.REMOVED, "Sam", "Mara"),
        (What.MOVED, "Sam", "Mara"),
        (What.LINK_ENDED, "The neighbours", "Theo"),
        (What.LINK_MADE, "The neighbours", "Mara"),
        (What.TAKEN_BACK, "Lena", "Mara"),
        (What.ASKED_IN, "Lena", "Theo"),
        (What.CAME_IN, "Grandmother", "Host"),
        (What.ASKED_IN, "Grandmother", "Mara"),
    ]


def test_after_a_rename_every_line_about_a_person_says_the_name_they_have_now(memorial, keeper, second_keeper, people):
    """Where no person stands behind it, what the keeper called them stays."""
    sam, theo = (Membership.objects.get(memorial=memorial, person=people[name]) for name in ("sam", "theo"))
    inviting.ask_in("The choir", Circle.FRIENDS, by=keeper)
    _invitation, token = inviting.ask_in("Lukas", Circle.FAMILY, by=keeper)
    luca = inviting.accept(token, person=None).person
    inviting.change(sam, Circle.FAMILY, trusted=True, by=keeper)
    ruth = successors.accept(successors.name_by_link("Ruth", by=keeper)[1], person=None)
    successors.ask(ruth, by=ruth.person, address="https://pages.example.org/")
    successors.refuse(ruth, by=keeper)
    announced.remove(theo, by=keeper, address="https://pages.example.org/")
    leaving.leave(by=stand(memorial, people["sam"]))

    for person, name in ((luca, "Luca"), (people["sam"], "Alex"), (ruth.person, "Naomi"), (people["theo"], "Dora")):
        naming.call(person, name)

    assert lines(keeper) == [
        (What.LEFT, "Alex", "Alex"),
        (What.KEEPER_REMOVAL_ANNOUNCED, "Dora", "Mara"),
        (What.SUCCESSOR_STOPPED, "Naomi", "Mara"),
        (What.SUCCESSOR_ANNOUNCED, "Naomi", "Naomi"),
        (What.SUCCESSOR_NAMED, "Ruth", "Mara"),
        (What.MOVED, "Alex", "Mara"),
        (What.CAME_IN, "Luca", "Luca"),
        (What.ASKED_IN, "Lukas", "Mara"),
        (What.ASKED_IN, "The choir", "Mara"),
    ]


def test_a_line_names_whoever_did_it_once(client_for, memorial, keeper, people):
    with time_machine.travel("2026-05-03 10:00", tick=False):
        leaving.leave(by=stand(memorial, people["sam"]))
        answer = client_for(keeper).get(f"/m/{memorial.slug}/log/")

    [line] = parts(answer.content.decode()).find("div", **{"class": "list__words"})
    assert " ".join(line.words.split()) == "Left the page: Sam 3 May 2026"


def test_the_log_asks_the_database_as_often_for_three_lines_as_for_one(client_for, memorial, keeper, people):
    mara, counts = client_for(keeper), []
    for name in ("sam", "ines", "theo"):
        log.note(memorial, What.LEFT, by=people[name], about=people[name])
        mara.get(f"/m/{memorial.slug}/log/")
        with CaptureQueriesContext(connection) as asked:
            mara.get(f"/m/{memorial.slug}/log/")
        counts.append(len(asked))

    assert counts[0] == counts[2]


def test_what_changes_nothing_leaves_no_line(memorial, keeper, people, guest_session):
    invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    inviting.accept(token, person=people["mara"])  # stands closer already
    link, read_by = inviting.make_link("The neighbours", by=keeper)
    before = lines(keeper)

    inviting.enter(read_by, session=guest_session[0].row)  # reading is noted nowhere
    knocking.knock(memorial.slug, "Me", by=people["noor"])  # nor is asking
    for _twice in range(2):
        inviting.take_back(invitation, by=keeper)
        inviting.end_link(link, by=keeper)

    assert lines(keeper) == [(What.LINK_ENDED, "The neighbours", "Mara"), (What.TAKEN_BACK, "Lena", "Mara"), *before]


def test_a_page_of_the_log_goes_on_where_the_last_one_ended(keeper, memorial):
    for number in range(120):
        log.note(memorial, What.LINK_MADE, by=keeper.person, whom=str(number))

    found, before, sizes = [], "", []
    while before or not found:
        page = log.page(keeper, before=before)
        found += [entry.named for entry in page.entries]
        sizes.append(len(page.entries))
        before = page.before
        log.note(memorial, What.LINK_MADE, by=None, whom="meanwhile")
    assert (found, sizes) == ([str(number) for number in reversed(range(120))], [50, 50, 20])


def test_a_clock_set_back_leaves_the_lines_in_the_order_in_which_it_happened(memorial, keeper):
    for moment, whom in (("2026-05-03 10:00", "first"), ("2026-05-03 09:00", "second")):
        with time_machine.travel(moment, tick=False):
            log.note(memorial, What.LINK_MADE, by=keeper.person, whom=whom)

    assert [entry.named for entry in log.page(keeper).entries] == ["second", "first"]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "\x00", "1.0", "١"])
def test_a_page_that_is_nowhere_is_not_there(before, keeper):
    with pytest.raises(NotForYou):
        log.page(keeper, before=before)


@pytest.mark.parametrize("who", ["family", "friend", "guest", "stranger", "elsewhere"])
def test_only_keepers_read_it(request, who, memorial, keeper):
    inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    with pytest.raises(NotForYou):
        log.page(request.getfixturevalue(who))


def test_the_log_of_one_page_says_nothing_of_another(keeper, other_memorial, people):
    inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    assert lines(stand(other_memorial, people["noor"])) == []
