"""Both databases find the same, which is what the tokens say."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from snowdrop.finding import index
from snowdrop.finding.asking import ask
from snowdrop.finding.index import MOST, Written
from snowdrop.finding.models import Entry
from snowdrop.finding.words import words

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = 5, 52  # one begins as the other does

TEXTS = (
    "Zoë trug Señor Ángels alte Mütze über die Straße.",
    "Die Schneeglöckchen unter den Bäumen, und Wren’s first snow.",
    "كِتَابٌ في الحديقة، والحدائق كلها",
    "שָׁלוֹם לך, ילדה קטנה",
    "雪の花が咲いた。三月の庭で。",
    "我们在花园里种了一棵梨树",
    "눈꽃이 피었다, 나무가 서 있다",
    "ดอกไม้สีขาวในสวน",
    "फूलों की घाटी में बर्फ़",
    "🕊️ 👨‍👩‍👧🏽 ❤️ für immer",
    "Ёлка и снег, ﬁnally 2020 ٢٠٢٠",
)
letters = st.characters(exclude_categories=["Cs"])
pieces = st.sampled_from([piece for text in TEXTS for piece in (text, *text.split())])
texts = st.lists(st.one_of(pieces, st.text(letters, max_size=8)), max_size=6).map(" ".join)


@st.composite
def questions(draw):
    """Some words as they were written, their beginnings, and whatever else somebody types."""
    asked = draw(st.lists(st.one_of(pieces, st.text(letters, max_size=4)), min_size=1, max_size=3))
    return " ".join(word[: draw(st.integers(1, max(1, len(word))))] for word in asked)


def found(question: str, place: int = HERE) -> set[uuid.UUID]:
    return set(Entry.objects.holding(ask(question), place=place).values_list("keeping", flat=True))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=1, max_size=4), questions())
@example(["a"], '" OR "5_a')
@example(["x NEAR y"], 'x NEAR(y) * ^ - + {a b}: "')
@example(["don't"], "'don''t' & !x:* \\")
def test_what_is_found_is_what_the_tokens_say(kept, question):
    Entry.objects.all().delete()
    written = [Written(uuid.uuid4(), HERE, (text,)) for text in kept]
    index.write_down([*written, *(Written(uuid.uuid4(), ELSEWHERE, one.texts) for one in written)])

    asked = ask(question)
    said = {
        one.keeping
        for one in written
        if asked.are_among({form for text in one.texts for word in words(text) for form in word.forms})
    }

    assert found(question) == said


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("schneegl", 1),  # the beginning of a long word
        ("baum schnee", 1),
        ("mutze zoe", 0),
        ("حديقه", 2),
        ("كتاب", 2),
        ("שלום ילדה", 3),
        ("庭", 4),
        ("三月の庭", 4),
        ("梨树", 5),
        ("나무", 6),
        ("สีขาว", 7),
        ("फूलों", 8),
        ("🕊", 9),
        ("елка 2020", 10),
    ],
)
def test_somebody_finds_it_as_they_would_type_it(question, text):
    written = [Written(uuid.uuid4(), HERE, (one,)) for one in TEXTS]
    index.write_down(written)

    assert found(question) == {written[text].keeping}


def test_written_anew_it_is_found_by_its_new_words_only_and_forgotten_by_none():
    one = uuid.uuid4()
    index.write_down([Written(one, HERE, ("feather",))])
    index.write_down([Written(one, HERE, ("pebble",))])
    assert (found("feather"), found("pebble"), found("pebble", ELSEWHERE)) == (set(), {one}, set())

    index.forget([one])

    assert found("pebble") == set()


def test_of_a_text_without_an_end_as_much_is_kept_as_a_database_takes():
    one = uuid.uuid4()
    every = "".join(chr(0x4E00 + number % 20_000) + chr(0x4E00 + number * 7 % 19_997) for number in range(90_000))
    index.write_down([Written(one, HERE, (every,))])

    assert len(Entry.objects.get().tokens.encode()) <= MOST
    assert found(every[:12]) == {one}


def test_a_table_of_words_that_disagrees_is_made_anew():
    one = Written(uuid.uuid4(), HERE, ("feather",))
    index.write_down([one])
    assert (index.mend(), index.put_right([one])) == (False, 0)

    Entry.objects.update(tokens="5_other")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO finding_words(finding_words) VALUES ('delete-all')")
        assert index.mend()
    assert index.put_right([one]) == 1

    assert (found("feather"), index.mend()) == ({one.keeping}, False)


@pytest.mark.django_db(transaction=True)
def test_a_word_that_was_deleted_is_nowhere_in_the_index():
    one = uuid.uuid4()
    index.write_down([Written(one, HERE, ("wren",))])
    assert words_stored("wren") > 0

    index.forget([one])
    index.tidy()

    assert words_stored("wren") == 0


def words_stored(word: str) -> int:
    """In how many rows of the index the bytes of this word stand."""
    stored = {
        "sqlite": "SELECT count(*) FROM finding_words_data WHERE hex(block) LIKE %s",
        "postgresql": "SELECT count(*) FROM finding_entry WHERE encode(tokens::bytea, 'hex') ILIKE %s",
    }
    with connection.cursor() as cursor:
        cursor.execute(stored[connection.vendor], [f"%{word.encode().hex().upper()}%"])
        return cursor.fetchone()[0]
