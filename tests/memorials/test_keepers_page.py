"""What concerns keepers as equals, as each of them reads it: only what can be done is offered, and truly said."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import announced, beginning, inviting, leaving, pausing, successors
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Kin, Membership, Name
from snowdrop.people.models import Person
from tests.web.page import Page, parts

HOUSE = "https://pages.example.org/"
TELL = "Tell everyone, and wait three days"


@pytest.fixture
def at(memorial):
    def address(name: str, *more) -> str:
        return reverse(f"memorials:{name}", args=[memorial.slug, *more])

    return address


@pytest.fixture
def mara(client_for, keeper):
    return client_for(keeper)


@pytest.fixture
def theo(client_for, second_keeper):
    return client_for(second_keeper)


@pytest.fixture
def theos(memorial, people) -> Membership:
    return Membership.objects.get(memorial=memorial, person=people["theo"])


def read(answer) -> str:
    """What a page says, in one line."""
    return " ".join(Page(answer.content.decode()).root.words.split())


def buttons(answer) -> list[str]:
    page = parts(answer.content.decode())
    return [page.text(button) for button in page.find("button")]


def paused_until(pause) -> str:
    day = timezone.localtime(pause.until).strftime("%-d %B %Y")
    return f"Such changes are paused here until {day}."


# Who will see another's


def titles(answer) -> list[str]:
    page = parts(answer.content.decode())
    return [page.text(title) for title in page.find("span", **{"class": "card__title"})]


@pytest.mark.parametrize(
    ("audience", "offered"),
    [
        (Circle.KEEPERS, ["Only us"]),
        (Circle.FAMILY, ["Only us", "Our closest people"]),
        (Circle.FRIENDS, ["Only us", "People we asked in", "Our closest people"]),
        (Circle.LINK, ["Only us", "People we asked in", "Our closest people", "Anyone with the link"]),
    ],
)
def test_another_s_is_offered_to_as_many_as_see_it_or_fewer(audience, offered, theo, at, kin):
    row = kin(audience=audience)

    page = theo.get(at("who", row.pk))

    assert titles(page) == offered
    assert "Somebody else added this. You can show it to fewer people; only they can show it to more." in read(page)
    assert "Showing it to fewer people works at once." in read(page)
    assert "You can take it back at any time." not in read(page)
    for circle in (choice.circle for choice in page.context["form"].offered):
        assert theo.post(at("who", row.pk), {"audience": circle.value}).status_code == 302
        Kin.objects.filter(pk=row.pk).update(audience=audience)


def test_one_s_own_is_offered_to_all(mara, at, kin):
    page = mara.get(at("who", kin().pk))

    assert titles(page) == [
        "Only me",
        "Only us",
        "People we asked in",
        "Our closest people",
        "Anyone with the link",
    ]
    assert "You can take it back at any time." in read(page)
    assert "Somebody else added this." not in read(page)


def test_what_came_by_hand_over_each_keeper_opens_and_nobody_takes(theo, at, kin):
    row = kin()
    Kin.objects.filter(pk=row.pk).update(is_handed_over=True)

    page = theo.get(at("who", row.pk))

    assert titles(page) == ["Only us", "People we asked in", "Our closest people", "Anyone with the link"]
    assert "You can take it back at any time." in read(page)


def test_of_many_no_more_is_offered_than_of_each(theo, at, kin, second_keeper):
    rows = [kin(), kin(by=second_keeper)]

    page = theo.post(at("who_many"), {"ids": [str(row.pk) for row in rows]})

    assert titles(page) == ["Only us"]
    assert "You did not add all of these. You can show them to fewer people, not to more." in read(page)


# Going public


def test_whoever_left_by_themselves_is_none_of_those_who_were_taken_out(mara, at, friend, family, people, keeper):
    leaving.leave(by=friend)
    leaving.leave(by=family)
    # Ines came back and was taken out then.
    _invitation, token = inviting.ask_in("Ines", Circle.FRIENDS, by=keeper)
    inviting.remove(inviting.accept(token, person=people["ines"]), by=keeper)

    page = mara.get(at("go_public"))

    assert page.context["again"] == ["Ines"]
    said = "Everyone includes people who were taken out of this page, and people whose link was ended: Ines"
    assert said in read(page)


def test_whoever_looks_after_it_alone_is_told_that_they_can_stop_it(client_for, elsewhere, other_memorial, mara, at):
    page = client_for(elsewhere).get(reverse("memorials:go_public", args=[other_memorial.slug]))

    assert "It takes effect in three days. You can stop it until then." in read(page)
    assert buttons(page) == ["Open it in three days"]
    both = "Everybody who looks after this page is told now, and each of you can stop it until then."
    assert (both in read(page), both in read(mara.get(at("go_public")))) == (False, True)
    assert buttons(mara.get(at("go_public"))) == [TELL]


def test_it_says_whether_everyone_will_read_the_name(mara, at, memorial):
    assert "No name is shown to everyone." in read(mara.get(at("go_public")))

    for kind in (Beloved, Name):
        kind.objects.filter(memorial=memorial).update(audience=Circle.PUBLIC)

    assert "The name is shown to everyone: Wren." in read(mara.get(at("go_public")))


# While it is paused


@pytest.mark.parametrize("name", ["go_public", "remove_keeper"])
def test_while_it_is_paused_nothing_is_offered_that_would_be_refused(name, mara, at, second_keeper, theos):
    path = at(name, *([theos.pk] if name == "remove_keeper" else []))
    assert buttons(mara.get(path)) == [TELL]

    sentence = paused_until(pausing.pause(by=second_keeper))

    page = mara.get(path)
    assert (buttons(page), read(page).count(sentence)) == ([], 1)
    refused = mara.post(path)
    assert (refused.status_code, read(refused).count(sentence)) == (409, 1)


def test_while_it_is_paused_a_successor_is_not_offered_to_ask(client_for, friend, people, keeper, memorial):
    row = successors.name(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)
    sam, path = client_for(friend), reverse("memorials:after", args=[row.pk])
    assert buttons(sam.get(path)) == ["Ask to look after it", "I would rather not be named"]

    sentence = paused_until(pausing.pause(by=keeper))

    page = sam.get(path)
    assert (buttons(page), read(page).count(sentence)) == (["I would rather not be named"], 1)
    refused = sam.post(path, {"do": "ask"})
    assert (refused.status_code, read(refused).count(sentence)) == (409, 1)


def test_another_pause_takes_each_and_says_so(mara, at, keeper):
    with time_machine.travel("2026-05-03 10:00", tick=False):
        pausing.pause(by=keeper)
        page = read(mara.get(at("pause")))
        assert "For another thirty days, each of you has to agree." in page
        assert "It is not paused now." not in page
        pausing.end(by=keeper)
        assert "It is not paused now. For another thirty days, each of you has to agree." in read(mara.get(at("pause")))


# Words


@pytest.mark.parametrize(
    ("name", "label"),
    [("Theo", "Theo no longer looks after it"), ("", "Looks after it no longer: Someone asked in")],
)
def test_what_changes_much_stands_apart_and_says_of_whom_it_is(name, label, mara, at, people, theos):
    Person.objects.filter(pk=people["theo"].pk).update(name=name)
    page = parts(mara.get(at("keepers")).content.decode())
    main = page.by_id("page")
    before = [part for part in main.inside if not isinstance(part, str)]
    [heading] = [number for number, part in enumerate(before) if part.words.strip() == "What changes much"]

    apart = [page.text(link) for part in before[heading:] for link in page.find("a", within=part)]

    assert apart == [
        "Let everyone open this page",
        label,
        "What everyone sees",
        "Pause such changes",
        "Continue on a page of your own",
        "Look after this page no longer",
    ]


def test_removing_a_keeper_is_asked_plainly(mara, at, theos):
    page = mara.get(at("remove_keeper", theos.pk))

    assert "Should Theo stop looking after this page?" in read(page)
    assert buttons(page) == [TELL]


def test_whoever_is_to_go_reads_who_can_stop_it(mara, theo, at, keeper, theos, memorial, people):
    announced.remove(theos, by=keeper, address=HOUSE)
    said = "on you do not look after this page any more, unless you or Mara stops it. You can stop it now."
    assert said in read(theo.get(at("keepers")))

    Membership.objects.filter(memorial=memorial, person=people["ines"]).update(circle=Circle.KEEPERS)

    said = "on you do not look after this page any more, unless one of you stops it. You can stop it now."
    assert said in read(theo.get(at("keepers")))


def test_who_names_somebody_to_keep_it_after_is_said_in_the_heading(client, people):
    page = beginning.begin(by=people["noor"], name="Robin")
    for name, heading in (
        ("Noor", "Noor would like you to keep a page after"),
        ("", "Somebody would like you to keep a page after"),
    ):
        Person.objects.filter(pk=people["noor"].pk).update(name=name)
        _row, token = successors.name_by_link("Kim", by=stand(page, people["noor"]))
        assert heading in read(client.get(reverse("memorials:succeed", args=[token])))
