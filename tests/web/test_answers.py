"""What a form that was posted is answered with: a page for a person, JSON for a client that asks for it."""

from __future__ import annotations

import json

import pytest
from django import forms
from django.test import RequestFactory

from snowdrop.web.answers import errors_of, kept, not_kept, posted, wants_json


class WordsForm(forms.Form):
    title = forms.CharField(required=False)
    text = forms.CharField(error_messages={"required": "There are no words here yet."})

    def clean(self):
        if self.cleaned_data.get("title") == "never":
            raise forms.ValidationError("Not this one.")


@pytest.fixture
def asking():
    """Return a request that accepts what is said."""

    def ask(accept: str | None = None, method: str = "post", data=None):
        headers = {} if accept is None else {"Accept": accept}
        return getattr(RequestFactory(), method)("/", data or {}, headers=headers)

    return ask


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/json, text/html;q=0.9", True),
        ("application/json;q=0.8, text/html;q=0.9", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("*/*", False),
        ("image/avif,image/webp", False),
        ("application/json;q=0", False),
        ("", False),
        (None, False),
    ],
)
def test_json_is_answered_to_a_client_that_prefers_it_and_to_no_browser(asking, accept, is_json):
    assert wants_json(asking(accept)) == is_json


def test_what_was_kept_leads_a_person_on(asking):
    answer = kept(asking("text/html"), "/m/abc/", id=7, sha="f" * 64)

    assert (answer.status_code, answer["Location"]) == (302, "/m/abc/")


def test_what_was_kept_is_told_to_a_client_with_its_key_its_place_and_its_digest(asking):
    answer = kept(asking("application/json"), "/m/abc/", id=7, sha="f" * 64)

    assert (answer.status_code, answer["Location"]) == (201, "/m/abc/")
    assert json.loads(answer.content) == {"id": "7", "url": "/m/abc/", "sha": "f" * 64}


def test_what_could_not_be_kept_is_told_to_a_client_by_field(asking):
    form = WordsForm({"title": "never", "text": ""})

    answer = not_kept(asking("application/json"), "no/such/template.html", {}, form)

    assert answer.status_code == 422
    assert json.loads(answer.content) == {"errors": {"text": ["There are no words here yet."], "": ["Not this one."]}}


def test_another_status_may_be_told(asking):
    answer = not_kept(asking("application/json"), "no/such/template.html", {}, WordsForm({}), status=507)

    assert answer.status_code == 507


def test_a_person_gets_the_page_again_with_what_was_typed(asking):
    form = WordsForm({"title": "never", "text": ""})

    answer = not_kept(asking(), "web/parts/errors.html", {"form": None}, form)

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert form["title"].value() == "never"


def test_a_form_without_errors_has_none_to_tell():
    assert errors_of(WordsForm({"text": "words"})) == {}


def test_a_form_is_bound_to_what_was_posted_also_to_nothing(asking):
    assert posted(asking(method="get")) is None
    assert not WordsForm(posted(asking(method="get"))).is_bound
    assert WordsForm(posted(asking(method="post"))).is_bound
