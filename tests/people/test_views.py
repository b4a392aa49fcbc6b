"""Coming in, going out, and what one may say about oneself, as a browser meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from snowdrop.config import limits
from snowdrop.people.models import Person, SignInCode
from tests.web.page import Page

COME_IN = "/come-in/"


@pytest.fixture
def post(committed):
    """Post a form as a browser does; what waits for the commit is done before the answer is looked at."""

    def posted(client: Client, path: str, data=None, **headers):
        with committed():
            return client.post(path, data or {}, **headers)

    return posted


def sentence(answer) -> list[str]:
    """What the page says about what was typed."""
    coming = answer.context["coming"]
    form = coming.code if coming.types_code else coming.address
    return [str(error) for errors in form.errors.values() for error in errors]


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).root.words.split())


def signed_in(client: Client) -> Person | None:
    answer = client.get("/you/")
    return answer.context["person"] if answer.status_code == 200 else None


def test_somebody_comes_in_with_an_address_and_a_code(client, db, post, digits):
    sent = post(client, COME_IN, {"email": "ines@example.org", "next": "/you/"})
    assert (sent.status_code, sent["Location"]) == (302, "/come-in/?next=%2Fyou%2F")

    page = client.get(sent["Location"])
    assert page.context["coming"].sent_to == "ines@example.org"
    came = post(client, COME_IN, {"code": digits(), "next": "/you/"})

    assert (came.status_code, came["Location"]) == (302, "/you/")
    assert signed_in(client) == Person.objects.get(email="ines@example.org")


def test_the_answer_is_the_same_for_an_address_that_is_known_and_one_that_is_not(people, post):
    pages = []
    for address in ("ines@example.org", "nobody@example.org"):
        client = Client()
        post(client, COME_IN, {"email": address})
        client.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        pages.append(client.get(COME_IN).content.decode().replace(address, "…"))

    known, unknown = (strip_tokens(page) for page in pages)
    assert known == unknown
    assert [letter.to for letter in mail.outbox] == [["ines@example.org"], ["nobody@example.org"]]


def strip_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_new_digits_are_told_of(client, db, post):
    new = "We sent new digits to ines@example.org. Those from before let nobody in any more."
    post(client, COME_IN, {"email": "ines@example.org"})
    assert new not in text(client.get(COME_IN))

    post(client, COME_IN, {"email": "ines@example.org"})
    assert new in text(client.get(COME_IN))

    post(client, "/come-in/again/", {})
    post(client, COME_IN, {"email": "ines@example.org"})
    assert "We sent eight digits to ines@example.org." in text(client.get(COME_IN))


def test_the_page_to_come_in_says_what_for_and_what_comes_next(client, db, post):
    plain = "Type your e-mail address. We send you a code to type here; there is no password."
    asking = "So that they know who asks, come in first. A code comes to your address."
    sent = "A code is on its way. It is good for fifteen minutes."

    def lead(path: str) -> str:
        page = Page(client.get(path, follow=True).content.decode())
        [paragraph] = page.find("p", **{"class": "page__lead"})
        return page.text(paragraph)

    assert [lead(COME_IN), lead("/may-i-come-in/")] == [plain, asking]
    post(client, COME_IN, {"email": "ines@example.org"})
    assert [lead(COME_IN), lead("/may-i-come-in/")] == [sent, sent]


def test_wrong_digits_are_told_in_a_sentence_and_the_right_ones_still_work(client, db, post, digits):
    post(client, COME_IN, {"email": "ines@example.org"})

    wrong = post(client, COME_IN, {"code": "0000 0000" if digits() != "0000 0000" else "1111 1111"})

    assert wrong.status_code == 422
    assert sentence(wrong) == [
        "These are not the digits we sent, or their time is over. Look again, or let us send new ones."
    ]
    assert post(client, COME_IN, {"code": digits()}).status_code == 302


def test_too_many_codes_are_told_in_a_sentence(client, db, post):
    for _number in range(8):
        post(client, COME_IN, {"email": "ines@example.org"})

    answer = post(client, COME_IN, {"email": "ines@example.org"})

    assert answer.status_code == 429
    assert 440 <= int(answer["Retry-After"]) <= 450
    assert sentence(answer) == ["Several codes went out already. Please wait 8 minutes, then try again."]
    assert len(mail.outbox) == 8


def test_too_many_digits_are_told_on_the_same_screen(client, db, post, digits):
    for _number in range(20):
        limits.take("digits for an address", "ines@example.org")
    post(client, COME_IN, {"email": "ines@example.org"})

    answer = post(client, COME_IN, {"code": digits()})

    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    assert sentence(answer) == ["Many digits were typed for this address. Please wait 3 minutes, then try again."]
    assert signed_in(client) is None


def test_a_network_that_asks_for_codes_to_a_hundred_addresses_waits(db, post):
    for number in range(100):
        post(Client(), COME_IN, {"email": f"person{number}@example.org"})

    answer = post(Client(), COME_IN, {"email": "one-more@example.org"})

    assert (answer.status_code, len(mail.outbox)) == (429, 100)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert post(elsewhere, COME_IN, {"email": "one-more@example.org"}).status_code == 302


@pytest.mark.django_db(transaction=True)  # the mail leaves at the commit, inside the request
def test_a_mail_that_cannot_go_out_is_told_in_a_sentence(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post(COME_IN, {"email": "ines@example.org"})

    assert answer.status_code == 422
    assert sentence(answer) == ["The mail could not be sent just now. Please try again in a few minutes."]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please type your e-mail address."),
        ("ines", "This does not look like an e-mail address. Please look at it once more."),
        (
            "ines@example.org\nBcc: all@example.org",
            "This does not look like an e-mail address. Please look at it once more.",
        ),
        ("ines\x00@example.org", "Null characters are not allowed."),
        ("i" * 300 + "@example.org", None),
    ],
)
def test_what_is_no_address_is_told_and_no_mail_is_sent(client, db, post, typed, said):
    answer = post(client, COME_IN, {"email": typed})

    assert answer.status_code == 422
    assert len(sentence(answer)) >= 1
    assert said is None or said in sentence(answer)
    assert mail.outbox == []


def test_another_address_can_be_typed_and_the_first_code_is_of_no_use(client, db, post, digits):
    post(client, COME_IN, {"email": "wrong@example.org"})
    old = digits()

    again = post(client, "/come-in/again/", {"next": COME_IN})
    assert (again.status_code, again["Location"]) == (302, COME_IN)
    assert client.get(COME_IN).context["coming"].sent_to == ""
    assert post(client, COME_IN, {"code": old}).status_code == 422
    assert signed_in(client) is None


@pytest.mark.parametrize(
    "wished",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "http:/evil.example",
        "\t//evil.example",
        "//e",
        "/\\e",
        "https:e",
        "%0d%0a//e",
        "/\t/e",
        "/\n/e",
        "\r\n//e",
    ],
)
def test_nobody_is_sent_to_another_house(client_for, people, wished):
    client = client_for(people["ines"])

    answer = client.get(COME_IN, {"next": wished})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_whoever_is_in_goes_on_to_where_they_wished(client_for, people):
    assert client_for(people["ines"]).get(COME_IN, {"next": "/m/abc/?as=friends"})["Location"] == "/m/abc/?as=friends"


def test_a_line_break_in_a_wish_makes_no_header(client_for, people):
    answer = client_for(people["ines"]).get(COME_IN, {"next": "/you/\r\nSet-Cookie: a=b"})

    assert answer.status_code == 302
    assert "\n" not in answer["Location"]
    assert "a" not in answer.cookies


def test_a_page_for_one_who_is_signed_in_asks_a_stranger_to_come_in_and_leads_back(client, db):
    assert client.get("/you/")["Location"] == "/come-in/?next=%2Fyou%2F"


def test_signing_out_twice_is_no_dead_end(client, db):
    """The page asked for after coming in answers a GET; what was only posted to does not."""
    assert client.post("/sign-out/")["Location"] == COME_IN


def test_a_person_says_what_they_are_called_and_it_is_put_on_one_line(client_for, people):
    answer = client_for(people["ines"]).post("/you/", {"name": "  Ines \n  Maria\t"})

    assert answer.status_code == 302
    assert Person.objects.get(pk=people["ines"].pk).name == "Ines Maria"


@pytest.mark.parametrize("name", ["\x00", "In\x00es", "x" * 81, "م" * 10_000])
def test_a_name_that_cannot_be_kept_changes_nothing_and_is_told(client_for, people, name):
    answer = client_for(people["ines"]).post("/you/", {"name": name})

    assert answer.status_code == 422
    assert len(answer.context["form"].errors["name"]) == 1
    assert Person.objects.get(pk=people["ines"].pk).name == "Ines"


@pytest.mark.parametrize("name", ["", "🕊️👨‍👩‍👧", "نور‎", "<b>Ines</b>", "O'Neill"])
def test_any_name_or_none_is_right(client_for, people, name):
    client = client_for(people["ines"])

    assert client.post("/you/", {"name": name}).status_code == 302
    assert Person.objects.get(pk=people["ines"].pk).name == name
    assert b"<b>Ines" not in client.get("/you/").content


def test_a_person_without_an_address_adds_one_and_comes_in_with_it_elsewhere(
    client_for, db, guest_session, post, digits
):
    person = Person.objects.create(name="Nobody yet")
    client = client_for(person)
    page = client.get("/you/").content.decode()
    assert "Without an address, a passkey or a sheet there is no way back in once you sign out here." in page

    post(client, "/you/address/", {"email": "New@Example.org"})
    assert post(client, "/you/address/", {"code": digits()})["Location"] == "/you/"

    elsewhere = Client()
    post(elsewhere, COME_IN, {"email": "new@example.org"})
    post(elsewhere, COME_IN, {"code": digits()})
    assert signed_in(elsewhere) == person


def test_an_address_that_somebody_else_has_too_is_shared_once_its_code_was_typed(client_for, people, post, digits):
    client = client_for(people["sam"])
    post(client, "/you/address/", {"email": "ines@example.org"})

    answer = post(client, "/you/address/", {"code": digits()})

    assert (answer.status_code, answer["Location"]) == (302, "/you/")
    assert list(Person.objects.with_address("ines@example.org")) == [people["ines"], people["sam"]]


def test_nobody_takes_an_address_without_its_code(client_for, people, post):
    client = client_for(people["sam"])
    post(client, "/you/address/", {"email": "new@example.org"})

    assert post(client, "/you/address/", {"code": "12345678"}).status_code == 422
    assert list(Person.objects.with_address("new@example.org")) == []


def test_a_stranger_chooses_a_language_and_keeps_it(client, db):
    answer = client.post("/language/", {"language": "de", "next": "/come-in/"})
    assert answer["Location"] == "/come-in/"

    page = client.get("/come-in/")
    assert (page["Content-Language"], b'<html lang="de" dir="ltr">' in page.content) == ("de", True)


def test_a_person_s_own_language_wins_over_the_browser_s(client_for, people):
    client = client_for(people["ines"])
    client.post("/language/", {"language": "ar"})
    elsewhere = client_for(people["ines"])

    page = elsewhere.get("/you/", headers={"Accept-Language": "de"})

    assert (page["Content-Language"], b'<html lang="ar" dir="rtl">' in page.content) == ("ar", True)


@pytest.mark.parametrize("wished", ["", "xx", "de\x00", "../../etc", "x" * 10_000])
def test_a_language_that_is_not_offered_changes_nothing(client, db, wished):
    answer = client.post("/language/", {"language": wished})

    assert answer.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize("header", ["", "de;q=", "de,," * 20_000, "\x00", "xx-YY, zz;q=0.1", "*"])
def test_any_wish_of_a_browser_gets_a_page(client, db, header):
    assert client.get("/come-in/", headers={"Accept-Language": header}).status_code == 200


def test_pages_are_kept_by_no_cache_and_told_to_no_search_engine(client, db):
    page = client.get("/come-in/")

    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive, noai, noimageai"
    assert sorted(page["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "manifest-src 'self'",
        "media-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]
    assert page["Referrer-Policy"] == "no-referrer"


def test_a_form_without_its_token_is_refused_with_a_calm_page(db):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(COME_IN, {"email": "ines@example.org"})

    assert answer.status_code == 403
    assert mail.outbox == []
    assert list(SignInCode.objects.all()) == []


@pytest.mark.parametrize(("path", "leads_to"), [("/prove/", "/"), ("/you/address/", "/you/")])
def test_whoever_would_rather_not_may_leave_it_as_it_is(client_for, people, path, leads_to):
    client = client_for(people["ines"])
    minutes = 16 if path == "/prove/" else 0

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        page = Page(client.get(path).content.decode())

    assert [link["href"] for link in page.find("a") if link.words == "Leave it as it is"] == [leads_to]
