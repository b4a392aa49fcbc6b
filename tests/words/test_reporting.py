"""Something is wrong with these words: said by anybody who sees them, decided by whoever reads first."""

from __future__ import annotations

import pytest
from django.test import Client

from snowdrop.memorials import notices
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.words import book, door, mending, reading_first, reporting
from snowdrop.words.models import KindWord, Report
from snowdrop.words.said import Said


@pytest.fixture
def everyone(opened) -> Viewer:
    return stand(opened, None)


@pytest.fixture
def show(leave, reader, keeper, opened):
    """Let words in for everyone to see."""
    book.show_to(Circle.PUBLIC, by=keeper)

    def shown(text: str = "She was a dear.") -> KindWord:
        word = leave(text)
        door.let_in([word.pk], by=reader)
        word.refresh_from_db()
        return word

    return shown


def seen(viewer: Viewer) -> list[KindWord]:
    return list(KindWord.objects.visible_to(viewer))


def test_on_a_page_for_everyone_it_is_hidden_from_all_until_it_was_looked_at(show, everyone, reader, keeper):
    word = show()

    reporting.report(word, by=everyone, line="  It names\n my child. ")

    assert (seen(everyone), seen(keeper), seen(reader)) == ([], [], [])
    assert list(Report.objects.met_by(reader).values_list("word", "line")) == [(word.pk, "It names my child.")]
    assert [list(Report.objects.met_by(one)) for one in (keeper, everyone)] == [[], []]
    assert notices.of(keeper) == []


def test_looked_at_it_shows_again_to_those_who_saw_it_before(show, everyone, reader, keeper):
    word = show()
    KindWord.objects.filter(pk=word.pk).update(audience=Circle.LINK)
    guest = Viewer(word.memorial, None, Circle.LINK)
    reporting.report(word, by=guest)

    reporting.let_stand(word, by=reader)

    assert (seen(guest), seen(everyone), list(Report.objects.met_by(reader))) == ([word], [], [])


def test_it_can_be_shown_no_more_and_restored(show, everyone, reader, keeper):
    word = show()
    reporting.report(word, by=everyone)

    reporting.do_not_show(word, by=reader)

    assert (seen(keeper), list(KindWord.objects.at_the_door(reader))) == ([], [word])
    door.let_in([word.pk], by=reader)
    assert seen(everyone) == [word]


def test_what_was_looked_at_is_not_hidden_by_the_next_who_reports_it(show, everyone, reader):
    word = show()
    reporting.report(word, by=everyone)
    reporting.let_stand(word, by=reader)

    reporting.report(word, by=everyone, line="Again")

    assert (seen(everyone), [one.line for one in Report.objects.met_by(reader)]) == ([word], ["Again"])


def test_reporting_again_before_it_was_looked_at_adds_a_line_where_there_is_none_and_nothing_else(show, everyone):
    word = show()
    for line in ("", "first", "second"):
        KindWord.objects.filter(pk=word.pk).update(hidden_since=None)
        reporting.report(word, by=everyone, line=line)

    assert [one.line for one in Report.objects.all()] == ["first"]


def test_nobody_hides_a_whole_page_by_reporting(show, everyone, reader):
    words = [show(str(number)) for number in range(reporting.MOST_HIDDEN + 3)]
    for word in words:
        reporting.report(word, by=everyone)

    assert len(seen(everyone)) == 3
    assert Report.objects.met_by(reader).count() == len(words)


def test_nothing_is_hidden_where_nobody_would_look_or_the_keepers_do_not_want_it(show, everyone, reader, keeper):
    first, second = show("1"), show("2")
    book.hide_reported(False, by=keeper)
    reporting.report(first, by=everyone)
    assert len(seen(everyone)) == 2

    book.hide_reported(True, by=keeper)
    reading_first.stop(by=reader)
    reporting.report(second, by=everyone)
    assert len(seen(everyone)) == 2


def test_mended_words_are_read_anew_and_the_old_report_is_of_no_use(show, everyone, reader):
    word = show()
    reporting.report(word, by=everyone)
    mending.mend(word, Said("A neighbour", "Kinder words."))
    door.let_in([word.pk], by=reader)

    assert ([one.text for one in seen(everyone)], list(Report.objects.met_by(reader))) == (["Kinder words."], [])


def test_only_what_one_sees_can_be_reported(leave, show, everyone, opened, keeper, reader):
    waits = leave()
    word = show()
    KindWord.objects.filter(pk=word.pk).update(audience=Circle.FAMILY)

    children = Viewer(opened, None, Circle.KEEPERS, with_children=True)
    for one, viewer in ((waits, everyone), (waits, keeper), (word, everyone), (word, children)):
        with pytest.raises(NotForYou):
            reporting.report(one, by=viewer)
    assert list(Report.objects.all()) == []


def test_a_visitor_says_it_with_one_press_and_whoever_reads_first_answers(show, opened, people, client_for, everyone):
    word, visitor = show(), Client()
    address = f"/m/{opened.slug}/words/{word.pk}/"
    assert f"{address}wrong/" in visitor.get(address).content.decode()

    answer = visitor.post(f"{address}wrong/", {"line": "x" * 301})
    assert (answer.status_code, Report.objects.count()) == (422, 0)
    answer = visitor.post(f"{address}wrong/")
    assert (answer.status_code, Report.objects.count()) == (201, 1)
    assert visitor.get(address).status_code == 404

    reads = client_for(people["ines"])
    door_page = f"/m/{opened.slug}/words/door/"
    assert "A visitor found something wrong" in reads.get(door_page).content.decode()
    assert word.text in reads.get(f"{door_page}reported/").content.decode()
    reads.post(f"{door_page}reported/", {"id": Report.objects.get().pk, "do": "let_stand"})
    assert visitor.get(address).status_code == 200


def test_one_network_reports_so_often_and_no_more(show, opened):
    word = show()
    statuses = []
    for _ in range(21):
        KindWord.objects.filter(pk=word.pk).update(hidden_since=None)
        statuses.append(Client().post(f"/m/{opened.slug}/words/{word.pk}/wrong/").status_code)

    assert statuses == [201] * 20 + [429]
