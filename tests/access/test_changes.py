"""The whole table once more, at once after each change: what it closed is closed on every address of the house.

Of what was closed the rows below say what its addresses answer now; whoever was shut out is answered in every row
like those who were shut out before. Every other cell must be as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.utils import timezone

from snowdrop.keepsakes.models import Album, Photograph
from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.access import Act
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Fact, GuestLink, Keeping, Kin, Membership, Name
from snowdrop.story.models import Moment
from tests.access import addresses
from tests.access.bodies import body
from tests.access.test_matrix import table
from tests.access.town import CIRCLE_OF, ROLES, Town

Cells = dict[tuple[str, str], dict[str, int]]

NARROWED = """
                         stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  story:moment        404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:photograph 404     404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:avif      404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:rendition 404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:album     404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:one_of_album 404   404  404   404     404   404    404       404    200    200    404     404       404
"""
# Keepers still find it among what is off the page, with its small picture.
PUT_AWAY = """
                         stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  memorials:change_fact 404    404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:change_fact 404    404  404   404     404   404    404       404    404    404    404     404       404
GET  memorials:change_kin 404     404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:change_kin 404     404  404   404     404   404    404       404    404    404    404     404       404
GET  memorials:change_name 404    404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:change_name 404    404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:close_these 404    404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:for_children 404   404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:put_away  404      404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:put_away_many 404  404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:sooner    404      404  404   404     404   404    404       404    404    404    404     404       404
GET  memorials:who       404      404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:who       404      404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:who_many  404      404  404   404     404   404    404       404    404    404    404     404       404
POST story:bring_back    404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:change        404      404  404   404     404   404    404       404    404    404    404     404       404
POST story:change        404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:choose        404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:moment        404      404  404   404     404   404    404       404    404    404    404     404       404
POST story:move          404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:photographs   404      404  404   404     404   404    404       404    404    404    404     404       404
POST story:photographs   404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:version       404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:versions      404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:change    404      404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:change    404      404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:cover     404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:photograph 404     404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:avif      404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:rendition 404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:album     404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:change_album 404   404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:change_album 404   404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:one_of_album 404   404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:say_to_these 404   404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:what_is_seen 404   404  404   404     404   404    404       404    404    404    404     404       404
POST memorials:leave_out 404      404  404   404     404   404    404       404    404    404    404     404       404
"""
# Whoever belongs to the page is led to it by any invitation of it, also by one that lets nobody in any more.
TAKEN_BACK = """
                         stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  memorials:invitation 410     410  410   410     410   302    302       302    302    302    410     410       410
POST memorials:invitation 410     410  410   410     410   302    302       302    302    302    410     410       410
POST memorials:somebody_else 410  410  410   410     410   410    410       410    410    410    410     410       410
GET  memorials:take_back 404      404  404   404     404   404    404       404    404    404    404     404       404
"""
# The link of the table is the guest's own.
LINK_OVER = """
                         stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  memorials:enter     410      410  410   410     410   410    410       410    410    410    410     410       410
POST memorials:enter     410      410  410   410     410   410    410       410    410    410    410     410       410
"""
# The feed of the table is Sam's.
THEIR_OWN = """
                         stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  feed_by_token       404      404  404   404     404   404    404       404    404    404    404     404       404
"""


def plain_things(town: Town) -> list[Keeping]:
    """What the rows of the table are about: of every kind what friends see."""
    kinds = (Moment, Photograph, Album, Fact, Name, Kin)
    return [town.find(f"canary-{kind.__name__.lower()}-friends").row for kind in kinds]


def narrow(town: Town) -> None:
    keepings.open_to(plain_things(town), Circle.KEEPERS, by=town.stands("mara"))


def put_away(town: Town) -> None:
    for row in plain_things(town):
        keepings.put_away(row, by=town.stands("mara"))


def take_back(town: Town) -> None:
    inviting.take_back(town.args["invitation"], by=town.stands("mara"))


def remove(town: Town) -> None:
    sam = Membership.objects.get(memorial=town.memorial, person=town.people["sam"])
    inviting.remove(sam, by=town.stands("mara"))


def end_the_link(town: Town) -> None:
    inviting.end_link(town.args["link"], by=town.stands("mara"))


def let_the_link_expire(town: Town) -> None:
    GuestLink.objects.filter(pk=town.args["link"].pk).update(expires_at=timezone.now())


def differences(town: Town, said: Cells, roles: Sequence[str]) -> list[str]:
    """Where an address answers one of these roles otherwise than this table says.

    Inside the memorial, whoever stands outside is turned away at the door, by who they are to the page and before
    anything kept is looked at: nothing that was done to a thing kept could let them in. Where everybody is asked, a
    stranger stands for all of them there; at every other address, everybody is asked.
    """
    by_name = {address.name: address for address in addresses.every_address()}
    found = []
    for (method, name), cells in said.items():
        path, sent = addresses.path(by_name[name], town), body(name, town) if method == "POST" else None
        inside = isinstance(getattr(by_name[name].view, "needs", None), Act)
        for role in roles:
            if inside and roles == ROLES and role not in CIRCLE_OF and role != "stranger":
                continue
            status = town.ask(role, method, path, sent).status_code
            if status != cells[role]:
                found.append(f"{method} {name} as {role}: {status}, not {cells[role]}")
    return found


@pytest.mark.parametrize(
    ("do", "rows", "roles"),
    [
        (narrow, NARROWED, ROLES),
        (put_away, PUT_AWAY, ROLES),
        # An invitation concerns nobody but whom it was for; these stand for all the others.
        (take_back, TAKEN_BACK, ("stranger", "asked", "friend", "keeper")),
    ],
)
def test_what_a_change_closes_is_closed_to_everyone_on_every_address_at_once(
    do: Callable[[Town], None], rows: str, roles: Sequence[str], town: Town
):
    do(town)

    assert differences(town, table() | table(rows), roles) == []


@pytest.mark.parametrize(
    ("do", "role", "stands_as", "rows"),
    [
        (remove, "friend", "removed", THEIR_OWN),
        (end_the_link, "link", "ended", LINK_OVER),
        (let_the_link_expire, "link", "expired", LINK_OVER),
    ],
)
def test_whoever_is_shut_out_stands_outside_of_every_address_at_once(
    do: Callable[[Town], None], role: str, stands_as: str, rows: str, town: Town
):
    after = {row: cells | {role: cells[stands_as]} for row, cells in table().items()} | table(rows)

    do(town)

    assert differences(town, after, [role]) == []
