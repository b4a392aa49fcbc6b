"""The keepers' log: who was asked in, came and went. What people read is noted nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import LogEntry, Memorial
from snowdrop.people.models import Person

PAGE = 50  # lines
_KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Page:
    entries: list[LogEntry]
    before: str = ""  # the key from which the next page counts back; "" on the last


def note(
    memorial: Memorial, what: LogEntry.What, *, by: Person | None, about: Person | None = None, whom: str = ""
) -> None:
    """Write one line, in the transaction of the verb that did it.

    `whom` is what a keeper calls somebody; it is kept only where nobody here is meant.
    """
    LogEntry.objects.create(memorial=memorial, what=what, by=by, about=about, whom="" if about else whom)


def forget_name(person: Person) -> None:
    """Take what a keeper called somebody who closes their account out of the lines of how they came.

    Lines about a person need nothing: they show what that person is called now. Where somebody is asked in, what
    the keeper wrote stays.
    """
    LogEntry.objects.filter(what=LogEntry.What.CAME_IN, by=person).update(whom="")
    if person.name:
        named = LogEntry.objects.filter(what=LogEntry.What.SUCCESSOR_NAMED, whom=person.name)
        named.filter(memorial__in=Memorial.objects.filter(successors__person=person).values("pk")).update(whom="")


def page(viewer: Viewer, *, before: str = "") -> Page:
    """Return a page of the log, the newest line first. Raises NotForYou to whoever is no keeper."""
    viewer.check(Act.KEEP)
    rows = LogEntry.objects.filter(memorial=viewer.memorial).select_related("by", "about").order_by("-pk")
    if before:
        if not _KEY.fullmatch(before):
            raise NotForYou
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], before=str(found[PAGE - 1].pk) if len(found) > PAGE else "")
