"""Looking for words by name: everybody finds what is theirs to see, and meets nothing of what is not."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.http import HttpResponseBase

from snowdrop.config.models import Bucket
from snowdrop.memorials import rooms
from tests.access.test_canaries import WORD, may_meet
from tests.access.town import CIRCLE_OF, ROLES, Town

NOWHERE = "zzzquux"


def look(town: Town, role: str, text: str) -> HttpResponseBase:
    Bucket.objects.all().delete()  # a guest may not look as often as we do here
    return town.clients[role].get(f"/m/{town.memorial.slug}/find/?{urlencode({'q': text})}")


def pages_of(town: Town, role: str, text: str) -> str:
    """Every page of what this role finds, without the field in which the words stand, nor the marks."""
    path, pages = f"/m/{town.memorial.slug}/find/?{urlencode({'q': text})}", []
    while path:
        answer = town.clients[role].get(path)
        assert answer.status_code == 200
        page = answer.content.decode()
        pages.append(re.sub(r'</?mark>|<input type="search"[^>]*>', "", page.partition("<main")[2]))
        following = re.search(r'<a href="([^"]*)" rel="next">', page)
        path = following[1].replace("&amp;", "&") if following else ""
    return "\n".join(pages).replace(f"?{urlencode({'q': text})}", "")


def heads(answer: HttpResponseBase) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def found_by(town: Town, role: str) -> set[str]:
    """The canaries of everything that this role should find."""
    kinds = {findable.kind for _room, findable in rooms.findables()}
    return {
        thing.canary
        for thing in town.things
        if thing.kind in kinds and thing.is_shown and thing.row.put_away_at is None and role in thing.seen_by
    }


@pytest.mark.parametrize("role", sorted(CIRCLE_OF))
def test_everybody_finds_all_that_they_see_and_nothing_else(role, town):
    met = set(WORD.findall(pages_of(town, role, "canary")))

    assert {word for word in met if role not in may_meet(town, word)} == set()
    theirs = found_by(town, role)
    assert len(theirs) >= 6
    # A moment is called by its title, a photograph by its caption: each begins with its canary.
    assert {canary for canary in theirs if not any(word.startswith(canary) for word in met)} == set()


@pytest.mark.parametrize("role", ["link", "friend", "keeper"])
def test_what_is_not_for_them_answers_like_what_is_not_there(role, town):
    """Byte for byte, but for the words that were typed. Also by the words in its text, and by earlier ones."""
    seen = found_by(town, role)
    hidden = [thing.canary for thing in town.things if thing.canary not in seen and thing.canary != "canary-name-chief"]
    hidden += [f"{canary}-{part}" for canary in hidden for part in ("text", "people")]
    hidden += [word for word, roles in town.more.items() if role not in roles and "canary-new" not in word]
    hidden += ["canary-new-words"] if role not in town.more["canary-new-words"] else []
    assert len(hidden) > 20
    nothing = look(town, role, NOWHERE)

    for words in hidden:
        answer = look(town, role, words)
        assert (answer.status_code, heads(answer)) == (nothing.status_code, heads(nothing))
        assert answer.content.replace(words.encode(), b"") == nothing.content.replace(NOWHERE.encode(), b""), words


@pytest.mark.parametrize("role", [role for role in ROLES if role not in CIRCLE_OF])
def test_whoever_stands_outside_is_answered_alike_whatever_they_look_for(role, town):
    answers = {(look(town, role, text).status_code, look(town, role, text).content) for text in ("canary", NOWHERE, "")}

    assert [status for status, _content in answers] == [404]
