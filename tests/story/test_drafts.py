"""Drafts: kept while somebody writes, for nobody else, and never lost."""

from __future__ import annotations

import uuid

import pytest

from snowdrop.memorials import keepings
from snowdrop.memorials.access import NotForYou
from snowdrop.story import drafts
from snowdrop.story.models import Draft, Moment


def keep(text, *, by, **where):
    return drafts.keep({"text": [text]}, by=by, **where)


def test_a_draft_is_its_writers_alone(keeper, second_keeper, friend):
    draft = keep("On its way", by=keeper)

    assert list(Draft.objects.unfinished_by(keeper)) == [draft]
    for other in (second_keeper, friend):
        assert list(Draft.objects.unfinished_by(other)) == []
        assert list(Draft.objects.visible_to(other)) == []
        assert list(Draft.objects.changeable_by(other)) == []
        assert list(Draft.objects.waiting_for(other)) == []


def test_one_text_stays_one_draft(keeper):
    id = uuid.uuid4()

    keep("On", by=keeper, id=id)
    keep("On its way", by=keeper, id=id)

    assert [(draft.pk, draft.text) for draft in Draft.objects.all()] == [(id, "On its way")]
    assert Draft.objects.get().digest_is_right()


def test_a_form_emptied_by_mistake_does_not_empty_its_draft(keeper):
    id = uuid.uuid4()
    keep("Everything I wrote", by=keeper, id=id)

    assert keep("  \n", by=keeper, id=id).text == "Everything I wrote"


def test_a_form_without_a_word_keeps_nothing(keeper):
    assert keep("", by=keeper, id=uuid.uuid4()) is None
    assert list(Draft.objects.all()) == []


def test_the_draft_of_a_change_leaves_the_shown_text_as_it_is(keeper, moment_of):
    moment = moment_of(keeper, "As it stands.")

    keep("As it may stand one d", by=keeper, moment=moment)
    draft = keep("As it may stand one day.", by=keeper, moment=moment)

    assert [row.text for row in Moment.objects.visible_to(keeper)] == ["As it stands."]
    assert list(Draft.objects.all()) == [draft]


def test_two_keepers_have_a_draft_each_of_the_same_words(keeper, second_keeper, moment_of):
    moment = moment_of(keeper, "As it stands.")

    keep("Mara's", by=keeper, moment=moment)
    keep("Theo's", by=second_keeper, moment=moment)

    assert [draft.text for draft in Draft.objects.unfinished_by(keeper)] == ["Mara's"]
    assert [draft.text for draft in Draft.objects.unfinished_by(second_keeper)] == ["Theo's"]


def test_nobody_drafts_a_change_of_what_they_may_not_change(keeper, friend, moment_of):
    moment = moment_of(keeper, "As it stands.")

    with pytest.raises(NotForYou):
        keep("Sam's", by=friend, moment=moment)


def test_an_id_that_is_somebody_elses_draft_is_passed_over(keeper, friend):
    theirs = keep("Mara's", by=keeper)

    mine = keep("Sam's", by=friend, id=theirs.pk)

    assert mine.pk != theirs.pk
    assert [draft.text for draft in Draft.objects.unfinished_by(keeper)] == ["Mara's"]


def test_going_on_with_a_draft_that_was_put_away_brings_it_back(keeper):
    draft = keep("Once", by=keeper)
    keepings.put_away(draft, by=keeper)
    assert list(Draft.objects.unfinished_by(keeper)) == []

    keep("Once more", by=keeper, id=draft.pk)

    assert [row.text for row in Draft.objects.unfinished_by(keeper)] == ["Once more"]
