"""A way back for somebody whose address and devices no longer work: made by another, open after three days.

Whoever makes one cannot use it at once, and the person is told wherever we can reach them: by a postcard, and
on every device they are signed in on, each with a button that stops it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from snowdrop.people import letters, tokens, ways_in
from snowdrop.people.doors import NotForYou
from snowdrop.people.models import Person, WayBack
from snowdrop.people.sessions import SessionStore

WAITS = timedelta(hours=72)
LASTS = timedelta(days=14)  # from the moment it opens
RESTS = timedelta(days=30)  # after the person stopped one, nobody but the host makes another


class NotOpen(Exception):
    """The way back waits still, was stopped or used, or is too old."""


class WasStopped(Exception):
    """The person stopped one lately. `until` says from when another may be made."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class OnlyByHost(Exception):
    """Whoever looks after the house is brought back by another host only."""


@transaction.atomic
def make(person: Person, *, by: Person, as_host: bool = False) -> tuple[WayBack, str]:
    """Make a way back for `person` and return it with its token, which stands nowhere else.

    One that stood before ends. Raises WasStopped and OnlyByHost, and NotForYou for a host who is none;
    which people somebody may do this for who looks after a page, `memorials.bringing_back` says.
    """
    now = timezone.now()
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.closed_at is not None or (as_host and not by.is_host):
        raise NotForYou
    if not as_host:
        if person.is_host:
            raise OnlyByHost
        stopped = WayBack.objects.filter(person=person, stopped_by_person=True, stopped_at__gt=now - RESTS)
        if (last := stopped.order_by("-stopped_at").first()) is not None and last.stopped_at is not None:
            raise WasStopped(last.stopped_at + RESTS)
    WayBack.objects.filter(person=person).standing(now=now).update(stopped_at=now)
    token = tokens.make()
    way = WayBack.objects.create(
        person=person,
        made_by=by,
        by_host=as_host,
        token_hash=tokens.digest(token),
        made_at=now,
        opens_at=now + WAITS,
        ends_at=now + WAITS + LASTS,
    )
    transaction.on_commit(partial(letters.way_back_made, way))
    return way, token


def find(token: str) -> WayBack | None:
    """Return the way back that this token is for, in whatever state it is."""
    return WayBack.objects.select_related("person").filter(token_hash=tokens.digest(token)).first()


def standing_for(person: Person) -> WayBack | None:
    """Return the way back that opens for this person or will, so that they can stop it."""
    standing = WayBack.objects.filter(person=person).standing(now=timezone.now())
    return standing.select_related("made_by").order_by("-made_at").first()


def stop(*, by: Person) -> None:
    """Stop whatever way back stands for this person. It never opens any more."""
    now = timezone.now()
    WayBack.objects.filter(person=by).standing(now=now).update(stopped_at=now, stopped_by_person=True)


@transaction.atomic
def use(token: str, *, store: SessionStore) -> Person:
    """Sign this browser in as the person, and end every other way in, their address too. Raises NotOpen.

    What no longer works for them may be in other hands: a mailbox, a device, the passkey on it, a sheet that lay
    beside it. The address is told once that it was taken off.
    """
    now = timezone.now()
    person = Person.objects.select_for_update(of=("self",)).filter(ways_back__token_hash=tokens.digest(token)).first()
    opens = WayBack.objects.standing(now=now).filter(person=person, opens_at__lte=now)
    opens = opens.filter(token_hash=tokens.digest(token), person__closed_at=None)
    if person is None or not opens.update(used_at=now):
        raise NotOpen
    old = person.email
    store.sign_in(person)
    ways_in.end(person, but=store.row)
    if old:
        transaction.on_commit(partial(letters.way_back_used, person, old=old, at=now))
    return person
