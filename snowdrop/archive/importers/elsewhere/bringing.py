"""Bringing words in out of a file: who wrote, from when to when; then all of them, a few hundred at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.utils import timezone

from snowdrop.archive.importers.elsewhere import recognising
from snowdrop.archive.importers.elsewhere.came import Came, Place, Tally, Why
from snowdrop.archive.importers.elsewhere.whatsapp.stamps import Order
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.people import zones
from snowdrop.web.alphabet import sorting
from snowdrop.words import elsewhere
from snowdrop.words.elsewhere import Elsewhere
from snowdrop.words.models import KindWord
from snowdrop.words.text import says_something

TOGETHER = 300  # words in one statement; between two of them others write
MOST_NAMES = 500  # that are told, each to be chosen

CAME = {
    Place.WHATSAPP: KindWord.Came.WHATSAPP,
    Place.MAIL: KindWord.Came.MAIL,
    Place.FACEBOOK: KindWord.Came.FACEBOOK,
    None: KindWord.Came.TEXT,
}


@dataclass(frozen=True)
class Way:
    """What somebody chose of how a file is read."""

    order: Order | None = None
    without: frozenset[str] = frozenset()  # names, as the file has them
    own_only: bool = False  # mails without the letters that they answer, and without what stands below the name


PLAINLY = Way()


@dataclass
class Summary:
    """What is in a file, or what came of it."""

    place: Place | None = None
    tally: Tally = field(default_factory=Tally)
    words: int = 0
    new: int = 0
    first: datetime | None = None
    last: datetime | None = None
    names: list[str] = field(default_factory=list)
    more_names: bool = False
    without: Counter[str] = field(default_factory=Counter)  # what was left out for whose it is
    has_letters: bool = False  # whether some hold more than their writer's own words

    def date(self, at: datetime | None) -> None:
        if at is not None:
            self.first, self.last = min(self.first or at, at), max(self.last or at, at)


def look_through(path: Path, *, by: Viewer, way: Way = PLAINLY) -> Summary:
    """Say who wrote, and when. Nothing is written down. Raises CannotBring."""
    now = timezone.now()
    with recognising.opened(path, today=_today(by, now), order=way.order) as reading:
        summary = Summary(reading.place, reading.tally)
        zone, own, names = zones.of(by.person), own_names(by.memorial), set[str]()
        for word in _words(reading.words, way, summary):
            summary.words += 1
            summary.date(elsewhere.when(word.at, zone, now))
            summary.has_letters |= word.own != word.text
            if word.signed in names:
                continue
            if len(names) < MOST_NAMES or is_own(word.signed, own):
                names.add(word.signed)
            else:
                summary.more_names = True
        summary.names = sorted(names, key=sorting)
    return summary


def bring_in(
    path: Path,
    *,
    by: Callable[[], Viewer],
    way: Way = PLAINLY,
    tell: Callable[[int, int], None] = lambda _words, _new: None,
) -> Summary:
    """Let what is in a file wait to be read first. Broken off and begun again, it goes on, and nothing comes twice.

    `by` is asked before each few hundred: who may no longer bring in does not go on. `tell` is told how many words
    there were so far, and how many of them were new. Raises CannotBring, NotForYou, NobodyAsked.
    """
    viewer, now = by(), timezone.now()
    with recognising.opened(path, today=_today(viewer, now), order=way.order) as reading:
        summary = Summary(reading.place, reading.tally)
        came, words = CAME[reading.place], _words(reading.words, way, summary)
        while some := list(islice(words, TOGETHER)):
            several = [
                Elsewhere(one.signed, one.own if way.own_only else one.text, one.at, came, one.key) for one in some
            ]
            summary.words += len(some)
            summary.new += elsewhere.bring_in(several, by=by(), now=timezone.now())
            tell(summary.words, summary.new)
    return summary


def _words(found: Iterator[Came], way: Way, summary: Summary) -> Iterator[Came]:
    """Yield what says something, of those whose words were not left out; and count the files, which do not come."""
    tally = summary.tally
    for word in found:
        if word.signed in way.without:
            summary.without[word.signed] += 1
            continue
        if here := len(word.files) - len(word.missing):
            tally.counts[Why.FILE] += here
        if says_something(word.text):
            yield word
        elif word.text:
            tally.leave_out(Why.EMPTY)


def _today(by: Viewer, now: datetime) -> date:
    return now.astimezone(zones.of(by.person)).date()


# -- whose names they are ----------------------------------------------------------------------------------


def own_names(memorial: Memorial) -> frozenset[str]:
    """The names of those who look after a page: in a chat and in a mailbox stands what they wrote too."""
    keepers = Membership.objects.keepers().filter(memorial=memorial).select_related("person")
    return frozenset(name for keeper in keepers if (name := _bare(keeper.person.name)))


def is_own(signed: str, own: frozenset[str]) -> bool:
    """Whether this may be one of them, also where one of the two names is longer: Mara and Mara Vallis."""
    name = _bare(signed)
    return any(name == one or name.startswith(f"{one} ") or one.startswith(f"{name} ") for one in own if name)


def _bare(name: str) -> str:
    """A name without what people put beside it in a list of contacts, such as a heart."""
    letters = "".join(sign if sign.isalpha() or sign in "'’-" else " " for sign in sorting(name))
    return " ".join(letters.split())
