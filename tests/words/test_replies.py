"""Answers: to one, or one text to many, met beside one's own words by a link that nothing uses up."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.models import Version
from snowdrop.words import book, door, leaving, mending, replies
from snowdrop.words.models import Book, KindWord, Thanks
from snowdrop.words.models.kind_word import id_of
from snowdrop.words.said import Said
from tests.access.test_matrix import writes


@pytest.fixture
def let_in(leave, reader):
    def done(text="She taught me to swim.", *, once="", **more) -> KindWord:
        word = leave(text, once=once, **more)
        door.let_in([word.pk], by=reader)
        return KindWord.objects.get(pk=word.pk)

    return done


def answer_to(once: str) -> str | None:
    """What whoever wrote with this secret is answered."""
    word = mending.find(once)
    assert word is not None
    thanks = replies.met_with(word)
    return thanks.text if thanks else None


def test_a_reply_is_met_by_the_one_who_wrote(let_in, keeper):
    word = let_in(once="hers")
    let_in(once="his")

    replies.reply(word, "We read it by the sea.", by=keeper)

    assert (answer_to("hers"), answer_to("his")) == ("We read it by the sea.", None)
    assert mail.outbox == []


def test_one_text_is_met_by_all_whose_words_were_let_in_and_by_nobody_else(let_in, leave, reader, keeper):
    let_in(once="one")
    let_in(once="two")
    leave(once="waits")
    door.turn_away([leave(once="not shown").pk], by=reader)

    replies.thank("Thank you, all of you.", by=keeper)

    met = {once: answer_to(once) for once in ("one", "two", "waits", "not shown")}
    assert met == {"one": "Thank you, all of you.", "two": "Thank you, all of you.", "waits": None, "not shown": None}


def test_a_text_to_the_chosen_is_met_by_them_alone(let_in, leave, keeper):
    chosen, waits = let_in(once="chosen"), leave(once="waits")
    let_in(once="other")

    replies.thank("To the choir.", by=keeper, chosen=[chosen.pk, waits.pk])

    assert [answer_to(once) for once in ("chosen", "waits", "other")] == ["To the choir.", None, None]


def test_a_text_to_many_never_stands_in_place_of_an_earlier_answer_and_a_reply_does(let_in, keeper):
    word = let_in(once="hers")
    replies.reply(word, "For you alone.", by=keeper)
    replies.thank("To all.", by=keeper)
    assert answer_to("hers") == "For you alone."

    other = let_in(once="his")
    replies.thank("To all who came since.", by=keeper)
    assert answer_to("his") == "To all who came since."
    replies.reply(other, "And for you.", by=keeper)
    assert (answer_to("hers"), answer_to("his")) == ("For you alone.", "And for you.")


def test_those_who_wrote_since_are_reached_when_a_keeper_wishes_it_and_not_before(let_in, keeper, monkeypatch):
    monkeypatch.setattr(replies, "AT_ONCE", 2)
    for number in range(5):
        let_in(once=f"early {number}")
    thanks = replies.thank("To all.", by=keeper)
    let_in(once="late")
    assert [answer_to(f"early {number}") for number in range(5)] == ["To all."] * 5
    assert answer_to("late") is None

    replies.reach_those_who_came_since(thanks, by=keeper)
    replies.reach_those_who_came_since(thanks, by=keeper)

    assert answer_to("late") == "To all."


def test_an_answer_written_anew_is_met_as_it_stands_and_its_earlier_words_are_kept(let_in, keeper, second_keeper):
    thanks = replies.reply(let_in(once="hers"), "Thank you.", by=keeper)

    replies.write_anew(thanks, "Thank you, Ines.", by=second_keeper)

    assert answer_to("hers") == "Thank you, Ines."
    assert [version.words for version in Version.objects.filter(keeping=thanks.pk)] == [{"text": "Thank you."}]
    assert replies.reply(mending.find("hers"), "Once more.", by=keeper).pk == thanks.pk


def test_an_answer_taken_back_is_met_by_nobody_until_it_is_brought_back(let_in, keeper):
    thanks = replies.thank("To all.", by=keeper) if let_in(once="hers") else None
    assert thanks is not None
    replies.take_back(thanks, by=keeper)
    replies.take_back(thanks, by=keeper)
    assert answer_to("hers") is None

    replies.bring_back(thanks, by=keeper)

    assert answer_to("hers") == "To all."


def test_an_answer_stays_with_its_writer_when_the_words_wait_again(let_in, reader, keeper):
    word = let_in(once="hers")
    replies.reply(word, "Thank you.", by=keeper)

    door.undo([word.pk], by=reader)
    assert answer_to("hers") == "Thank you."
    door.turn_away([word.pk], by=reader)
    assert answer_to("hers") == "Thank you."
    mending.take_back(mending.find("hers"))
    assert answer_to("hers") == "Thank you."


def test_nobody_but_a_keeper_of_this_page_answers(let_in, keeper, family, friend, opened, people, other_memorial):
    word = let_in()
    thanks = replies.thank("To all.", by=keeper)
    noor = stand(other_memorial, people["noor"])
    for viewer in (family, friend, stand(opened, None), noor):
        with pytest.raises(NotForYou):
            replies.reply(word, "x", by=viewer)
        for do in (replies.take_back, replies.bring_back, replies.reach_those_who_came_since):
            with pytest.raises(NotForYou):
                do(thanks, by=viewer)
        with pytest.raises(NotForYou):
            replies.write_anew(thanks, "x", by=viewer)
    with pytest.raises(NotForYou):
        replies.thank("x", by=family)

    assert list(Thanks.objects.values_list("text", "taken_back_at")) == [("To all.", None)]


def test_nobody_answers_what_was_not_let_in_nor_what_came_elsewhere(leave, let_in, keeper):
    waits, brought = leave(), let_in()
    KindWord.objects.filter(pk=brought.pk).update(came=KindWord.Came.MAIL)
    for word in (waits, brought):
        with pytest.raises(NotForYou):
            replies.reply(word, "x", by=keeper)
    replies.thank("To all.", by=keeper)

    assert list(KindWord.objects.exclude(thanks=None)) == []


# -- by the writer's own link ------------------------------------------------------------------------------


def look(client, once: str) -> str:
    return client.get(reverse("words:mine", args=[once])).content.decode()


def test_the_link_shows_the_answer_however_often_a_scanner_opened_it(let_in, keeper, client):
    replies.reply(let_in(once="hers"), "We read it <b>by</b> the sea.", by=keeper)
    with writes() as written:
        for _time in range(20):
            client.head(reverse("words:mine", args=["hers"]))
            look(client, "hers")

    assert written == []
    assert "We read it &lt;b&gt;by&lt;/b&gt; the sea." in look(client, "hers")


STATES = {
    "waits": lambda word, reader, keeper: None,
    "not shown": lambda word, reader, keeper: door.turn_away([word.pk], by=reader),
    "not shown by a keeper": lambda word, reader, keeper: (
        door.ask_family([word.pk], by=reader),
        door.say_no(word, by=keeper),
    ),
    "asked about": lambda word, reader, keeper: door.ask_family([word.pk], by=reader),
    "shown, then not": lambda word, reader, keeper: (
        door.let_in([word.pk], by=reader),
        door.undo([word.pk], by=reader),
        door.turn_away([word.pk], by=reader),
    ),
    "taken off the page": lambda word, reader, keeper: (
        door.let_in([word.pk], by=reader),
        keepings.put_away(KindWord.objects.get(pk=word.pk), by=keeper),
    ),
}


def but_for_the_words(answer, word: KindWord, once: str) -> tuple[int, list, str]:
    """Everything of an answer but the words, the secret and the key of its form, which differ every time."""
    text = answer.content.decode().replace(word.text, "WORDS").replace(str(word.pk), "ID").replace(once, "ONCE")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    heads = sorted((name, value.replace(once, "ONCE")) for name, value in answer.headers.items())
    return answer.status_code, [one for one in heads if one[0] != "Content-Length"], text


@pytest.mark.parametrize("state", [state for state in STATES if state != "waits"])
def test_whoever_wrote_never_learns_by_their_link_that_words_are_not_shown(state, leave, reader, keeper, client):
    """Reading, mending, taking back and leaving again: alike, byte for byte but for the words."""

    def all_answers(once: str, what: str) -> list[tuple[int, list, str]]:
        word = leave(f"Text {once}", once=once)
        STATES[what](word, reader, keeper)
        address = reverse("words:mine", args=[once])
        mended = {"do": "mend", "text": f"Text {once}", "signed": "Somebody else"}
        answers = [
            client.get(address),
            client.post(address, {"do": "mend", "text": "", "signed": ""}),
            client.post(address, mended),
            client.get(f"{address}?mended=yes"),
            client.post(address, {"do": "take_back"}),
            client.get(address),
            client.post(address, mended),
            client.post(address, {"do": "leave_again"}),
            client.get(address),
            client.get(f"{address}?mend=yes"),
        ]
        return [but_for_the_words(answer, word, once) for answer in answers]

    assert all_answers("a-secret", state) == all_answers("b-secret", "waits")


def test_mending_what_the_family_took_off_the_page_does_not_bring_it_back(let_in, keeper, reader):
    word = let_in(once="hers")
    keepings.put_away(word, by=keeper)

    mending.mend(word, Said("A neighbour", "Other words."))

    assert (list(KindWord.objects.visible_to(keeper)), list(KindWord.objects.at_the_door(reader))) == ([], [])


# -- signed in -----------------------------------------------------------------------------------------------


def test_a_member_meets_the_answer_beside_their_words_and_nobody_else_does(
    let_in, leave, opened, keeper, friend, people, client_for
):
    book.show_to(20, by=keeper)
    word = let_in("From Sam.", by=stand(opened, people["sam"]))
    replies.reply(word, "Thank you, Sam.", by=keeper)
    address, yours = reverse("words:word", args=[opened.slug, word.pk]), reverse("words:yours", args=[opened.slug])

    def met(who) -> list[bool]:
        return ["Thank you, Sam." in client_for(who).get(page).content.decode() for page in (address, yours)]

    assert {name: met(people[name]) for name in ("sam", "ines", "mara")} == {
        "sam": [True, True],
        "ines": [False, False],
        "mara": [True, False],
    }
    assert yours in client_for(people["sam"]).get(reverse("words:room", args=[opened.slug])).content.decode()
    assert yours not in client_for(people["ines"]).get(reverse("words:room", args=[opened.slug])).content.decode()


@pytest.mark.parametrize("state", [state for state in STATES if state != "waits"])
def test_whoever_wrote_never_learns_signed_in_that_words_are_not_shown(
    state, opened, leave, reader, keeper, people, client_for
):
    sam = stand(opened, people["sam"])
    client, address = client_for(sam), reverse("words:yours", args=[opened.slug])

    def all_answers(once: str, what: str) -> list[tuple[int, list, str]]:
        word = leave(f"Text {once}", once=once, by=sam)
        STATES[what](word, reader, keeper)
        answers = [
            client.get(address),
            client.post(address, {"do": "take_back", "id": str(word.pk)}),
            client.get(address),
            client.post(address, {"do": "leave_again", "id": str(word.pk)}),
            client.get(address),
        ]
        KindWord.objects.filter(pk=word.pk).delete()
        return [but_for_the_words(answer, word, once) for answer in answers]

    assert all_answers("a-secret", state) == all_answers("b-secret", "waits")


def test_nobody_takes_back_the_words_of_another(let_in, opened, people, client_for):
    word = let_in(by=stand(opened, people["sam"]))
    answer = client_for(people["ines"]).post(
        reverse("words:yours", args=[opened.slug]), {"do": "take_back", "id": str(word.pk)}
    )

    assert answer.status_code == 404
    assert KindWord.objects.get(pk=word.pk).taken_back_at is None


# -- a keeper's pages ------------------------------------------------------------------------------------------


def test_a_keeper_answers_one_and_many_on_pages(let_in, leave, opened, keeper, client_for):
    client = client_for(keeper)
    word, *_others = let_in(once="one"), let_in(once="two"), let_in(once="three"), leave("cruel", signed="Hidden")
    reply = reverse("words:reply", args=[opened.slug, word.pk])
    assert client.post(reply, {"text": " "}).status_code == 422
    assert client.post(reply, {"text": "x" * 2_001}).status_code == 422
    assert client.post(reply, {"text": "For you."}).status_code == 302

    thank = reverse("words:thank", args=[opened.slug])
    page = client.get(thank).content.decode()
    assert (str(word.pk) in page, str(id_of("two")) in page, "Hidden" in page) == (False, True, False)
    assert client.post(thank, {"text": "To two.", "to": "chosen"}).status_code == 422
    assert client.post(thank, {"text": "To two.", "to": "chosen", "chosen": [str(id_of("two"))]}).status_code == 302
    assert client.post(thank, {"text": "To all.", "to": "all"}).status_code == 302

    assert [answer_to(once) for once in ("one", "two", "three")] == ["For you.", "To two.", "To all."]
    listed = client.get(reverse("words:thanks", args=[opened.slug])).content.decode()
    assert [text in listed for text in ("For you.", "To two.", "To all.")] == [True] * 3


def test_a_keeper_changes_takes_back_and_brings_back_an_answer(let_in, opened, keeper, client_for):
    client, word = client_for(keeper), let_in(once="one")
    thanks = replies.reply(word, "Thank you.", by=keeper)
    address = reverse("words:change_thanks", args=[opened.slug, thanks.pk])
    for do, met in (("take_back", None), ("bring_back", "Thank you."), ("write_anew", "Thank you all.")):
        assert client.post(address, {"do": do, "text": "Thank you all."}).status_code == 302
        assert answer_to("one") == met
    assert client.post(address, {"do": "drop"}).status_code == 404


def test_a_word_let_in_at_once_is_answered_like_any_other(opened, keeper, people):
    book.answer(Book.FirstReader.US, by=keeper)
    book.let_in_at_once(20, by=keeper)
    word, _what = leaving.leave(Said("Sam", "From Sam."), once="his", by=stand(opened, people["sam"]))

    replies.reply(word, "Thank you, Sam.", by=keeper)

    assert answer_to("his") == "Thank you, Sam."
