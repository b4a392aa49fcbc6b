"""The one statement says what `stand` says, of every state that somebody can be in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowdrop.memorials import announced, beginning, glance
from snowdrop.memorials.access import Act, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import (
    Announced,
    GuestLink,
    GuestPass,
    Kin,
    Membership,
    Memorial,
    OwnChoice,
    Reader,
    Revision,
)
from snowdrop.people import tokens
from snowdrop.people.models import Person, Session

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARTS = ("memorials", "story")

audiences = st.sampled_from([Circle.PUBLIC, Circle.LINK, Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS])
circles = st.sampled_from([Circle.FRIENDS, Circle.FAMILY, Circle.KEEPERS])
before_or_after = st.sampled_from([NOW - HOUR, NOW, NOW + HOUR])
states = st.fixed_dictionaries(
    {
        "audience": audiences,
        "signed_in": st.booleans(),
        "closed": st.booleans(),
        "session_ends": before_or_after,
        "seen_today": st.booleans(),
        "member": st.none() | circles,
        "removed": st.booleans(),
        "removal_due": st.none() | before_or_after,
        "removal_stopped": st.booleans(),
        "link": st.booleans(),
        "link_of_another": st.booleans(),
        "link_ends": st.none() | before_or_after,
        "link_ended": st.booleans(),
        "wrote": st.booleans(),
        "is_reader": st.booleans(),
        "chose": st.booleans(),
        "chose_elsewhere": st.booleans(),
        "chose_in_this_browser": st.booleans(),
    }
)


def settle(state: dict) -> tuple[Memorial, Person, Session]:
    host, person = Person.objects.create(name="Mara"), Person.objects.create(name="Ines", language="de")
    memorial, other = beginning.begin(by=host), beginning.begin(by=host)
    Memorial.objects.filter(pk=memorial.pk).update(audience=state["audience"])
    memorial.refresh_from_db()
    Person.objects.filter(pk=person.pk).update(closed_at=NOW - HOUR if state["closed"] else None)
    session = Session.objects.create(
        key_hash=tokens.digest("key"),
        person=person if state["signed_in"] else None,
        seen_on=(NOW if state["seen_today"] else NOW - timedelta(days=1)).date(),
        expires_at=state["session_ends"],
    )
    if state["member"] is not None:
        row = Membership.objects.create(memorial=memorial, person=person, circle=state["member"])
        if state["removed"]:
            Membership.objects.filter(pk=row.pk).update(removed_at=NOW - HOUR)
        if state["removal_due"] is not None:
            Announced.objects.create(
                memorial=memorial,
                what=Announced.What.REMOVAL,
                membership=row,
                announced_at=state["removal_due"] - 3 * announced.WAITS,
                takes_effect_at=state["removal_due"],
                stopped_at=NOW - 2 * HOUR if state["removal_stopped"] else None,
            )
    if state["link"]:
        link = GuestLink.objects.create(
            memorial=other if state["link_of_another"] else memorial,
            token_hash="hash",
            called="Lena",
            expires_at=state["link_ends"],
            ended_at=NOW - HOUR if state["link_ended"] else None,
        )
        GuestPass.objects.create(session=session, link=link)
    if state["wrote"]:
        Kin.objects.create(memorial=memorial, writer=person, name="Robin")
    if state["is_reader"]:
        Reader.objects.create(keeping=memorial.slug.encode().hex().ljust(32, "0")[:32], person=person)
    for chose, here in (("chose", memorial), ("chose_elsewhere", other)):
        if state[chose]:
            OwnChoice.objects.create(memorial=here, person=person, what=OwnChoice.What.ALL)
    if state["chose_in_this_browser"]:
        OwnChoice.objects.create(memorial=memorial, session=session, what=OwnChoice.What.ALL)
    return memorial, person, session


@given(state=states)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_glance_says_what_stand_says(state, time_machine):
    time_machine.move_to(NOW, tick=False)
    with transaction.atomic():
        memorial, person, session = settle(state)
        seen = glance.look(connection.connection, memorial.pk, PARTS, key_hash=session.key_hash, now=NOW)
        here = person if state["signed_in"] and not state["closed"] else None
        viewer = stand(memorial, here, session_id=session.pk)
        has_chosen = viewer.has_chosen
        transaction.set_rollback(True)

    if state["session_ends"] <= NOW or not viewer.may(Act.READ):
        assert seen is None
        return
    assert seen is not None
    has_own = here is not None and (
        state["wrote"] or state["is_reader"] or viewer.circle == Circle.KEEPERS or viewer.circle < Circle.FRIENDS
    )
    # Whoever chose something about closed things has something of their own, member or guest or nobody.
    has_own = has_own or (state["chose"] if here is not None else state["chose_in_this_browser"])
    if has_chosen:
        assert seen.has_own
    assert (seen.circle, seen.has_own, seen.is_first_today, seen.language) == (
        viewer.circle,
        has_own,
        not state["seen_today"],
        "de" if here else "",
    )


@given(audience=audiences)
@settings(max_examples=20, deadline=None)
def test_a_stranger_sees_what_everyone_may_see(audience):
    with transaction.atomic():
        memorial = beginning.begin(by=Person.objects.create(name="Mara"))
        Memorial.objects.filter(pk=memorial.pk).update(audience=audience)
        memorial.refresh_from_db()
        seen = glance.look(connection.connection, memorial.pk, PARTS, key_hash=None)
        may = stand(memorial, None).may(Act.READ)
        transaction.set_rollback(True)

    assert (seen is not None) == may
    assert seen is None or seen.circle == Circle.PUBLIC


def test_it_names_the_revisions_in_the_order_asked_for():
    memorial = beginning.begin(by=Person.objects.create(name="Mara"))
    Memorial.objects.filter(pk=memorial.pk).update(audience=Circle.PUBLIC)
    Revision.objects.filter(memorial=memorial).delete()
    Revision.objects.create(memorial=memorial, part="story", number=7)
    Revision.objects.create(memorial=memorial, part="memorials", number=3)

    asked = ("story", "words", "memorials")
    seen = glance.look(connection.connection, memorial.pk, asked, key_hash=None)

    assert seen is not None
    assert seen.revisions == (7, 0, 3) == glance.revisions(memorial, asked)


def test_an_address_leads_to_its_memorial_and_another_to_none():
    memorial = beginning.begin(by=Person.objects.create(name="Mara"))

    assert glance.memorial_with(memorial.slug, connection.connection) == memorial.pk
    assert glance.memorial_with("zzzzzzzzzzzzzz", connection.connection) is None


CROWDED = "memorials_membership, memorials_announced, memorials_guestlink, memorials_guestpass, people_session"


def crowd(number: int) -> Memorial:
    """A memorial with so many members, each to be taken out, and so many guests: few rows may be read in any way."""
    memorial = beginning.begin(by=Person.objects.create(name="Mara"))
    people = Person.objects.bulk_create(Person(name="Ines") for _ in range(number))
    members = Membership.objects.bulk_create(
        Membership(memorial=memorial, person=person, circle=Circle.FRIENDS) for person in people
    )
    removal = {"memorial": memorial, "what": Announced.What.REMOVAL, "takes_effect_at": NOW - announced.WAITS}
    Announced.objects.bulk_create(
        Announced(membership=member, announced_at=NOW - 2 * announced.WAITS, **removal) for member in members
    )
    links = GuestLink.objects.bulk_create(
        GuestLink(memorial=memorial, token_hash=str(place), called="Lena") for place in range(number)
    )
    lasts = {"seen_on": NOW.date(), "expires_at": NOW + HOUR}
    browsers = Session.objects.bulk_create(Session(key_hash=str(place), **lasts) for place in range(number))
    GuestPass.objects.bulk_create(
        GuestPass(session=browser, link=link) for browser, link in zip(browsers, links, strict=True)
    )
    return memorial


def steps_of(statement: glance.Compiled, memorial: Memorial) -> list[str]:
    """How the database goes about it, a line for each table or index that is read."""
    params = statement.params(memorial.pk, "key", NOW)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", params).fetchall()
            return [row[3] for row in rows if "SUBQUERY" not in row[3]]
        cursor.execute(f"ANALYZE {CROWDED}")
        # As after a vacuum, which no test can make inside its transaction: only then is it known without
        # looking at the row whether this reader may see it.
        cursor.execute("UPDATE pg_class SET relallvisible = 1000000 WHERE relkind = 'r'")
        # Most tables are empty here, and reading those whole would be right; of large ones it would not.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement.sql}", params)
        return [row[0] for row in cursor.fetchall() if "Scan" in row[0]]


@pytest.mark.parametrize("compiled", [glance._of_sessions, glance._of_strangers])
def test_the_statement_reads_indexes_and_no_row_of_a_table(compiled):
    """However many members and links there are. A new kind of keeping needs an index of its writer and memorial."""
    memorial = crowd(2_000)

    steps = steps_of(compiled(PARTS), memorial)

    index_only = re.compile(r"SEARCH \w+ USING COVERING INDEX |[ >-]*Index Only Scan using ")
    assert len(steps) > (10 if compiled is glance._of_sessions else 2)
    assert [step for step in steps if not index_only.match(step)] == []


def test_an_index_that_is_gone_is_said_and_not_made_up_for():
    """Where SQLite is told which index to read. Django answers then, as wherever the door cannot be asked."""
    memorial = beginning.begin(by=Person.objects.create(name="Mara"))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX revisions_at_a_glance")

    def seen():
        return glance.look(connection.connection, memorial.pk, PARTS, key_hash="key")

    if connection.vendor == "sqlite":
        with pytest.raises(connection.Database.OperationalError, match="no such index: revisions_at_a_glance"):
            seen()
    else:
        assert seen() is None
