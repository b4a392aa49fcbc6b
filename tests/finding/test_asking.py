"""What somebody typed is words and nothing else, whatever signs stand between them."""

from __future__ import annotations

import pytest

from snowdrop.finding.asking import MOST, Sought, ask


def test_all_words_are_asked_for_and_the_last_may_go_on():
    assert ask("Die Bäume").words == (
        Sought(forms=("die",), beginning=""),
        Sought(forms=("baume", "baum"), beginning="baume"),
    )


def test_what_a_database_would_read_as_a_command_is_a_word_here():
    asked = ask('NEAR("a" -b) OR c* \' & d:* \\ rank:e')

    assert asked.for_fts5(7) == (
        '("7_near") AND ("7_a") AND ("7_b") AND ("7_or") AND ("7_c") AND ("7_d") AND ("7_rank") AND ("7_e" OR "7_e" *)'
    )
    assert asked.for_tsquery(7) == (
        "('7_near') & ('7_a') & ('7_b') & ('7_or') & ('7_c') & ('7_d') & ('7_rank') & ('7_e' | '7_e':*)"
    )


def test_one_character_of_a_script_without_spaces_begins_a_word_wherever_it_is_typed():
    assert ask("月 hello 花が").words == (
        Sought(forms=("月",), beginning="月"),
        Sought(forms=("hello",), beginning=""),
        Sought(forms=("花が",), beginning=""),
    )


@pytest.mark.parametrize("text", ["", "   ", "!?*", '"', "\x00", "\ud800", "-"])
def test_without_a_word_nothing_is_asked(text):
    assert not ask(text)


def test_of_very_many_words_the_first_ones_count():
    assert len(ask(" ".join(f"w{number}" for number in range(5_000))).words) == MOST
    assert len(ask("ä" * 10_000).words) == 1
