"""The host looks after the list."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from snowdrop.talk.models import SupportLine

FILLED = {
    "kind": "talk",
    "country": "GB",
    "name": "Our midwives",
    "about": "Ward 4.",
    "phone": "020 1",
    "text_to": "",
    "email": "",
    "web": "",
    "hours": "",
    "languages": "English, Polish",
    "written_in": "English",
    "position": "5",
    "source": "The ward",
    "source_dated": "2026",
}


def errors(response) -> list[str]:
    form = response.context["form"]
    return [str(message) for messages in form.errors.values() for message in messages]


@time_machine.travel("2026-05-03 10:00Z", tick=False)
def test_the_host_adds_a_line_and_it_counts_as_checked_that_day(client_for, host, no_lines):
    response = client_for(host).post(reverse("talk:add"), FILLED)

    assert (response.status_code, response.headers["Location"]) == (302, reverse("talk:edit"))
    line = SupportLine.objects.get()
    assert (line.name, line.languages, line.written_in) == ("Our midwives", "en pl", "en")
    assert (line.checked_on, line.key) == (date(2026, 5, 3), None)


def test_a_line_that_nobody_can_reach_is_answered_with_a_question(client_for, host, no_lines):
    response = client_for(host).post(reverse("talk:add"), {**FILLED, "phone": ""})

    assert response.status_code == 422
    assert errors(response) == [
        "How can people reach them? One of telephone, text message, e-mail or website is needed."
    ]
    assert SupportLine.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("languages", "English, Elvish", "We do not know a language called “Elvish”. Its English name works."),
        ("web", "ftp://example.org", "An address that begins with https:// is needed here."),
    ],
)
def test_what_cannot_be_kept_is_answered_with_one_sentence(client_for, host, no_lines, field, value, sentence):
    response = client_for(host).post(reverse("talk:add"), {**FILLED, field: value})

    assert (response.status_code, errors(response)) == (422, [sentence])
    assert SupportLine.objects.count() == 0


def test_a_line_is_offered_for_change_as_it_stands(client_for, host, line):
    sands = line("Sands", languages="en es", written_in="en")
    browser = client_for(host)

    form = browser.get(reverse("talk:change", args=[sands.pk])).context["form"]
    browser.post(reverse("talk:change", args=[sands.pk]), {**FILLED, "phone": "0808 1"})

    assert (form["languages"].value(), form["written_in"].value()) == ("English, Spanish", "English")
    assert SupportLine.objects.get(pk=sands.pk).phone == "0808 1"


@time_machine.travel("2026-05-03 10:00Z", tick=False)
def test_a_line_is_checked_taken_off_and_brought_back(client_for, host, line):
    sands = line("Sands")
    browser = client_for(host)

    def after(name: str) -> tuple[bool, date | None]:
        response = browser.post(reverse(f"talk:{name}", args=[sands.pk]))
        assert response.status_code == 302
        sands.refresh_from_db()
        return SupportLine.objects.shown().filter(pk=sands.pk).exists(), sands.checked_on

    assert after("take_off") == (False, None)
    assert after("bring_back") == (True, None)
    assert after("check") == (True, date(2026, 5, 3))


def test_the_host_sees_the_whole_list_also_what_was_taken_off(client_for, host, line):
    line("Sands")
    line("Closed line", taken_off_at="2026-01-01T00:00:00Z")
    line("Find A Helpline", country="", web="https://findahelpline.com")

    html = client_for(host).get(reverse("talk:edit")).content.decode()

    assert re.findall(r"<bdi lang=\"en\">([^<]+)</bdi>", html) == ["Closed line", "Sands", "Find A Helpline"]
    assert html.count("Not on the page.") == 1


@pytest.mark.parametrize("who", ["mara", None])
def test_to_everybody_but_the_host_the_pages_for_editing_are_not_there(client_for, people, line, who):
    sands = line("Sands")
    browser = client_for(people[who] if who else None)

    answers = {
        browser.get(reverse("talk:edit")).status_code,
        browser.get(reverse("talk:add")).status_code,
        browser.post(reverse("talk:add"), FILLED).status_code,
        browser.get(reverse("talk:change", args=[sands.pk])).status_code,
        browser.post(reverse("talk:change", args=[sands.pk]), FILLED).status_code,
        *(
            browser.post(reverse(f"talk:{act}", args=[sands.pk])).status_code
            for act in ("check", "take_off", "bring_back")
        ),
    }

    assert answers == {404}
    assert list(SupportLine.objects.values_list("name", "edited_at")) == [("Sands", None)]
