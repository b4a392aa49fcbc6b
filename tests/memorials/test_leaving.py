"""Leaving one page, and closing an account: whose words stay, whose go, and what nobody would look after."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from snowdrop.config.models import House
from snowdrop.memorials import (
    announced,
    beginning,
    inviting,
    keepers,
    keepings,
    knocking,
    leaving,
    log,
    reaper,
    separating,
    successors,
)
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.leaving import Words
from snowdrop.memorials.models import Beloved, Kin, Knock, LogEntry, Membership, Memorial, Name, Reader
from snowdrop.people.models import Person
from snowdrop.story import writing
from snowdrop.story.models import Moment
from tests.memorials.conftest import seen
from tests.web.page import parts

CLOSE = "/you/close/"
HOUSE = "https://pages.example.org/"
What = LogEntry.What


@pytest.fixture
def write(keeper):
    def written(text: str, *, by=keeper, audience: Circle = Circle.FRIENDS) -> Moment:
        return writing.write(text, by=by, audience=audience)

    return written


def text(answer) -> str:
    return answer.content.decode()


def titles(viewer) -> set[str]:
    return {moment.text for moment in Moment.objects.visible_to(viewer)}


def newest(viewer) -> tuple[str, str, str]:
    entry = log.page(viewer).entries[0]
    return entry.what, entry.named, entry.by.called


def live(memorial) -> list[str]:
    return sorted(Membership.objects.live().filter(memorial=memorial).values_list("person__name", flat=True))


def test_whoever_leaves_no_longer_sees_it_and_what_they_added_stays(client_for, friend, keeper, kin):
    row = kin(by=keeper, audience=Circle.FRIENDS)
    sam, slug = client_for(friend), friend.memorial.slug
    assert (
        "You then no longer see this page. What you added stays on it, with your name. Nobody is written to, and "
        "nobody asks why. Whoever looks after the page sees in its list that you left, and on which day."
    ) in text(sam.get(f"/m/{slug}/leave/"))
    assert seen(row, stand(friend.memorial, friend.person))

    left = sam.post(f"/m/{slug}/leave/")

    assert (left.status_code, left["Location"]) == (302, "/pages/")
    assert [sam.get(f"/m/{slug}/{place}").status_code for place in ("", "about/", "leave/")] == [404, 404, 404]
    assert live(friend.memorial) == ["Ines", "Mara", "Theo"]
    assert seen(row, keeper)


def test_one_of_two_keepers_may_leave_and_the_last_one_may_not(client_for, keeper, second_keeper):
    leaving.leave(by=second_keeper)

    mara, page = client_for(keeper), f"/m/{keeper.memorial.slug}/leave/"
    sentence = "You are the only one who looks after it, so it cannot be left without anybody. You need do nothing."
    answers = [mara.get(page), mara.post(page)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert [sentence in text(answer) for answer in answers] == [True, True]
    assert live(keeper.memorial) == ["Ines", "Mara", "Sam"]


def left_here(answer) -> list[str]:
    """Who stands on the keepers' page of people as having left, and when."""
    page = parts(answer.content.decode())
    groups = [one for one in page.find("details") if "They left" in one.words]
    return [" ".join(item.words.split()) for one in groups for item in page.find("li", within=one)]


def test_who_left_stands_in_the_keepers_list_with_the_day_and_who_was_taken_out_does_not(
    client_for, keeper, second_keeper, friend, family, people, committed
):
    mara, at = client_for(keeper), f"/m/{keeper.memorial.slug}/people/"
    assert left_here(mara.get(at)) == []

    with committed():
        inviting.remove(Membership.objects.get(person=people["ines"]), by=keeper)
        for viewer, day in ((friend, "2026-05-03 10:00"), (second_keeper, "2026-05-04 10:00")):
            with time_machine.travel(day, tick=False):
                leaving.leave(by=viewer)

    assert left_here(mara.get(at)) == ["Theo left on 4 May 2026", "Sam left on 3 May 2026"]
    assert mail.outbox == []


def test_who_comes_back_stands_there_no_longer_and_a_closed_account_has_no_name_there(
    client_for, keeper, friend, family, people
):
    for viewer in (friend, family):
        leaving.leave(by=viewer)
    inviting.accept(inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)[1], person=people["sam"])
    leaving.leave_all(people["ines"], Words.STAY)

    page = client_for(keeper).get(f"/m/{keeper.memorial.slug}/people/")
    assert left_here(page) == []
    assert live(keeper.memorial) == ["Mara", "Sam", "Theo"]


def test_the_page_of_people_asks_the_database_as_often_for_two_who_left_as_for_one(client_for, keeper, friend, family):
    mara, at, counts = client_for(keeper), f"/m/{keeper.memorial.slug}/people/", []
    for viewer in (friend, family):
        leaving.leave(by=viewer)
        mara.get(at)
        with CaptureQueriesContext(connection) as asked:
            mara.get(at)
        counts.append((len(left_here(mara.get(at))), len(asked)))

    assert [number for number, _asked in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]


def test_an_invitation_from_before_does_not_bring_somebody_back_who_left(keeper, friend):
    _row, before = inviting.ask_in("Sam", Circle.FAMILY, by=keeper)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        leaving.leave(by=friend)

    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(before, person=friend.person)


def test_an_invitation_from_after_that_does_and_brings_nothing_of_before(keeper, friend):
    Membership.objects.filter(memorial=keeper.memorial, person=friend.person).update(is_trusted=True)
    leaving.leave(by=friend)
    _row, after = inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)

    back = inviting.accept(after, person=friend.person)

    assert (back.circle, back.is_trusted, live(keeper.memorial)) == (
        Circle.FRIENDS,
        False,
        ["Ines", "Mara", "Sam", "Theo"],
    )


def test_by_invitations_of_somebody_who_left_nobody_comes_in(keeper, second_keeper, people):
    tokens = [inviting.ask_in("Lena", Circle.FRIENDS, by=one)[1] for one in (second_keeper, keeper)]

    leaving.leave(by=second_keeper)

    assert [inviting.find(token) is None for token in tokens] == [True, False]


def test_the_keepers_log_has_a_line_of_it_and_keeps_no_name_of_a_closed_account(
    keeper, second_keeper, friend, family, people, memorial
):
    leaving.leave(by=friend)
    assert newest(keeper) == (What.LEFT, "Sam", "Sam")
    _row, token = inviting.ask_in("Ines", Circle.FAMILY, by=keeper)
    inviting.accept(token, person=people["noor"])
    theirs = Membership.objects.get(memorial=memorial, person=people["noor"])
    inviting.change(theirs, Circle.FRIENDS, trusted=False, by=keeper)
    knocking.knock(memorial.slug, "It is Sam", by=friend.person)

    for person in (people["noor"], friend.person):
        leaving.leave_all(person, Words.STAY)

    assert [(entry.what, entry.named, entry.by.called) for entry in log.page(keeper).entries] == [
        (What.LEFT, "", ""),
        (What.MOVED, "", "Mara"),
        (What.CAME_IN, "", ""),
        (What.ASKED_IN, "Ines", "Mara"),  # what a keeper wrote
        (What.LEFT, "", ""),
    ]
    assert list(Knock.objects.all()) == []


def test_a_guest_and_a_stranger_have_nothing_to_leave(guest, stranger):
    for viewer in (guest, stranger):
        with pytest.raises(NotForYou):
            leaving.leave(by=viewer)


def test_the_list_of_one_s_pages_leads_there(client_for, friend):
    assert f"/m/{friend.memorial.slug}/leave/" in text(client_for(friend).get("/pages/"))


def test_words_that_stay_stay_without_the_name(client_for, friend, keeper, write):
    Membership.objects.filter(person=friend.person).update(is_trusted=True)
    sam = client_for(friend)
    moment = write("She taught me to swim.", by=stand(friend.memorial, friend.person))
    page = f"/m/{keeper.memorial.slug}/story/{moment.pk}/"
    assert "Sam" in text(client_for(keeper).get(page))

    closed = sam.post(CLOSE, {"words": "stay"})

    assert "Your account is closed" in text(closed)
    assert closed["Clear-Site-Data"] == '"cache", "storage"'
    assert sam.get("/you/").status_code == 302
    shown = text(client_for(keeper).get(page))
    assert ("She taught me to swim." in shown, "Sam" in shown) == (True, False)
    assert live(keeper.memorial) == ["Ines", "Mara", "Theo"]


def test_words_that_go_leave_the_page_at_once_and_for_good_after_thirty_days(friend, keeper, write, kin):
    Membership.objects.filter(person=friend.person).update(is_trusted=True)
    sam = stand(friend.memorial, friend.person)
    theirs, ours = write("Sam was here.", by=sam), write("We are here.")
    assert titles(keeper) == {"Sam was here.", "We are here."}
    now = timezone.now()

    with time_machine.travel(now, tick=False):
        leaving.leave_all(friend.person, Words.GO)

    assert titles(keeper) == {"We are here."}
    # Nor does a keeper find it among what was taken off the page, to bring it back.
    assert list(Moment.objects.put_away_for(keeper)) == []
    for days, left in ((29, {theirs.pk, ours.pk}), (31, {ours.pk})):
        House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": now + timedelta(days=days - 1)})
        reaper.reap(at=now + timedelta(days=days))
        assert set(Moment.objects.values_list("pk", flat=True)) == left


def test_names_dates_and_family_stay_on_a_page_that_others_belong_to(keeper, second_keeper, kin, fact, write):
    kin("Ada"), fact(), write("Mara's words")

    leaving.leave_all(keeper.person, Words.GO)

    assert titles(second_keeper) == set()
    assert [row.text for row in Name.objects.visible_to(second_keeper)] == ["Wren"]
    assert [row.name for row in Kin.objects.visible_to(second_keeper)] == ["Ada"]
    assert Beloved.objects.visible_to(second_keeper).count() == 1


def test_what_only_they_can_read_goes_in_any_case_and_what_another_reads_too_stays(
    keeper, second_keeper, family, write
):
    alone = write("Only me", audience=Circle.SELF)
    shared = write("Only me and Ines", audience=Circle.SELF)
    keepings.open_to([shared], Circle.SELF, by=keeper, readers=[family.person])
    draft = keepings.keep(Moment(text="Not finished", html=""), by=keeper, draft=True)

    leaving.leave_all(keeper.person, Words.STAY)

    assert titles(family) == {"Only me and Ines"}
    going = Moment.objects.filter(let_go_at__isnull=False).values_list("pk", flat=True)
    assert set(going) == {alone.pk, draft.pk}
    assert titles(second_keeper) == set()


def test_where_they_were_a_named_reader_they_are_one_no_longer(keeper, family, write):
    own = write("Only me and Ines", audience=Circle.SELF)
    keepings.open_to([own], Circle.SELF, by=keeper, readers=[family.person])

    leaving.leave_all(family.person, Words.STAY)

    assert list(Reader.objects.all()) == []
    assert seen(own, keeper)


def test_the_only_keeper_of_a_page_that_others_belong_to_is_told_what_comes_first(client_for, other_memorial, people):
    Membership.objects.create(memorial=other_memorial, person=people["sam"], circle=Circle.FRIENDS)
    noor = client_for(people["noor"])

    page, tried = noor.get(CLOSE), noor.post(CLOSE, {"words": "go"})

    assert (
        "Others belong to these pages, and nobody but you looks after them. Before your account can be closed, ask "
        "somebody in who looks after each with you, or end that the others can open it."
    ) in text(page)
    assert f"/m/{other_memorial.slug}/ask-in/" in text(page)
    assert tried.status_code == 422
    assert "Somebody else has to look after a page of yours first." in text(tried)
    assert Person.objects.get(pk=people["noor"].pk).closed_at is None
    assert live(other_memorial) == ["Noor", "Sam"]


def test_with_a_second_keeper_an_account_may_be_closed(keeper, second_keeper):
    leaving.leave_all(keeper.person, Words.STAY)

    assert live(keeper.memorial) == ["Ines", "Sam", "Theo"]


def test_a_page_that_nobody_belongs_to_any_more_opens_by_no_link(client, client_for, people, other_memorial):
    noor = stand(other_memorial, people["noor"])
    _link, token = inviting.make_link("A neighbour", by=noor)
    _asked, asked = inviting.ask_in("Lena", Circle.FRIENDS, by=noor)
    page = text(client_for(noor).get(CLOSE))
    sentence = "Nobody else belongs to these pages. They are closed: after this, nobody can open them, you neither."
    assert (sentence in page, "Robin" in page) == (True, True)
    client.post(f"/by/{token}/")
    assert client.get(f"/m/{other_memorial.slug}/about/").status_code == 200

    leaving.leave_all(people["noor"], Words.STAY)

    assert client.get(f"/m/{other_memorial.slug}/about/").status_code == 404
    assert [inviting.find_link(token), inviting.find(asked)] == [None, None]
    assert Memorial.objects.get(pk=other_memorial.pk).audience == Circle.KEEPERS


def test_where_nobody_stays_to_read_them_words_are_not_said_to_stay(client_for, people, other_memorial, memorial):
    noor = client_for(people["noor"])
    stay, both = "My words stay, without my name", "In both cases, what only you can read goes with you"
    alone, tried = text(noor.get(CLOSE)), noor.post(CLOSE, {"words": "stay"})
    assert [sentence in alone for sentence in (stay, both, "My words go with me")] == [False, False, True]
    assert (tried.status_code, live(other_memorial)) == (422, ["Noor"])

    Membership.objects.create(memorial=memorial, person=people["noor"], circle=Circle.FRIENDS)

    with_others = text(noor.get(CLOSE))
    assert [sentence in with_others for sentence in (stay, both)] == [True, True]


def test_words_on_a_page_that_was_left_before_may_stay_there(client_for, people, other_memorial, memorial, write):
    noor = people["noor"]
    Membership.objects.create(memorial=memorial, person=noor, circle=Circle.KEEPERS)
    write("Noor's words", by=stand(memorial, noor))
    leaving.leave(by=stand(memorial, noor))

    assert "My words stay, without my name" in text(client_for(noor).get(CLOSE))


def test_a_page_that_somebody_was_named_to_keep_after_stays_for_them(client_for, people, other_memorial):
    noor = stand(other_memorial, people["noor"])
    successor = successors.accept(successors.name_by_link("Sam", by=noor)[1], person=people["sam"])
    page = text(client_for(noor).get(CLOSE))
    assert (
        "Nobody else belongs to these pages, and no link opens them after this. Whoever was named to keep them can "
        "still ask to, and waits as long as was chosen."
    ) in page
    assert "after this, nobody can open them" not in page

    leaving.leave_all(people["noor"], Words.GO)

    successors.ask(successor, by=people["sam"], address=HOUSE)
    later = timezone.now() + timedelta(days=31)
    assert successors.enter(at=later) == 1
    sam = stand(other_memorial, people["sam"])
    assert [row.text for row in Name.objects.visible_to(sam)] == ["Robin"]


def test_a_page_that_nobody_belongs_to_is_not_opened_to_everyone_by_what_was_announced(people, other_memorial):
    announced.go_public(by=stand(other_memorial, people["noor"]), address=HOUSE)

    leaving.leave_all(people["noor"], Words.STAY)

    assert announced.take_effect(at=timezone.now() + timedelta(days=4)) == 0
    assert Memorial.objects.get(pk=other_memorial.pk).audience == Circle.KEEPERS


def test_where_the_one_who_announced_a_removal_closes_their_account_the_other_stays(keeper, second_keeper, memorial):
    announced.remove(keepers.others(keeper).get(), by=keeper, address=HOUSE)

    leaving.leave_all(keeper.person, Words.STAY)

    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert announced.take_effect(at=timezone.now()) == 0
        assert stand(memorial, second_keeper.person).is_keeper


def test_a_closed_account_keeps_no_page_after(keeper, family):
    row = successors.name(Membership.objects.get(person=family.person), by=keeper)
    successors.ask(row, by=family.person, address=HOUSE)

    leaving.leave_all(family.person, Words.STAY)

    assert successors.enter(at=timezone.now() + timedelta(days=400)) == 0
    assert [entry.named for entry in log.page(keeper).entries] == ["", "", ""]


def test_whom_going_public_lets_in_again_are_no_closed_accounts(keeper, friend, family, memorial):
    for viewer in (family, friend):
        inviting.remove(Membership.objects.get(memorial=memorial, person=viewer.person), by=keeper)
    leaving.leave_all(friend.person, Words.STAY)

    assert announced.let_in_again(memorial) == ["Ines"]


def test_what_somebody_took_along_on_a_way_of_their_own_stays_there(keeper, second_keeper, write):
    write("Mara's words")
    own = stand(separating.go_separate_ways(by=second_keeper), second_keeper.person)
    assert titles(own) == {"Mara's words"}

    leaving.leave_all(keeper.person, Words.GO)

    assert [titles(second_keeper), titles(own)] == [set(), {"Mara's words"}]


def test_a_keeper_is_told_how_to_take_along_what_only_they_can_see_and_others_are_not(
    client_for, second_keeper, friend
):
    page, sentence = f"/m/{friend.memorial.slug}/leave/", "first continue on a page of your own"

    assert [sentence in text(client_for(one).get(page)) for one in (second_keeper, friend)] == [True, False]


def test_where_words_go_all_of_a_page_goes_that_nobody_else_belongs_to(people, other_memorial):
    leaving.leave_all(people["noor"], Words.GO)

    rows = [*Name.objects.filter(memorial=other_memorial), *Beloved.objects.filter(memorial=other_memorial)]
    assert [row.let_go_at is not None for row in rows] == [True, True]


def test_whoever_closes_an_account_reads_what_others_can_see_of_it_and_that_is_so(client_for, friend, keeper):
    sam = client_for(friend)
    page = text(sam.get(CLOSE))
    assert "Nobody is written to, and nobody asks why. You are signed out everywhere at once" in page
    assert (
        "Whoever looks after a page you belong to can see that somebody left, and on which day. It no longer says who."
    ) in page

    with time_machine.travel("2026-05-03 10:00", tick=False):
        leaving.leave_all(friend.person, Words.STAY)
        answer = client_for(keeper).get(f"/m/{keeper.memorial.slug}/log/")

    [line] = parts(text(answer)).find("div", **{"class": "list__words"})
    assert " ".join(line.words.split()) == "Left the page 3 May 2026"
    assert mail.outbox == []


def test_nothing_is_chosen_beforehand_and_without_a_choice_nothing_happens(client_for, friend):
    sam = client_for(friend)
    assert sam.get(CLOSE).context["form"]["words"].value() is None

    for said in ({}, {"words": "perhaps"}):
        answer = sam.post(CLOSE, said)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"words": ["Please choose what becomes of your words."]}
    assert Person.objects.get(pk=friend.person.pk).closed_at is None


def test_whoever_closes_it_is_asked_again_whether_it_is_them(client_for, friend):
    sam = client_for(friend)

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        answers = [sam.get(CLOSE), sam.post(CLOSE, {"words": "go"})]

    asked = "/prove/?next=%2Fyou%2Fclose%2F"
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, asked)] * 2
    assert Person.objects.get(pk=friend.person.pk).closed_at is None


def test_looking_at_the_page_closes_nothing(client_for, friend):
    client_for(friend).get(CLOSE)

    assert live(friend.memorial) == ["Ines", "Mara", "Sam", "Theo"]


def test_every_device_is_signed_out_and_the_address_makes_somebody_new(client_for, friend):
    devices = [client_for(friend), client_for(friend)]

    devices[0].post(CLOSE, {"words": "stay"})

    assert [device.get("/you/").status_code for device in devices] == [302, 302]
    assert list(Person.objects.with_address("sam@example.org")) == []


def test_the_page_asks_the_database_as_often_for_three_pages_as_for_one(client_for, people):
    noor, counts = client_for(people["noor"]), []
    for name in ("Wren", "Robin", "Lark"):
        row = beginning.begin(by=people["noor"], name=name)
        Membership.objects.create(memorial=row, person=people["sam"], circle=Circle.FRIENDS)
        noor.get(CLOSE)
        with CaptureQueriesContext(connection) as asked:
            noor.get(CLOSE)
        counts.append(len(asked))

    assert counts[0] == counts[2]
