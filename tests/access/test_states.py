"""Each kept thing in each state, for everyone who could ask: written by hand, and asked again after each change.

The rows are what somebody could know the address of; the cells are what the address answers. Nothing here is
worked out from the door's own rule.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import GuestLink, Membership, Memorial
from tests.access.town import ROLES, Town

# "mara-own" is Mara's alone; "theo-and-ines" is Theo's alone, and Ines is named as its reader. What Sam, a friend,
# added waits for the keepers. "away" was taken off the page, "let-go" is to be deleted for good.
MOMENT = """
                  stranger link ended expired asked friend companion family keeper second removed elsewhere host
link              404      200  404   404     404   200    200       200    200    200    404     404       404
friends           404      404  404   404     404   200    200       200    200    200    404     404       404
family            404      404  404   404     404   404    404       200    200    200    404     404       404
keepers           404      404  404   404     404   404    404       404    200    200    404     404       404
mara-own          404      404  404   404     404   404    404       404    200    404    404     404       404
theo-and-ines     404      404  404   404     404   404    404       200    404    200    404     404       404
sam-own           404      404  404   404     404   200    404       404    404    404    404     404       404
sam-waits         404      404  404   404     404   404    404       404    404    404    404     404       404
sam-away          404      404  404   404     404   404    404       404    404    404    404     404       404
away              404      404  404   404     404   404    404       404    404    404    404     404       404
let-go            404      404  404   404     404   404    404       404    404    404    404     404       404
theo-own-away     404      404  404   404     404   404    404       404    404    404    404     404       404
"""

# A photograph's page is also where whoever may change it looks at it while it waits.
PHOTOGRAPH = MOMENT.replace(
    "sam-waits         404      404  404   404     404   404    404       404    404    404    404     404       404",
    "sam-waits         404      404  404   404     404   200    404       404    200    200    404     404       404",
)

# Its bytes are also seen by whoever decides about bringing it back.
BYTES = """
                  stranger link ended expired asked friend companion family keeper second removed elsewhere host
link              404      200  404   404     404   200    200       200    200    200    404     404       404
friends           404      404  404   404     404   200    200       200    200    200    404     404       404
family            404      404  404   404     404   404    404       200    200    200    404     404       404
keepers           404      404  404   404     404   404    404       404    200    200    404     404       404
mara-own          404      404  404   404     404   404    404       404    200    404    404     404       404
theo-and-ines     404      404  404   404     404   404    404       200    404    200    404     404       404
sam-own           404      404  404   404     404   200    404       404    404    404    404     404       404
sam-waits         404      404  404   404     404   200    404       404    200    200    404     404       404
sam-away          404      404  404   404     404   200    404       404    200    200    404     404       404
away              404      404  404   404     404   404    404       404    200    200    404     404       404
let-go            404      404  404   404     404   404    404       404    200    200    404     404       404
theo-own-away     404      404  404   404     404   404    404       404    404    200    404     404       404
"""
TABLES = {"moment": MOMENT, "photograph": PHOTOGRAPH, "bytes": BYTES}

# What each change makes of the rows and columns it concerns. All other cells stay as they are.
CLOSED = "404      404  404   404     404   404    404       404    404    404    404     404       404"
CHANGES: dict[str, tuple[Callable[[Town, str], None], str]] = {
    "narrowed to the keepers": (
        lambda town, kind: keepings.open_to([_row(town, kind, "link")], Circle.KEEPERS, by=town.stands("mara")),
        "link 404      404  404   404     404   404    404       404    200    200    404     404       404",
    ),
    "narrowed to its writer": (
        lambda town, kind: keepings.open_to([_row(town, kind, "friends")], Circle.SELF, by=town.stands("mara")),
        "friends 404      404  404   404     404   404    404       404    200    404    404     404       404",
    ),
    "opened to friends": (
        lambda town, kind: keepings.open_to([_row(town, kind, "family")], Circle.FRIENDS, by=town.stands("mara")),
        "family 404      404  404   404     404   200    200       200    200    200    404     404       404",
    ),
    "a reader named no longer": (
        lambda town, kind: keepings.open_to(
            [_row(town, kind, "theo-and-ines")], Circle.SELF, by=town.stands("theo"), readers=[]
        ),
        "theo-and-ines 404      404  404   404     404   404    404       404    404    200    404     404       404",
    ),
    "put away": (
        lambda town, kind: keepings.put_away(_row(town, kind, "link"), by=town.stands("theo")),
        f"link {CLOSED}",
    ),
    "brought back": (
        lambda town, kind: keepings.bring_back(_row(town, kind, "away"), by=town.stands("theo")),
        "away 404      200  404   404     404   200    200       200    200    200    404     404       404",
    ),
    "let show": (
        lambda town, kind: keepings.let_show(_row(town, kind, "sam-waits"), by=town.stands("theo")),
        "sam-waits 404      404  404   404     404   200    200       200    200    200    404     404       404",
    ),
    "a friend removed": (
        lambda town, kind: inviting.remove(_membership(town, "sam"), by=town.stands("mara")),
        "column friend 404",
    ),
    "a relative moved away": (
        lambda town, kind: inviting.change(
            _membership(town, "ines"), Circle.FRIENDS, trusted=False, by=town.stands("mara")
        ),
        "family 404      404  404   404     404   404    404       404    200    200    404     404       404",
    ),
    "the link ended": (
        lambda town, kind: inviting.end_link(town.args["link"], by=town.stands("mara")),
        "column link 404",
    ),
    "the link's day over": (
        lambda town, kind: _let_the_link_expire(town),
        "column link 404",
    ),
    "the page closed": (
        lambda town, kind: _close(town),
        "columns link friend companion family 404",
    ),
}


def _row(town: Town, kind: str, state: str):
    return town.find(f"canary-{kind}-{state}").row


def _membership(town: Town, name: str) -> Membership:
    return Membership.objects.get(memorial=town.memorial, person=town.people[name])


def _let_the_link_expire(town: Town) -> None:
    GuestLink.objects.filter(pk=town.args["link"].pk).update(expires_at=timezone.now())


def _close(town: Town) -> None:
    Memorial.objects.filter(pk=town.memorial.pk).update(audience=Circle.KEEPERS)


def table(kind: str) -> dict[tuple[str, str], int]:
    lines = [line.split() for line in TABLES[kind].splitlines() if line.strip()]
    roles = lines.pop(0)
    assert tuple(roles) == ROLES
    return {(state, role): int(cell) for state, *cells in lines for role, cell in zip(roles, cells, strict=True)}


def table_after(said: str, kind: str) -> dict[tuple[str, str], int]:
    first, *cells = said.split()
    found = table(kind)
    if first in ("column", "columns"):
        *roles, status = cells
        return {(state, role): int(status) if role in roles else cell for (state, role), cell in found.items()}
    return found | {(first, role): int(cell) for role, cell in zip(ROLES, cells, strict=True)}


def answers(town: Town, kind: str) -> dict[tuple[str, str], int]:
    """What each thing's own address answers to each role."""
    here, found = f"/m/{town.memorial.slug}", {}
    for state, role in table(kind):
        if kind == "moment":
            path = f"{here}/story/{_row(town, kind, state).pk}/"
        else:
            row = _row(town, "photograph", state)
            path = f"{here}/photographs/{row.pk}/" + ("480.jpg" if kind == "bytes" else "")
        found[state, role] = town.ask(role, "GET", path).status_code
    return found


def differences(found: dict[tuple[str, str], int], said: dict[tuple[str, str], int]) -> list[str]:
    return [
        f"{state} as {role}: {found[state, role]}, not {cell}"
        for (state, role), cell in said.items()
        if found[state, role] != cell
    ]


@pytest.mark.parametrize("kind", TABLES)
def test_every_thing_in_every_state_answers_as_its_table_says(kind, town):
    assert differences(answers(town, kind), table(kind)) == []


@pytest.mark.parametrize("kind", ["moment", "photograph"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_whole_table_holds_at_once_after_a_change(change, kind, town):
    do, said = CHANGES[change]
    after = table_after(said, kind)
    assert after != table(kind)

    do(town, kind)

    assert differences(answers(town, kind), after) == []
    if kind == "photograph":
        # The bytes never outlive the page, but for whoever decides about bringing it back.
        outlived = [
            (state, role)
            for (state, role), status in answers(town, "bytes").items()
            if status == 200
            and after[state, role] == 404
            and table("bytes")[state, role] != 200
            and not (change == "put away" and role in ("keeper", "second"))
        ]
        assert outlived == []


@pytest.mark.parametrize("change", CHANGES)
def test_no_room_names_what_a_change_has_closed(change, town):
    """The lists obey as the things do: what one may not open one is not told of."""
    do, said = CHANGES[change]
    do(town, "moment")
    rooms = {role: town.ask(role, "GET", f"/m/{town.memorial.slug}/story/") for role in ROLES}
    told = []
    for (state, role), status in table_after(said, "moment").items():
        row, answer = _row(town, "moment", state), rooms[role]
        is_named = answer.status_code == 200 and str(row.pk) in answer.content.decode()
        if is_named != (status == 200):
            told.append((state, role))

    assert told == []
