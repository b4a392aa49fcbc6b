"""No order of announcing, stopping, pausing and leaving lets something happen that was not announced for three days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from snowdrop.memorials import announced, beginning, inviting, keepers, pausing
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Announced, Membership, Memorial
from snowdrop.people.models import Person

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUSE = "https://pages.example.org/"
WHO = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("remove"), WHO, WHO),
    st.tuples(st.just("stop"), WHO, st.integers(0, 5)),
    st.tuples(st.just("go public"), WHO, st.just(0)),
    st.tuples(st.just("close"), WHO, st.just(0)),
    st.tuples(st.just("pause"), WHO, st.just(0)),
    st.tuples(st.just("agree"), WHO, st.just(0)),
    st.tuples(st.just("end"), WHO, st.just(0)),
    st.tuples(st.just("leave"), WHO, st.just(0)),
    st.tuples(st.just("hours pass"), st.integers(1, 100), st.just(0)),
    st.tuples(st.just("worker"), st.just(0), st.just(0)),
)
REFUSALS = (NotForYou, keepers.LastKeeper, pausing.IsPaused, pausing.TakesAll, announced.TooLate)


class Ledger:
    """The rule a second time, by hand: what was announced, when, and that nobody said no since."""

    def __init__(self) -> None:
        self.removals: dict[int, datetime] = {}
        self.public: datetime | None = None
        self.left: set[int] = set()
        self.is_public = False

    def stopped(self) -> None:
        self.removals, self.public = {}, None


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=[("go public", 0, 0), ("hours pass", 72, 0), ("pause", 0, 0), ("worker", 0, 0)])
@example(steps=[("remove", 0, 1), ("hours pass", 72, 0), ("worker", 0, 0), ("pause", 0, 0)])
@given(steps=st.lists(STEPS, min_size=3, max_size=25))
def test_nobody_is_removed_and_nothing_opens_without_three_days_in_which_nobody_said_no(steps, db):
    from django.db import transaction

    with transaction.atomic():
        _live_through(steps)
        transaction.set_rollback(True)


def _live_through(steps) -> None:
    with time_machine.travel(START, tick=False) as clock:
        three = [Person.objects.create(name=name) for name in ("Mara", "Theo", "Lena")]
        memorial = beginning.begin(by=three[0])
        for person in three[1:]:
            Membership.objects.create(memorial=memorial, person=person, circle=Circle.KEEPERS)
        ledger, now = Ledger(), START
        for what, one, other in steps:
            if what == "hours pass":
                now += timedelta(hours=one)
                clock.move_to(now)
            elif what == "worker":
                announced.take_effect(at=now)
            else:
                _try(what, memorial, three, one, other, ledger, now)
            _check(memorial, three, ledger, now)


def _try(what, memorial, three, one, other, ledger: Ledger, now: datetime) -> None:
    by = stand(Memorial.objects.get(pk=memorial.pk), three[one])
    membership = Membership.objects.get(memorial=memorial, person=three[other if what == "remove" else 0])
    found = list(Announced.objects.to_come(now).order_by("pk"))
    change = found[other % len(found)] if found and what == "stop" else None
    try:
        if what == "remove":
            announced.remove(membership, by=by, address=HOUSE)
            ledger.removals.setdefault(other, now)
        elif what == "go public":
            announced.go_public(by=by, address=HOUSE)
            ledger.public = ledger.public or now
        elif what == "close":
            announced.close(by=by)
            ledger.is_public = False
        elif what == "stop" and change is not None:
            announced.stop(change, by=by)
            if change.membership is None:
                ledger.public = None
            else:
                ledger.removals.pop(three.index(change.membership.person), None)
        elif what == "pause":
            if pausing.running(memorial, at=now) is None:
                pausing.pause(by=by)
                ledger.stopped()
        elif what == "agree":
            before = pausing.running(memorial, at=now)
            if pausing.agree(by=by) and before is None:
                ledger.stopped()
        elif what == "end":
            pausing.end(by=by)
        elif what == "leave":
            keepers.leave(by=by)
            ledger.left.add(one)
    except REFUSALS:
        pass


def _check(memorial, three, ledger: Ledger, now: datetime) -> None:
    keeping = [stand(memorial, person).is_keeper for person in three]
    assert any(keeping)  # somebody looks after it at every moment
    for number, keeps in enumerate(keeping):
        if not keeps and number not in ledger.left:
            assert now - ledger.removals[number] >= timedelta(hours=72)
            ledger.left.add(number)  # it took effect, and no pause brings it back
    if Memorial.objects.get(pk=memorial.pk).audience == Circle.PUBLIC and not ledger.is_public:
        assert ledger.public is not None
        assert now - ledger.public >= timedelta(hours=72)
        ledger.is_public, ledger.public = True, None


def test_these_steps_can_remove_somebody_and_open_the_page(db):
    """So that the rule above has something to hold."""
    with time_machine.travel(START, tick=False) as clock:
        mara, theo = (Person.objects.create(name=name) for name in ("Mara", "Theo"))
        memorial = beginning.begin(by=mara)
        _invitation, token = inviting.ask_in("Theo", Circle.KEEPERS, by=stand(memorial, mara))
        theos = inviting.accept(token, person=theo)
        announced.remove(theos, by=stand(memorial, mara), address=HOUSE)
        announced.go_public(by=stand(memorial, theo), address=HOUSE)
        clock.move_to(START + timedelta(hours=72))
        announced.take_effect(at=START + timedelta(hours=72))

        assert (stand(memorial, theo).is_keeper, Memorial.objects.get(pk=memorial.pk).audience) == (
            False,
            Circle.PUBLIC,
        )
