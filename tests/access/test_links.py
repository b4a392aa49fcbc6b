"""Every address that holds a token: a scanner may open it first, and what is no token of it any more opens nothing."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from snowdrop.handover.models import Envelope
from snowdrop.people.models import Person
from tests.access import addresses
from tests.access.bodies import body
from tests.access.test_canaries import words_in
from tests.access.test_matrix import writes
from tests.access.town import Town

TOKENS = {
    "handover:give": "give_token",
    "memorials:card": "card_token",
    "memorials:enter": "link_token",
    "memorials:invitation": "asked_token",
    "memorials:succeed": "successor_token",
    "people:way_back": "way_back_token",
    "words:mine": "words_token",
    "words:my_candle": "candle_token",
}
SENTENCE = dict.fromkeys(TOKENS, "This link does not open anything now") | {
    "people:way_back": "This link no longer works",
    "words:mine": "There are no words by this link",
    "words:my_candle": "There is nothing by this link",
}
# A guest's link opens as often as its reader likes, and a giver's until the envelope is closed; whom a keeper names to
# keep the page after may say yes in years. Whoever wrote words may mend them for as long as they are there.
OF_WRITERS = {"words:mine", "words:my_candle"}
ONCE = sorted(set(TOKENS) - {"handover:give", "memorials:enter"} - OF_WRITERS)
UNTIL_A_DAY = sorted(set(TOKENS) - {"memorials:succeed"} - OF_WRITERS)
MANGLED = {
    "cut": lambda token: token[: len(token) // 2],
    "one letter more": lambda token: token + "A",
    "in small letters": str.lower,
    "of ten thousand characters": lambda token: "a" * 10_000,
    "with a NUL": lambda token: token[:-1] + "\x00",
    "of another script": lambda token: "ש" * len(token),
}


def path(name: str, token: str) -> str:
    return reverse(name, args=[token])


def is_over(name: str, answer: HttpResponseBase) -> bool:
    """Whether this says in a sentence that nothing is open, and names nobody."""
    return answer.status_code == 410 and SENTENCE[name] in answer.content.decode() and words_in(answer) == set()


def press(name: str, town: Town, browser: Client) -> HttpResponseBase:
    answer = browser.post(path(name, town.args[TOKENS[name]]), body(name, town))
    if name == "memorials:card" and answer.status_code == 302:  # it is used up by the page that is begun with it
        browser.post(answer["Location"], {"name": "Robin"})
    return answer


def test_every_address_with_a_token_is_tried_here():
    every = {address.name for address in addresses.every_address() if "token" in address.takes}

    # A feed is read and never used up (tests/story/test_feed.py); "Not you?" only leads back to the invitation.
    assert set(TOKENS) == every - {"feed_by_token", "memorials:somebody_else"}


@pytest.mark.parametrize("name", TOKENS)
def test_a_scanner_that_opens_a_link_first_comes_in_nowhere_and_leaves_it_to_whom_it_is_for(name, town):
    link, people = path(name, town.args[TOKENS[name]]), Person.objects.count()
    with writes() as written:
        for method in ("HEAD", "GET", "OPTIONS", "GET"):
            scanner = Client(headers={"User-Agent": "SafeLinksScanner"})
            answer = scanner.generic(method, link)
            # The one cookie belongs to the form; it signs nobody in.
            shown = (405, []) if method == "OPTIONS" else (200, ["form"])
            assert (answer.status_code, list(answer.cookies)) == shown
    assert (written, Person.objects.count()) == ([], people)

    assert press(name, town, Client()).status_code == 302


@pytest.mark.parametrize("name", ONCE)
def test_a_link_that_was_used_says_so_and_lets_nobody_else_in(name, town):
    assert press(name, town, Client()).status_code == 302
    people = Person.objects.count()

    other = Client()
    assert is_over(name, other.get(path(name, town.args[TOKENS[name]])))
    assert is_over(name, press(name, town, other))
    assert (list(other.cookies), Person.objects.count()) == ([], people)


@pytest.mark.parametrize("name", UNTIL_A_DAY)
def test_a_link_whose_day_is_over_says_so_and_lets_nobody_in(name, town):
    if name == "memorials:enter":
        town.args["link"].expires_at = timezone.now() + timedelta(days=30)
        town.args["link"].save(update_fields=["expires_at"])
    Envelope.objects.filter(sealed_at=None).update(link_ends_at=timezone.now() + timedelta(days=30))
    people, late = Person.objects.count(), Client()

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert is_over(name, late.get(path(name, town.args[TOKENS[name]])))
        assert is_over(name, press(name, town, late))
    assert (list(late.cookies), Person.objects.count()) == ([], people)


@pytest.mark.parametrize("name", TOKENS)
def test_what_is_no_token_of_this_address_opens_nothing(name, town):
    """Mangled on its way, or a good one of another address."""
    token, people = town.args[TOKENS[name]], Person.objects.count()
    tried = {how: mangle(token) for how, mangle in MANGLED.items()}
    tried |= {other: town.args[TOKENS[other]] for other in TOKENS if other != name}

    wrong = [
        (how, method)
        for (how, said), method in product(tried.items(), ("GET", "POST"))
        if not is_over(name, town.ask("stranger", method, path(name, said), body(name, town)))
    ]

    assert wrong == []
    assert Person.objects.count() == people
