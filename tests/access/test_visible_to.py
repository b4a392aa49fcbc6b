"""Who sees what, of every kind: the door's one rule against the same rule said a second time, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.kinds import all_kinds
from snowdrop.memorials.models import Beloved, Fact, Keeping, Kin, Memorial, Name, Reader
from snowdrop.people.models import Person
from snowdrop.words.models import Candle, Enclosure, KindWord
from tests.access.kinds import PLAIN

THEN = datetime(2024, 5, 3, 12, tzinfo=UTC)
STATES = {
    "draft": {},
    "waiting": {"offered_at": THEN},
    "shown": {"shown_at": THEN},
    "let in": {"offered_at": THEN, "shown_at": THEN},
    "put away": {"shown_at": THEN, "put_away_at": THEN},
    "let go": {"shown_at": THEN, "put_away_at": THEN, "let_go_at": THEN},
}
WRITERS = ("mara", "sam", None)
VIEWERS = {
    # who: how close they stand, and under which name, if we know it
    "a stranger": (Circle.PUBLIC, None),
    "somebody from elsewhere": (Circle.PUBLIC, "noor"),
    "a guest with a link": (Circle.LINK, None),
    "Sam, taken out, with a guest's link": (Circle.LINK, "sam"),
    "Sam, a friend": (Circle.FRIENDS, "sam"),
    "Ines, of the family": (Circle.FAMILY, "ines"),
    "Mara, a keeper": (Circle.KEEPERS, "mara"),
    "Theo, a keeper": (Circle.KEEPERS, "theo"),
    "a keeper looking as a friend": (Circle.FRIENDS, None),
    "a keeper looking as a keeper": (Circle.KEEPERS, None),
}


@dataclass(frozen=True)
class Case:
    """One row to be kept: by whom, in what state, for whom, and who is named as a reader."""

    audience: Circle
    state: str
    writer: str | None
    readers: tuple[str, ...] = ()


def opens(case: Case, page: Circle, circle: Circle, called: str | None) -> bool:
    """The rule once more, in other words than the door's."""
    if circle.value < page.value:
        return False  # the page itself is closed to them
    if case.state not in ("shown", "let in"):
        return False
    if case.audience is Circle.SELF:
        if called is None:
            return False
        is_asked_in = circle.value >= Circle.FRIENDS.value
        return called == case.writer or (called in case.readers and is_asked_in)
    order = [Circle.PUBLIC, Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS]
    return order.index(circle) >= order.index(case.audience)


def keep(kind: type[Keeping], memorial: Memorial, people: dict[str, Person], cases: list[Case]) -> dict[Keeping, Case]:
    rows = {
        PLAIN[kind](
            memorial,
            audience=case.audience,
            writer=people[case.writer] if case.writer else None,
            **STATES[case.state],
        ): case
        for case in cases
    }
    kind._default_manager.bulk_create(rows)
    Reader.objects.bulk_create(
        Reader(keeping=row.pk, person=people[reader]) for row, case in rows.items() for reader in case.readers
    )
    return rows


def viewer_of(who: str, memorial: Memorial, people: dict[str, Person]) -> Viewer:
    circle, called = VIEWERS[who]
    return Viewer(memorial, people[called] if called else None, circle)


EVERY_CASE = [Case(*case) for case in product(Circle, STATES, WRITERS, [(), ("ines",), ("sam", "theo")])]
KINDS = sorted(all_kinds(), key=lambda kind: kind._meta.label)


def test_every_kind_of_keeping_is_tried_here():
    """Whoever adds a kind adds it to tests/access/kinds.py, and all of this page holds for it."""
    assert set(PLAIN) == set(all_kinds())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.label)
def test_each_row_is_seen_by_those_whom_the_rule_lets_see_it_and_by_nobody_else(kind, memorial, people):
    here_before = set(kind._default_manager.values_list("pk", flat=True))
    rows = keep(kind, memorial, people, EVERY_CASE)
    wrong = []
    for page in (Circle.PUBLIC, Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS):
        memorial.audience = page
        for who, (circle, called) in VIEWERS.items():
            viewer = viewer_of(who, memorial, people)
            seen = set(kind._default_manager.visible_to(viewer).values_list("pk", flat=True)) - here_before
            parent_seen = kind not in (Name, Fact) or circle >= Circle.LINK
            wrong += [
                (who, page, case, row.pk in seen)
                for row, case in rows.items()
                if (row.pk in seen) != (parent_seen and opens(case, page, circle, called))
            ]

    assert wrong == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.label)
def test_no_row_of_another_memorial_is_seen_or_changed(kind, memorial, other_memorial, people):
    keep(kind, other_memorial, people, [case for case in EVERY_CASE if case.audience is Circle.PUBLIC])
    theirs = set(kind._default_manager.filter(memorial=other_memorial))
    assert len(theirs) > 0

    for who in VIEWERS:
        viewer = viewer_of(who, memorial, people)
        manager = kind._default_manager
        for found in (
            manager.visible_to(viewer),
            manager.changeable_by(viewer),
            manager.put_away_for(viewer),
            manager.waiting_for(viewer),
            manager.own_of(viewer),
        ):
            assert theirs & set(found) == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.label)
def test_the_private_page_of_a_deleted_account_opens_to_nobody(kind, memorial, people):
    rows = keep(kind, memorial, people, [Case(Circle.SELF, state, None) for state in STATES])
    memorial.audience = Circle.PUBLIC

    for who in VIEWERS:
        viewer = viewer_of(who, memorial, people)
        manager = kind._default_manager
        for found in (manager.visible_to(viewer), manager.changeable_by(viewer), manager.put_away_for(viewer)):
            assert set(rows) & set(found) == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.label)
def test_what_one_may_change_or_bring_back_is_one_s_own_or_for_keepers_what_keepers_see(kind, memorial, people):
    here_before = set(kind._default_manager.all())
    rows = keep(kind, memorial, people, EVERY_CASE)
    memorial.audience = Circle.LINK
    wrong = []
    for who, (circle, called) in VIEWERS.items():
        viewer = viewer_of(who, memorial, people)
        may_change = set(kind._default_manager.changeable_by(viewer)) - here_before
        may_bring_back = set(kind._default_manager.put_away_for(viewer)) - here_before
        waits = set(kind._default_manager.waiting_for(viewer)) - here_before
        is_keeper = circle is Circle.KEEPERS and called is not None
        for row, case in rows.items():
            is_away = case.state in ("put away", "let go")
            is_own = called is not None and case.writer == called and circle >= Circle.LINK
            looked_after = is_keeper and case.audience is not Circle.SELF
            # Words that wait are met at the door, by whoever reads first; no keeper's hand reaches them before.
            waits_for_keepers = case.state == "waiting" and kind not in (KindWord, Candle, Enclosure)
            unread = ("draft", "waiting") if kind in (KindWord, Candle, Enclosure) else ("draft",)
            said = {
                "change": not is_away and (is_own or (looked_after and case.state not in unread)),
                "bring back": is_away and (is_own or looked_after),
                "waits": looked_after and waits_for_keepers,
            }
            found = {"change": row in may_change, "bring back": row in may_bring_back, "waits": row in waits}
            if said != found:
                wrong.append((who, case, said, found))

    assert wrong == []


@pytest.mark.parametrize("kind", [Name, Fact], ids=lambda kind: kind._meta.label)
@pytest.mark.parametrize("parent", [case for case in EVERY_CASE if case.writer == "mara"], ids=str)
def test_what_is_said_of_somebody_is_seen_only_where_they_are(kind, parent, memorial, people):
    keep(Beloved, memorial, people, [parent])
    one = Beloved.objects.order_by("-written_at")[0]
    row = PLAIN[kind](memorial, audience=Circle.PUBLIC, writer=people["mara"], shown_at=THEN)
    row.beloved = one
    row.save()
    memorial.audience = Circle.PUBLIC

    for who, (circle, called) in VIEWERS.items():
        seen = kind.objects.visible_to(viewer_of(who, memorial, people)).filter(pk=row.pk).exists()
        assert seen == opens(parent, Circle.PUBLIC, circle, called), who


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    page=st.sampled_from([circle for circle in Circle if circle is not Circle.SELF]),
    cases=st.lists(
        st.builds(
            Case,
            st.sampled_from(Circle),
            st.sampled_from(sorted(STATES)),
            st.sampled_from(WRITERS),
            st.lists(st.sampled_from(["ines", "sam", "theo", "noor"]), unique=True).map(tuple),
        ),
        max_size=8,
    ),
)
def test_standing_closer_never_hides_and_narrowing_never_shows(page, cases, memorial, people):
    """What holds for every page, whatever is on it: but for "Only me", the circles lie inside each other."""
    kind = Kin
    kind.objects.all().delete()
    memorial.audience = page
    rows = keep(kind, memorial, people, cases)
    circles = [circle for circle in Circle if circle is not Circle.SELF]
    seen = [set(kind.objects.visible_to(Viewer(memorial, None, circle))) for circle in circles]

    for further, closer in pairwise(seen):
        assert further <= closer
    for row in rows:
        if row.audience < Circle.KEEPERS:
            kind.objects.filter(pk=row.pk).update(audience=row.audience + 10)
    for circle, before in zip(circles, seen, strict=True):
        assert set(kind.objects.visible_to(Viewer(memorial, None, circle))) <= before
