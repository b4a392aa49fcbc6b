"""Removing a keeper, opening a page to everyone: announced to all keepers, three days, and any of them may stop it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import announced, inviting, keepers, keepings
from snowdrop.memorials.access import Act, NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.jobs import let_take_effect
from snowdrop.memorials.models import Announced, Kin, Membership, Memorial
from tests.memorials.conftest import seen

HOUSE = "https://pages.example.org/"
JUST_BEFORE, JUST_AFTER = timedelta(hours=72, minutes=-1), timedelta(hours=72, minutes=1)


def of(memorial, person) -> Membership:
    return Membership.objects.get(memorial=memorial, person=person)


@pytest.fixture
def removal(memorial, keeper, people) -> Announced:
    """Mara announced that Theo is to look after the page no longer."""
    return announced.remove(of(memorial, people["theo"]), by=keeper, address=HOUSE)


@pytest.fixture
def later():
    now = timezone.now()
    return lambda wait: time_machine.travel(now + wait, tick=False)


def audience(memorial) -> int:
    return Memorial.objects.get(pk=memorial.pk).audience


def test_a_keeper_to_be_removed_keeps_every_right_until_the_hour_and_none_after(memorial, people, removal, later):
    with later(JUST_BEFORE):
        assert stand(memorial, people["theo"]).may(Act.KEEP)
    with later(JUST_AFTER):
        assert stand(memorial, people["theo"]).circle == Circle.PUBLIC


def test_a_worker_that_comes_late_changes_nothing_of_the_hour(memorial, people, removal, later):
    with later(timedelta(days=20)):
        assert stand(memorial, people["theo"]).circle == Circle.PUBLIC
        assert of(memorial, people["theo"]).removed_at is None
        let_take_effect.call()

        assert of(memorial, people["theo"]).removed_at == removal.takes_effect_at
        assert announced.take_effect(at=timezone.now()) == 0


def test_a_worker_that_comes_early_does_nothing(memorial, people, removal, later):
    with later(JUST_BEFORE):
        assert announced.take_effect(at=timezone.now()) == 0


@pytest.mark.parametrize("who", ["mara", "theo", "lena"])
def test_every_keeper_stops_it_also_the_one_it_is_about(who, memorial, people, keeper, removal, later):
    _invitation, token = inviting.ask_in("Lena", Circle.KEEPERS, by=keeper)
    lena = inviting.accept(token, person=people["noor"]).person
    person = lena if who == "lena" else people[who]

    announced.stop(removal, by=stand(memorial, person))

    with later(JUST_AFTER):
        assert announced.take_effect(at=timezone.now()) == 0
        assert stand(memorial, people["theo"]).may(Act.KEEP)


def test_once_it_took_effect_nobody_stops_it(memorial, people, keeper, removal, later, client_for):
    with later(JUST_AFTER):
        with pytest.raises(announced.TooLate):
            announced.stop(removal, by=keeper)
        answer = client_for(keeper).post(reverse("memorials:stop", args=[memorial.slug, removal.pk]))

    assert (answer.status_code, "It took effect already." in answer.content.decode()) == (409, True)


def test_all_keepers_with_an_address_get_a_postcard(memorial, keeper, people, committed):
    with committed():
        announced.remove(of(memorial, people["theo"]), by=keeper, address=HOUSE)

    assert sorted(letter.to for letter in mail.outbox) == [["mara@example.org"], ["theo@example.org"]]
    letter = mail.outbox[0]
    assert letter.subject == "About a page that you look after"
    assert letter.body == (
        "Something about a page that you look after is going to change, unless you or somebody else who looks after it "
        "says no. The page tells you what it is and when.\n\nhttps://pages.example.org/\n\n"
    )
    whole = letter.message().as_string()
    assert [word for word in ("Wren", "Theo", "Mara", memorial.slug) if word in whole] == []


def test_each_keeper_reads_on_their_page_what_is_announced(
    memorial, keeper, second_keeper, removal, client_for, family
):
    path = reverse("memorials:page", args=[memorial.slug])
    mara, theo = (client_for(viewer).get(path).content.decode() for viewer in (keeper, second_keeper))

    assert "on Theo does not look after this page any more, unless one of you stops it." in mara
    assert "on you do not look after this page any more, unless you or Mara stops it. You can stop it now." in theo
    assert "any more" not in client_for(family).get(path, follow=True).content.decode()


def test_announcing_it_twice_begins_no_new_three_days(memorial, keeper, people, removal, later):
    with later(timedelta(hours=50)):
        assert announced.remove(of(memorial, people["theo"]), by=keeper, address=HOUSE) == removal
    assert list(Announced.objects.all()) == [removal]


def test_a_keeper_who_is_to_be_removed_does_not_remove_the_other_who_is_then_the_last(memorial, people, removal):
    with pytest.raises(keepers.LastKeeper):
        announced.remove(of(memorial, people["mara"]), by=stand(memorial, people["theo"]), address=HOUSE)


def test_nobody_but_a_keeper_is_removed_like_this_and_nobody_by_themselves(memorial, keeper, people, other_memorial):
    for membership in (
        of(memorial, people["mara"]),
        of(memorial, people["sam"]),
        of(other_memorial, people["noor"]),
    ):
        with pytest.raises(NotForYou):
            announced.remove(membership, by=keeper, address=HOUSE)


def test_a_keeper_of_another_memorial_stops_nothing_here(other_memorial, people, removal, memorial, later):
    with pytest.raises(NotForYou):
        announced.stop(removal, by=stand(other_memorial, people["noor"]))
    with later(JUST_AFTER):
        assert stand(memorial, people["theo"]).circle == Circle.PUBLIC


def test_whoever_was_removed_comes_back_by_a_new_invitation_and_stays(memorial, keeper, people, removal, later):
    with later(JUST_AFTER):
        announced.take_effect(at=timezone.now())
        _invitation, token = inviting.ask_in("Theo", Circle.KEEPERS, by=keeper)
        inviting.accept(token, person=people["theo"])
        announced.take_effect(at=timezone.now())

        assert stand(memorial, people["theo"]).may(Act.KEEP)


def test_going_public_waits_three_days_also_with_one_keeper_who_may_stop_it(other_memorial, people, later):
    noor = stand(other_memorial, people["noor"])
    change = announced.go_public(by=noor, address=HOUSE)
    assert change is not None
    with later(JUST_BEFORE):
        announced.take_effect(at=timezone.now())
        assert audience(other_memorial) == Circle.KEEPERS
    announced.stop(change, by=noor)
    with later(JUST_AFTER):
        announced.take_effect(at=timezone.now())
        assert audience(other_memorial) == Circle.KEEPERS

    announced.go_public(by=noor, address=HOUSE)
    with later(timedelta(hours=73)):
        announced.take_effect(at=timezone.now())
        assert audience(other_memorial) == Circle.PUBLIC


def test_a_public_page_shows_a_stranger_what_was_opened_to_everyone_and_no_more(memorial, keeper, kin, later, people):
    everyones, friends = kin("Ada", audience=Circle.PUBLIC), kin("Eve", audience=Circle.FRIENDS)
    announced.go_public(by=keeper, address=HOUSE)
    with later(JUST_AFTER):
        announced.take_effect(at=timezone.now())
        stranger = stand(Memorial.objects.get(pk=memorial.pk), None)

        assert list(Kin.objects.visible_to(stranger)) == [everyones]

        announced.close(by=stand(Memorial.objects.get(pk=memorial.pk), people["mara"]))
        assert list(Kin.objects.visible_to(stand(Memorial.objects.get(pk=memorial.pk), None))) == []
        assert not seen(friends, stranger)


def test_closing_changes_nothing_of_a_page_that_is_not_public(memorial, keeper):
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.FRIENDS)

    announced.close(by=keeper)

    assert audience(memorial) == Circle.FRIENDS


def test_the_page_says_whom_going_public_lets_in_again(memorial, keeper, people, client_for):
    link, _token = inviting.make_link("The neighbours", by=keeper)
    inviting.end_link(link, by=keeper)
    inviting.make_link("Aunt Hedda", by=keeper)
    inviting.remove(of(memorial, people["sam"]), by=keeper)

    page = client_for(keeper).get(reverse("memorials:go_public", args=[memorial.slug]))

    assert page.context["again"] == ["Sam", "The neighbours"]
    assert (
        "Everyone includes people who were taken out of this page, and people whose link was ended:"
        in page.content.decode()
    )


def test_everyone_is_offered_only_where_the_page_is_open_to_everyone(memorial, keeper, kin, people):
    from snowdrop.memorials import audiences

    before = [choice.circle for choice in audiences.choices(keeper)]
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
    after = [choice.circle for choice in audiences.choices(stand(Memorial.objects.get(pk=memorial.pk), people["mara"]))]

    assert Circle.PUBLIC not in before
    assert after == [*before, Circle.PUBLIC]


def test_the_database_takes_no_second_open_removal_and_none_without_a_name(memorial, people, removal):
    fields = {"memorial": memorial, "announced_at": timezone.now(), "takes_effect_at": timezone.now() + timedelta(1)}
    for wrong in (
        {"what": "removal", "membership": removal.membership},
        {"what": "removal", "membership": None},
        {"what": "public", "membership": removal.membership},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Announced.objects.create(**fields, **wrong)


def test_what_a_keeper_added_stays_when_they_are_gone(memorial, second_keeper, kin, removal, later, keeper):
    row = kin("Ada", by=second_keeper)
    with later(JUST_AFTER):
        announced.take_effect(at=timezone.now())

        assert seen(row, keeper)
        with pytest.raises(keepings.NotYours):
            keepings.open_to([row], Circle.FRIENDS, by=keeper)
