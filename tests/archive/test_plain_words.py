"""Words out of texts that somebody typed together, and out of tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowdrop.archive.importers.elsewhere import plain, texts
from snowdrop.archive.importers.elsewhere.came import Tally
from snowdrop.archive.importers.elsewhere.given import Given
from tests.archive.words import left_out, read, refusal, told, written

TEXT = """Aunt Sparrow:
We love her.

So small, and so loved.
— Uncle Toft


Dear family:
we are there.
-- Oma Hedda

– Lumi
"""


def test_words_are_told_apart_by_empty_lines_and_signed_above_or_below(tmp_path):
    words, _tally = read(written(tmp_path / "cards.txt", TEXT))

    assert told(words) == [
        ("Aunt Sparrow", "We love her."),
        ("Uncle Toft", "So small, and so loved."),
        ("Oma Hedda", "Dear family:\nwe are there."),
        ("", "– Lumi"),
    ]
    assert [(word.at, word.place, word.own) for word in words] == [(None, None, word.text) for word in words]


@pytest.mark.parametrize("rule", ["---", "———", "* * *", "==========", "  _____"])
def test_where_there_are_lines_of_dashes_empty_lines_stay_in_the_words(tmp_path, rule):
    words, _tally = read(
        written(tmp_path / "cards.txt", f"{rule}\none\n\ntwo\n— Lumi\n{rule}\n\n{rule}\nthree: yes\nfour\n")
    )

    assert told(words) == [("Lumi", "one\n\ntwo"), ("", "three: yes\nfour")]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_coding_is_told_by_the_file(tmp_path, coding, end):
    path = written(tmp_path / "cards.txt", f"Grüße – für Fern{end}— Öma{end}{end}zwei{end}".encode(coding))

    assert told(read(path)[0]) == [("Öma", "Grüße – für Fern"), ("", "zwei")]


LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda line: line.strip(texts.MARKS) and line == line.strip() and not plain._is_rule(line) and line[0] not in "-–—―"
)


@given(
    st.lists(
        st.tuples(st.text("abcÄß ", min_size=1).map(str.strip).filter(bool), st.lists(LINES, min_size=1, max_size=3))
    )
)
def test_what_was_written_with_names_below_is_read_back(cards):
    cards = [(name, lines) for name, lines in cards if len(lines) > 1 or not lines[0].endswith((":", "："))]
    cards = [(name, lines) for name, lines in cards if not lines[0].endswith((":", "：", ": "))]
    content = "\n\n".join("\n".join([*lines, f"— {name}"]) for name, lines in cards).encode()

    found = list(plain.read(Given("cards.txt", lambda: iter([content])), Tally()))

    assert told(found) == [(" ".join(name.split()), "\n".join(lines)) for name, lines in cards]


# -- tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_read_by_the_names_of_its_columns(tmp_path, mark):
    rows = [
        ["Date", "Name", "Message", "Mail"],
        ["2024-03-06T08:30:00-05:00", "Lumi", '"So sorry' + mark + '\nwe love ""Fern"""', "l@example.net"],
        ["2024-03-06", "Oma", "ja"],
        ["3/4/2024", "", "when?", ""],
        ["", "Bibi", "", ""],
        [],
    ]
    path = written(tmp_path / "guests.csv", "\r\n".join(mark.join(row) for row in rows).encode("utf-8-sig"))

    words, tally = read(path)

    assert [(word.signed, word.text, word.at) for word in words] == [
        ("Lumi", f'So sorry{mark}\nwe love "Fern"', datetime(2024, 3, 6, 13, 30, tzinfo=UTC)),
        ("Oma", "ja", datetime(2024, 3, 6)),
        ("", "when?", None),
    ]
    assert left_out(tally) == {"empty": 1}


def test_a_table_without_words_is_refused_with_what_to_do(tmp_path):
    assert refusal(written(tmp_path / "guests.csv", "a,b\n1,2\n")) == (
        "This table has no column with words. Please name one of its columns “text”, and the others “name” and “date”."
    )


def test_a_text_with_a_comma_is_no_table(tmp_path):
    assert told(read(written(tmp_path / "a.txt", "We send love, and a name\n"))[0]) == [
        ("", "We send love, and a name")
    ]
