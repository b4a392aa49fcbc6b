"""What may reach a person, their language and their time: on one page, and nothing at all in one touch."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from snowdrop.people import letters, zones
from snowdrop.people.models import Person

QUIET = "/you/quiet/"


@pytest.fixture
def ines(people) -> Person:
    return people["ines"]


def text(answer) -> str:
    return answer.content.decode()


def test_nothing_is_ticked_before_somebody_ticks_it(client_for, ines):
    form = client_for(ines).get(QUIET).context["form"]

    assert [form[name].value() for name in ("wants_let_know", "wants_waiting")] == [False, False]


def test_what_somebody_chooses_is_kept_and_said(client_for, ines):
    client = client_for(ines)
    said = {"language": "de", "time_zone": "Asia/Kolkata", "wants_let_know": "on"}

    answer = client.post(QUIET, said)

    assert (answer.status_code, answer["Location"]) == (302, "/you/quiet/?kept=yes")
    fields = ("language", "time_zone", "wants_let_know", "wants_waiting", "mail_rests")
    assert Person.objects.values_list(*fields).get(pk=ines.pk) == ("de", "Asia/Kolkata", True, False, False)
    assert client.get(QUIET)["Content-Language"] == "de"


def test_nothing_at_all_is_one_touch_and_so_is_writing_again(client_for, ines):
    client = client_for(ines)
    Person.objects.filter(pk=ines.pk).update(wants_let_know=True)
    assert "You may write to me again" not in text(client.get(QUIET))

    client.post("/you/quiet/write-nothing/")

    assert not letters.may(Person.objects.get(pk=ines.pk), letters.Kind.LET_KNOW)
    page = text(client.get(QUIET))
    assert "For now nothing is sent to you but what stands below. Nobody is told that you chose this." in page
    assert "An invitation that somebody mails to your address does not come either." in page
    assert "Nothing at all for now" not in page

    client.post("/you/quiet/write-again/")

    assert letters.may(Person.objects.get(pk=ines.pk), letters.Kind.LET_KNOW)  # what was ticked counts again


@pytest.mark.parametrize(
    ("mail_rests", "said"),
    [
        (
            False,
            "If something else will change on a page you look after unless one of you stops it, a note goes to you "
            "too, until you choose “Nothing at all for now”.",
        ),
        (
            True,
            "If something else will change on a page you look after unless one of you stops it, you read it on that "
            "page. It is not mailed to you now.",
        ),
    ],
)
def test_the_page_says_whether_a_change_that_is_announced_is_mailed(client_for, ines, mail_rests, said):
    Person.objects.filter(pk=ines.pk).update(mail_rests=mail_rests)

    page = text(client_for(ines).get(QUIET))

    assert letters.may(Person.objects.get(pk=ines.pk), letters.Kind.ANNOUNCED) is not mail_rests
    assert re.findall(r"If something else will change[^<]*", page) == [said]


def test_a_code_that_somebody_asks_for_goes_to_them_all_the_same_and_the_page_says_so(client_for, ines, committed):
    client = client_for(ines)
    client.post("/you/quiet/write-nothing/")

    with committed():
        Client().post("/come-in/", {"email": "ines@example.org"})

    assert [letter.to for letter in mail.outbox] == [["ines@example.org"]]
    assert (
        "Three kinds of mail always go: a code that you ask for yourself; a note about your ways in, such as another "
        "address, a new passkey, a device that came in, or a link that somebody made for you; and a note that you "
        "will no longer look after a page, unless somebody stops it."
    ) in text(client.get(QUIET))


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"language": "xx"}, {"time_zone": "../../etc"}])
def test_what_is_not_offered_is_not_kept(client_for, ines, wrong):
    answer = client_for(ines).post(QUIET, {"wants_let_know": "on", **wrong})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert not Person.objects.get(pk=ines.pk).wants_let_know


def test_every_zone_that_is_offered_is_one_and_the_common_ones_stand_first():
    groups = zones.choices()

    assert [str(label) for label, _zones in groups[1:]] == ["Common", "By country"]
    assert [value for value, _said in groups[1][1]] == list(zones.COMMON)
    offered = [value for value, _said in groups[2][1]]
    assert [value for value in offered if value not in zones.known()] == []
    assert [zoneinfo.ZoneInfo(value).key for value in offered] == list(dict.fromkeys(offered))
    assert [value for value in zones.COMMON if value not in offered] == []


def test_no_zone_is_offered_under_a_name_of_before_and_each_is_said_in_words_of_its_own():
    """Asia/Calcutta is Asia/Kolkata: whoever lives there finds it once."""
    said = zones.in_words("en")

    assert [name for name in said if zones.now_called(name) != name] == []
    assert len(set(said.values())) == len(said)
    assert "Asia/Calcutta" in zones.known()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Germany – Berlin", "Austria", "Brazil – Sao Paulo", "India", "Ukraine – Kyiv", "Egypt"]),
        ("de", ["Deutschland – Berlin", "Österreich", "Brasilien – São Paulo", "Indien", "Ukraine – Kiew", "Ägypten"]),
        ("ar", ["ألمانيا – برلين", "النمسا", "البرازيل – ساو باولو", "الهند", "أوكرانيا – كييف", "مصر"]),
    ],
)
def test_a_zone_is_its_country_in_the_reader_s_language_and_its_city_where_there_are_several(
    client_for, ines, language, said
):
    names = ["Europe/Berlin", "Europe/Vienna", "America/Sao_Paulo", "Asia/Kolkata", "Europe/Kyiv", "Africa/Cairo"]
    Person.objects.filter(pk=ines.pk).update(language=language)

    page = text(client_for(ines).get(QUIET))

    shown = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)</option>', page))
    assert [shown[name] for name in names] == said


def test_zones_stand_in_the_order_in_which_they_are_looked_for():
    german = list(zones.in_words("de").values())

    assert german.index("Oman") < german.index("Österreich") < german.index("Pakistan")


def test_arabic_has_letters_of_its_own_for_every_zone_but_one():
    latin = {said for said in zones.in_words("ar").values() if re.search("[A-Za-z]", said)}

    assert latin <= {"تشيلي – Coyhaique"}  # CLDR does not know this town yet


def test_a_zone_that_has_another_name_by_now_stays_chosen(client_for, ines):
    Person.objects.filter(pk=ines.pk).update(time_zone="Europe/Kiev")
    assert zones.of(Person.objects.get(pk=ines.pk)).key == "Europe/Kiev"

    form = client_for(ines).get(QUIET).context["form"]

    assert form["time_zone"].value() == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("", "Europe/Zurich"),
        ("Gone/Since", "Europe/Zurich"),
        ("US/Eastern", "Europe/Zurich"),
    ],
)
def test_where_nobody_chose_or_the_zone_is_known_no_longer_the_house_s_counts(settings, chosen, key):
    settings.TIME_ZONE = "Europe/Zurich"

    assert zones.of(Person(time_zone=chosen)).key == key


def test_a_page_tells_the_day_that_it_is_where_its_reader_lives(client_for, memorial, people):
    """Ines was asked in late in the evening of 3 May in UTC; in Tokyo it was the fourth."""
    from snowdrop.memorials import inviting
    from snowdrop.memorials.access import stand
    from snowdrop.memorials.circles import Circle

    with time_machine.travel(datetime(2026, 5, 3, 22, 0, tzinfo=UTC), tick=False):
        inviting.ask_in("Lena", Circle.FRIENDS, by=stand(memorial, people["mara"]))
        days = []
        for zone in ("", "Asia/Tokyo"):
            Person.objects.filter(pk=people["mara"].pk).update(time_zone=zone)
            page = text(client_for(people["mara"]).get(f"/m/{memorial.slug}/people/"))
            days.append([day for day in ("3 May 2026", "4 May 2026") if day in page])

    assert days == [["3 May 2026"], ["4 May 2026"]]
    assert timezone.get_current_timezone_name() == "UTC"  # nobody's time stays behind
