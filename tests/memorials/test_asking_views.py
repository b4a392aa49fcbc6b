"""Asking in, coming in and asking to come in, as a browser meets them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import segno
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from snowdrop.memorials import inviting, knocking, telling
from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.models import GuestLink, Invitation, Knock, LogEntry, Membership
from snowdrop.people.models import Person
from tests.web.page import Page, parts

OVER = "This link does not open anything now"
NO_ADDRESS = "This does not look like an e-mail address. Please look at it once more."
ONE_LINE = "A name stands on one line here. Please look at it once more."
ASKED = (
    "If there is a page there, the people who look after it can read your question when they look for it. No mail is "
    "sent. If they let you in, you find the page among your pages."
)


@pytest.fixture
def at(memorial):
    def address(name: str, *more) -> str:
        return reverse(f"memorials:{name}", args=[memorial.slug, *more])

    return address


@pytest.fixture
def mara(client_for, keeper):
    return client_for(keeper)


def read(answer) -> str:
    """What a page says, in one line."""
    return " ".join(Page(answer.content.decode()).root.words.split())


# Asking in


def test_for_one_person_it_says_that_it_works_once_and_until_when(mara, at):
    with time_machine.travel("2026-05-03 10:00", tick=False):
        answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20"})

    invitation = Invitation.objects.get()
    assert (invitation.uses, invitation.expires_at.date()) == (1, date(2026, 6, 2))
    assert "It works once, until 2 June 2026. They see what you show to “People we asked in”." in read(answer)


def test_for_several_it_says_how_many_it_lets_in(mara, at):
    with time_machine.travel("2026-05-03 10:00", tick=False):
        said = {"called": "The choir", "circle": "20", "uses": "40", "lasts": "365"}
        answer = mara.post(at("ask_in"), said)

    assert Invitation.objects.get().uses == 40
    assert "It lets in 40 people, until 3 May 2027." in read(answer)


@pytest.mark.parametrize(
    ("lasts", "until", "says"),
    [
        ("", None, "It works until you end it."),
        ("7", date(2026, 5, 10), "It works until 10 May 2026, or until you end it."),
    ],
)
def test_a_link_to_read_works_until_it_is_ended_or_until_a_day(lasts, until, says, mara, at, guest_session):
    GuestLink.objects.all().delete()
    with time_machine.travel("2026-05-03 10:00", tick=False):
        answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "link", "lasts": lasts})

    link = GuestLink.objects.get()
    assert (link.expires_at.date() if link.expires_at else None) == until
    assert says in read(answer)


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ({"called": ""}, {"called": ["Please type what you call them."]}),
        ({"called": "Lena\r\nBcc: all@example.org"}, {"called": [ONE_LINE]}),
        ({"called": "Lena\u2028Eve"}, {"called": [ONE_LINE]}),
        ({"email": "lena"}, {"email": [NO_ADDRESS]}),
        ({"email": "lena@example.org\nBcc: all@example.org"}, {"email": [NO_ADDRESS]}),
        ({"email": "lena@example.org\r\n\r\nBuy this"}, {"email": [NO_ADDRESS]}),
        ({"email": "lena@example.org, all@example.org"}, {"email": [NO_ADDRESS]}),
        ({"email": "Lena <lena@example.org>"}, {"email": [NO_ADDRESS]}),
        ({"uses": "many"}, {"uses": ["Please type a number."]}),
        ({"uses": "0"}, {"uses": ["It is for one person or more."]}),
        ({"uses": "201"}, {"uses": ["One link lets in up to 200 people. You can make a second one."]}),
        (
            {"uses": "2", "circle": "40"},
            {"uses": ["Whoever looks after the page with you is asked alone, with a link of their own."]},
        ),
        (
            {"uses": "2", "circle": "link"},
            {"uses": ["A link to read is for one name, so that it can be ended alone."]},
        ),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence_and_nobody_is_asked(said, sentences, mara, at, committed):
    with committed():
        answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", **said})

    assert (answer.status_code, answer.context["form"].errors) == (422, sentences)
    assert [*Invitation.objects.all(), *GuestLink.objects.filter(called="Lena"), *mail.outbox] == []


@pytest.mark.parametrize("field", ["called", "own_name", "email"])
def test_ten_thousand_characters_are_told_in_a_sentence(field, mara, at, people):
    type(people["mara"]).objects.filter(pk=people["mara"].pk).update(name="")

    said = {"called": "Lena", "circle": "20", field: "ä" * 10_000 + ("@example.org" if field == "email" else "")}
    answer = mara.post(at("ask_in"), said)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert list(Invitation.objects.all()) == []


def test_a_name_that_would_add_lines_to_a_mail_is_refused_for_whoever_asks_too(mara, at, people):
    type(people["mara"]).objects.filter(pk=people["mara"].pk).update(name="")

    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", "own_name": "Mara\nSubject: hello"})

    assert answer.context["form"].errors == {"own_name": [ONE_LINE]}


def test_a_mail_goes_to_the_address_with_the_link_that_the_page_shows_and_the_address_is_kept_nowhere(
    mara, at, committed
):
    with committed():
        answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", "email": "lena@example.org"})

    link = answer.context["paper"].link
    [letter] = mail.outbox
    assert letter.to == ["lena@example.org"]
    assert re.findall(r"http\S+", letter.body) == [link]
    said = "A mail with this link goes to lena@example.org. If it does not arrive, you can give them the link in "
    assert f"{said}another way." in read(answer)
    rows = str([*Invitation.objects.values(), *LogEntry.objects.values()])
    assert "lena@example.org" not in rows


LINK = re.compile(r'/in/[^/]+/|<svg.*?</svg>|name="csrfmiddlewaretoken" value="[^"]+"', re.DOTALL)


@time_machine.travel("2026-05-03 10:00", tick=False)
def test_whoever_wants_no_mail_at_all_gets_none_and_whoever_asks_them_in_reads_the_same_page(
    mara, at, committed, people
):
    Person.objects.filter(pk=people["noor"].pk).update(mail_rests=True)
    pages = []
    for address in ("noor@example.org", "host@example.org", "nobody@example.org"):
        with committed():
            answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", "email": address})
        pages.append(LINK.sub("", answer.content.decode().replace(address, "")))

    assert [letter.to for letter in mail.outbox] == [["host@example.org"], ["nobody@example.org"]]
    assert (len(set(pages)), "A mail with this link goes to" in pages[0]) == (1, True)


class CannotBeReached(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


@pytest.mark.django_db(transaction=True)
def test_where_no_mail_server_is_there_the_page_says_so_also_for_whoever_wants_no_mail(mara, at, settings, people):
    settings.EMAIL_BACKEND = f"{__name__}.CannotBeReached"
    Person.objects.filter(pk=people["noor"].pk).update(mail_rests=True)

    for address in ("noor@example.org", "nobody@example.org"):
        answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", "email": address})
        assert "The mail could not be sent just now." in read(answer)


class Refuses(EmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"lena@example.org": (550, b"no such mailbox")})


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_cannot_be_sent_leaves_the_link_to_be_given_in_another_way(mara, at, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refuses"

    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20", "email": "lena@example.org"})

    assert answer.status_code == 201
    said = "The mail could not be sent just now. Here is the link; you can give it to them in another way."
    assert said in read(answer)
    assert inviting.find(answer.context["paper"].link.split("/")[-2]) is not None


def test_the_card_says_who_asks_and_for_whom_and_nothing_of_the_page(mara, at, memorial):
    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20"})

    page = parts(answer.content.decode())
    [card] = page.find("article", **{"class": "paper"})
    said = " ".join(card.words.split())
    link = answer.context["paper"].link
    until = timezone.localdate() + timedelta(days=30)
    assert said.startswith(
        "Lena Mara would like to show you a page. Point the camera of a phone at the square, or type the address. "
        f"{link} It opens until {until.day} "
    )
    assert [word for word in ("Wren", memorial.slug) if word in card.words] == []


def modules_of(svg) -> list[list[bool]]:
    """The dark modules of a square, read back from its one path: steps over light, lines through dark."""
    side = int(svg["viewbox"].split()[2])
    [path] = [one for one in svg.all() if "stroke" in one.attributes]
    dark = [[False] * side for _row in range(side)]
    x, y = 0.0, -0.5
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", path["d"]):
        first, *rest = (float(number) for number in re.findall(r"-?\d*\.?\d+", numbers))
        if step == "M":
            x, y = first, rest[0]
        elif step == "m":
            x, y = x + first, y + rest[0]
        else:
            for column in range(int(x), int(x + first)):
                dark[int(y)][column] = True
            x += first
    return dark


def test_the_square_holds_the_link_and_needs_no_style_of_its_own(mara, at):
    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": "20"})

    page = parts(answer.content.decode())
    [square] = [svg for svg in page.find("svg") if svg.attributes.get("class") == "paper__square"]
    margin, holds = 4, segno.make(answer.context["paper"].link, error="m", micro=False).matrix
    drawn = [row[margin:-margin] for row in modules_of(square)[margin:-margin]]
    assert drawn == [[bool(module) for module in row] for row in holds]
    assert [one.tag for one in square.all() if "style" in one.attributes] == []


def test_several_links_are_made_at_once_each_shown_once_and_on_a_card(mara, at):
    answer = mara.post(at("make_links"), {"names": "Ada\n\n  Eve  Maria \r\nLena", "lasts": ""})

    links = [(paper.row.called, paper.link) for paper in answer.context["papers"]]
    page = parts(answer.content.decode())
    [listed] = page.find("textarea")
    assert [called for called, _link in links] == ["Ada", "Eve Maria", "Lena"]
    assert listed.words.split("\n")[:3] == [f"{called}: {link}" for called, link in links]
    assert len(page.find("article", **{"class": "paper"})) == 3
    assert [link for _called, link in links if link in mara.get(at("people")).content.decode()] == []


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("", "Please type one name or more."),
        (" \n ", "Please type one name or more."),
        ("x" * 81, "A name can have up to 80 characters here; one of these has 81."),
        ("Ada\n" * 51, "This is more than fits here. Up to 50 names at once."),
        ("ä" * 10_000, "This is more than fits here. Up to 50 names at once."),
    ],
)
def test_names_that_cannot_be_taken_are_told_in_a_sentence_and_no_link_is_made(names, sentence, mara, at):
    before = GuestLink.objects.count()

    answer = mara.post(at("make_links"), {"names": names})

    assert (answer.status_code, answer.context["form"].errors) == (422, {"names": [sentence]})
    assert GuestLink.objects.count() == before


def test_clients_get_the_links_as_json(mara, at):
    answer = mara.post(at("make_links"), {"names": "Ada\nEve"}, headers={"Accept": "application/json"})

    said = answer.json()["links"]
    assert [one["called"] for one in said] == ["Ada", "Eve"]
    assert [inviting.find_link(one["url"].split("/")[-2]).called for one in said] == ["Ada", "Eve"]


# Who is here


def test_the_list_says_who_asked_whom_when_until_when_and_how_many_came(mara, at, keeper, second_keeper, guest_session):
    GuestLink.objects.all().delete()
    with time_machine.travel("2026-05-03 10:00", tick=False):
        inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
        _several, token = inviting.ask_in("The choir", Circle.FRIENDS, by=second_keeper, uses=40)
        inviting.accept(token, person=None, name="Ada")
        _link, read_by = inviting.make_link("The neighbours", by=keeper, lasts=timedelta(days=7))
        inviting.make_link("The ward", by=second_keeper)
        inviting.enter(read_by, session=guest_session[0].row)
        page = parts(mara.get(at("people")).content.decode())

    said = [" ".join(note.words.split()) for note in page.find("p", **{"class": "list__note"})]
    assert said[-4:] == [
        "3 May 2026 · Mara · until 2 June 2026",
        "1 of 40 came · 3 May 2026 · Theo · until 2 June 2026",
        "3 May 2026 · Mara · until 10 May 2026 · last used on 3 May 2026",
        "3 May 2026 · Theo · not used yet",
    ]


def test_what_is_over_is_listed_no_more(mara, at, keeper):
    for lasts in (7, 30):
        inviting.ask_in(f"Invited for {lasts}", Circle.FRIENDS, by=keeper, lasts=timedelta(days=lasts))
        inviting.make_link(f"Link for {lasts}", by=keeper, lasts=timedelta(days=lasts))

    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        said = read(mara.get(at("people")))
    assert [name for name in ("Invited for 7", "Link for 7", "Invited for 30", "Link for 30") if name in said] == [
        "Invited for 30",
        "Link for 30",
    ]


def test_a_keeper_who_would_take_another_out_is_told_and_nothing_changes(mara, at, memorial, people):
    theo = Membership.objects.get(memorial=memorial, person=people["theo"])
    sentence = "Whoever looks after this page is as much at home here as you are. You cannot end that alone."

    page = mara.post(at("remove", theo.pk))
    answer = mara.post(at("remove", theo.pk), headers={"Accept": "application/json"})

    assert (page.status_code, sentence in read(page)) == (422, True)
    assert (answer.status_code, answer.json()) == (422, {"errors": {"": [sentence]}})
    assert stand(memorial, people["theo"]).circle == Circle.KEEPERS


def test_how_close_and_what_they_do_are_changed_on_one_page(mara, at, memorial, people):
    sam = Membership.objects.get(memorial=memorial, person=people["sam"])

    mara.post(at("member", sam.pk), {"circle": "30", "duties": ["tells", "helps"], "is_trusted": "on"})

    viewer = stand(memorial, people["sam"])
    assert (viewer.circle, viewer.duties, viewer.is_trusted) == (Circle.FAMILY, {Duty.TELLS, Duty.HELPS}, True)
    form = mara.get(at("member", sam.pk)).context["form"]
    assert sorted(form.initial["duties"]) == ["helps", "tells"]


def test_the_log_is_read_by_keepers_newest_first_and_goes_on(mara, at, keeper):
    with time_machine.travel("2026-05-03 10:00", tick=False):
        for number in range(51):
            inviting.ask_in(f"Guest {number}", Circle.FRIENDS, by=keeper)

    first = mara.get(at("log"))
    listed = parts(first.content.decode()).find("div", **{"class": "list__words"})
    assert " ".join(listed[0].words.split()) == "Asked in: Guest 50 3 May 2026 · Mara"
    assert len(listed) == 50
    earlier = mara.get(first.context["earlier_url"])
    assert [entry.whom for entry in earlier.context["entries"]] == ["Guest 0"]
    assert (earlier.context["earlier_url"], earlier.context["newest_url"]) == ("", at("log"))


# Coming in


@pytest.mark.parametrize(
    ("circle", "says"),
    [
        (Circle.KEEPERS, "You would look after a page together, as equals."),
        (Circle.FAMILY, "You are asked in as one of the closest."),
        (Circle.FRIENDS, "You are asked in as a friend or relative."),
    ],
)
def test_before_anything_private_shows_it_says_who_asks_into_what(circle, says, keeper, client, memorial):
    duties = [Duty.READS_FIRST, Duty.TELLS]
    _invitation, token = inviting.ask_in("Lena", circle, by=keeper, duties=duties)

    page = read(client.get(reverse("memorials:invitation", args=[token])))

    assert "Mara asks you in" in page
    assert says in page
    assert "Your help would be welcome there: Reads first · Tells people" in page
    assert [word for word in ("Wren", memorial.slug) if word in page] == []


def opened(kind: str, state: str, keeper) -> str:
    """The path of a link in this state."""
    if kind == "invitation":
        invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper, lasts=timedelta(days=7))
        if state == "used":
            inviting.accept(token, person=None)
        elif state == "taken back":
            inviting.take_back(invitation, by=keeper)
    else:
        link, token = inviting.make_link("Lena", by=keeper, lasts=timedelta(days=7))
        if state == "taken back":
            inviting.end_link(link, by=keeper)
    if state == "foreign":  # a link of the other kind
        kind = "enter" if kind == "invitation" else "invitation"
    elif state == "mangled":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif state == "cut":
        token = token[: len(token) // 2]
    elif state == "ten thousand characters":
        token = "a" * 10_000
    return reverse(f"memorials:{kind}", args=[token])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (kind, state)
        for kind in ("invitation", "enter")
        for state in ("too old", "used", "taken back", "foreign", "mangled", "cut", "ten thousand characters")
        if (kind, state) != ("enter", "used")
    ],
)
def test_a_link_that_is_over_or_never_was_one_says_so_and_opens_nothing(kind, state, method, keeper, memorial, client):
    path = opened(kind, state, keeper)
    members = Membership.objects.count()

    with time_machine.travel(timezone.now() + timedelta(days=8 if state == "too old" else 0), tick=False):
        answer = getattr(client, method)(path, {"name": "Eve"} if method == "post" else None)

    assert (answer.status_code, OVER in read(answer)) == (410, True)
    assert [word for word in ("Wren", "Mara", "Lena", memorial.slug) if word in answer.content.decode()] == []
    assert (Membership.objects.count(), list(client.cookies)) == (members, [])
    assert 'href="/may-i-come-in/"' in answer.content.decode()


def test_scanners_that_open_a_link_first_change_nothing_and_come_in_nowhere(keeper, memorial, client):
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    _link, read_by = inviting.make_link("Lena", by=keeper)
    paths = [reverse("memorials:invitation", args=[token]), reverse("memorials:enter", args=[read_by])]
    before = [list(kind.objects.order_by("pk").values()) for kind in (Invitation, GuestLink, Membership, LogEntry)]

    for path in paths:
        for method in ("head", "get", "options", "get", "head", "get"):
            scanner = Client()
            answer = getattr(scanner, method)(path, headers={"User-Agent": "SafeLinksScanner"})
            # The one cookie belongs to the form; it signs nobody in.
            shown = (405, []) if method == "options" else (200, ["form"])
            assert (answer.status_code, list(answer.cookies)) == shown

    after = [list(kind.objects.order_by("pk").values()) for kind in (Invitation, GuestLink, Membership, LogEntry)]
    assert after == before
    assert client.post(paths[0], {"name": "Lena"})["Location"] == f"/m/{memorial.slug}/came-in/"


@pytest.mark.parametrize(
    ("name", "reads", "comes_in"),
    [
        ("Mara", "Mara wants you to read this", "Mara asks you in"),
        ("", "Somebody wants you to read this", "Somebody who looks after this page asks you in"),
    ],
)
def test_a_link_and_an_invitation_say_who_asks(memorial, people, client, name, reads, comes_in):
    Person.objects.filter(pk=people["mara"].pk).update(name=name)
    keeper = stand(memorial, Person.objects.get(pk=people["mara"].pk))
    _link, read_by = inviting.make_link("Lena", by=keeper)
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)

    assert f"<h1>{reads}</h1>" in client.get(reverse("memorials:enter", args=[read_by])).content.decode()
    invitation = client.get(reverse("memorials:invitation", args=[token])).content.decode()
    assert (f"<h1>{comes_in}</h1>" in invitation, ">come in first</a>" in invitation) == (True, True)


WRITE = "You may write to me when there is something new"


@pytest.fixture
def invited(keeper) -> str:
    _invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    return reverse("memorials:invitation", args=[token])


@pytest.mark.parametrize("ticked", [True, False])
def test_somebody_new_says_as_they_come_whether_they_may_be_written_to(ticked, invited, client):
    form = client.get(invited)
    assert (form.context["form"]["may_write"].value(), WRITE in read(form)) == (None, True)
    assert "You can change this at any time, under “What may reach you”." in read(form)
    assert "It needs an e-mail address, which you can add later under “You”." in read(form)

    client.post(invited, {"name": "Lena", "may_write": "on"} if ticked else {"name": "Lena"})

    lena = Person.objects.get(name="Lena")
    assert (lena.wants_let_know, lena.wants_waiting) == (ticked, False)
    assert client.get("/you/quiet/").context["form"]["wants_let_know"].value() is ticked


def test_somebody_who_is_here_may_tick_it_too_and_it_reaches_them(
    invited, client_for, people, memorial, keeper, committed
):
    noor = client_for(people["noor"])
    page = read(noor.get(invited))
    assert (WRITE in page, "It needs an e-mail address" in page) == (True, False)

    noor.post(invited, {"may_write": "on"})

    joined = Membership.objects.get(memorial=memorial, person=people["noor"])
    with committed():
        telling.let_know([joined], by=keeper, address="https://pages.example.org/")
    assert [letter.to for letter in mail.outbox] == [["noor@example.org"]]


@pytest.mark.parametrize("wish", [{"wants_let_know": True}, {"mail_rests": True}])
def test_whoever_said_already_what_may_reach_them_is_not_asked_again_and_keeps_it(wish, invited, client_for, people):
    Person.objects.filter(pk=people["noor"].pk).update(**wish)
    noor = client_for(people["noor"])
    assert WRITE not in read(noor.get(invited))

    answer = noor.post(invited, {"may_write": "on"})

    assert answer.status_code == 302
    [after] = Person.objects.filter(pk=people["noor"].pk).values("wants_let_know", "mail_rests")
    assert after == {"wants_let_know": False, "mail_rests": False, **wish}


# Not you?


SIGNED_OUT = (
    "They have no address, no passkey and no sheet yet: once signed out here, there is no way back in for them."
)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "On this device Noor is signed in, and would come in."),
        ({"name": ""}, "On this device somebody is signed in who gave no name yet, and would come in."),
        ({"email": None}, SIGNED_OUT),
    ],
)
def test_an_invitation_says_as_whom_one_would_come_in(given, says, invited, client_for, people, client):
    Person.objects.filter(pk=people["noor"].pk).update(**given)

    page = read(client_for(people["noor"]).get(invited))

    assert (says in page, "Not you?" in page) == (True, True)
    assert (SIGNED_OUT in page) == (given == {"email": None})
    assert [word for word in ("Not you?", "is signed in") if word in read(client.get(invited))] == []


def test_on_a_shared_tablet_somebody_else_comes_in_by_the_same_invitation(invited, client_for, people, memorial):
    tablet = client_for(people["noor"])

    out = tablet.post(f"{invited}somebody-else/")

    assert (out.status_code, out["Location"]) == (302, invited)
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert tablet.get("/you/").status_code == 302
    page = tablet.get(invited)
    assert (page.status_code, page.context["form"]["name"].value()) == (200, "Lena")
    assert tablet.post(invited, {"name": "Lena Brandt"})["Location"] == f"/m/{memorial.slug}/came-in/"
    assert tablet.get("/you/").context["form"]["name"].value() == "Lena Brandt"
    assert sorted(member.person.name for member in Membership.objects.filter(memorial=memorial)) == [
        "Ines",
        "Lena Brandt",
        "Mara",
        "Sam",
        "Theo",
    ]


def test_somebody_else_is_a_press_of_a_button_and_leads_nowhere_else(invited, client_for, people):
    tablet = client_for(people["noor"])

    looked = tablet.get(f"{invited}somebody-else/")
    pressed = tablet.post(f"{invited}somebody-else/?next=https://example.org/", {"next": "https://example.org/"})

    assert (looked.status_code, pressed["Location"]) == (405, invited)


def test_by_a_link_that_is_over_nobody_is_signed_out(client_for, people, keeper):
    invitation, token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    inviting.take_back(invitation, by=keeper)
    tablet = client_for(people["noor"])

    answer = tablet.post(reverse("memorials:somebody_else", args=[token]))

    assert (answer.status_code, OVER in read(answer)) == (410, True)
    assert tablet.get("/you/").status_code == 200


def test_a_guest_who_presses_it_keeps_what_they_may_read(invited, client_for, guest, memorial):
    reads = client_for(guest)

    assert reads.post(f"{invited}somebody-else/")["Location"] == invited

    assert reads.get(f"/m/{memorial.slug}/about/").status_code == 200


# May I come in?


@pytest.fixture
def lena(client_for, people):
    return client_for(people["noor"])


def whole(answer) -> tuple[int, list[tuple[str, str]], bytes]:
    return answer.status_code, sorted(answer.headers.items()), answer.content


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_answer_is_the_same_whatever_there_is_and_whoever_asks(accept, memorial, keeper, people, client_for):
    """A page, no page, one that took them out, one that said not now, one that was asked, one they belong to."""
    page = f"http://testserver/m/{memorial.slug}/"
    inviting.remove(Membership.objects.get(memorial=memorial, person=people["sam"]), by=keeper)
    knocking.knock(page, "Noor", by=people["noor"])
    answers = []
    for who, where in (
        ("host", "http://testserver/m/zzzzzzzzzzzzzz/"),
        ("host", page),
        ("host", page),
        ("sam", page),
        ("noor", page),
        ("ines", page),
        ("noor", "not an address"),
        ("not now", page),
    ):
        if who == "not now":
            who = "noor"
            knocking.not_now(Knock.objects.get(person=people["noor"], memorial=memorial), by=keeper)
        asks = client_for(people[who])
        said = {"where": where, "says": "It is me"}
        answer = asks.post("/may-i-come-in/", said, headers={"Accept": accept})
        then = asks.get("/may-i-come-in/?asked=yes")
        answers.append((whole(answer), read(then)))

    assert len({str(answer) for answer in answers}) == 1
    [status, _headers, _body], then = answers[0]
    assert status == (201 if accept == "application/json" else 302)
    assert ASKED in then
    assert [knock.says for knock in Knock.objects.waiting(memorial)] == ["It is me"]


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ({"where": ""}, {"where": ["Please paste the address or the link."]}),
        ({"says": " "}, {"says": ["Please write in a few words who you are."]}),
        (
            {"says": "ä" * 10_000},
            {"says": ["One line is enough: up to 200 characters."]},
        ),
    ],
)
def test_a_question_that_cannot_be_read_is_told_so_whether_there_is_a_page_or_not(said, sentences, lena, memorial):
    for slug in (memorial.slug, "zzzzzzzzzzzzzz"):
        answer = lena.post("/may-i-come-in/", {"where": f"/m/{slug}/", "says": "Me", **said})
        assert (answer.status_code, answer.context["form"].errors) == (422, sentences)
    assert list(Knock.objects.all()) == []


def test_a_keeper_meets_a_question_as_one_quiet_line_and_nobody_else_does(mara, client_for, family, at, lena, memorial):
    line = "Somebody asks to come in"
    assert line not in read(mara.get(at("page")))

    lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Noor from the choir"})

    assert line in read(mara.get(at("page")))
    assert line not in read(client_for(family).get(at("page"), follow=True))
    page = read(mara.get(at("people")))
    assert "They ask to come in You need not answer. They are told nothing. Noor Noor from the choir" in page
    assert "Asked before" not in page
    assert mail.outbox == []


def test_whoever_is_let_in_finds_the_page_among_theirs(mara, at, lena, memorial, people):
    lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Noor from the choir"})
    knock = Knock.objects.get()
    assert "Noor from the choir" in read(mara.get(at("let_in", knock.pk)))

    answer = mara.post(at("let_in", knock.pk), {"circle": "20"})

    assert answer["Location"] == at("people")
    assert [page["url"] for page in lena.get("/pages/").context["pages"]] == [at("page")]
    assert mara.get(at("let_in", knock.pk)).status_code == 404


@pytest.mark.parametrize("circle", ["", "40", "50", "10", "0", "x"])
def test_nobody_is_let_in_as_a_keeper_or_as_nothing(circle, mara, at, lena, memorial, people):
    lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Me"})

    answer = mara.post(at("let_in", Knock.objects.get().pk), {"circle": circle})

    assert answer.status_code == 422
    assert stand(memorial, people["noor"]).circle == Circle.PUBLIC


def test_whoever_was_not_let_in_stands_only_where_a_keeper_looks_for_them(mara, at, lena, memorial):
    lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Me"})
    assert mara.post(at("not_now", Knock.objects.get().pk))["Location"] == at("people")
    lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Please"})

    assert "Somebody asks to come in" not in read(mara.get(at("page")))
    page = parts(mara.get(at("people")).content.decode())
    [before] = [one for one in page.find("details") if "Asked before" in one.words]
    assert "open" not in before.attributes
    assert ("Please" in before.words, "They ask to come in" in page.root.words) == (True, False)
    assert lena.get("/pages/").context["pages"] == []


def test_the_keeper_s_page_asks_as_often_with_a_question_as_without(mara, at, lena, memorial):
    counts = []
    for _turn in range(2):
        mara.get(at("page"))
        with CaptureQueriesContext(connection) as asked:
            mara.get(at("page"))
        counts.append(len(asked))
        lena.post("/may-i-come-in/", {"where": memorial.slug, "says": "Me"})

    assert counts[0] == counts[1]


def test_what_is_not_there_shows_the_way_to_ask_and_the_same_one_everywhere(client, memorial):
    pages = {client.get(path).content for path in (f"/m/{memorial.slug}/", "/m/zzzzzzzzzzzzzz/", "/nothing/")}

    assert len(pages) == 1
    assert b'<a href="/may-i-come-in/">Ask whether you may come in</a>' in pages.pop()


def test_whoever_is_not_signed_in_comes_in_first_and_then_asks(client):
    assert client.get("/may-i-come-in/")["Location"] == "/come-in/?next=%2Fmay-i-come-in%2F"
