"""A member's own address for a feed reader: made, used without being signed in, ended."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Feed, Membership
from snowdrop.people import tokens


@dataclass(frozen=True)
class Followed:
    """Who follows a page by an address, as somebody of their circle: nothing of theirs alone is shown by it."""

    viewer: Viewer
    language: str  # that the person chose, "" where none


def of(viewer: Viewer) -> Feed | None:
    """Return this member's address here, if they made one. Its secret is not in it."""
    viewer.check(Act.ADD)
    return Feed.objects.of(viewer.memorial, viewer.person).first()


@transaction.atomic
def make(*, by: Viewer) -> tuple[Feed, str]:
    """Make an address and return it with its token, which stands nowhere else. One made before ends."""
    by.check(Act.ADD)
    if by.person is None:
        raise NotForYou
    token = tokens.make()
    said = {"token_hash": tokens.digest(token), "made_at": timezone.now(), "last_used_on": None}
    feed, _new = Feed.objects.update_or_create(memorial=by.memorial, person=by.person, defaults=said)
    return feed, token


@transaction.atomic
def end(*, by: Viewer) -> None:
    """End one's own address. Whoever still asks for it meets what is not there."""
    by.check(Act.ADD)
    Feed.objects.of(by.memorial, by.person).delete()


def follow(token: str) -> Followed:
    """Return how whoever holds this token reads, and write down that it was used today. Raises NotForYou.

    How close they stand is asked each time: who was taken out, or stands elsewhere now, has no other feed.
    """
    feed = Feed.objects.select_related("memorial", "person").filter(token_hash=tokens.digest(token)).first()
    if feed is None or feed.person.closed_at is not None:
        raise NotForYou
    member = Membership.objects.live().filter(memorial=feed.memorial, person=feed.person).first()
    if member is None:
        raise NotForYou
    viewer = Viewer(feed.memorial, None, Circle(member.circle))
    viewer.check(Act.READ)
    today = timezone.now().date()
    Feed.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=today), pk=feed.pk).update(last_used_on=today)
    return Followed(viewer, feed.person.language)
