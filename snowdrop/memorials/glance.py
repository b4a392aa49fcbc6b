"""How somebody stands before a memorial, told in one statement: for pages that were made before.

The rule itself is `access.stand`. This asks the same questions of the same managers, all at once, together with
the revisions that a made page has to name. Where anything is out of the ordinary it says so, and the live page
decides: a glance opens less than `stand`, never more.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from django.apps import apps
from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from snowdrop.memorials.circles import Circle
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import GuestLink, GuestPass, Membership, Memorial, OwnChoice, Reader, Revision
from snowdrop.people.models import Session

# What stands in the compiled statement where each request puts its own. No row has any of these.
KEY = "the key of this request"
MEMORIAL = -7_340_033
NOW = datetime(1907, 7, 3, 5, 7, 3, 570_317, tzinfo=UTC)


class Raw(Protocol):
    """A connection of the database's own driver."""

    def execute(self, sql: str, params: Any, /) -> Any: ...


class Glance(NamedTuple):
    """What one statement says. `revisions` in the order in which the parts were named."""

    circle: Circle
    revisions: tuple[int, ...]
    language: str = ""  # that the person chose, "" where nobody or none
    has_own: bool = False  # something on the page may be this visitor's own
    is_first_today: bool = False  # the visit has to be written down: the device stays signed in for a year of visits

    @property
    def is_live(self) -> bool:
        """Whether only the live page can answer."""
        return self.has_own or self.is_first_today


def look(
    raw: Raw, memorial: int, parts: tuple[str, ...], *, key_hash: str | None, now: datetime | None = None
) -> Glance | None:
    """Return how the browser with this session stands before this memorial; None where only the live page knows.

    `key_hash` is None for a browser without a session. `raw` is a connection that is in no transaction. `now` is UTC;
    without it, it is the end of this second: what ends, ends so much sooner, and never later.
    """
    at = now or _at(int(time.time()) + 1)
    if key_hash is None:
        row = _of_strangers(parts).ask(raw, memorial, "", at)
        return _of_stranger(row) if row else None
    row = _of_sessions(parts).ask(raw, memorial, key_hash, at)
    return _of_session(row, at.date()) if row else None


def memorial_with(slug: str, raw: Raw) -> int | None:
    """Return the key of the memorial at this address. It never changes, so it may be remembered."""
    row = _addresses().ask(raw, 0, slug, NOW)
    return row[0] if row else None


def _of_stranger(row: Sequence[Any]) -> Glance | None:
    audience, *revisions = row
    return Glance(Circle.PUBLIC, _numbers(revisions)) if audience <= Circle.PUBLIC else None


def _of_session(row: Sequence[Any], today: date) -> Glance | None:
    person, closed, language, seen_on, audience, circle, was_here, by_link, has_own, chose, chose_here, *revisions = row
    if audience is None:
        return None
    signed_in = person is not None and closed is None
    if signed_in and circle is not None:
        stands = _CIRCLES[circle]
    elif by_link and not (signed_in and was_here):  # no guest's link takes back what a keeper decided
        stands = Circle.LINK
    else:
        stands = Circle.PUBLIC
    if audience > stands:
        return None
    if signed_in:
        # A keeper has something to do everywhere, and somebody signed in who is no member sees that they are. What
        # somebody chose about closed things is theirs on every page here: a person's everywhere, else this browser's.
        apart = bool(has_own or chose or not Circle.FRIENDS <= stands < Circle.KEEPERS)
    else:
        apart = bool(chose_here)
    return Glance(stands, _numbers(revisions), language if signed_in else "", apart, _as_date(seen_on) != today)


_CIRCLES = {circle.value: circle for circle in Circle}


def _numbers(revisions: Sequence[int | None]) -> tuple[int, ...]:
    return tuple([number or 0 for number in revisions])


def _as_date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


# -- the statements, compiled once ------------------------------------------------------------------


def revisions_of(memorial: int, parts: Sequence[str]) -> dict[str, Subquery]:
    """The number of each part, as columns of any question."""
    return {
        f"revision_{place}": Subquery(Revision.objects.filter(memorial=memorial, part=part).values("number"))
        for place, part in enumerate(parts)
    }


def strangers(parts: tuple[str, ...]) -> QuerySet[Any, Any]:
    columns = revisions_of(MEMORIAL, parts)
    return Memorial.objects.filter(pk=MEMORIAL).annotate(**columns).values_list("audience", *columns)


def sessions(parts: tuple[str, ...]) -> QuerySet[Any, Any]:
    theirs = Membership.objects.filter(memorial=MEMORIAL, person=OuterRef("person"))
    # From the browser's own passes to their links: a memorial may have a thousand of those.
    link = GuestLink.objects.open(NOW).filter(pk=OuterRef("link"), memorial=MEMORIAL)
    passes = GuestPass.objects.filter(Exists(link), session=OuterRef("pk"))
    columns: dict[str, Any] = {
        "stands_before": Subquery(Memorial.objects.filter(pk=MEMORIAL).values("audience")),
        "circle": Subquery(theirs.live(NOW).values("circle")),
        "was_here": Exists(theirs),
        "by_link": Exists(passes),
        "has_own": _has_own(),
        "chose": Exists(OwnChoice.objects.filter(memorial=MEMORIAL, person=OuterRef("person"))),
        "chose_here": Exists(OwnChoice.objects.filter(memorial=MEMORIAL, session=OuterRef("pk"))),
        **revisions_of(MEMORIAL, parts),
    }
    # A device that is with the children has no row here: what shows them is asked of the live page.
    found = Session.objects.filter(key_hash=KEY, expires_at__gt=NOW, children_at="").annotate(**columns)
    return found.values_list("person", "person__closed_at", "person__language", "seen_on", *columns)


def _has_own() -> Q:
    """Whether they ever added anything here, read first, or somebody let them read an "Only me" page, anywhere."""
    own = Q(Exists(Reader.objects.filter(person=OuterRef("person"))))
    # Whoever reads first finds the way to what waits on every page of the words.
    own |= Q(Exists(Membership.objects.filter(memorial=MEMORIAL, person=OuterRef("person"), reads_first=True)))
    for kind in all_kinds():
        own |= Q(Exists(kind._default_manager.filter(memorial=MEMORIAL, writer=OuterRef("person"))))
    return own


class Compiled:
    """SQL in the driver's own style, with three places that each request fills: `key`, `memorial`, `now`.

    What is the same on each request stands in the SQL itself: forty parameters would cost more than the question.
    On SQLite it names `indexes` too, one for each table, and fails where one is not there.
    """

    def __init__(
        self, query: QuerySet[Any, Any], using: str = "default", *, indexes: Mapping[str, str] | None = None
    ) -> None:
        sql, params = query.query.get_compiler(using).as_sql()
        connection = connections[using]
        self._is_sqlite = connection.vendor == "sqlite"
        if self._is_sqlite and indexes is not None:
            sql = _TABLE.sub(partial(_with_index, indexes), sql)
        self._adapt: Callable[[datetime], Any] = connection.ops.adapt_datetimefield_value
        places = {KEY: "key", MEMORIAL: "memorial", self._adapt(NOW): "now"}
        first, *rest = sql.split("%s")
        filled = "".join(self._said(param, places) + text for param, text in zip(params, rest, strict=True))
        self.sql = first + filled
        self._most = max((number for number in (1, 2, 3) if f"?{number}" in self.sql), default=0)

    def _said(self, param: Any, places: dict[Any, str]) -> str:
        if isinstance(param, str | int | datetime) and (place := places.get(param)) is not None:
            return _SQLITE[place] if self._is_sqlite else f"%({place})s"
        if isinstance(param, int):
            return str(int(param))
        if isinstance(param, str) and _PLAIN.fullmatch(param):
            return f"'{param}'"
        raise TypeError(f"{param!r} does not stand in a statement of ours")

    def ask(self, raw: Raw, memorial: int, key_hash: str, now: datetime) -> Sequence[Any] | None:
        """The one row there is, or None."""
        row: Sequence[Any] | None = raw.execute(self.sql, self.params(memorial, key_hash, now)).fetchone()
        return row

    def params(self, memorial: int, key_hash: str, now: datetime) -> Any:
        if self._is_sqlite:
            return (key_hash, memorial, _written(now))[: self._most]
        return {"key": key_hash, "memorial": memorial, "now": self._adapt(now)}


@functools.lru_cache(maxsize=4)
def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


@functools.lru_cache(maxsize=4)
def _written(now: datetime) -> str:
    """A time as Django writes it down: without "+00:00"."""
    return str(now)[:-6]


# Numbered as in `Compiled.params`.
_SQLITE = {"key": "?1", "memorial": "?2", "now": "?3"}
_PLAIN = re.compile(r"[a-z_]*")
_TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"(?: [A-Z]\d+)?')  # and the short name that Django may give it


def _with_index(indexes: Mapping[str, str], table: re.Match[str]) -> str:
    name = indexes.get(table[1])
    return f'{table[0]} INDEXED BY "{name}"' if name else table[0]


@functools.cache
def _at_a_glance() -> Mapping[str, str]:
    """Of each table the index that holds all that is asked of it here, so that no row is read.

    PostgreSQL finds it. SQLite has to be told: it prefers a unique index, or the row's own key, and reads the row.
    """
    found = ((model._meta.db_table, index.name) for model in apps.get_models() for index in model._meta.indexes)
    return {table: name for table, name in found if name.endswith("_at_a_glance")}


@functools.cache
def _addresses() -> Compiled:
    return Compiled(Memorial.objects.filter(slug=KEY).values_list("pk"))


@functools.lru_cache(maxsize=64)
def _of_strangers(parts: tuple[str, ...]) -> Compiled:
    return Compiled(strangers(parts), indexes=_at_a_glance())


@functools.lru_cache(maxsize=64)
def _of_sessions(parts: tuple[str, ...]) -> Compiled:
    return Compiled(sessions(parts), indexes=_at_a_glance())


def revisions(memorial: Memorial, parts: Sequence[str]) -> tuple[int, ...]:
    """The same numbers, for whoever makes the page."""
    found = dict(Revision.objects.filter(memorial=memorial, part__in=parts).values_list("part", "number"))
    return tuple(found.get(part, 0) for part in parts)
