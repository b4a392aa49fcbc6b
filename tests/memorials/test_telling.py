"""Letting people know: one mail to each whom a keeper chose, and nothing private in it."""

from __future__ import annotations

import pytest
from django.core import mail

from snowdrop.memorials import announced, inviting, keepings, successors, telling
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.people.models import Person

ADDRESS = "https://pages.example.org/"


@pytest.fixture(autouse=True)
def they_want_it(people):
    """Nobody is written to who did not tick it; in these tests Ines and Sam did."""
    Person.objects.filter(name__in=["Ines", "Sam"]).update(wants_let_know=True)


def members(memorial, *names) -> list[Membership]:
    return list(
        Membership.objects.filter(memorial=memorial, person__name__in=names)
        .select_related("person")
        .order_by("person__name")
    )


def test_a_mail_goes_to_whom_was_chosen_and_to_nobody_else(memorial, keeper, committed):
    with committed():
        told = telling.let_know(members(memorial, "Ines", "Sam"), by=keeper, address=ADDRESS)

    assert told == 2
    assert [letter.to for letter in mail.outbox] == [["ines@example.org"], ["sam@example.org"]]


def test_a_mail_is_a_postcard(memorial, keeper, committed):
    with committed():
        telling.let_know(members(memorial, "Ines"), by=keeper, address=ADDRESS)

    letter = mail.outbox[0]
    assert letter.subject == "A page that was shared with you"
    assert letter.body == (
        "Mara would like you to know that there is something new on a page you were asked into. "
        "It is there whenever you want it; nothing has to be done.\n\nhttps://pages.example.org/\n\n"
    )
    whole = letter.message().as_string()
    assert [word for word in ("Wren", memorial.slug, "/m/") if word in whole] == []


def test_each_is_written_to_in_their_own_language(memorial, keeper, committed):
    Person.objects.filter(name="Ines").update(language="de")

    with committed():
        telling.let_know(members(memorial, "Ines", "Sam"), by=keeper, address=ADDRESS)

    assert mail.outbox[0].body != mail.outbox[1].body
    assert mail.outbox[0].subject != "A page that was shared with you"


def test_whoever_has_no_address_or_is_gone_or_belongs_elsewhere_is_not_written_to(
    memorial, other_memorial, keeper, people, committed
):
    Person.objects.filter(name="Ines").update(email=None)
    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)
    chosen = members(memorial, "Ines", "Sam") + members(other_memorial, "Noor")

    with committed():
        assert telling.let_know(chosen, by=keeper, address=ADDRESS) == 0
    assert mail.outbox == []


@pytest.mark.parametrize("wish", [{"wants_let_know": False}, {"mail_rests": True}])
def test_whoever_wants_no_such_mail_gets_none_and_the_sender_cannot_tell(wish, memorial, keeper, people, committed):
    Person.objects.filter(name="Ines").update(**wish)

    with committed():
        told = telling.let_know(members(memorial, "Ines", "Sam"), by=keeper, address=ADDRESS)

    assert told == 2
    assert [letter.to for letter in mail.outbox] == [["sam@example.org"]]
    noted = Membership.objects.filter(memorial=memorial, let_know_at__isnull=False).values_list(
        "person__name", flat=True
    )
    assert sorted(noted) == ["Ines", "Sam"]


def test_a_keeper_who_wants_it_is_told_of_the_first_thing_that_waits_and_not_of_the_next(
    memorial, friend, people, kin, committed, settings
):
    settings.PUBLIC_URL = "https://pages.example.org"
    Person.objects.filter(name="Theo").update(wants_waiting=True)

    with committed():
        first = kin("Ada", by=friend, audience=Circle.FRIENDS)
        kin("Bea", by=friend, audience=Circle.FRIENDS)

    letter = mail.outbox[0]
    assert [(one.to, one.subject) for one in mail.outbox] == [(["theo@example.org"], "Something waits for you")]
    assert letter.body == (
        "Something was added to a page that you look after, and waits until you or somebody with you lets it show. "
        "It waits as long as you like; nothing has to be done.\n\nhttps://pages.example.org/\n\n"
    )
    assert [word for word in ("Wren", "Ada", "Sam", first.memorial.slug) if word in letter.message().as_string()] == []


def test_what_shows_at_once_or_is_somebody_s_own_makes_no_mail(memorial, keeper, friend, people, kin, committed):
    Person.objects.filter(name="Theo").update(wants_waiting=True)

    with committed():
        kin(by=keeper)
        kin(by=friend, audience=Circle.SELF)

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("quiet", "told"),
    [
        ((), ["mara@example.org", "theo@example.org"]),
        # They could be removed, and never have heard of it.
        (("Theo",), ["mara@example.org", "theo@example.org"]),
        (("Mara",), ["theo@example.org"]),
        (("Mara", "Theo"), ["theo@example.org"]),
    ],
)
def test_that_a_keeper_will_be_one_no_longer_is_mailed_to_them_and_to_those_who_want_mail(
    quiet, told, memorial, keeper, people, committed
):
    Person.objects.filter(name__in=quiet).update(mail_rests=True)

    with committed():
        announced.remove(Membership.objects.get(memorial=memorial, person=people["theo"]), by=keeper, address=ADDRESS)

    assert sorted(letter.to[0] for letter in mail.outbox) == told
    assert mail.outbox[0].body == (
        "Something about a page that you look after is going to change, unless you or somebody else who looks after it "
        "says no. The page tells you what it is and when.\n\nhttps://pages.example.org/\n\n"
    )


@pytest.mark.parametrize("quiet", ["Mara", "Theo"])
def test_whoever_wants_nothing_at_all_for_now_reads_on_the_page_only_what_takes_nothing_from_them(
    quiet, memorial, keeper, people, committed, client_for
):
    Person.objects.filter(name=quiet).update(mail_rests=True)
    named = successors.name(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)

    with committed():
        announced.go_public(by=keeper, address=ADDRESS)
        successors.ask(named, by=people["sam"], address=ADDRESS)

    other = {"Mara": "theo@example.org", "Theo": "mara@example.org"}[quiet]
    assert [letter.to for letter in mail.outbox] == [[other], [other]]
    page = client_for(people[quiet.lower()]).get(f"/m/{memorial.slug}/").content.decode()
    assert "on everyone can open this page, unless one of you stops it." in page
    assert "Sam asked to look after this page, and will from" in page


def test_only_a_keeper_lets_know(memorial, family):
    with pytest.raises(NotForYou):
        telling.let_know(members(memorial, "Sam"), by=family, address=ADDRESS)


def test_nobody_is_told_by_anything_else(memorial, keeper, kin, committed):
    """Asking in, keeping, opening and letting show write to nobody."""
    with committed():
        row = kin()
        keepings.open_to([row], Circle.LINK, by=keeper)
        inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
        inviting.make_link("Lena", by=keeper)

    assert mail.outbox == []


def test_a_mail_that_cannot_go_out_keeps_no_other_from_going(memorial, keeper, committed):
    """The first address is refused by the mail server; the second is still written to."""
    Person.objects.filter(name="Ines").update(email="ines@example.org\nBcc: all@example.org")

    with committed():
        assert telling.let_know(members(memorial, "Ines", "Sam"), by=keeper, address=ADDRESS) == 2

    assert [letter.to for letter in mail.outbox] == [["sam@example.org"]]
