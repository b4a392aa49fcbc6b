"""How a moment was written before, and who may read that."""

from __future__ import annotations

import pytest

from snowdrop.dates.edtf import parse
from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou
from snowdrop.memorials.circles import Circle
from snowdrop.story import versions, writing


def change(moment, text, *, by):
    return writing.change(moment, by=by, title="", text=text, date=None, is_letter=False)


def test_the_writer_finds_every_earlier_wording_the_latest_first(keeper, second_keeper, moment_of):
    moment = moment_of(keeper, "One.")
    change(moment, "Two.", by=keeper)
    change(moment, "Three.", by=second_keeper)

    assert [version.words["text"] for version in versions.of(moment, keeper)] == ["Two.", "One."]


def test_what_was_written_for_oneself_and_opened_later_was_opened_as_it_then_stood(keeper, second_keeper, moment_of):
    moment = moment_of(keeper, "What nobody else should read.", audience=Circle.SELF)
    moment = change(moment, "What you may read.", by=keeper)
    keepings.open_to([moment], Circle.KEEPERS, by=keeper)
    change(moment, "What you may read, Mara.", by=second_keeper)

    assert [version.words["text"] for version in versions.of(moment, second_keeper)] == ["What you may read."]


@pytest.mark.parametrize("who", ["friend", "guest", "stranger", "elsewhere"])
def test_whoever_may_not_change_a_moment_does_not_read_how_it_stood(who, request, keeper, moment_of):
    moment = moment_of(keeper, "One.", audience=Circle.LINK)
    change(moment, "Two.", by=keeper)

    assert list(versions.of(moment, request.getfixturevalue(who))) == []


def test_an_earlier_wording_comes_back_whole_and_the_later_one_stays(keeper, moment_of):
    moment = moment_of(keeper, "One.", title="First", date=parse("1993-05~"))
    moment = writing.change(moment, by=keeper, title="", text="Two.", date=None, is_letter=False)
    version = versions.of(moment, keeper).get()

    moment = versions.bring_back(moment, version, by=keeper)

    assert (moment.title, moment.text, str(moment.date), moment.html) == ("First", "One.", "1993-05~", "<p>One.</p>")
    assert [version.words["text"] for version in versions.of(moment, keeper)] == ["Two.", "One."]


def test_the_wording_of_another_moment_is_not_brought_back_here(keeper, moment_of):
    one, other = moment_of(keeper, "One."), moment_of(keeper, "Another.")
    change(other, "Other.", by=keeper)
    version = versions.of(other, keeper).get()

    with pytest.raises(NotForYou):
        versions.bring_back(one, version, by=keeper)
