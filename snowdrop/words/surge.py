"""How many words come at once: from one link, from one network, to one memorial, and the same ones again.

    judgement = surge.judge(memorial.pk, link, surge.network_of(address), now, words=fingerprint, proven=True)

Nobody is refused for being one of many: a congregation behind one line is asked for a proof (`proof.py`) that browsers
give by themselves, and whoever cannot give one is taken more slowly.

The buckets are kept in memory, unlike those of `config.limits`: a row and an fsync for each would cost more than the
words. They hold what came in the last minutes, and nothing is wrong when a new start forgets it. Each node of several
counts its own share.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from snowdrop.config import limits


class Level(Enum):
    """What to do with words that came."""

    CALM = auto()  # take them
    PROOF = auto()  # show the form again with what was typed, and ask for a proof; after `wait` they go without one
    WAIT = auto()  # show the form again; there is room after `wait`


class Many(Enum):
    """What came more often than people do."""

    LINK = auto()  # through one guest link
    NETWORK = auto()  # from one network, to one memorial
    MEMORIAL = auto()
    WORDS = auto()  # the same, or nearly


@dataclass(frozen=True)
class Judgement:
    """What is to be done, and why."""

    level: Level
    wait: timedelta = timedelta()
    many: frozenset[Many] = frozenset()
    is_unproven: bool = False  # taken without a proof at a time when others gave one

    @property
    def seconds(self) -> int:
        """For the Retry-After of an answer that takes nothing."""
        return max(1, -(-self.wait // timedelta(seconds=1)))

    @property
    def sentence(self) -> str:
        """What to say over a form that is shown again."""
        minutes = max(1, -(-self.wait // timedelta(minutes=1)))
        if self.level is Level.PROOF:
            # Translators: above a form with what somebody wrote. Their device does a calculation by itself, as a small
            # effort that a machine with millions of messages cannot afford; without scripts they can only wait.
            sentence = ngettext(
                "Very many words are coming here at this moment. What you wrote still stands below. Your device is "
                "doing a little arithmetic that keeps machines out, and then you can send it. If nothing happens, "
                "send it again in %(minutes)s minute.",
                "Very many words are coming here at this moment. What you wrote still stands below. Your device is "
                "doing a little arithmetic that keeps machines out, and then you can send it. If nothing happens, "
                "send it again in %(minutes)s minutes.",
                minutes,
            )
        else:
            sentence = ngettext(
                "Very many words are coming here at this moment. What you wrote still stands below. "
                "There is room for it again in %(minutes)s minute.",
                "Very many words are coming here at this moment. What you wrote still stands below. "
                "There is room for it again in %(minutes)s minutes.",
                minutes,
            )
        return sentence % {"minutes": minutes}


@dataclass(frozen=True)
class Pace:
    """So many at once, and then one in so long a time."""

    at_once: int
    one_in: timedelta


SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
# Beyond these a proof is asked for.
CALM = {
    Many.LINK: Pace(30, MINUTE),
    Many.NETWORK: Pace(60, 10 * SECOND),
    Many.MEMORIAL: Pace(120, 2 * SECOND),
    Many.WORDS: Pace(5, 10 * MINUTE),
}
# What comes without one all the same: from browsers without scripts, from forms opened before it began.
UNPROVEN = {
    Many.NETWORK: Pace(30, 20 * SECOND),
    Many.MEMORIAL: Pace(300, 2 * SECOND),
    Many.WORDS: Pace(5, 10 * MINUTE),
}
# A hall of a thousand people, each with a proof, and then one a second: only a machine is more than that.
PROVEN = Pace(1_000, SECOND)
# How long a surge goes on after the memorial's bucket was last empty. Otherwise every other person would be asked.
CALM_AFTER = 10 * MINUTE
ROOM = 20_000  # buckets of a kind; those that were used longest ago make room


class Buckets:
    """The buckets of one pace, by whose they are. Not safe between threads: the Watch has the lock."""

    def __init__(self, pace: Pace) -> None:
        self._one = _milliseconds(pace.one_in)
        self._all = pace.at_once * self._one
        # When each would be full again if nobody came: it holds the tokens and the time of the last one in one number.
        self._full_at: OrderedDict[Hashable, int] = OrderedDict()

    def wait(self, key: Hashable, at: int) -> int:
        """Milliseconds until there is a token; none where there is one."""
        return max(0, self._from(key, at) + self._one - self._all - at)

    def take(self, key: Hashable, at: int) -> int:
        """Take a token where there is one. Returns what `wait` says before it is taken."""
        if not (wait := self.wait(key, at)):
            self._full_at[key] = self._from(key, at) + self._one
            self._full_at.move_to_end(key)
            if len(self._full_at) > ROOM:
                self._full_at.popitem(last=False)
        return wait

    def _from(self, key: Hashable, at: int) -> int:
        full_at = max(self._full_at.get(key, at), at)
        if full_at > at + self._all:
            # A clock that was set back finds times no bucket can have: that one is empty, and fills from now on.
            full_at = self._full_at[key] = at + self._all
        return full_at

    def __len__(self) -> int:
        return len(self._full_at)


class Watch:
    """What came in the last minutes. One for a process."""

    def __init__(self) -> None:
        self._calm = {what: Buckets(pace) for what, pace in CALM.items()}
        self._unproven = {what: Buckets(pace) for what, pace in UNPROVEN.items()}
        self._proven = Buckets(PROVEN)
        self._surge_until: OrderedDict[int, int] = OrderedDict()  # memorials, and milliseconds since 1970
        self._lock = threading.Lock()

    def judge(
        self, memorial: int, link: int | None, network: str, now: datetime, *, words: bytes = b"", proven: bool = False
    ) -> Judgement:
        """Take a token of each kind, and say what to do. `link`: the guest link they came by, if one."""
        at = _since_1970(now)
        keys = _keys(memorial, link, network, words)
        with self._lock:
            waits = {what: self._calm[what].take(key, at) for what, key in keys.items()}
            many = frozenset(what for what, wait in waits.items() if wait)
            if Many.MEMORIAL in many:
                self._begin(memorial, at)
            is_surge = self._is_surge(memorial, at)
            if not many and not is_surge:
                return Judgement(Level.CALM)
            if proven:
                wait = self._proven.take(keys[Many.NETWORK], at)
                return _judgement(Level.WAIT if wait else Level.CALM, wait, many)
            slow = {what: key for what, key in keys.items() if what in self._unproven}
            wait = max(self._unproven[what].wait(key, at) for what, key in slow.items())
            if wait:
                return _judgement(Level.PROOF, wait if is_surge else min(wait, max(waits.values())), many)
            for what, key in slow.items():
                self._unproven[what].take(key, at)
            return Judgement(Level.CALM, many=many, is_unproven=True)

    def expects_proof(self, memorial: int, link: int | None, network: str, now: datetime) -> bool:
        """Whether a form that is shown now should have the proof ready. Takes no token."""
        at = _since_1970(now)
        with self._lock:
            waits = [self._calm[what].wait(key, at) for what, key in _keys(memorial, link, network, b"").items()]
            return self._is_surge(memorial, at) or any(waits)

    def _begin(self, memorial: int, at: int) -> None:
        self._surge_until[memorial] = at + _milliseconds(CALM_AFTER)
        self._surge_until.move_to_end(memorial)
        if len(self._surge_until) > ROOM:
            self._surge_until.popitem(last=False)

    def _is_surge(self, memorial: int, at: int) -> bool:
        until = self._surge_until.get(memorial, at)
        if until > at + _milliseconds(CALM_AFTER):  # the clock was set back
            self._begin(memorial, at)
        return until > at


def network_of(address: str) -> str:
    """The network of an address as it is known here: a keyed hash of 256 addresses of the old kind, or a /48."""
    return salted_hmac(
        "snowdrop.words.network", limits.network_of(address, household=48), algorithm="sha256"
    ).hexdigest()


def trace(network: str, memorial: int) -> str:
    """What stands beside words, so that all that came from one network can be found again, within one memorial only."""
    return salted_hmac("snowdrop.words.trace", f"{memorial}:{network}", algorithm="sha256").hexdigest()


def _keys(memorial: int, link: int | None, network: str, words: bytes) -> dict[Many, Hashable]:
    keys: dict[Many, Hashable] = {Many.NETWORK: (memorial, network), Many.MEMORIAL: memorial}
    if link is not None:
        keys[Many.LINK] = link
    if words:
        keys[Many.WORDS] = (memorial, words)
    return keys


def _judgement(level: Level, wait: int, many: frozenset[Many]) -> Judgement:
    return Judgement(level, timedelta(milliseconds=wait), many)


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _since_1970(time: datetime) -> int:
    return int(time.timestamp() * 1000)


HERE = Watch()


def judge(
    memorial: int, link: int | None, network: str, now: datetime, *, words: bytes = b"", proven: bool = False
) -> Judgement:
    """`Watch.judge` of this process."""
    return HERE.judge(memorial, link, network, now, words=words, proven=proven)


def expects_proof(memorial: int, link: int | None, network: str, now: datetime) -> bool:
    """`Watch.expects_proof` of this process."""
    return HERE.expects_proof(memorial, link, network, now)
