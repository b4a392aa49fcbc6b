"""Asking somebody in and taking somebody out, as a keeper reads it: what each sees, and a question first."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.memorials import inviting
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Invitation, Membership, Memorial
from tests.web.page import Page, parts

EVERYTHING = "They see everything but what is “Only me”, and decide with you, as an equal."
CLOSE = "They see what you show to “Our closest people” and to “People we asked in”."
ASKED_IN = "They see what you show to “People we asked in”."
BY_LINK = "They see what you show to “Anyone with the link”."


@pytest.fixture
def at(memorial):
    def address(name: str, *more) -> str:
        return reverse(f"memorials:{name}", args=[memorial.slug, *more])

    return address


@pytest.fixture
def mara(client_for, keeper):
    return client_for(keeper)


@pytest.fixture
def sam(memorial, people) -> Membership:
    return Membership.objects.get(memorial=memorial, person=people["sam"])


def read(answer) -> str:
    """What a page says, in one line."""
    return " ".join(Page(answer.content.decode()).root.words.split())


def cards(answer) -> list[tuple[str, str]]:
    """Each answer that can be chosen, with the sentence to it."""
    page = parts(answer.content.decode())
    return [
        (page.text(*page.find("span", within=card, **{"class": "card__title"})), page.text(sentence))
        for card in page.find("label", **{"class": "card"})
        for sentence in page.find("span", within=card, **{"class": "card__sentence"})
    ]


# What they see


def test_each_answer_to_who_they_are_says_what_they_see(mara, at):
    assert cards(mara.get(at("ask_in"))) == [
        ("Another parent, who looks after this page with you", EVERYTHING),
        ("Someone close", CLOSE),
        ("Someone who helps", "They see what you show to “People we asked in”, and do for you what you choose below."),
        ("A friend or relative", ASKED_IN),
        ("Someone who only reads, without signing in", BY_LINK),
    ]


def test_a_member_is_moved_by_the_same_answers(mara, at, sam):
    assert cards(mara.get(at("member", sam.pk))) == [("Someone close", CLOSE), ("A friend or relative", ASKED_IN)]


@pytest.mark.parametrize(
    ("circle", "sentence"), [("40", EVERYTHING), ("30", CLOSE), ("20", ASKED_IN)], ids=["parent", "close", "friend"]
)
def test_the_link_says_what_is_true_of_whom_it_is_for(circle, sentence, mara, at):
    answer = mara.post(at("ask_in"), {"called": "Lena", "circle": circle})

    assert answer.status_code == 201
    assert [one for one in (EVERYTHING, CLOSE, ASKED_IN, BY_LINK) if f". {one}" in read(answer)] == [sentence]


def test_what_they_may_do_is_asked_once_and_explained(mara, at):
    said = read(mara.get(at("ask_in")))

    assert said.count("May they do something for you?") == 1
    duties = (
        "Reads what others write before you do Looks at pictures before you do Passes news on for you Helps with a "
        "gathering"
    )
    assert f"May they do something for you? {duties}" in said


def test_a_link_works_for_a_month_if_nothing_else_is_said(mara, at):
    form = mara.get(at("ask_in")).context["form"]

    assert [str(label) for _value, label in form.fields["lasts"].choices] == [
        "A month",
        "A week",
        "Three months",
        "A year",
    ]


# Who can open the page


@pytest.mark.parametrize(
    ("audience", "members", "link", "sentence"),
    [
        (Circle.PUBLIC, True, True, "Everyone can open this page. They see what you show to everyone."),
        (
            Circle.LINK,
            True,
            True,
            "People you asked in and people with a link can open this page. They see what you chose to show them.",
        ),
        (
            Circle.LINK,
            True,
            False,
            "People you asked in can open this page. They see what you chose to show them.",
        ),
        (Circle.LINK, False, True, "People with a link can open this page. They see what you chose to show them."),
        (Circle.LINK, False, False, "Only you and Theo can see this page now."),
        (
            Circle.KEEPERS,
            False,
            False,
            "Only you and Theo can see this page. Nobody else has been told.",
        ),
    ],
)
def test_the_page_says_who_can_open_it(audience, members, link, sentence, mara, at, memorial, keeper):
    if link:
        inviting.make_link("Aunt Hedda", by=keeper)
    if not members:
        Membership.objects.filter(memorial=memorial, circle__lt=Circle.KEEPERS).delete()
    GuestLink.objects.exclude(called="Aunt Hedda").delete()
    Memorial.objects.filter(pk=memorial.pk).update(audience=audience)

    page = parts(mara.get(at("page")).content.decode())

    assert page.text(page.find("p", **{"class": "page__lead"})[0]) == sentence


def test_three_who_look_after_it_are_listed_as_one_would_say_it(mara, at, memorial, people, kin):
    Membership.objects.filter(memorial=memorial, person=people["ines"]).update(circle=Circle.KEEPERS)
    Membership.objects.filter(memorial=memorial, person=people["sam"]).delete()
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.KEEPERS)

    assert ("Only us", "You, Theo and Ines.") in cards(mara.get(at("who", kin().pk)))
    assert "Only you, Theo and Ines can see this page. Nobody else has been told." in read(mara.get(at("page")))


# Ending something is asked first


def test_asking_someone_in_stands_first_where_the_people_are_and_nothing_is_ended_by_one_press(mara, at, keeper):
    inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    page = parts(mara.get(at("people")).content.decode())
    main = page.by_id("page")

    assert page.text(page.find("a", within=main)[0]) == "Ask someone in"
    assert page.find("form", within=main) == []


def test_taking_somebody_out_is_asked_first_and_said_with_a_way_to_ask_them_in_again(mara, at, sam):
    assert at("remove", sam.pk) in mara.get(at("member", sam.pk)).content.decode()
    asked = mara.get(at("remove", sam.pk))
    assert "Take Sam out of this page? Then they can no longer open it, from now on and on every device." in read(asked)
    assert Membership.objects.live().filter(pk=sam.pk).exists()

    answer = mara.post(at("remove", sam.pk), follow=True)

    assert not Membership.objects.live().filter(pk=sam.pk).exists()
    page = parts(answer.content.decode())
    [said] = page.find("p", role="status")
    assert page.text(said) == "Sam was taken out of this page. Ask them in again"
    assert [link["href"] for link in page.find("a", within=said)] == [f"{at('ask_in')}?circle=20"]
    assert mara.get(at("remove", sam.pk)).status_code == 404


def test_of_a_page_for_everyone_nobody_is_told_that_they_cannot_open_it(mara, at, sam, memorial):
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)

    assert "Then they only see what everyone sees, from now on" in read(mara.get(at("remove", sam.pk)))


def test_a_keeper_is_not_taken_out_like_that(mara, at, memorial, people):
    theo = Membership.objects.get(memorial=memorial, person=people["theo"])

    assert mara.get(at("remove", theo.pk)).status_code == 404


@pytest.mark.parametrize("removed", ["x", "", "9" * 30, "999999", "-1"])
def test_nobody_is_said_to_be_taken_out_who_was_not(removed, mara, at, sam):
    for value in (removed, sam.pk):
        page = parts(mara.get(f"{at('people')}?removed={value}").content.decode())
        assert page.find("p", role="status") == []


def test_of_another_page_nobody_is_said_to_be_taken_out(mara, at, other_memorial, people, elsewhere):
    theirs = inviting.bring_in(other_memorial, people["sam"], Circle.FRIENDS, asked_by=people["noor"])
    inviting.take_out(theirs)

    page = parts(mara.get(f"{at('people')}?removed={theirs.pk}").content.decode())

    assert page.find("p", role="status") == []


def test_an_invitation_is_taken_back_after_a_question(mara, at, keeper):
    invitation, _token = inviting.ask_in("Lena", Circle.FRIENDS, by=keeper)
    assert at("take_back", invitation.pk) in mara.get(at("people")).content.decode()
    said = "Take back the invitation for Lena? Nobody comes in by this link then. You can always make another."
    assert said in read(mara.get(at("take_back", invitation.pk)))
    assert Invitation.objects.open().filter(pk=invitation.pk).exists()

    assert mara.post(at("take_back", invitation.pk))["Location"] == at("people")

    assert not Invitation.objects.open().filter(pk=invitation.pk).exists()
    assert mara.get(at("take_back", invitation.pk)).status_code == 404


def test_a_link_is_ended_after_a_question(mara, at, keeper):
    link, _token = inviting.make_link("The neighbours", by=keeper)
    assert at("end_link", link.pk) in mara.get(at("people")).content.decode()
    said = "End the link for The neighbours? Whoever reads by this link can no longer open the page, from now on."
    assert said in read(mara.get(at("end_link", link.pk)))
    assert GuestLink.objects.open().filter(pk=link.pk).exists()

    assert mara.post(at("end_link", link.pk))["Location"] == at("people")

    assert not GuestLink.objects.open().filter(pk=link.pk).exists()
    assert mara.get(at("end_link", link.pk)).status_code == 404


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Hedda", "If Hedda can no longer come in, you can help. Help back in"),
        ("", "If they can no longer come in, you can help. Help back in"),
    ],
)
def test_a_member_s_page_says_that_you_can_help_them_back_in(name, sentence, mara, at, sam, people):
    type(people["sam"]).objects.filter(pk=people["sam"].pk).update(name=name)

    assert sentence in read(mara.get(at("member", sam.pk)))
