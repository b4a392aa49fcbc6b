"""May I come in? Somebody asks the keepers of a page, who may let them in and never have to answer."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import inviting, log
from snowdrop.memorials.access import Act, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Invitation, Knock, LogEntry, Membership, Memorial
from snowdrop.people import tokens
from snowdrop.people.models import Person

_OF_A_PAGE = re.compile(r"/m/([a-z0-9]+)")
_OF_A_LINK = re.compile(r"/(?:in|by)/([A-Za-z0-9_-]+)")


@transaction.atomic
def knock(where: str, says: str, *, by: Person) -> None:
    """Ask the keepers of the page whose address, or a link to which, is `where`.

    Nobody who asks learns anything: a page that is not there, one they belong to and one that took them out cost
    the same statements, a row is written each time, and no mail is sent.
    """
    memorial = _meant(where)
    if Membership.objects.live().filter(memorial=memorial, person=by).exists():
        memorial = None
    said = {"says": says if memorial else "", "at": timezone.now()}
    Knock.objects.update_or_create(memorial=memorial, person=by, defaults=said)


def _meant(where: str) -> Memorial | None:
    """The page that this address belongs to: its own, or that of a link, which may long be over."""
    if found := _OF_A_LINK.search(where):
        digest = tokens.digest(found[1])
        for kind in (Invitation, GuestLink):
            row = kind.objects.select_related("memorial").filter(token_hash=digest).first()
            if row is not None:
                return row.memorial
        return None
    found = _OF_A_PAGE.search(where)
    return Memorial.objects.filter(slug=found[1] if found else where.strip()).first()


@transaction.atomic
def let_in(knock: Knock, circle: Circle, *, by: Viewer) -> None:
    """Let somebody in who asked, as close as `circle`, and never as a keeper. Nothing is sent to them."""
    by.check(Act.KEEP)
    inviting.one_at_a_time(by.memorial)
    asked, _kinds = Knock.objects.filter(pk=knock.pk, memorial=by.memorial).delete()
    if asked:
        log.note(by.memorial, LogEntry.What.LET_IN, by=by.person, about=knock.person)
        inviting.bring_in(by.memorial, knock.person, min(circle, Circle.FAMILY), asked_by=by.person)


@transaction.atomic
def not_now(knock: Knock, *, by: Viewer) -> None:
    """Leave somebody outside. They are told nothing, and what they ask again is not shown unasked."""
    by.check(Act.KEEP)
    if Knock.objects.filter(pk=knock.pk, memorial=by.memorial, not_now_at=None).update(not_now_at=timezone.now()):
        log.note(by.memorial, LogEntry.What.NOT_NOW, by=by.person, about=knock.person)
