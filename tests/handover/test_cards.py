"""Cards for families without a page: nothing happens unless they use one, and then only what they choose."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from snowdrop.config.models import House, WhoMayBegin
from snowdrop.handover import claiming, giving
from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.memorials import reaper
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db

CLAIM = "/claim/"
WRONG = "This code opens nothing here. Please look at the letters once more."


@pytest.fixture
def card(put_in) -> claiming.Card:
    [made] = claiming.make_cards(1, by=None, note="ward 4")
    put_in(1, into=made.envelope)
    giving.seal(made.envelope, giver="Ada", said="hold")
    return made


def text(answer) -> str:
    return answer.content.decode()


def test_a_card_made_by_the_host_is_shown_once_with_its_two_halves(people, client_for):
    Person.objects.filter(pk=people["host"].pk).update(is_host=True)
    answer = client_for(people["host"]).post("/house/envelopes/", {"number": "3", "note": "ward 4", "years": "25"})

    page = text(answer)
    assert (answer.status_code, Envelope.objects.count()) == (201, 3)
    assert page.count("Something is kept safe for you. Nothing happens unless you use this card.") == 3
    assert (page.count("/give/"), page.count("<svg")) == (3, 6)
    until = claiming.in_years(timezone.localdate(), 25)
    assert set(Envelope.objects.values_list("kept_until", flat=True)) == {until}
    # Eighty bits at least, and only a hash of them here.
    assert all(len(one.claim_hash) == 64 for one in Envelope.objects.all())


def test_a_term_that_ends_on_a_leap_day_ends_the_day_before():
    assert claiming.in_years(date(2024, 2, 29), 25) == date(2049, 2, 28)


def test_a_wrong_code_and_a_used_one_are_told_alike(card, keeper):
    Envelope.objects.update(memorial=keeper.memorial)

    for code in (card.code, "CDF-HJK-LMN-PQR-TVW-XY3", "'; --", "ä" * 60):
        answer = Client().post(CLAIM, {"code": code})
        assert (answer.status_code, WRONG in text(answer)) == (422, True)


def test_the_code_is_read_however_it_is_typed(card):
    assert claiming.find(f"  {card.code.lower().replace('-', ' ')} ") == card.envelope


def test_looking_and_typing_the_code_opens_nothing(card):
    client = Client()
    answer = client.get(f"{CLAIM}?code={card.code}")
    assert (f'value="{card.code}"' in text(answer), client.get(CLAIM).status_code) == (True, 200)

    page = text(client.post(CLAIM, {"code": card.code}, follow=True))

    assert ("Something is kept safe for you" in page, "Ada" in page, "1 thing" in page) == (True, False, False)
    assert Envelope.objects.get(pk=card.envelope.pk).memorial is None
    client.post(CLAIM, {"do": "let_be"})
    assert claiming.find(card.code) == card.envelope
    assert "Type the code" in text(client.get(CLAIM))


def test_a_keeper_puts_it_into_their_page_where_it_stays_sealed(card, keeper, client_for):
    client = client_for(keeper)
    page = text(client.post(CLAIM, {"code": card.code}, follow=True))
    assert "Put it into the page: Wren" in page

    answer = client.post(CLAIM, {"do": "put", "page": keeper.memorial.slug})

    assert answer["Location"] == reverse("handover:envelopes", args=[keeper.memorial.slug])
    row = Envelope.objects.get(pk=card.envelope.pk)
    assert (row.memorial, row.is_sealed, row.claiming) == (keeper.memorial, True, None)
    assert "From Ada" in text(client.get(reverse("handover:envelope", args=[keeper.memorial.slug, row.pk])))


@pytest.mark.parametrize("who", ["family", "elsewhere", "stranger"])
def test_nobody_puts_it_into_a_page_they_do_not_look_after(who, card, keeper, request, client_for):
    client = client_for(request.getfixturevalue(who))
    client.post(CLAIM, {"code": card.code})

    answer = client.post(CLAIM, {"do": "put", "page": keeper.memorial.slug})

    assert (answer.status_code, Envelope.objects.get(pk=card.envelope.pk).memorial) == (404, None)


def test_without_the_code_nothing_is_claimed(card, keeper, client_for):
    client = client_for(keeper)

    assert client.post(CLAIM, {"do": "put", "page": keeper.memorial.slug}).status_code == 200
    assert Envelope.objects.get(pk=card.envelope.pk).memorial is None


def test_a_card_lets_its_family_begin_a_page_where_nobody_else_may_and_then_waits_there(card):
    House.objects.update_or_create(pk=1, defaults={"who_may_begin": WhoMayBegin.CLOSED})
    client = Client()
    assert client.get("/begin/").status_code == 403
    client.post(CLAIM, {"code": card.code})
    begin = client.post(CLAIM, {"do": "begin"})["Location"]
    client.post(begin)
    page = client.post("/begin/", {"name": "Robin"})["Location"]

    assert "Something is kept safe for you, on the card you brought." in text(client.get(page))
    memorial = Memorial.objects.get(slug=page.strip("/").rpartition("/")[2])
    client.post(CLAIM, {"do": "put", "page": memorial.slug})
    assert Envelope.objects.get(pk=card.envelope.pk).memorial == memorial
    assert "A sealed envelope from Ada is kept here for you." in text(client.get(page))


def test_what_nobody_claims_is_kept_for_its_term_and_thirty_days_more(
    card, data_folder, django_capture_on_commit_callbacks
):
    end = timezone.now() + timedelta(days=10)
    Envelope.objects.filter(pk=card.envelope.pk).update(kept_until=end.date())

    def let_go(at, ran=timedelta(hours=1)) -> int:
        House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": at - ran})
        with django_capture_on_commit_callbacks(execute=True):
            return claiming.let_go_of_unclaimed(at=at)

    late = end + reaper.WAITS + timedelta(days=2)
    assert (let_go(end), let_go(late, ran=timedelta(days=40)), Enclosed.objects.count()) == (0, 0, 1)
    assert (let_go(late), Enclosed.objects.count(), Original.objects.count()) == (1, 0, 0)


def test_what_was_claimed_is_kept_without_an_end(card, keeper, django_capture_on_commit_callbacks):
    Envelope.objects.filter(pk=card.envelope.pk).update(memorial=keeper.memorial, kept_until=date(2001, 1, 1))
    now = timezone.now()
    House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": now - timedelta(hours=1)})

    assert (claiming.let_go_of_unclaimed(at=now), Enclosed.objects.count()) == (0, 1)


def test_what_was_put_in_and_left_is_closed_once_nobody_came_back_for_two_months(put_in):
    left, empty = claiming.make_cards(2, by=None, note="ward 4")
    put_in(1, into=left.envelope)
    now = timezone.now()

    assert giving.close_what_was_left(at=now + giving.LINK_LASTS - timedelta(hours=1)) == 0
    giving.close_what_was_left(at=now + giving.LINK_LASTS + timedelta(hours=1))
    assert [claiming.find(card.code).is_sealed for card in (left, empty)] == [True, False]
