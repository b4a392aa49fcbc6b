"""Asking people in: by an invitation accepted with a button, or a link to read without an account."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from snowdrop.memorials import inviting
from snowdrop.memorials.access import Act, NotForYou, stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import GuestLink, Invitation, Membership, Memorial
from snowdrop.people.models import Person


def member(memorial, person) -> Membership:
    return Membership.objects.get(memorial=memorial, person=person)


def test_whoever_accepts_stands_in_the_circle_they_were_asked_into(memorial, keeper):
    _invitation, token = inviting.ask_in("Lena", Circle.FAMILY, by=keeper, duties=[Duty.READS_FIRST])

    joined = inviting.accept(token, person=None, name="Lena")

    viewer = stand(memorial, joined.person)
    assert (viewer.circle, viewer.duties, viewer.may(Act.ADD)) == (Circle.FAMILY, frozenset({Duty.READS_FIRST}), True)
    assert joined.person.name == "Lena"


def test_without_a_name_of_their_own_they_are_called_what_the_keeper_called_them(keeper):
    _invitation, token = inviting.ask_in("Grandmother", Circle.FAMILY, by=keeper)

    assert inviting.accept(token, person=None).person.name == "Grandmother"


def test_an_invitation_is_accepted_once(keeper):
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    inviting.accept(token, person=None)
    before = Person.objects.count()

    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(token, person=None)
    assert Person.objects.count() == before


def press_at_once(*presses) -> list[object]:
    """Press each in a thread of its own, all at the same moment; return what came of it, None where a link was over."""
    ready, came = threading.Barrier(len(presses)), []

    def in_a_thread(press) -> None:
        try:
            ready.wait(timeout=10)
            came.append(press())
        except inviting.LinkIsOver:
            came.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=in_a_thread, args=[press]) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return came


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_comes_in(memorial, keeper):
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    people, members = Person.objects.count(), Membership.objects.count()

    came = press_at_once(*[lambda: inviting.accept(token, person=None)] * 2)

    assert sorted(one is None for one in came) == [False, True]
    assert (Person.objects.count(), Membership.objects.count()) == (people + 1, members + 1)


@pytest.mark.django_db(transaction=True)
def test_of_five_who_press_at_once_for_three_places_three_come_in(memorial, keeper):
    invitation, token = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=3)
    before = Membership.objects.count()

    came = press_at_once(*[lambda: inviting.accept(token, person=None)] * 5)

    assert sum(one is None for one in came) == 2
    assert Membership.objects.count() == before + 3
    invitation.refresh_from_db()
    assert (invitation.used, inviting.find(token)) == (3, None)


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_at_once_takes_one_place_of_several(memorial, keeper, people):
    invitation, token = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=3)

    came = press_at_once(*[lambda: inviting.accept(token, person=people["noor"])] * 2)

    assert came == [member(memorial, people["noor"])] * 2
    invitation.refresh_from_db()
    assert invitation.used == 1


def test_a_link_for_several_lets_in_as_many_as_it_is_for_and_calls_nobody_by_its_own_name(memorial, keeper):
    _invitation, token = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=2)

    names = [inviting.accept(token, person=None, name=name).person.name for name in ("Ada", "")]

    assert names == ["Ada", ""]
    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(token, person=None, name="Eve")


def test_a_link_for_several_is_taken_back_when_some_have_come_and_they_stay(memorial, keeper):
    invitation, token = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=20)
    ada = inviting.accept(token, person=None, name="Ada").person

    inviting.take_back(invitation, by=keeper)

    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(token, person=None, name="Eve")
    assert stand(memorial, ada).circle == Circle.FRIENDS


def test_what_was_used_up_cannot_be_taken_back_any_more(keeper):
    invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    inviting.accept(token, person=None)

    inviting.take_back(invitation, by=keeper)

    invitation.refresh_from_db()
    assert (invitation.used, invitation.taken_back_at) == (1, None)


@pytest.mark.parametrize(
    ("circle", "uses"), [(Circle.FRIENDS, 0), (Circle.FRIENDS, 201), (Circle.KEEPERS, 2), (Circle.LINK, 1)]
)
def test_no_invitation_is_for_nobody_or_for_a_crowd_and_each_keeper_is_asked_alone(keeper, circle, uses):
    if circle == Circle.LINK:
        _invitation, token = inviting.ask_in("Lena", circle, by=keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            inviting.accept(token, person=None)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            inviting.ask_in("Lena", circle, by=keeper, uses=uses)


def test_an_invitation_that_was_taken_back_opens_nothing(keeper):
    invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    inviting.take_back(invitation, by=keeper)

    assert inviting.find(token) is None
    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(token, person=None)


@pytest.mark.parametrize(
    ("lasts", "days", "opens"), [(None, 29, True), (None, 31, False), (365, 364, True), (7, 8, False)]
)
def test_an_invitation_lasts_a_month_or_as_long_as_was_chosen(keeper, lasts, days, opens):
    chosen = {"lasts": timedelta(days=lasts)} if lasts else {}
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper, **chosen)

    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if opens:
            inviting.accept(token, person=None)
        else:
            with pytest.raises(inviting.LinkIsOver):
                inviting.accept(token, person=None)


def test_whoever_was_removed_does_not_come_back_by_an_older_link(memorial, keeper, people):
    _invitation, token = inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)
    inviting.remove(member(memorial, people["sam"]), by=keeper)

    with pytest.raises(inviting.LinkIsOver):
        inviting.accept(token, person=people["sam"])
    assert stand(memorial, people["sam"]).circle == Circle.PUBLIC


def test_whoever_was_removed_comes_back_by_a_newer_one_with_nothing_they_had_before(memorial, keeper, people):
    Membership.objects.filter(person=people["ines"]).update(reads_first=True, is_trusted=True)
    inviting.remove(member(memorial, people["ines"]), by=keeper)
    _invitation, token = inviting.ask_in("Ines", Circle.FRIENDS, by=keeper)

    inviting.accept(token, person=people["ines"])

    viewer = stand(memorial, people["ines"])
    assert (viewer.circle, viewer.duties, viewer.is_trusted) == (Circle.FRIENDS, frozenset(), False)


def test_whoever_was_removed_does_not_come_back_by_a_link_for_several_however_new(memorial, keeper, people):
    _invitation, older = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=20)
    inviting.accept(older, person=people["noor"])
    inviting.remove(member(memorial, people["noor"]), by=keeper)
    _invitation, newer = inviting.ask_in("The choir", Circle.FRIENDS, by=keeper, uses=20)

    for token in (older, newer):
        with pytest.raises(inviting.LinkIsOver):
            inviting.accept(token, person=people["noor"])
    assert stand(memorial, people["noor"]).circle == Circle.PUBLIC
    # And it is still open to others: it is the person who is shut out, not the link.
    assert inviting.accept(newer, person=None, name="Ada").person.name == "Ada"


def test_whoever_is_removed_takes_the_invitations_they_made_with_them_and_no_link(memorial, keeper, people):
    """Ines looked after the page before she was family; her links stay with the keepers, listed as hers."""
    Membership.objects.filter(person=people["ines"]).update(circle=Circle.KEEPERS)
    ines = stand(memorial, people["ines"])
    _unused, unused = inviting.ask_in("Lena", Circle.FRIENDS, by=ines)
    _several, several = inviting.ask_in("The choir", Circle.FRIENDS, by=ines, uses=5)
    joined = inviting.accept(several, person=None, name="Ada")
    link, read_by = inviting.make_link("The neighbours", by=ines)
    _other, other = inviting.ask_in("Eve", Circle.FRIENDS, by=keeper)
    Membership.objects.filter(person=people["ines"]).update(circle=Circle.FAMILY)

    inviting.remove(member(memorial, people["ines"]), by=keeper)

    assert [inviting.find(token) is not None for token in (unused, several, other)] == [False, False, True]
    assert (inviting.find_link(read_by), link.made_by) == (link, people["ines"])
    assert stand(memorial, joined.person).circle == Circle.FRIENDS


def test_a_guest_s_link_brings_nobody_back_who_was_removed(memorial, keeper, people, guest_session):
    store, _link = guest_session
    store.sign_in(people["sam"])
    inviting.remove(member(memorial, people["sam"]), by=keeper)
    _link, token = inviting.make_link("The neighbours", by=keeper)

    with pytest.raises(inviting.LinkIsOver):
        inviting.enter(token, session=store.row)
    # Nor does the pass that this browser had before.
    assert stand(memorial, people["sam"], session_id=store.row.pk).circle == Circle.PUBLIC
    assert stand(memorial, None, session_id=store.row.pk).circle == Circle.LINK


def test_a_clock_set_back_an_hour_opens_nothing_that_was_closed(memorial, keeper, people, guest_session):
    store, _link = guest_session
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        _used, used = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
        inviting.accept(used, person=None)
        back, taken_back = inviting.ask_in("Eve", Circle.FRIENDS, by=keeper)
        inviting.take_back(back, by=keeper)
        link, ended = inviting.make_link("The neighbours", by=keeper)
        inviting.enter(ended, session=store.row)
        inviting.end_link(link, by=keeper)
        _older, older = inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)
    with time_machine.travel(now - timedelta(hours=1), tick=False):
        # The removal is later than the invitation, though the clock says that it is earlier.
        inviting.remove(member(memorial, people["sam"]), by=keeper)
        for token in (used, taken_back, older):
            with pytest.raises(inviting.LinkIsOver):
                inviting.accept(token, person=people["sam"])
        with pytest.raises(inviting.LinkIsOver):
            inviting.enter(ended, session=store.row)
        assert stand(memorial, people["sam"]).circle == Circle.PUBLIC
        _newer, newer = inviting.ask_in("Sam", Circle.FRIENDS, by=keeper)
        inviting.accept(newer, person=people["sam"])
        assert stand(memorial, people["sam"]).circle == Circle.FRIENDS


def test_a_clock_set_back_an_hour_lets_an_ended_invitation_work_for_that_hour_and_no_longer(keeper):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper, lasts=timedelta(days=7))
    end = now + timedelta(days=7)

    found = {}
    for minutes in (-60, -1, 0, 1):
        with time_machine.travel(end + timedelta(minutes=minutes), tick=False):
            found[minutes] = inviting.find(token) is not None
    assert found == {-60: True, -1: True, 0: False, 1: False}


def test_an_invitation_to_a_wider_circle_moves_nobody_away(memorial, keeper, people):
    _invitation, token = inviting.ask_in("Ines", Circle.FRIENDS, by=keeper, duties=[Duty.TELLS])

    inviting.accept(token, person=people["ines"])

    viewer = stand(memorial, people["ines"])
    assert (viewer.circle, viewer.duties) == (Circle.FAMILY, frozenset({Duty.TELLS}))


def test_a_keeper_who_tries_the_link_of_somebody_else_does_not_use_it_up(memorial, keeper, people):
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    assert inviting.accept(token, person=people["mara"]) == member(memorial, people["mara"])

    assert inviting.accept(token, person=None).person.name == "Lena"


def test_a_second_keeper_is_an_equal(memorial, keeper, people):
    _invitation, token = inviting.ask_in("Noor", Circle.KEEPERS, by=keeper)

    inviting.accept(token, person=people["noor"])

    assert stand(memorial, people["noor"]).may(Act.KEEP)
    assert not stand(memorial, people["ines"]).may(Act.KEEP)


def test_a_keeper_is_not_removed_or_moved_by_another(memorial, keeper, people):
    theo = member(memorial, people["theo"])

    with pytest.raises(inviting.KeeperStays):
        inviting.remove(theo, by=keeper)
    inviting.change(theo, Circle.FRIENDS, trusted=False, by=keeper)

    assert stand(memorial, people["theo"]).circle == Circle.KEEPERS


def test_what_somebody_does_for_the_family_is_changed_with_how_close_they_stand_or_left_alone(memorial, keeper, people):
    sam = member(memorial, people["sam"])
    duties = []
    for chosen in ([Duty.READS_FIRST, Duty.TELLS], None, [Duty.HELPS], []):
        inviting.change(sam, Circle.FAMILY, trusted=False, duties=chosen, by=keeper)
        duties.append(stand(memorial, people["sam"]).duties)

    assert duties == [{Duty.READS_FIRST, Duty.TELLS}, {Duty.READS_FIRST, Duty.TELLS}, {Duty.HELPS}, frozenset()]
    assert stand(memorial, people["sam"]).circle == Circle.FAMILY


def test_nobody_is_made_a_keeper_by_a_change_of_circle(memorial, keeper, people):
    inviting.change(member(memorial, people["sam"]), Circle.KEEPERS, trusted=True, by=keeper)

    assert stand(memorial, people["sam"]).circle == Circle.FAMILY


@pytest.mark.parametrize("who", ["family", "friend", "guest", "stranger", "elsewhere"])
def test_only_keepers_ask_in_and_take_out(request, who, memorial, keeper, people):
    viewer = request.getfixturevalue(who)
    invitation, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    link, _token = inviting.make_link("Lena", by=keeper)
    sam = member(memorial, people["sam"])

    for act in (
        lambda: inviting.ask_in("Eve", Circle.FRIENDS, by=viewer),
        lambda: inviting.make_link("Eve", by=viewer),
        lambda: inviting.take_back(invitation, by=viewer),
        lambda: inviting.end_link(link, by=viewer),
        lambda: inviting.remove(sam, by=viewer),
        lambda: inviting.change(sam, Circle.FAMILY, trusted=True, by=viewer),
    ):
        with pytest.raises(NotForYou):
            act()
    assert stand(memorial, people["sam"]) == stand(memorial, people["sam"])
    assert list(Invitation.objects.open()) == [invitation]
    assert GuestLink.objects.get(pk=link.pk).ended_at is None


def test_a_keeper_of_one_memorial_takes_nothing_back_in_another(memorial, keeper, elsewhere, other_memorial, people):
    at_home = stand(other_memorial, people["noor"])
    invitation, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    link, _token = inviting.make_link("Lena", by=keeper)

    inviting.take_back(invitation, by=at_home)
    inviting.end_link(link, by=at_home)
    inviting.remove(member(memorial, people["sam"]), by=at_home)

    assert list(Invitation.objects.open()) == [invitation]
    assert GuestLink.objects.get(pk=link.pk).ended_at is None
    assert stand(memorial, people["sam"]).circle == Circle.FRIENDS


def test_the_page_opens_as_far_as_the_first_who_comes_and_never_closes_by_it(other_memorial, people):
    noor = stand(other_memorial, people["noor"])
    assert other_memorial.audience == Circle.KEEPERS
    _invitation, token = inviting.ask_in("Sam", Circle.FRIENDS, by=noor)
    assert Memorial.objects.get(pk=other_memorial.pk).audience == Circle.KEEPERS  # asked is not yet here

    inviting.accept(token, person=people["sam"])
    assert Memorial.objects.get(pk=other_memorial.pk).audience == Circle.FRIENDS

    _invitation, token = inviting.ask_in("Ines", Circle.FAMILY, by=noor)
    inviting.accept(token, person=people["ines"])
    assert Memorial.objects.get(pk=other_memorial.pk).audience == Circle.FRIENDS


def test_a_guest_reads_until_the_link_is_ended(memorial, keeper, guest_session):
    store, _link = guest_session
    link, token = inviting.make_link("The neighbours", by=keeper)
    inviting.enter(token, session=store.row)
    GuestLink.objects.exclude(pk=link.pk).update(ended_at=timezone.now())
    assert stand(memorial, None, session_id=store.row.pk).guest == link

    inviting.end_link(link, by=keeper)

    assert stand(memorial, None, session_id=store.row.pk).circle == Circle.PUBLIC
    with pytest.raises(inviting.LinkIsOver):
        inviting.enter(token, session=store.row)


def test_a_guest_reads_until_the_day_that_was_chosen(memorial, keeper, guest_session):
    store, link = guest_session
    GuestLink.objects.filter(pk=link.pk).update(ended_at=timezone.now())
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        _link, token = inviting.make_link("The neighbours", by=keeper, lasts=timedelta(days=7))
        inviting.enter(token, session=store.row)

    circles = []
    for days in (6, 8):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            circles.append(stand(memorial, None, session_id=store.row.pk).circle)
            found = inviting.find_link(token)
    assert (circles, found) == ([Circle.LINK, Circle.PUBLIC], None)


def test_several_links_are_made_at_once_and_each_is_ended_alone(memorial, keeper, guest_session):
    made = inviting.make_links(["Ada", "Eve", "Lena"], by=keeper)
    inviting.end_link(made[1][0], by=keeper)

    assert [link.called for link, _token in made] == ["Ada", "Eve", "Lena"]
    assert [inviting.find_link(token) for _link, token in made] == [made[0][0], None, made[2][0]]


def test_the_day_a_link_was_last_used_is_kept_and_nothing_else_of_who_reads(memorial, keeper, guest_session):
    store, _link = guest_session
    link, token = inviting.make_link("The neighbours", by=keeper)
    assert link.last_used_on is None

    with time_machine.travel("2026-05-03 10:00", tick=False):
        inviting.enter(token, session=store.row)

    link.refresh_from_db()
    assert link.last_used_on == date(2026, 5, 3)


def test_entering_twice_leaves_one_pass(memorial, keeper, guest_session):
    store, _link = guest_session
    link, token = inviting.make_link("The neighbours", by=keeper)

    inviting.enter(token, session=store.row)
    inviting.enter(token, session=store.row)

    assert list(link.passes.values_list("session", flat=True)) == [store.row.pk]


def test_a_guest_s_link_opens_one_memorial(other_memorial, guest_session):
    assert stand(other_memorial, None, session_id=guest_session[0].row.pk).circle == Circle.PUBLIC


def test_the_database_knows_no_token(keeper):
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    _link, other = inviting.make_link("Lena", by=keeper)

    rows = str([*Invitation.objects.values(), *GuestLink.objects.values()])
    assert token not in rows
    assert other not in rows


@pytest.mark.parametrize("token", ["", "x", "\x00", "\udc80", "a" * 10_000])
def test_what_never_was_a_link_opens_nothing(db, token):
    assert (inviting.find(token), inviting.find_link(token)) == (None, None)


# The mail


ASKED = (
    "Mara asks you in to a page that is kept for a few people. At this address you read who asks you and what for; "
    "nothing happens until you press a button. There is no hurry.\n\nhttps://pages.example.org/in/x/\n\n"
    "The link is meant for you: whoever has it can come in with it.\n\n"
)
LINK = "https://pages.example.org/in/x/"


def test_a_mail_that_asks_somebody_in_is_a_postcard(memorial, keeper, committed):
    invitation, _token = inviting.ask_in("Lena", Circle.FAMILY, by=keeper, duties=[Duty.READS_FIRST])
    with committed():
        inviting.mail(invitation, "lena@example.org", link=LINK, by=keeper)
        assert mail.outbox == []  # only once it is all kept

    [letter] = mail.outbox
    assert (letter.to, letter.cc, letter.bcc) == (["lena@example.org"], [], [])
    assert (letter.subject, letter.body) == ("A page that was shared with you", ASKED)
    whole = letter.message().as_string()
    assert [word for word in ("Wren", "Lena", memorial.slug, "/m/", "eads first") if word in whole] == []


def test_whoever_has_no_name_here_asks_all_the_same(memorial, keeper, people, committed):
    Person.objects.filter(pk=people["mara"].pk).update(name="")
    nameless = stand(memorial, Person.objects.get(pk=people["mara"].pk))
    link, _token = inviting.make_link("Lena", by=nameless)
    with committed():
        inviting.mail(link, "lena@example.org", link=LINK, by=nameless)

    assert mail.outbox[0].body == ASKED.replace("Mara asks you in", "You are asked in")


def test_an_address_that_would_add_lines_to_a_mail_sends_none(keeper, committed):
    """The form refuses it with a sentence; this is what stands behind the form."""
    invitation, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    with pytest.raises(ValueError, match="newline"), committed():
        inviting.mail(invitation, "lena@example.org\nBcc: all@example.org", link=LINK, by=keeper)
    assert mail.outbox == []


def test_nobody_mails_an_invitation_of_another_page(memorial, keeper, family, elsewhere, other_memorial, people):
    invitation, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    for by in (family, elsewhere, stand(other_memorial, people["noor"])):
        with pytest.raises(NotForYou):
            inviting.mail(invitation, "lena@example.org", link=LINK, by=by)
    assert mail.outbox == []
