"""A short name for a device; what the browser says in full is never kept."""

from __future__ import annotations

import pytest
from django.test import Client

from snowdrop.people import sheet
from snowdrop.people.agents import short_name
from snowdrop.people.models import Person, Session

FIREFOX_ON_ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
NAMES = {
    FIREFOX_ON_ANDROID: "Firefox, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/137.0 Mobile/15E148 "
    "Safari/604.1": "Chrome, iPad",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 "
    "Safari/537.36 Edg/137.0.0.0": "Edge, Windows",
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet, Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Safari/605.1.15": "Safari, Mac",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 "
    "Safari/537.36": "Chrome, ChromeOS",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 OPR/106.0": (
        "Opera, Linux"
    ),
    "curl/8.5.0": "",
    "": "",
    "<script>alert(1)</script>": "",
    "Firefox/" * 100_000: "Firefox",
}


@pytest.mark.parametrize("agent", NAMES, ids=lambda agent: NAMES[agent] or agent[:20] or "nothing")
def test_a_browser_is_called_by_its_maker_s_name_and_its_system_s(agent):
    assert short_name(agent) == NAMES[agent]


def test_only_the_short_name_is_kept_and_only_from_coming_in_on(db):
    client = Client(headers={"User-Agent": FIREFOX_ON_ANDROID})
    client.post("/begin/", {"name": "Wren"})
    assert [row.device for row in Session.objects.all()] == [""]

    client.post("/come-in/sheet/", {"line": sheet.make(by=Person.objects.create())[0]})

    assert [row.device for row in Session.objects.all()] == ["Firefox, Android"]
    assert "Gecko" not in str(list(Session.objects.values()))
