"""Places for those who are slow: a limited number in all, for one visitor, and for strangers together."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """Who a place is counted for: a live session, or the network a stranger comes from."""

    key: str
    is_known: bool


class NoPlace(Exception):
    """All places were taken, also after waiting. `yours`: by the same visitor."""

    def __init__(self, *, yours: bool) -> None:
        super().__init__()
        self.yours = yours


class Places:
    def __init__(self, *, total: int, each: int, strangers: int, waiting: int) -> None:
        """`strangers`: how many of `total` may be theirs at once. `waiting`: how many may wait for a place."""
        self._total, self._each, self._strangers, self._most_waiting = total, each, strangers, waiting
        self._taken: Counter[Visitor] = Counter()
        self._by_strangers = 0
        self._waiting = 0
        self._change = threading.Condition()

    @contextmanager
    def place(self, visitor: Visitor, *, patience: float) -> Iterator[None]:
        """Hold a place; wait for one at most `patience` seconds. Raises NoPlace."""
        self._take(visitor, patience)
        try:
            yield
        finally:
            self._leave(visitor)

    @property
    def taken(self) -> int:
        return self._taken.total()

    def _refusal(self, visitor: Visitor) -> NoPlace | None:
        if self._taken[visitor] >= self._each:
            return NoPlace(yours=True)
        if self.taken >= self._total or (not visitor.is_known and self._by_strangers >= self._strangers):
            return NoPlace(yours=False)
        return None

    def _take(self, visitor: Visitor, patience: float) -> None:
        with self._change:
            refusal = self._refusal(visitor)
            if refusal and (patience <= 0 or self._waiting >= self._most_waiting):
                raise refusal
            if refusal:
                self._wait(visitor, until=time.monotonic() + patience)
            self._taken[visitor] += 1
            self._by_strangers += not visitor.is_known

    def _wait(self, visitor: Visitor, *, until: float) -> None:
        self._waiting += 1
        try:
            while refusal := self._refusal(visitor):
                left = until - time.monotonic()
                if left <= 0 or not self._change.wait(left):
                    if refusal := self._refusal(visitor):
                        raise refusal
                    return
        finally:
            self._waiting -= 1

    def _leave(self, visitor: Visitor) -> None:
        with self._change:
            self._taken[visitor] -= 1
            if not self._taken[visitor]:
                del self._taken[visitor]
            self._by_strangers -= not visitor.is_known
            self._change.notify_all()
