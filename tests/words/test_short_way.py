"""The shorter way answers as the whole way does, and leaves to it whatever is out of the ordinary."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import inviting
from snowdrop.memorials.circles import Circle
from snowdrop.web.later import KEY, Later
from snowdrop.words import book, short_way, stamp
from snowdrop.words.models import KindWord

TOKEN = "a" * 32
SAID = {"text": "She taught me to swim.", "signed": "Ada", "knew": "from next door", "languages": "en"}
HTML, JSON = "text/html", "application/json"


@pytest.fixture(scope="module")
def ways() -> dict[str, WSGIHandler]:
    return {"short": short_way.Handler(), "whole": WSGIHandler()}


@pytest.fixture
def send(opened, ways):
    """Send the form on one of the ways; `cookie`, `said` and `more` headers beside it."""

    def sent(way: str, *, cookie: str = "", said: dict[str, str] | None = None, slug: str = "", **more: str):
        shown_at = timezone.now() - timedelta(minutes=1)
        form = {**SAID, "stamp": stamp.make(opened.pk, shown_at), "csrfmiddlewaretoken": TOKEN, **(said or {})}
        request = RequestFactory().post(
            reverse("words:leave", args=[slug or opened.slug]),
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            HTTP_COOKIE=f"{cookie}{'; ' if cookie else ''}{settings.CSRF_COOKIE_NAME}={TOKEN}",
            **{"HTTP_HOST": "localhost", "HTTP_ACCEPT": HTML, **more},
        )
        answer = ways[way].get_response(request)
        if hasattr(answer, "render"):
            answer.render()
        return answer

    return sent


@pytest.fixture
def cookie_of(guest_session, session_of=None):
    return f"{settings.SESSION_COOKIE_NAME}={guest_session[0].session_key}"


def as_told(answer) -> tuple[int, dict[str, str], str]:
    """The answer without what is new each time: the link, the id, the tokens, and the lengths they make."""
    body = re.sub(r"/your-words/[\w-]+/", "/your-words/…/", answer.content.decode())
    body = re.sub(r'"id": "[0-9a-f-]+"', '"id": …', body)
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "token", body)
    headers = {name: value for name, value in answer.items() if name not in ("Content-Length", "Location")}
    return answer.status_code, headers, body


def kept(word: KindWord) -> dict[str, object]:
    new_each_time = {"id", "written_at", "offered_at"}
    return {
        field.attname: getattr(word, field.attname)
        for field in KindWord._meta.concrete_fields
        if field.attname not in new_each_time
    }


@pytest.mark.parametrize("accept", [HTML, JSON])
@pytest.mark.parametrize("more", [{}, {"HTTP_ACCEPT_LANGUAGE": "de"}, {"HTTP_ORIGIN": "null"}])
def test_a_strangers_words_are_kept_and_answered_alike_on_both_ways(accept, more, send):
    short, whole = (send(way, HTTP_ACCEPT=accept, **more) for way in ("short", "whole"))

    assert short.status_code == 201
    assert as_told(short) == as_told(whole)
    first, second = KindWord.objects.order_by("offered_at")
    assert kept(first) == kept(second)


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_guests_words_are_kept_and_answered_alike_on_both_ways(accept, send, opened, guest_session):
    cookie = f"{settings.SESSION_COOKIE_NAME}={guest_session[0].session_key}"
    short, whole = (send(way, cookie=cookie, HTTP_ACCEPT=accept) for way in ("short", "whole"))

    assert short.status_code == 201
    assert as_told(short) == as_told(whole)
    first, second = KindWord.objects.order_by("offered_at")
    assert kept(first) == kept(second)
    assert first.by_link is not None


def test_the_shorter_way_asks_one_question(send):
    send("short", HTTP_ACCEPT=JSON)
    with CaptureQueriesContext(connection) as asked:
        send("short", HTTP_ACCEPT=JSON)

    # Asked past Django: what Django sees is the word being written, in the transaction of this test.
    assert [query["sql"].split()[0] for query in asked] == ["INSERT"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"said": {"csrfmiddlewaretoken": "b" * 32}}, 403),
        ({"HTTP_ORIGIN": "https://elsewhere.example"}, 403),
        ({"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_HOST": "elsewhere.example"}, 400),
        ({"said": {"text": ""}}, 422),
        ({"said": {"stamp": "forged"}}, 422),
        ({"slug": "nobody-lives-here"}, 404),
    ],
)
def test_what_is_refused_is_refused_alike(more, status, send):
    short, whole = (send(way, HTTP_ACCEPT=more.pop("HTTP_ACCEPT", JSON), **more) for way in ("short", "whole"))

    assert (short.status_code, whole.status_code) == (status, status)
    assert not KindWord.objects.exists()


def test_a_book_that_was_closed_takes_nothing_at_the_next_request(send, keeper):
    assert send("short").status_code == 201
    book.take_words_from(Circle.LINK, by=keeper)

    assert send("short").status_code == 404
    assert KindWord.objects.count() == 1


def test_a_link_that_was_ended_takes_nothing_at_the_next_request(send, keeper, guest_session):
    book.take_words_from(Circle.LINK, by=keeper)
    cookie = f"{settings.SESSION_COOKIE_NAME}={guest_session[0].session_key}"
    assert send("short", cookie=cookie).status_code == 201

    inviting.end_link(KindWord.objects.get().by_link, by=keeper)

    assert send("short", cookie=cookie).status_code == 404
    assert KindWord.objects.count() == 1


def test_what_somebody_signed_in_writes_is_theirs(send, opened, people):
    from snowdrop.people.sessions import SessionStore

    store = SessionStore()
    store.create()
    store.sign_in(people["sam"])

    assert send("short", cookie=f"{settings.SESSION_COOKIE_NAME}={store.session_key}").status_code == 201
    assert [word.writer for word in KindWord.objects.all()] == [people["sam"]]


def test_the_same_form_sent_twice_is_kept_once_on_the_shorter_way_too(send, opened):
    same = {"stamp": stamp.make(opened.pk, timezone.now() - timedelta(minutes=1))}
    answers = [send("short", said=same, HTTP_ACCEPT=JSON) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert KindWord.objects.count() == 1


def test_what_came_otherwise_than_was_hoped_is_asked_again_and_told_as_it_is(send, opened, ways):
    """As the server does: the answer is made, found not to be true, and the view is asked once more."""
    same = {"stamp": stamp.make(opened.pk, timezone.now() - timedelta(minutes=1))}
    send("short", said=same, HTTP_ACCEPT=JSON)
    later = Later()
    hoped = send("short", said={**same, "text": "He taught me to swim."}, HTTP_ACCEPT=JSON, **{KEY: later})
    assert (hoped.status_code, later.is_true()) == (201, False)

    told = send("short", said={**same, "text": "He taught me to swim."}, HTTP_ACCEPT=JSON, **{KEY: later})

    assert told.status_code == 201
    assert [word.text for word in KindWord.objects.all()] == ["He taught me to swim."]
