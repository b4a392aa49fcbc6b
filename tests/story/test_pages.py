"""The pages of the story, as a browser and as a client meets them."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from snowdrop.dates.edtf import parse
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Memorial, Name
from snowdrop.story import drafts, placing, writing
from snowdrop.story.models import Draft, Moment, Placed
from snowdrop.story.pages import PAGE

JSON = {"HTTP_ACCEPT": "application/json"}
WORDS = "We never settled on a name."


def url(name, memorial, *args):
    return reverse(f"story:{name}", args=[memorial.slug, *args])


def shown_titles(response):
    return [moment.title for moment in response.context["moments"]]


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# Writing


def test_the_first_words_need_one_field_and_lead_back_to_the_page(memorial, keeper, client_for):
    answer = client_for(keeper).post(url("write", memorial), {"text": WORDS})

    assert (answer.status_code, answer.url) == (302, f"/m/{memorial.slug}/?kept=yes")
    assert list(Moment.objects.values_list("text", "title", "audience")) == [(WORDS, "", Circle.KEEPERS)]


def test_the_whole_form_keeps_everything_that_was_chosen(memorial, keeper, client_for, photograph_of):
    photograph = photograph_of(keeper)
    typed = {
        "text": WORDS,
        "title": "The name",
        "date_day": "",
        "date_month": "23",
        "date_year": "2019",
        "date_near": "",
        "is_letter": "on",
        "audience": "friends",
        "placed": [str(photograph.pk)],
    }

    answer = client_for(keeper).post(url("write", memorial), typed)

    moment = Moment.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/m/{memorial.slug}/open/")
    assert (moment.title, str(moment.date), moment.is_letter) == ("The name", "2019-23", True)
    assert moment.audience == Circle.FRIENDS
    assert list(Placed.objects.values_list("photograph", flat=True)) == [photograph.pk]


@pytest.mark.parametrize(
    ("audience", "says"),
    [("friends", True), ("link", True), ("keepers", False), ("self", False)],
)
def test_what_is_written_for_more_than_the_keepers_says_that_nobody_was_told(
    memorial, keeper, client_for, audience, says
):
    answer = client_for(keeper).post(url("write", memorial), {"text": WORDS, "audience": audience}, follow=True)

    told = text_of(answer)
    assert ("Nobody has been told" in told, WORDS in told) == (says, not says)


def test_a_friend_s_words_lead_to_where_they_wait(memorial, friend, client_for):
    answer = client_for(friend).post(url("write", memorial), {"text": WORDS, "audience": "friends"})

    assert answer.url == url("waiting", memorial, Moment.objects.get().pk)


def test_words_kept_without_a_file_that_came_with_them_say_too_that_nobody_was_told(memorial, keeper, client_for):
    Memorial.objects.update(audience=Circle.FRIENDS)
    typed = {"text": WORDS, "audience": "friends", "photographs": SimpleUploadedFile("a.html", b"<html></html>")}

    answer = client_for(keeper).post(url("write", memorial), typed)

    assert "Nobody has been told." in text_of(answer)
    assert f"/m/{memorial.slug}/let-know/" in answer.content.decode()


def test_a_client_gets_an_answer_it_can_hold_us_to(memorial, keeper, client_for):
    browser = client_for(keeper)
    text = "0123 " * 40  # ends in a space, which is kept too

    answer = browser.post(
        url("write", memorial), {"text": text, "title": "T", "audience": "friends", "date": "1993-05~"}, **JSON
    )

    moment = Moment.objects.get()
    address = url("moment", memorial, moment.pk)
    assert answer.status_code == 201
    assert answer.json() == {"id": str(moment.pk), "url": address, "sha": moment.digest}
    assert browser.get(address, **JSON).json() == {
        "id": str(moment.pk),
        "title": "T",
        "text": text,
        "date": "1993-05~",
        "url": address,
    }


def test_a_client_that_may_not_read_gets_nothing(memorial, keeper, friend, client_for, moment_of):
    moment = moment_of(keeper, WORDS)

    assert client_for(keeper).get(url("moment", memorial, moment.pk), **JSON).status_code == 200
    assert client_for(friend).get(url("moment", memorial, moment.pk), **JSON).status_code == 404


REFUSED = [
    ("nothing", {"text": "  \n "}, {"text": ["There are no words here yet. There is no hurry."]}),
    (
        "a title of ten thousand characters",
        {"text": WORDS, "title": "x" * 10_000},
        {"title": ["A title can have up to 200 characters; this one has 10,000. The words below can be longer."]},
    ),
    (
        "more words than a page holds",
        {"text": "x" * 100_002},
        {
            "text": [
                "This is longer than one page here can hold: 100,000 characters, and there are 2 more. "
                "Nothing of it is gone. Perhaps it can become two."
            ]
        },
    ),
    (
        "30 February",
        {"text": WORDS, "date_day": "30", "date_month": "2", "date_year": "2021"},
        {"date": ["There is no 30 February. In 2021 this month has 28 days."]},
    ),
    ("30 February from a client", {"text": WORDS, "date": "2021-02-30"}, {"date": ["There is no day 2021-02-30."]}),
    ("an audience nobody has", {"text": WORDS, "audience": "neighbours"}, None),
    (
        "a photograph that is not here",
        {"text": WORDS, "placed": [str(uuid.uuid4())]},
        {"placed": ["One of these photographs is not here any more."]},
    ),
    (
        "a photograph that is none",
        {"text": WORDS, "placed": ["../../x"]},
        {"placed": ["One of these photographs is not here any more."]},
    ),
]


@pytest.mark.parametrize(("what", "typed", "errors"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be_kept_gets_a_clear_sentence_and_keeps_the_words(
    what, typed, errors, memorial, keeper, client_for
):
    browser = client_for(keeper)

    answer = browser.post(url("write", memorial), typed, **JSON)
    page = browser.post(url("write", memorial), typed)

    assert (answer.status_code, page.status_code) == (422, 422)
    if errors is None:
        assert list(answer.json()["errors"]) == ["audience"]
    else:
        assert answer.json()["errors"] == errors
    assert page.context["form"]["text"].value() == typed["text"]
    assert list(Moment.objects.all()) == []


def test_a_friend_cannot_write_to_only_us(memorial, friend, client_for):
    answer = client_for(friend).post(url("write", memorial), {"text": WORDS, "audience": "keepers"}, **JSON)

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["audience"])
    assert list(Moment.objects.all()) == []


KEPT_AS = [
    ("NUL", "before\0after", "beforeafter"),
    ("a line end of Windows", "one\r\ntwo", "one\ntwo"),
    ("emoji", "🕯️👣🏳️‍🌈", "🕯️👣🏳️‍🌈"),
    ("right-to-left", "كتبنا لك\u202e!", "كتبنا لك\u202e!"),
    ("HTML", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("spaces at the end", "so  ", "so  "),
    ("a hundred thousand characters", "x" * 100_000, "x" * 100_000),
]


@pytest.mark.parametrize(("what", "typed", "kept"), KEPT_AS, ids=[case[0] for case in KEPT_AS])
def test_words_are_kept_as_they_were_typed(what, typed, kept, memorial, keeper, client_for):
    answer = client_for(keeper).post(url("write", memorial), {"text": typed, "title": typed[:200]}, **JSON)

    assert answer.status_code == 201
    assert Moment.objects.get().text == kept


def test_three_megabytes_of_text_are_turned_down_whole_and_nothing_is_kept(memorial, keeper, client_for):
    answer = client_for(keeper).post(url("write", memorial), {"text": "x" * 3_000_000})

    assert answer.status_code == 413
    assert "That is too large to send at once" in text_of(answer)
    assert list(Moment.objects.all()) == []


def test_pressing_twice_keeps_one_moment(memorial, keeper, client_for):
    browser = client_for(keeper)
    id = browser.get(url("write", memorial)).context["id"]

    for _time in range(2):
        browser.post(url("write", memorial), {"text": WORDS, "id": str(id), "audience": "keepers"})

    assert list(Moment.objects.values_list("pk", flat=True)) == [id]


# Photographs with it


def upload(picture, name, as_name=None):
    return SimpleUploadedFile(as_name or name, picture(name).read_bytes(), "image/jpeg")


def a_picture(picture):
    folder = picture("family")
    return next(f"family/{file.name}" for file in sorted(folder.iterdir()) if file.suffix.lower() in (".jpg", ".jpeg"))


def test_photographs_come_with_the_words_and_are_seen_by_the_same_people(memorial, keeper, friend, client_for, picture):
    file = upload(picture, a_picture(picture), "first.jpg")

    client_for(keeper).post(url("write", memorial), {"text": "", "audience": "friends", "photographs": [file]})

    photograph = Photograph.objects.get()
    page = client_for(friend).get(url("moment", memorial, Moment.objects.get().pk))
    assert (photograph.audience, photograph.came_as) == (Circle.FRIENDS, "first.jpg")
    assert [one.url for one in page.context["moment"].photographs] == [
        reverse("keepsakes:photograph", args=[memorial.slug, photograph.pk])
    ]


def test_a_friends_photographs_wait_with_the_words(memorial, keeper, friend, client_for, picture):
    file = upload(picture, a_picture(picture))
    browser = client_for(friend)

    browser.post(url("write", memorial), {"text": WORDS, "audience": "friends", "photographs": [file]})

    moment, photograph = Moment.objects.get(), Photograph.objects.get()
    assert (moment.is_waiting, photograph.is_waiting) == (True, True)
    page = browser.get(url("waiting", memorial, moment.pk))
    assert (page.status_code, len(page.context["photographs"])) == (200, 1)
    client_for(keeper).post(url("let_show", memorial, moment.pk))
    assert len(browser.get(url("room", memorial)).context["moments"][0].photographs) == 1


def test_a_file_that_is_no_photograph_is_named_and_the_words_are_kept(memorial, keeper, client_for, picture):
    good = upload(picture, a_picture(picture))
    bad = SimpleUploadedFile("notes.pdf", b"%PDF-1.4 not a photograph", "application/pdf")

    answer = client_for(keeper).post(
        url("write", memorial), {"text": WORDS, "audience": "keepers", "photographs": [good, bad]}
    )

    assert answer.status_code == 422
    sentence = "This is a PDF document. It can be added on the page “Add photographs or recordings”."
    assert [(file.name, str(file.sentence)) for file in answer.context["refused"]] == [("notes.pdf", sentence)]
    assert "Your words are kept." in text_of(answer)
    assert list(Moment.objects.values_list("text", flat=True)) == [WORDS]
    assert len(Placed.objects.all()) == 1


def test_a_client_is_told_of_such_a_file_before_anything_is_shown(memorial, keeper, client_for):
    bad = SimpleUploadedFile("notes.pdf", b"%PDF-1.4 not a photograph", "application/pdf")

    answer = client_for(keeper).post(url("write", memorial), {"text": WORDS, "photographs": [bad]}, **JSON)

    assert (answer.status_code, answer.json()) == (
        422,
        {
            "errors": {
                "photographs": [
                    "notes.pdf: This is a PDF document. It can be added on the page “Add photographs or recordings”."
                ]
            }
        },
    )
    assert list(Moment.objects.all()) == []


def test_photographs_stay_chosen_when_something_else_is_not_right_yet(memorial, keeper, client_for, picture):
    file = upload(picture, a_picture(picture))

    answer = client_for(keeper).post(
        url("write", memorial), {"text": "", "title": "x" * 201, "audience": "keepers", "photographs": [file]}
    )

    photograph = Photograph.objects.get()
    assert answer.status_code == 422
    assert [(one["id"], one["is_chosen"]) for one in answer.context["shelf"]] == [(photograph.pk, True)]
    assert photograph.audience == Circle.SELF


def test_without_pictures_there_is_no_place_for_any(memorial, keeper, client_for, moment_of, photograph_of):
    moment = moment_of(keeper, WORDS, photographs=[photograph_of(keeper)])
    Memorial.objects.update(shows_pictures=False)
    browser = client_for(keeper)

    write, room = browser.get(url("write", memorial)), browser.get(url("room", memorial))

    assert ("photographs" in write.context["form"].fields, 'type="file"' in write.content.decode()) == (False, False)
    assert [one.photographs for one in room.context["moments"]] == [[]]
    assert "<img" not in room.content.decode()
    assert browser.get(url("photographs", memorial, moment.pk)).status_code == 404


def test_photographs_are_ordered_and_taken_out_with_plain_buttons(
    memorial, keeper, client_for, moment_of, photograph_of
):
    a, b = photograph_of(keeper), photograph_of(keeper)
    moment = moment_of(keeper, WORDS, photographs=[a, b])
    page, browser = url("photographs", memorial, moment.pk), client_for(keeper)

    browser.post(page, {"earlier": str(b.pk)})
    assert [one["id"] for one in browser.get(page).context["placed"]] == [b.pk, a.pk]

    browser.post(page, {"take_off": str(b.pk)})
    browser.post(page, {"placed": [str(b.pk)]})
    assert [one["id"] for one in browser.get(page).context["placed"]] == [a.pk, b.pk]
    assert [one["id"] for one in browser.get(url("choose", memorial, moment.pk)).context["shelf"]] == []


# Drafts


def test_a_draft_is_kept_by_a_button_and_found_again_as_it_was_left(memorial, keeper, client_for):
    browser = client_for(keeper)
    id = uuid.uuid4()
    typed = {"id": str(id), "text": "Half a sent", "title": "x" * 300, "date_day": "30", "date_month": "2"}

    answer = browser.post(url("draft", memorial), typed)
    page = browser.get(Draft.objects.get().get_absolute_url())

    assert (answer.status_code, answer.url) == (302, url("drafts", memorial))
    form = page.context["form"]
    assert (form["text"].value(), form["title"].value(), page.context["id"]) == ("Half a sent", "x" * 300, id)
    assert form["date"].value()[:2] == ("30", "2")
    assert [draft.pk for draft in browser.get(url("drafts", memorial)).context["drafts"]] == [id]


def test_a_script_keeps_a_draft_and_is_told_so(memorial, keeper, client_for):
    id = uuid.uuid4()

    answer = client_for(keeper).post(url("draft", memorial), {"id": str(id), "text": "Half a sent"}, **JSON)

    draft = Draft.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": str(id), "url": url("drafts", memorial), "sha": draft.digest}


def test_a_drafts_photographs_are_kept_and_open_with_the_words(memorial, keeper, friend, client_for, picture):
    browser = client_for(keeper)
    id = uuid.uuid4()
    file = upload(picture, a_picture(picture))
    browser.post(url("draft", memorial), {"id": str(id), "text": "Half", "photographs": [file]})
    page = browser.get(Draft.objects.get().get_absolute_url())
    chosen = [str(one["id"]) for one in page.context["shelf"] if one["is_chosen"]]

    browser.post(url("write", memorial), {"id": str(id), "text": "Whole", "audience": "friends", "placed": chosen})

    assert list(Draft.objects.all()) == []
    assert len(client_for(friend).get(url("room", memorial)).context["moments"][0].photographs) == 1


def test_the_scripts_last_word_after_the_moment_was_kept_leaves_no_draft(memorial, keeper, client_for):
    browser = client_for(keeper)
    typed = {"id": str(uuid.uuid4()), "text": WORDS, "audience": "keepers"}
    browser.post(url("write", memorial), typed)

    answer = browser.post(url("draft", memorial), typed, **JSON)

    assert answer.status_code == 201
    assert list(Draft.objects.all()) == []


def test_going_back_to_the_draft_of_words_that_were_kept_leads_to_the_words(memorial, keeper, client_for):
    browser, draft = client_for(keeper), drafts.keep({"text": [WORDS]}, by=keeper)
    kept = browser.post(url("write", memorial), {"id": str(draft.pk), "text": WORDS, "audience": "keepers"})

    back = browser.get(draft.get_absolute_url())

    assert (back.status_code, back.url) == (302, kept.url)


def test_the_draft_of_a_change_is_offered_and_the_page_stays_as_it_is(memorial, keeper, client_for, moment_of):
    moment = moment_of(keeper, "As it stands.")
    browser = client_for(keeper)

    browser.post(url("draft", memorial), {"moment": str(moment.pk), "text": "As it may sta"}, **JSON)

    assert browser.get(url("change", memorial, moment.pk)).context["form"]["text"].value() == "As it may sta"
    assert [one.html for one in browser.get(url("room", memorial)).context["moments"]] == ["<p>As it stands.</p>"]


def test_nobody_opens_anybody_elses_draft(memorial, keeper, second_keeper, friend, client_for):
    draft = drafts.keep({"text": ["Mara's"]}, by=keeper)

    for other in (second_keeper, friend):
        assert client_for(other).get(draft.get_absolute_url()).status_code == 404
        assert client_for(other).get(url("drafts", memorial)).context["drafts"] == []


# Reading


def test_the_story_is_read_from_its_beginning_and_turned_page_by_page(memorial, keeper, client_for, moment_of):
    for number in range(PAGE * 2 + 1):
        moment_of(keeper, WORDS, title=str(number), date=parse("1993"))
    browser = client_for(keeper)

    first = browser.get(url("room", memorial))
    second = browser.get(first.context["later_url"])
    third = browser.get(second.context["later_url"])

    assert [shown_titles(page) for page in (first, second, third)] == [
        [str(number) for number in range(PAGE)],
        [str(number) for number in range(PAGE, PAGE * 2)],
        [str(PAGE * 2)],
    ]
    assert (first.context["earlier_url"], third.context["later_url"]) == ("", "")
    assert shown_titles(browser.get(third.context["earlier_url"])) == shown_titles(second)
    back = browser.get(browser.get(third.context["earlier_url"]).context["earlier_url"])
    assert (shown_titles(back), back.context["earlier_url"]) == (shown_titles(first), "")


@pytest.mark.parametrize("at", ["after", "before"])
def test_a_page_that_begins_at_something_hidden_or_gone_is_the_beginning(
    at, memorial, keeper, friend, client_for, moment_of
):
    hidden = moment_of(keeper, WORDS)
    for id in (hidden.pk, uuid.uuid4(), "x"):
        answer = client_for(friend).get(url("room", memorial), {at: str(id)})
        assert (answer.status_code, answer.url) == (302, url("room", memorial))


def test_one_goes_from_a_moment_to_the_next_past_what_one_may_not_see(memorial, keeper, friend, client_for, moment_of):
    a = moment_of(keeper, WORDS, audience=Circle.FRIENDS)
    moment_of(keeper, "Only us.")
    b = moment_of(keeper, WORDS, audience=Circle.FRIENDS)
    browser = client_for(friend)

    first, last = (browser.get(url("moment", memorial, one.pk)) for one in (a, b))

    assert (first.context["before"], first.context["after"]) == (None, b)
    assert (last.context["before"], last.context["after"]) == (a, None)


def test_a_picture_one_may_not_see_is_simply_absent(memorial, keeper, friend, client_for, moment_of, photograph_of):
    close, open_ = photograph_of(keeper, Circle.KEEPERS), photograph_of(keeper, Circle.FRIENDS)
    moment_of(keeper, WORDS, audience=Circle.FRIENDS, photographs=[close, open_])
    moment_of(keeper, "", audience=Circle.FRIENDS, photographs=[close])

    seen = {
        who: [len(moment.photographs) for moment in client_for(viewer).get(url("room", memorial)).context["moments"]]
        for who, viewer in (("keeper", keeper), ("friend", friend))
    }

    assert seen == {"keeper": [2, 1], "friend": [1]}
    assert str(close.pk) not in client_for(friend).get(url("room", memorial)).content.decode()


def test_a_keeper_who_reads_as_friends_stays_with_them_from_page_to_page(memorial, keeper, client_for, moment_of):
    for number in range(PAGE + 1):
        moment_of(keeper, WORDS, title=str(number), audience=Circle.FRIENDS)
    moment_of(keeper, WORDS, title="only us")
    browser = client_for(keeper)

    first = browser.get(url("room", memorial) + "?as=friends")
    second = browser.get(first.context["later_url"])

    assert first.context["moments"][0].url.endswith("?as=friends")
    assert (shown_titles(second), second.context["head"]["as_circle"]) == ([str(PAGE)], "People we asked in")
    assert [moment.ways for moment in second.context["moments"]] == [[]]


@pytest.mark.parametrize("name", ["Wren", ""])
def test_a_letter_is_to_them_with_and_without_a_name(name, memorial, keeper, client_for, moment_of):
    Name.objects.update(text=name or "x", is_chief=bool(name))
    moment_of(keeper, WORDS, is_letter=True)
    browser = client_for(keeper)

    page = browser.get(url("room", memorial))
    form = browser.get(url("write", memorial)).context["form"]

    assert page.context["moments"][0].to == ("To Wren" if name else "A letter")
    assert form["is_letter"].label == ("This is to Wren" if name else "This is written to the one this page is for")


def test_whom_it_is_about_is_asked_only_where_there_are_several(memorial, keeper, client_for):
    browser = client_for(keeper)
    assert "about" not in browser.get(url("write", memorial)).context["form"].fields
    second = Beloved.objects.create(
        memorial=memorial, writer=keeper.person, audience=Circle.LINK, order=1, shown_at=memorial.began_at
    )

    browser.post(url("write", memorial), {"text": WORDS, "audience": "keepers", "about": [str(second.pk)]})

    form = browser.get(url("write", memorial)).context["form"]
    assert [str(label) for _value, label in form.fields["about"].choices] == ["Wren", "The one without a name"]
    assert list(Moment.objects.get().about.all()) == [second]


# Waiting


def test_the_writer_of_what_waits_sees_it_and_is_told(memorial, friend, family, keeper, client_for):
    answer = client_for(friend).post(url("write", memorial), {"text": WORDS, "audience": "friends"})
    address = url("waiting", memorial, Moment.objects.get().pk)
    page = client_for(friend).get(address)

    assert (answer.status_code, answer.url) == (302, address)
    assert "This waits for the family." in text_of(page)
    assert client_for(friend).get(url("room", memorial)).context["moments"] == []
    assert client_for(keeper).get(address).status_code == 200
    assert client_for(family).get(address).status_code == 404


def test_once_shown_its_address_leads_to_the_moment(memorial, friend, keeper, client_for, moment_of):
    moment = moment_of(friend, WORDS)
    writing.let_show(moment, by=keeper)

    answer = client_for(friend).get(url("waiting", memorial, moment.pk))

    assert (answer.status_code, answer.url) == (302, url("moment", memorial, moment.pk))


def test_only_a_keeper_lets_it_show(memorial, friend, family, client_for, moment_of):
    moment = moment_of(friend, WORDS)

    for viewer in (friend, family):
        assert client_for(viewer).post(url("let_show", memorial, moment.pk)).status_code == 404

    moment.refresh_from_db()
    assert moment.is_waiting is True


# Changing


def test_changing_the_words_on_their_page(memorial, keeper, client_for, moment_of):
    moment = moment_of(keeper, "Before.")
    browser = client_for(keeper)
    was = browser.get(url("change", memorial, moment.pk)).context["was"]

    answer = browser.post(url("change", memorial, moment.pk), {"text": "After.", "was": was})

    assert (answer.status_code, answer.url) == (302, url("moment", memorial, moment.pk))
    listed = browser.get(url("versions", memorial, moment.pk)).context["versions"]
    assert [one["beginning"] for one in listed] == ["Before."]
    version = listed[0]["version"].pk
    assert "Before." in text_of(browser.get(url("version", memorial, moment.pk, version)))
    browser.post(url("bring_back", memorial, moment.pk, version))
    assert Moment.objects.get().text == "Before."


def test_two_at_once_are_told_and_pressing_again_keeps_both(memorial, keeper, second_keeper, client_for, moment_of):
    moment = moment_of(keeper, "As it was.")
    mara, theo = client_for(keeper), client_for(second_keeper)
    was = mara.get(url("change", memorial, moment.pk)).context["was"]
    theo.post(url("change", memorial, moment.pk), {"text": "Theo's.", "was": was})

    first = mara.post(url("change", memorial, moment.pk), {"text": "Mara's.", "was": was})
    again = re.search(r'name="was" value="(\w+)"', first.content.decode())[1]
    second = mara.post(url("change", memorial, moment.pk), {"text": "Mara's.", "was": again})

    assert (first.status_code, second.status_code) == (409, 302)
    assert "Somebody else changed this while you were writing." in text_of(first)
    listed = mara.get(url("versions", memorial, moment.pk)).context["versions"]
    assert [one["beginning"] for one in listed] == ["Theo's.", "As it was."]


def test_moving_a_moment_with_plain_buttons(memorial, keeper, friend, client_for, moment_of):
    a, b = moment_of(keeper, WORDS, title="a", audience=Circle.FRIENDS), moment_of(keeper, WORDS, title="b")
    browser = client_for(keeper)
    assert browser.get(url("moment", memorial, a.pk)).context["may_move_down"] is True

    browser.post(url("move", memorial, a.pk), {"way": "later"})

    assert shown_titles(browser.get(url("room", memorial))) == ["b", "a"]
    assert client_for(friend).post(url("move", memorial, a.pk), {"way": "earlier"}).status_code == 404
    assert client_for(friend).post(url("move", memorial, b.pk), {"way": "earlier"}).status_code == 404


ONLY_WRITERS = ["change", "versions", "photographs", "choose"]


@pytest.mark.parametrize("name", ONLY_WRITERS)
def test_who_may_change_it_opens_its_working_pages_and_nobody_else(
    name, memorial, keeper, second_keeper, friend, guest, stranger, elsewhere, client_for, moment_of
):
    moment = moment_of(keeper, WORDS, audience=Circle.LINK)
    address = url(name, memorial, moment.pk)

    answers = [
        client_for(who).get(address).status_code for who in (keeper, second_keeper, friend, guest, stranger, elsewhere)
    ]

    assert answers == [200, 200, 404, 404, 404, 404]


def test_a_reading_page_holds_nothing_of_whoever_reads_it(memorial, friend, family, client_for, moment_of, keeper):
    moment_of(keeper, WORDS, audience=Circle.FRIENDS)

    page = client_for(friend).get(url("room", memorial)).content.decode()

    assert page == client_for(family).get(url("room", memorial)).content.decode()
    assert ("csrfmiddlewaretoken" in page, "Sam" in page) == (False, False)


# Several at once


def lines(answer) -> list[tuple[str, str]]:
    return [(thing["title"], thing["audience"]) for thing in answer.context["things"]]


def test_several_moments_are_opened_and_taken_off_at_once(memorial, keeper, friend, client_for, moment_of):
    first, second, third = (moment_of(keeper, WORDS, title=title) for title in ("a", "b", "c"))
    browser = client_for(keeper)
    opened, away = (reverse(f"memorials:{name}", args=[memorial.slug]) for name in ("who_many", "put_away_many"))

    browser.post(opened, {"ids": [str(first.pk), str(third.pk)], "audience": str(Circle.FRIENDS.value)})
    after_opening = lines(browser.get(url("several", memorial)))
    browser.post(away, {"ids": [str(first.pk), str(second.pk)]})

    assert after_opening == [("a", "People we asked in"), ("b", "Only us"), ("c", "People we asked in")]
    assert lines(browser.get(url("several", memorial))) == [("c", "People we asked in")]
    assert list(Moment.objects.visible_to(friend)) == [third]
    assert set(Moment.objects.put_away_for(keeper)) == {first, second}


def test_a_moment_without_a_title_stands_there_with_its_first_words(memorial, keeper, client_for, moment_of):
    moment_of(keeper, "We never settled on a name.")

    assert lines(client_for(keeper).get(url("several", memorial))) == [("We never settled on a name.", "Only us")]


def test_one_chooses_among_what_one_may_change_oneself(memorial, keeper, friend, client_for, moment_of):
    theirs = moment_of(keeper, WORDS, title="theirs", audience=Circle.FRIENDS)
    moment_of(friend, WORDS, title="mine", audience=Circle.SELF)
    browser = client_for(friend)

    assert lines(browser.get(url("several", memorial))) == [("mine", "Only me")]
    for name in ("who_many", "put_away_many"):
        answer = browser.post(reverse(f"memorials:{name}", args=[memorial.slug]), {"ids": [str(theirs.pk)]})
        assert answer.status_code == 404


def test_a_long_list_goes_on_on_the_next_page(memorial, keeper, client_for, moment_of, monkeypatch):
    monkeypatch.setattr("snowdrop.story.views.several.PAGE", 2)
    for title in ("a", "b", "c"):
        moment_of(keeper, WORDS, title=title)
    browser = client_for(keeper)

    first = browser.get(url("several", memorial))
    then = browser.get(first.context["next_url"])
    back = browser.get(then.context["previous_url"])

    assert [[title for title, _ in lines(page)] for page in (first, then, back)] == [["a", "b"], ["c"], ["a", "b"]]


# However much there is


@pytest.fixture
def counted():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


@pytest.mark.parametrize(
    "page", ["room", "moment", "write", "change", "photographs", "choose", "several", "versions", "drafts"]
)
def test_a_page_asks_the_database_as_often_with_three_things_as_with_one(
    page, memorial, keeper, client_for, moment_of, photograph_of, counted
):
    browser = client_for(keeper)

    def add():
        moment = moment_of(keeper, WORDS, date=parse("1993"), photographs=[photograph_of(keeper)])
        photograph_of(keeper)
        placing.put_with(first or moment, [photograph_of(keeper)], by=keeper)
        writing.change(moment, by=keeper, title="", text="New.", date=parse("1993"), is_letter=False)
        drafts.keep({"text": ["On its way"]}, by=keeper)
        drafts.keep({"text": ["On its way"]}, by=keeper, moment=moment)
        return moment

    first = None
    first = add()
    address = url(
        page, memorial, *([first.pk] if page in ("moment", "change", "photographs", "choose", "versions") else [])
    )
    browser.get(address)
    with counted() as with_one:
        assert browser.get(address).status_code == 200
    add(), add()
    with counted() as with_three:
        assert browser.get(address).status_code == 200

    assert len(with_three) == len(with_one)


def test_lists_show_the_first_words_without_their_marks(memorial, keeper, client_for, moment_of):
    moments = [
        moment_of(keeper, "She had **long** fingers.\n\nAnd more."),
        moment_of(keeper, "\n\n# Winter\n\nIt snowed."),
        moment_of(keeper, "* 3 May 2020", title=""),
        moment_of(keeper, "![her hand](https://spy.example/x.gif)"),
        moment_of(keeper, "Words", title="2 * 3 = **six**"),
        moment_of(keeper, "x" * 100),
        moment_of(keeper, "---"),
    ]
    browser = client_for(keeper)

    several = browser.get(url("several", memorial)).context["things"]

    beginnings = {thing["id"]: thing["title"] for thing in several}
    assert [beginnings[moment.pk] for moment in moments] == [
        "She had long fingers.",
        "Winter",
        "* 3 May 2020",
        "her hand",
        "2 * 3 = **six**",
        "x" * 79 + "…",
        "",
    ]


def test_earlier_wordings_are_listed_by_their_words(memorial, keeper, client_for, moment_of):
    moment = moment_of(keeper, "She had **long** fingers.")
    writing.change(moment, by=keeper, title="", text="Other words.", date=None, is_letter=False)

    [listed] = client_for(keeper).get(url("versions", memorial, moment.pk)).context["versions"]

    assert listed["beginning"] == "She had long fingers."
