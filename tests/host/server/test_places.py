from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from snowdrop.host.server.places import NoPlace, Places, Visitor

MARA, THEO = Visitor("mara", is_known=True), Visitor("theo", is_known=True)


def stranger(number: int) -> Visitor:
    return Visitor(f"203.0.113.{number}", is_known=False)


@pytest.fixture
def places() -> Places:
    return Places(total=4, each=2, strangers=2, waiting=1)


def refused(places: Places, visitor: Visitor, patience: float = 0) -> bool | None:
    """None when there was a place, else whether it was the visitor's own doing."""
    try:
        with places.place(visitor, patience=patience):
            return None
    except NoPlace as none:
        return none.yours


def test_one_visitor_has_a_few_places_and_the_others_theirs(places):
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(places.place(MARA, patience=0))

        assert (refused(places, MARA), refused(places, THEO)) == (True, None)


def test_strangers_leave_places_for_those_who_are_known(places):
    with ExitStack() as held:
        for number in range(2):
            held.enter_context(places.place(stranger(number), patience=0))

        assert (refused(places, stranger(9)), refused(places, MARA)) == (False, None)


def test_a_place_is_free_again_also_after_an_error(places):
    for _ in range(20):
        with pytest.raises(ZeroDivisionError), places.place(MARA, patience=0):
            raise ZeroDivisionError

    assert places.taken == 0


def test_who_waits_gets_the_next_place(places):
    held = ExitStack()
    for _ in range(2):
        held.enter_context(places.place(MARA, patience=0))
    threading.Timer(0.1, held.close).start()
    start = time.monotonic()

    assert refused(places, MARA, patience=5) is None
    assert 0.05 < time.monotonic() - start < 4


def test_only_so_many_may_wait(places):
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(places.place(MARA, patience=0))
        waiting = threading.Thread(target=refused, args=(places, MARA, 1.0))
        waiting.start()
        time.sleep(0.2)
        start = time.monotonic()

        assert refused(places, MARA, patience=1.0) is True
        assert time.monotonic() - start < 0.5
        waiting.join()
