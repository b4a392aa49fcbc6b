"""Words that come together are written together, and what happens to one of them happens to no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.db import DataError, OperationalError, connection
from django.utils import timezone

from snowdrop.words import gathering, leaving
from snowdrop.words.gathering import Gathering, NotWritten, TooMuchAtOnce
from snowdrop.words.models import KindWord

pytestmark = pytest.mark.django_db(transaction=True)

A_DISK = 0.01  # seconds in which a commit would be synced


class Written:
    """Writes words as the verb does, on a disk that takes its time, and notes how many came together."""

    def __init__(self, before: Callable[[Sequence[KindWord]], object] = lambda _words: None) -> None:
        self.together: list[list[str]] = []
        self.before = before

    def __call__(self, words: Sequence[KindWord]) -> list[bool]:
        self.before(words)
        new = leaving.write_all(words)
        time.sleep(A_DISK)
        self.together.append([word.text for word in words])
        return new


@pytest.fixture
def word_of(opened) -> Callable[[str], KindWord]:
    def make(text: str, at: datetime | None = None) -> KindWord:
        word = KindWord(memorial=opened, signed="Ada", text=text, offered_at=at or timezone.now())
        word.digest = word.digest_of_words()
        return word

    return make


def at_once(write: Callable[[KindWord], object], words: Sequence[KindWord]) -> dict[str, object]:
    """Write each in a thread of its own, all at the same moment; return what came of each, an error as its kind."""
    ready, came = threading.Barrier(len(words)), {}

    def in_a_thread(word: KindWord) -> None:
        ready.wait(timeout=20)
        try:
            came[word.text] = write(word)
        except Exception as error:
            came[word.text] = type(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=in_a_thread, args=[word]) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


def kept() -> set[str]:
    return set(KindWord.objects.values_list("text", flat=True))


@pytest.fixture
def gathered():
    """Make a gathering whose writer is gone when the test ends, and its connection with it."""
    made: list[Gathering] = []

    def make(write_all: Callable[[Sequence[KindWord]], Sequence[bool]]) -> Gathering[KindWord, bool]:
        made.append(Gathering(write_all))
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_what_sixty_four_send_at_once_is_written_in_a_few_commits(gathered, word_of):
    written, texts = Written(), [f"Word {number}" for number in range(64)]
    came = at_once(gathered(written).write, [word_of(text) for text in texts])

    assert came == dict.fromkeys(texts, True)
    assert kept() == set(texts)
    assert len(texts) / len(written.together) >= 3


def test_one_that_writes_alone_has_a_commit_of_its_own(gathered, word_of):
    written = Written()
    gathering = gathered(written)
    for text in ("one", "two"):
        assert gathering.write(word_of(text))

    assert written.together == [["one"], ["two"]]


def test_words_are_written_in_the_order_in_which_they_came(gathered, word_of):
    written = Written()
    gathering = gathered(written)
    texts = [f"Word {number:02}" for number in range(30)]
    coming = [gathering.hand_in(word_of(text)) for text in texts]

    assert all(one.wait() for one in coming)
    assert [text for together in written.together for text in together] == texts


def test_the_same_word_sent_twice_at_once_is_new_once(gathered, word_of):
    gathering, words = gathered(Written()), [word_of("the same") for _time in range(5)]
    for word in words:
        word.pk = words[0].pk
    coming = [gathering.hand_in(word) for word in words]

    assert sorted(one.wait() for one in coming) == [False] * 4 + [True]
    assert kept() == {"the same"}


def test_one_that_cannot_be_written_breaks_none_of_the_others(gathered, word_of):
    # An empty text is refused by the database itself.
    texts = [f"Word {number}" for number in range(20)]
    came = at_once(gathered(Written()).write, [word_of(text) for text in [*texts, ""]])

    assert came == {**dict.fromkeys(texts, True), "": NotWritten}
    assert kept() == set(texts)


def test_a_full_disk_acknowledges_nothing_and_is_tried_once_for_all(gathered, word_of):
    asked: list[int] = []

    def is_full(words: Sequence[KindWord]) -> None:
        asked.append(len(words))
        time.sleep(A_DISK)
        raise OperationalError("database or disk is full")

    came = at_once(gathered(Written(is_full)).write, [word_of(f"Word {number}") for number in range(40)])

    assert set(came.values()) == {NotWritten}
    assert kept() == set()
    assert sum(asked) == 40


def test_after_a_full_disk_words_are_taken_again(gathered, word_of):
    is_full = [True]

    def for_now(_words: Sequence[KindWord]) -> None:
        if is_full[0]:
            raise OperationalError("database or disk is full")

    gathering = gathered(Written(for_now))
    with pytest.raises(NotWritten):
        gathering.write(word_of("first"))
    is_full[0] = False

    assert gathering.write(word_of("second"))
    assert kept() == {"second"}


def test_no_error_carries_what_somebody_wrote(gathered, word_of):
    def refuse(words: Sequence[KindWord]) -> None:
        raise DataError(f"DETAIL: failing row contains ({words[0].text})")

    with pytest.raises(NotWritten) as told:
        gathered(Written(refuse)).write(word_of("She taught me to swim."))

    assert str(told.value) == "DataError"


def test_more_than_can_wait_are_refused_before_anything_of_them_is_taken(gathered, word_of, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_WAITING", 5)
    disk, begun = threading.Event(), threading.Event()

    def wait(_words: Sequence[KindWord]) -> None:
        begun.set()
        disk.wait(20)

    gathers = gathered(Written(wait))
    coming = [gathers.hand_in(word_of("on its way"))]
    assert begun.wait(20)
    coming += [gathers.hand_in(word_of(f"Word {number}")) for number in range(5)]
    with pytest.raises(TooMuchAtOnce):
        gathers.hand_in(word_of("too many"))
    disk.set()

    assert all(one.wait() for one in coming)
    assert kept() == {"on its way", *(f"Word {number}" for number in range(5))}


def test_who_waited_too_long_is_told_so_and_their_word_is_not_written_later(gathered, word_of, monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE", 0.2)
    disk, begun = threading.Event(), threading.Event()

    def wait(_words: Sequence[KindWord]) -> None:
        begun.set()
        disk.wait(20)

    gathers = gathered(Written(wait))
    first = gathers.hand_in(word_of("on its way"))
    assert begun.wait(20)
    behind = gathers.hand_in(word_of("behind"))
    with pytest.raises(TooMuchAtOnce):
        behind.wait()
    # Of the first nobody knows whether it will be written: it is not called kept.
    with pytest.raises(NotWritten):
        first.wait()
    disk.set()
    assert gathers.write(word_of("afterwards"))

    assert kept() == {"on its way", "afterwards"}
    with pytest.raises(TooMuchAtOnce):
        behind.wait()


def test_who_hangs_up_takes_no_answer_from_the_others(gathered, word_of):
    gathers = gathered(Written())
    coming = [gathers.hand_in(word_of(f"Word {number}")) for number in range(10)]
    del coming[3]  # nobody waits for it any more

    assert [one.wait() for one in coming] == [True] * 9
    assert len(kept()) == 10


def test_a_word_inside_a_transaction_is_a_part_of_that(gathered, word_of):
    from django.db import transaction

    gathers = gathered(Written())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert gathers.write(word_of("with others"))
        raise ZeroDivisionError

    assert kept() == set()


def test_five_hundred_words_have_fewer_values_than_a_statement_takes():
    assert gathering.MOST_TOGETHER * len(leaving._FIELDS) <= 32_766  # SQLite; PostgreSQL takes 65,535
