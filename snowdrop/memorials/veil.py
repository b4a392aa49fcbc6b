"""The veil: closing a thing, so that each person chooses when to look; looking, and closing it again.

Who may see *that there is something* is said by `visible_to`, as ever. What it holds is sent only where
`Viewer.has_open` says so, for each person by themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import finding, revision
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.circles import Duty
from snowdrop.memorials.keepings import part_of
from snowdrop.memorials.kinds import holding
from snowdrop.memorials.models import Keeping, KeepingQuerySet, Look, LooksFirst, Membership, OwnChoice
from snowdrop.memorials.models.veil import LOOK_LASTS
from snowdrop.people.models import Person, Session

LONGEST_COVER = 200  # characters
LONGEST_GENTLE = 500
_WRITES_AGAIN = timedelta(minutes=3)


# -- for everyone ------------------------------------------------------------------------------------


def may_close(row: Keeping, *, by: Viewer) -> bool:
    """Whoever added it, and any keeper who sees it, may close it and write on its cover."""
    return row.has_cover and type(row)._default_manager.changeable_by(by).filter(pk=row.pk).exists()


def may_open_for_all(row: Keeping, *, by: Viewer) -> bool:
    """Whoever added it may open it for all again, or a keeper where it came by hand-over and is nobody's own."""
    return may_close(row, by=by) and (row.is_own_of(by.person) or (row.is_handed_over and by.is_keeper))


@transaction.atomic
def close(keepings: Iterable[Keeping], *, by: Viewer, words: str | None = None) -> int:
    """Close these for everyone, at once; return how many were open. `words` for the cover, None: as they are.

    Raises NotForYou, and then nothing is closed.
    """
    by.check(Act.ADD)
    closed = 0
    for keeping in keepings:
        row = _locked(keeping, by)
        if not row.has_cover:
            raise NotForYou
        closed += not row.is_closed
        row.is_closed = True
        if words is not None:
            row.cover_words = _on_one_line(words, LONGEST_COVER)
        row.save(update_fields=["is_closed", "cover_words"])
        _changed(row)
    return closed


@transaction.atomic
def open_for_all(keeping: Keeping, *, by: Viewer) -> None:
    """Take the cover off for everyone. What people chose for themselves about it is over. Raises NotForYou."""
    by.check(Act.ADD)
    row = _locked(keeping, by)
    if not may_open_for_all(row, by=by):
        raise NotForYou
    row.is_closed = False
    row.save(update_fields=["is_closed"])
    forget(row.pk)
    _changed(row)


def _locked(keeping: Keeping, by: Viewer) -> Keeping:
    rows = type(keeping)._default_manager.changeable_by(by).select_for_update()
    row: Keeping | None = rows.filter(pk=keeping.pk).first()
    if row is None:
        raise NotForYou
    return row


def _changed(row: Keeping) -> None:
    finding.write_down(row)
    revision.bump(row.memorial, part_of(type(row)))


def _on_one_line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].rstrip()


def forget(*keepings: uuid.UUID) -> None:
    """Forget what anybody chose about these, and who looks at them."""
    OwnChoice.objects.filter(keeping__in=keepings).delete()
    Look.objects.filter(keeping__in=keepings).delete()
    LooksFirst.objects.filter(keeping__in=keepings).delete()


# -- for one person ----------------------------------------------------------------------------------


def to_look_at(viewer: Viewer, kinds: Iterable[type[Keeping]]) -> Iterator[KeepingQuerySet]:
    """What this viewer may look at, each of these kinds and each way by itself: what they see, what is theirs to
    decide about, what was handed to them to look first, and what stands at a door they answer."""
    for kind in kinds:
        if kind.has_cover:
            every = kind._default_manager
            yield from (
                every.visible_to(viewer),
                every.changeable_by(viewer),
                every.put_away_for(viewer),
                every.entrusted_to(viewer),
                every.at_the_door(viewer),
            )


def find(id: uuid.UUID, viewer: Viewer) -> Keeping:
    """Return the thing with this id that the viewer may look at, closed or not. Raises NotForYou."""
    for rows in to_look_at(viewer, holding(id)):
        found: Keeping | None = rows.select_related("memorial", "writer", "described_by").filter(pk=id).first()
        if found is not None:
            return found
    raise NotForYou


def look(keeping: Keeping, *, by: Viewer, session: Session) -> None:
    """Open it in this browser, for this person, for this visit. Raises NotForYou."""
    _check(keeping, by)
    until = timezone.now() + LOOK_LASTS
    Look.objects.update_or_create(session=session, keeping=keeping.pk, defaults={"person": by.person, "until": until})


def go_on_looking(keeping: Keeping, *, by: Viewer) -> None:
    """A look lasts from when its page was last asked for. Writes once in a few minutes, however often that is."""
    now = timezone.now()
    ends_sooner = Look.objects.live(by, now).filter(keeping=keeping.pk, until__lt=now + LOOK_LASTS - _WRITES_AGAIN)
    if ends_sooner.exists():
        ends_sooner.update(until=now + LOOK_LASTS)


def close_again(keeping: Keeping, *, by: Viewer) -> None:
    """Close it again for this person: a look, and also where they had left it open. Never refused."""
    Look.objects.filter(session=by.session, keeping=keeping.pk).delete()
    OwnChoice.objects.of(by).filter(keeping=keeping.pk, what=OwnChoice.What.OPEN).delete()


def never_show(keeping: Keeping, *, by: Viewer, session: Session) -> None:
    """Do not show them this one again, not even its cover. Raises NotForYou."""
    _check(keeping, by)
    _choose(OwnChoice.What.NOT_AGAIN, keeping.pk, by=by, session=session)
    Look.objects.filter(session=session, keeping=keeping.pk).delete()


def leave_open(keeping: Keeping, *, by: Viewer, session: Session) -> None:
    """Show them this one without a cover from now on, on every device of theirs. Raises NotForYou."""
    _check(keeping, by)
    _choose(OwnChoice.What.OPEN, keeping.pk, by=by, session=session)


def show_all_without_asking(*, by: Viewer, session: Session) -> None:
    """Show them every closed thing here without a cover from now on. Raises NotForYou."""
    by.check(Act.READ)
    _choose(OwnChoice.What.ALL, None, by=by, session=session)


def ask_me_again(*, by: Viewer) -> None:
    """Everything closed has its cover again for this person. What they did not want to meet stays unmet."""
    asked_no_more = [OwnChoice.What.ALL, OwnChoice.What.OPEN]
    OwnChoice.objects.of(by).filter(what__in=asked_no_more).delete()
    Look.objects.filter(session=by.session, person=by.person).delete()


def meet_again(keeping: Keeping, *, by: Viewer) -> None:
    """Show them its cover again where it stands."""
    OwnChoice.objects.of(by).filter(keeping=keeping.pk, what=OwnChoice.What.NOT_AGAIN).delete()


def _check(keeping: Keeping, by: Viewer) -> None:
    """Only somebody who sits there chooses, and nothing is closed through other people's eyes."""
    by.check(Act.READ)
    if by.reads_as is not None or not keeping.is_closed:
        raise NotForYou
    if not any(rows.filter(pk=keeping.pk).exists() for rows in to_look_at(by, [type(keeping)])):
        raise NotForYou


@transaction.atomic
def _choose(what: OwnChoice.What, keeping: uuid.UUID | None, *, by: Viewer, session: Session) -> None:
    if by.reads_as is not None:
        raise NotForYou
    whose = {"person": by.person} if by.person else {"person": None, "session": session, "link": by.guest}
    mine = OwnChoice.objects.filter(memorial=by.memorial, **whose)
    mine.filter(keeping=keeping).delete() if keeping else mine.filter(what=what).delete()
    OwnChoice.objects.create(memorial=by.memorial, keeping=keeping, what=what, **whose)


# -- looking first -----------------------------------------------------------------------------------


def companions(viewer: Viewer) -> list[Person]:
    """Who looks first for this family."""
    rows = Membership.objects.live().filter(memorial=viewer.memorial, looks_first=True).select_related("person")
    return [row.person for row in rows.order_by("since")]


@transaction.atomic
def hand_to(keeping: Keeping, person: Person, *, by: Viewer) -> None:
    """Let a companion who looks first look at this, whatever circle it is for. Raises NotForYou.

    Not before somebody said whether a name is to be seen in it, where that is asked (`Keeping.asks_first`).
    """
    by.check(Act.ADD)
    row = _locked(keeping, by)
    if not row.is_closed or row.asks_first or person not in companions(by):
        raise NotForYou
    LooksFirst.objects.get_or_create(memorial=by.memorial, keeping=row.pk, person=person)


@transaction.atomic
def take_from(keeping: Keeping, person: Person, *, by: Viewer) -> None:
    """Let this companion look first at it no longer. What they said stays. Raises NotForYou."""
    by.check(Act.ADD)
    _locked(keeping, by)
    LooksFirst.objects.filter(memorial=by.memorial, keeping=keeping.pk, person=person).delete()


def may_describe(row: Keeping, *, by: Viewer) -> bool:
    """Whoever has the duty to look first and may look at it, whoever it waits for, and any keeper who sees it."""
    if by.person is None or not row.is_closed:
        return False
    every = type(row)._default_manager
    if by.is_keeper and every.changeable_by(by).filter(pk=row.pk).exists():
        return True
    if every.at_the_door(by).filter(pk=row.pk).exists():
        return True
    if Duty.LOOKS_FIRST not in by.duties:
        return False
    return any(rows.filter(pk=row.pk).exists() for rows in (every.visible_to(by), every.entrusted_to(by)))


@transaction.atomic
def describe(keeping: Keeping, words: str, *, by: Viewer) -> None:
    """Say gently what it shows, for those who have not looked; no words take the description away. Raises NotForYou."""
    by.check(Act.READ)
    row = type(keeping)._default_manager.select_for_update().get(pk=keeping.pk)
    if not may_describe(row, by=by):
        raise NotForYou
    row.gentle_words = _on_one_line(words, LONGEST_GENTLE)
    row.described_by = by.person if row.gentle_words else None
    row.save(update_fields=["gentle_words", "described_by"])
    _changed(row)
