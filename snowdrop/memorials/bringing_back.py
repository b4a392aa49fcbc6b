"""Helping a member back in whose address and devices no longer work."""

from __future__ import annotations

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Membership
from snowdrop.people import ways_back
from snowdrop.people.models import WayBack


class OpensOthers(Exception):
    """It would open a page that this keeper does not look after: only the host may make it."""


def make_way_back(membership: Membership, *, by: Viewer) -> tuple[WayBack, str]:
    """Make a way back for somebody who belongs to the keeper's memorial; return it with its token.

    Raises NotForYou, OpensOthers, and what `people.ways_back.make` raises.
    """
    by.check(Act.KEEP)
    member = Membership.objects.live().filter(pk=membership.pk, memorial=by.memorial).select_related("person").first()
    if member is None or by.person is None or member.person == by.person:
        raise NotForYou
    kept_by_me = Membership.objects.keepers().filter(person=by.person)
    theirs = Membership.objects.live().filter(person=member.person)
    if theirs.exclude(memorial__in=kept_by_me.values("memorial")).exists():
        raise OpensOthers
    return ways_back.make(member.person, by=by.person)
