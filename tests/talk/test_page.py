"""What somebody finds who needs a person, read as a reader would: by headings, links and sentences."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from snowdrop.config.models import House


class Page(HTMLParser):
    """The headings, the links and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.links: dict[str, str] = {}
        self._inside: list[str] = []
        self._href = ""
        self._text: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag, attrs):
        if tag in {"h1", "h2", "h3", "a", "option"}:
            self._inside.append(tag)
            if tag in {"h1", "h2", "h3"}:
                self.headings.append("")
            if tag == "a":
                self._href = dict(attrs)["href"] or ""
                self.links[self._href] = ""

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        self._text.append(data)
        for tag in self._inside:
            if tag == "a":
                self.links[self._href] += data
            elif tag != "option":
                self.headings[-1] += data


def get(client, **query) -> Page:
    language = query.pop("language", "en-GB")
    response = client.get(reverse("talk:page"), query, headers={"accept-language": language})
    assert response.status_code == 200
    return Page(response.content.decode())


def test_a_stranger_finds_who_listens_in_the_country_the_browser_speaks_of(client, line):
    line("Emergency services", kind="emergency", phone="999")
    line("Sands", phone="0808 164 3332", hours="Monday to Friday", languages="en es")
    line("Red Nose", country="AU", phone="1300")

    page = get(client)

    assert page.headings == ["Someone to talk to", "United Kingdom", "Sands"]
    assert page.links["tel:08081643332"] == "0808 164 3332"
    assert page.links["tel:999"] == "999"
    assert page.text.count("If someone is in danger now, ring 999.") == 1
    assert page.text.count("Spoken there: English · Spanish") == 1


def test_the_languages_are_named_where_they_are_not_just_the_readers_own(client, line):
    line("Sands", languages="en")
    line("TelefonSeelsorge", country="DE", languages="de")

    assert get(client).text.count("Spoken there:") == 0
    assert get(client, country="DE").text.count("Spoken there: German") == 1


def test_another_country_is_chosen_by_a_plain_form(client, line):
    line("Sands")
    line("Red Nose", country="AU")

    assert get(client, country="AU").headings == ["Someone to talk to", "Australia", "Red Nose"]
    assert get(client, country="").headings == ["Someone to talk to"]
    assert get(client, country="nowhere").headings == ["Someone to talk to"]


def test_where_nobody_is_listed_the_page_says_so_and_shows_who_helps_in_any_country(client, line):
    line("Sands")
    line("Find A Helpline", country="", web="https://findahelpline.com")

    page = get(client, country="PT")

    assert page.headings == ["Someone to talk to", "Portugal", "In any country", "Find A Helpline"]
    assert page.text.count("We do not know of anyone there yet.") == 1
    assert page.text.count("ring the emergency number of the country you are in.") == 1


def test_every_line_says_where_it_was_found_and_when_it_was_last_checked(client, line):
    line("Sands", source_dated="2022", position=1)
    line("Samaritans", checked_on=date(2026, 5, 3), position=2)

    page = get(client)

    assert page.text.count("Not checked here yet. Source: A leaflet, 2022.") == 1
    assert page.text.count("Last checked on 3 May 2026. Source: A leaflet.") == 1


def test_papers_and_photographers_stand_after_the_people_who_listen(client, line):
    line("Baby Loss Certificate", kind="other", web="https://example.org", position=1)
    line("Sands", position=2)

    assert get(client).headings == [
        "Someone to talk to",
        "United Kingdom",
        "Sands",
        "Other help",
        "Baby Loss Certificate",
    ]


def test_a_line_taken_off_is_not_shown(client, line):
    line("Sands")
    line("Closed line", taken_off_at="2026-01-01T00:00:00Z")

    assert get(client).headings == ["Someone to talk to", "United Kingdom", "Sands"]


def test_the_page_speaks_the_readers_language_and_leaves_the_facts_in_theirs(client, line):
    line("TelefonSeelsorge", country="DE", about="Jemand, der zuhört.", written_in="de")

    response = client.get(reverse("talk:page"), {"country": "DE"}, headers={"accept-language": "ar"})
    html = response.content.decode()

    assert response.headers["Content-Language"] == "ar"
    assert html.count('<p lang="de" dir="auto">Jemand, der zuhört.</p>') == 1
    assert Page(html).headings == ["من يمكن التحدث معه", "ألمانيا", "TelefonSeelsorge"]


@pytest.mark.parametrize("how_many", [1, 30])
def test_a_long_list_takes_no_more_queries_than_a_short_one(client, line, how_many, django_assert_num_queries):
    for number in range(how_many):
        line(f"Line {number}", phone=str(number))

    with django_assert_num_queries(2):  # the list, and how to reach the host
        get(client)


def test_whoever_finds_a_mistake_is_told_where_to_say_so(client, line):
    line("Sands")
    House(pk=1, contact="help@example.org").save()

    page = get(client)

    assert page.text.count("please tell whoever looks after this site: help@example.org") == 1


def test_only_the_host_is_offered_to_edit_the_list(client, client_for, host, people, line):
    line("Sands")
    edit = reverse("talk:edit")

    assert edit in get(client_for(host)).links
    assert edit not in get(client_for(people["mara"])).links
    assert edit not in get(client).links
