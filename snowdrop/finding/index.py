"""Writing the index down. Call it inside the transaction of what it belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from snowdrop.finding.asking import token
from snowdrop.finding.models import Entry, Shelf, called
from snowdrop.finding.words import RULES, words

# Bytes of tokens that one thing may have: a tsvector ends at one megabyte. That is a book of 150,000 words; of a
# longer one the end is not found.
MOST = 900_000


@dataclass(frozen=True)
class Written:
    """A thing whose words are to be found."""

    keeping: uuid.UUID
    place: int
    texts: tuple[str, ...]
    kind: str = ""  # of what comes in great numbers, and stands on shelves

    def tokens(self, shelf: int | None = None) -> str:
        found = dict.fromkeys(form for text in self.texts for word in words(text) for form in word.forms)
        kept, size = [], 0
        for form in found:
            one = token(self.place, form, called(self.kind, shelf))
            size += len(one.encode()) + 1
            if size > MOST:
                break
            kept.append(one)
        return " ".join(kept)


def write_down(written: Iterable[Written]) -> None:
    """Write these anew, in one statement."""
    written = list(written)
    shelves = _shelves(written)
    Entry.objects.bulk_create(
        [
            Entry(keeping=one.keeping, rules=RULES, tokens=one.tokens(shelf), shelf=shelf)
            for one, shelf in ((one, shelves.get(one.keeping)) for one in written)
        ],
        update_conflicts=True,
        unique_fields=["keeping"],
        update_fields=["rules", "tokens", "shelf"],
    )


def _shelves(written: list[Written]) -> dict[uuid.UUID, int | None]:
    """On which shelf each of these stands, or comes to stand."""
    shelved = {one.keeping: (one.place, one.kind) for one in written if one.kind}
    if not shelved:
        return {}
    there = Entry.objects.filter(keeping__in=list(shelved), shelf__isnull=False).values_list("keeping", "shelf")
    found: dict[uuid.UUID, int | None] = dict(there)
    new: dict[tuple[int, str], list[uuid.UUID]] = {}
    for keeping, where in shelved.items():
        if keeping not in found:
            new.setdefault(where, []).append(keeping)
    for (place, kind), keepings in sorted(new.items()):  # in one order: nobody waits for another in a ring
        found |= dict.fromkeys(keepings, Shelf.put(place, kind, len(keepings)))
    return found


def forget(keepings: Collection[uuid.UUID]) -> None:
    Entry.objects.filter(keeping__in=keepings).delete()


def put_right(written: Collection[Written]) -> int:
    """Compare these with what stands in the index, write anew what differs, and return how many did."""
    there = {
        entry.keeping: (entry.rules, entry.tokens, entry.shelf)
        for entry in Entry.objects.filter(keeping__in=[one.keeping for one in written])
    }
    wrong = [one for one in written if not _is_right(one, *there.get(one.keeping, (0, "", None)))]
    if wrong:
        write_down(wrong)
    return len(wrong)


def _is_right(one: Written, rules: int, tokens: str, shelf: int | None) -> bool:
    has_its_place = bool(one.kind) is (shelf is not None)
    return has_its_place and (rules, tokens) == (RULES, one.tokens(shelf))


def mend() -> bool:
    """Make SQLite's own table of words anew where it does not agree with the entries; return whether it did not."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("INSERT INTO finding_words(finding_words, rank) VALUES ('integrity-check', 1)")
        except DatabaseError:
            cursor.execute("INSERT INTO finding_words(finding_words) VALUES ('rebuild')")
            return True
    return False


def tidy() -> None:
    """Let words that were deleted go out of SQLite's table of words, which only notes that they are gone."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO finding_words(finding_words) VALUES ('optimize')")
