"""Words out of a text that somebody typed together, or out of a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.elsewhere import texts
from snowdrop.archive.importers.elsewhere.came import MOST_TEXT, Came, CannotBring, Tally, Why, came
from snowdrop.archive.importers.elsewhere.given import Given
from snowdrop.archive.importers.elsewhere.texts import cleaned, one_line

NO_COLUMN = _(
    "This table has no column with words. Please name one of its columns “text”, and the others “name” and “date”."
)
NOT_A_TABLE = _("This table cannot be read. Please save it once more as CSV.")

# Between the words of two people stand a line of these; where there is none in the whole file, an empty line.
_RULE = re.compile(r"\s*(?:[-–—_=*~#•·+]\s?){3,}\s*")
_NAME_BELOW = re.compile(r"\s*(?:[—–―]|--?) ?([^\s—–―-].{0,79})")
# "Aunt Sparrow:" alone on the first line. "Dear family:" greets.
_NAME_ABOVE = re.compile(r"\s*([^\s:：][^:：\n]{0,58})[:：]\s*")
_GREETS = re.compile(
    r"(?:dear|hello|hi|liebe|lieber|hallo|cher|chère|chers|querid|car[oaie]\b|beste|lieve|kära|kæere|drog|дорог|мил)",
    re.IGNORECASE,
)


def read(given: Given, tally: Tally) -> Iterator[Came]:
    """Yield one text for each block, signed by a "Name:" alone above it or a "— Name" below it. Raises CannotBring."""
    has_rules = any(_is_rule(line) for line in texts.lines(given.chunks()))
    for block in _blocks(texts.lines(given.chunks()), has_rules=has_rules):
        if sum(map(len, block)) > MOST_TEXT:
            tally.leave_out(Why.TOO_LONG)
            continue
        signed, words = _signed(block)
        if words:
            yield came(signed, words, None, None)
        else:
            tally.leave_out(Why.EMPTY)


def _is_rule(line: str) -> bool:
    return len(line) < 200 and _RULE.fullmatch(line) is not None


def _blocks(lines: Iterable[str], *, has_rules: bool) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for line in lines:
        if _is_rule(line) if has_rules else not line.strip():
            if block:
                yield block
            block, size = [], 0
        elif block or line.strip():
            size += len(line) + 1
            if size <= 2 * MOST_TEXT:
                block.append(line)
    if block:
        yield block


def _signed(block: list[str]) -> tuple[str, str]:
    """Split a block into name and words. A name alone is words, for it may be all that somebody wrote."""
    lines = list(block)
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > 1:
        above = _NAME_ABOVE.fullmatch(lines[0]) if len(lines[0]) < 100 else None
        if above is not None and not _GREETS.match(above[1]):
            return one_line(above[1]), cleaned("\n".join(lines[1:]))
        below = _NAME_BELOW.fullmatch(lines[-1]) if len(lines[-1]) < 100 else None
        if below is not None:
            return one_line(below[1]), cleaned("\n".join(lines[:-1]))
    return "", cleaned("\n".join(lines))


# -- tables --------------------------------------------------------------------------------------------

_COLUMNS = {
    "text": {
        "text",
        "words",
        "message",
        "comment",
        "tribute",
        "nachricht",
        "worte",
        "mensaje",
        "mots",
        "messaggio",
        "bericht",
    },
    "name": {"name", "signed", "from", "author", "von", "nom", "nombre", "nome", "naam", "namn", "имя", "اسم"},
    "date": {"date", "at", "time", "when", "datum", "fecha", "data", "дата", "timestamp", "created"},
}


def is_table(head: bytes) -> bool:
    """Whether the first line names columns, one of them with words."""
    first = next(texts.lines(iter([head])), "")
    dialect = _dialect(first)
    return dialect is not None and len(_columns(next(csv.reader([first], delimiter=dialect), []))) > 1


def read_table(given: Given, tally: Tally) -> Iterator[Came]:
    """Yield one text for each row of a table with the columns text, name and date, in any order. Raises CannotBring."""
    lines = (line + "\n" for line in texts.lines(given.chunks()))
    first = next(lines, "")
    columns = _columns(next(csv.reader([first], delimiter=_dialect(first) or ","), []))
    if "text" not in columns:
        raise CannotBring(NO_COLUMN)
    csv.field_size_limit(2 * MOST_TEXT)
    rows = csv.reader((line.replace("\0", "") for line in lines), delimiter=_dialect(first) or ",")
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise CannotBring(NOT_A_TABLE) from error
        if row is None:
            return
        found = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        words = cleaned(found["text"])
        if not words:
            tally.leave_out(Why.EMPTY)
        elif len(words) > MOST_TEXT:
            tally.leave_out(Why.TOO_LONG)
        else:
            yield came(one_line(found.get("name", "")), words, _when(found.get("date", "")), None)


def _dialect(first: str) -> str | None:
    count, mark = max((first.count(mark), mark) for mark in ",;\t")
    return mark if count else None


def _columns(row: list[str]) -> dict[str, int]:
    """Where each column stands. The first that can be meant is."""
    found: dict[str, int] = {}
    for at, title in enumerate(row):
        plain = title.strip().strip("\"'").lower()
        for name, titles in _COLUMNS.items():
            if plain in titles:
                found.setdefault(name, at)
    return found if "text" in found else {}


def _when(value: str) -> datetime | None:
    """A date as ISO 8601 writes it. Of 3/4/2024 nothing is made up."""
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at
