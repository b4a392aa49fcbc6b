"""Methods that no page answers, and headers that a stylesheet carries as every page does."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import Client


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/you/", "/house/", "/nothing/", "/sign-out/"])
def test_another_method_is_answered_alike_everywhere_and_nothing_says_back_what_was_sent(db, method, path):
    client = Client(enforce_csrf_checks=True)

    answer = client.generic(method, path, headers={"X-Canary": "canary"})

    assert (answer.status_code, answer["Allow"], b"canary" in answer.content) == (405, "GET, HEAD, POST", False)


@pytest.fixture
def stylesheet(settings, data_folder):
    settings.STATIC_ROOT = data_folder / "static"
    (settings.STATIC_ROOT / "web").mkdir(parents=True)
    (settings.STATIC_ROOT / "web" / "snowdrop.css").write_text("p {}")
    assert StaticFilesStorage().exists("web/snowdrop.css")
    return Client().get("/static/web/snowdrop.css", headers={"Origin": "https://elsewhere.example"})


def test_a_stylesheet_carries_what_every_answer_carries_and_may_be_kept(client, db, stylesheet):
    page = client.get("/")
    alike = (
        "Content-Security-Policy",
        "Permissions-Policy",
        "Cross-Origin-Resource-Policy",
        "Cross-Origin-Opener-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Robots-Tag",
    )

    assert stylesheet.status_code == 200
    assert {name: stylesheet[name] for name in alike} == {name: page[name] for name in alike}
    assert "Access-Control-Allow-Origin" not in stylesheet
    assert (stylesheet["Cache-Control"].startswith("max-age="), page["Cache-Control"]) == (True, "no-store")
