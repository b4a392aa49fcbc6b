"""A giver's way: a button, files, a few words, and an envelope that nobody can look into by the link."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from snowdrop.handover import giving
from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.people.models import Session
from snowdrop.storage.models import Original
from tests.handover.conftest import GIVING
from tests.keepsakes.test_hostile_files import REFUSED

pytestmark = pytest.mark.django_db

CLOSED = "This envelope is closed and handed over"
OVER = "This link does not open anything now"


def text(answer) -> str:
    return answer.content.decode()


def test_looking_at_the_link_uses_nothing_up_and_begins_nothing(made, memorial):
    client = Client()
    for _time in range(2):
        answer = client.get(reverse("handover:give", args=[made[1]]))
        assert (answer.status_code, "Wren" in text(answer)) == (200, False)

    assert (Session.objects.filter(data__giving__isnull=False).exists(), client.get(GIVING).status_code) == (False, 410)


def test_a_giver_puts_files_in_and_hands_them_over_and_nothing_is_left_behind(giver, sends, envelope):
    assert sends(1, 2)["Location"] == f"{GIVING}?put_in=yes"
    page = text(giver.get(GIVING))
    assert ("IMG_1.jpg" in page, "<img" in page) == (True, False)

    answer = giver.post(GIVING, {"do": "seal", "giver": "  Ada  of ward 4 ", "note": "Warm regards"})

    assert (answer.status_code, CLOSED in text(answer), answer["Cache-Control"]) == (200, True, "no-store")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert not Session.objects.filter(data__giving__isnull=False).exists()
    envelope.refresh_from_db()
    assert (envelope.giver, envelope.note, envelope.enclosed.count(), envelope.is_sealed) == (
        "Ada of ward 4",
        "Warm regards",
        2,
        True,
    )
    again = giver.get(GIVING)
    assert (again.status_code, "IMG_1.jpg" in text(again), OVER in text(again)) == (410, False, True)


def test_a_link_used_twice_is_told_plainly(made, put_in, seal):
    put_in(1)
    seal()

    for ask in (Client().get, Client().post):
        answer = ask(reverse("handover:give", args=[made[1]]))
        assert (answer.status_code, CLOSED in text(answer)) == (410, True)
        assert "Nothing can be put in any more, and nobody can look into it by this link." in text(answer)


def test_of_two_browsers_with_the_link_the_one_that_comes_late_is_told(giver, made, sends):
    other = Client()
    other.post(reverse("handover:give", args=[made[1]]))
    sends(1)
    giver.post(GIVING, {"do": "seal", "giver": "Ada"})

    answer = other.post(GIVING, {"do": "seal", "giver": "Eve"})

    assert (answer.status_code, CLOSED in text(answer)) == (410, True)
    assert Envelope.objects.get().giver == "Ada"


def test_whoever_is_signed_in_on_the_device_stays_so(made, sends, keeper, client_for):
    client = client_for(keeper)
    client.post(reverse("handover:give", args=[made[1]]))
    answer = client.post(GIVING, {"do": "seal", "giver": "Ada", "telling": "I was there."})

    assert (answer.status_code, answer.has_header("Clear-Site-Data")) == (200, False)
    assert client.get(reverse("memorials:page", args=[keeper.memorial.slug])).status_code == 200
    assert client.get(GIVING).status_code == 410


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_each_file_that_cannot_be_put_in_is_told_by_name_and_the_others_are_kept(name, sends):
    answer = sends(1, f"hostile/{name}")

    assert answer.status_code == 200
    assert f"<bdi>{name}</bdi>: {REFUSED[name]}" in text(answer)
    assert [one.came_as for one in Enclosed.objects.all()] == ["IMG_1.jpg"]


def test_a_damaged_picture_is_told_to_the_giver(sends, giver):
    said = "It is kept, but its end is missing: only a part can be shown. If you have it elsewhere, put that in too."

    answer = sends("hostile/truncated.jpg", Accept="application/json")

    assert (answer.status_code, answer.json()["said"]) == (201, said)
    assert said in text(giver.get(GIVING))


def test_one_at_a_time_each_is_answered_for_itself(sends):
    good = sends(1, Accept="application/json")
    bad = sends("hostile/html.jpg", Accept="application/json")

    assert (good.status_code, good.json()["sha"]) == (201, Original.objects.get().sha256)
    assert (bad.status_code, bad.json()) == (422, {"errors": {"file": ["This is a web page, not a photograph."]}})


def test_with_nothing_chosen_it_says_so(giver):
    answer = giver.post(GIVING, {})

    assert (answer.status_code, "Nothing was chosen yet." in text(answer)) == (422, True)


def test_an_envelope_with_nothing_in_it_is_not_closed(giver, envelope):
    answer = giver.post(GIVING, {"do": "seal", "giver": "Ada"})

    said = "Nothing lies in the envelope yet. Put something in first, or write a few words."
    assert (answer.status_code, said in text(answer)) == (422, True)
    envelope.refresh_from_db()
    assert envelope.is_sealed is False


def test_what_was_put_in_by_mistake_is_taken_out_again(giver, sends):
    sends(1, 2)
    wrong = Enclosed.objects.get(came_as="IMG_1.jpg")

    giver.post(GIVING, {"do": "take_out", "which": wrong.pk})
    giver.post(GIVING, {"do": "take_out", "which": "1; drop"})

    assert [one.came_as for one in Enclosed.objects.all()] == ["IMG_2.jpg"]


def test_nothing_is_taken_out_of_somebody_else_s_envelope(giver, put_in, keeper):
    other, _token = giving.make_link("Somebody else", by=keeper)
    theirs = put_in(3, into=other)

    giver.post(GIVING, {"do": "take_out", "which": theirs.pk})

    assert list(other.enclosed.all()) == [theirs]


def test_stopping_forgets_the_device_and_the_link_goes_on_elsewhere(giver, sends, made):
    sends(1)
    answer = giver.post(GIVING, {"do": "leave"})
    assert ("The envelope is not closed yet." in text(answer), giver.get(GIVING).status_code) == (True, 410)

    elsewhere = Client()
    elsewhere.post(reverse("handover:give", args=[made[1]]))
    assert "IMG_1.jpg" in text(elsewhere.get(GIVING))


def test_the_same_file_twice_lies_there_once(sends):
    sends(1)
    sends(1, 2)

    assert Enclosed.objects.count() == 2


def test_a_full_envelope_says_so(sends, monkeypatch):
    monkeypatch.setattr(giving, "MOST_FILES", 1)
    sends(1)

    assert "There is no more room in this envelope. Close it, and ask for another link." in text(sends(2))


def test_where_there_may_be_no_picture_the_words_are_asked_for_first(keeper):
    _envelope, token = giving.make_link("Ada", by=keeper, asks_for_words=True)
    client = Client()
    assert "You can write what you saw" in text(client.get(reverse("handover:give", args=[token])))
    client.post(reverse("handover:give", args=[token]))

    answer = client.get(GIVING, follow=True)

    assert answer.redirect_chain == [(f"{GIVING}?close=yes", 302)]
    assert text(answer).index("What did you see?") < text(answer).index("From whom is it?")


def test_a_link_that_was_ended_or_is_over_keeps_what_was_put_in(envelope, put_in, keeper, made):
    empty, token = giving.make_link("Nobody yet", by=keeper)
    put_in(1)
    Envelope.objects.update(link_ends_at=timezone.now() - timedelta(days=1))

    assert Client().get(reverse("handover:give", args=[made[1]])).status_code == 410
    assert giving.close_what_was_left(at=timezone.now()) == 2
    envelope.refresh_from_db(), empty.refresh_from_db()
    assert (envelope.is_sealed, envelope.from_whom) == (True, "The midwives of ward 4")
    assert (empty.is_sealed, empty.ended_at is not None) == (False, True)
    assert OVER in text(Client().get(reverse("handover:give", args=[token])))


def test_what_the_parents_said_is_asked_where_no_page_of_theirs_could(keeper):
    from snowdrop.handover import claiming
    from snowdrop.handover.forms import SealForm

    [card] = claiming.make_cards(1, by=None)
    said = {"giver": "Ada", "telling": "I was there.", "said": "hold", "said_on": "2024-05-03"}

    assert SealForm(card.envelope, {**said, "said": ""}).errors == {"said": ["Please choose one of these."]}
    assert SealForm(card.envelope, {**said, "said_on": "yesterday"}).errors == {
        "said_on": ["Please type the day as 2024-05-03."]
    }
    form = SealForm(card.envelope, said)
    assert form.is_valid()
    giving.seal(card.envelope, **form.cleaned_data)
    card.envelope.refresh_from_db()
    assert (card.envelope.said, card.envelope.said_on) == ("hold", date(2024, 5, 3))
