"""Evidence of a threat: kept whatever becomes of the word, and taken along as one plain file."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from snowdrop.memorials import inviting, reaper
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.memorials.circles import Circle
from snowdrop.words import door, evidence, mending, removing
from snowdrop.words.models import Evidence, KindWord
from snowdrop.words.said import Said


@pytest.fixture
def link(opened, keeper):
    made, _token = inviting.make_link("The choir", by=keeper)
    return made


@pytest.fixture
def threat(leave, opened, link) -> KindWord:
    word = leave("I know where you live.", signed="Somebody", by=Viewer(opened, None, Circle.LINK, guest=link))
    KindWord.objects.filter(pk=word.pk).update(network="ab" * 16)
    word.refresh_from_db()
    return word


def reap_for(days: int) -> int:
    """Let the reaper come once a day for so many days."""
    now = timezone.now()
    return sum(reaper.reap(at=now + timedelta(days=day)) for day in range(days + 1))


def test_what_its_writer_took_back_stays_as_evidence_and_goes_once_it_is_kept_no_longer(threat, leave, reader):
    other = leave("Another word.")
    kept = evidence.keep(threat, by=reader)
    mending.take_back(threat)
    mending.take_back(other)

    assert reap_for(40) == 1
    assert (list(KindWord.objects.all()), list(Evidence.objects.kept_for(reader))) == ([threat], [kept])

    evidence.no_longer(kept, by=reader)
    assert [reaper.reap(at=timezone.now() + timedelta(days=41)), KindWord.objects.count()] == [1, 0]


def test_the_file_says_all_that_is_known_and_no_address(threat, reader, opened, client_for, people):
    evidence.keep(threat, by=reader)

    answer = client_for(people["ines"]).get(f"/m/{opened.slug}/words/door/{threat.pk}/evidence.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{str(threat.pk)[:8]}.txt"'
    assert answer["Cache-Control"] == "no-store"
    said = answer.content.decode()
    for known in (
        "I know where you live.",
        "Somebody",
        threat.written_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "The choir",
        "ab" * 16,
        hashlib.sha256(b"I know where you live.").hexdigest(),
        f"http://testserver/m/{opened.slug}/",
        str(threat.pk),
    ):
        assert known in said
    assert "127.0.0.1" not in said


def test_mending_changes_nothing_of_it_and_how_it_was_changed_stands_beside(threat, reader):
    kept = evidence.keep(threat, by=reader)
    mending.mend(threat, Said("Somebody", "Kind words."))
    mending.mend(threat, Said("Somebody", "Kinder words."))

    kept = Evidence.objects.select_related("word", "memorial").get(pk=kept.pk)
    assert kept.text == "I know where you live."
    said = evidence.as_text(kept, page="")
    assert [text in said for text in ("I know where you live.", "Kind words.", "Kinder words.")] == [True] * 3


def test_keeping_it_twice_keeps_the_first(threat, reader):
    first = evidence.keep(threat, by=reader)
    mending.mend(threat, Said("Somebody", "Kind words."))

    assert evidence.keep(threat, by=reader) == first
    assert Evidence.objects.get().text == "I know where you live."


def test_a_keeper_keeps_what_they_are_asked_about_and_nothing_that_waits(threat, leave, reader, keeper):
    waits = leave("It waits.")
    door.ask_family([threat.pk], by=reader)

    assert evidence.keep(threat, by=keeper).text == "I know where you live."
    with pytest.raises(NotForYou):
        evidence.keep(waits, by=keeper)


def test_a_keeper_meets_it_only_once_they_ask(threat, reader, opened, client_for, people):
    evidence.keep(threat, by=reader)
    address = f"/m/{opened.slug}/words/door/evidence/"
    keepers = client_for(people["mara"])

    assert "I know where you live." not in keepers.get(address).content.decode()
    assert "I know where you live." in keepers.get(f"{address}?read=yes").content.decode()
    assert "I know where you live." in client_for(people["ines"]).get(address).content.decode()


def test_nobody_else_reaches_it(threat, reader, opened, client_for, people, friend, other_memorial):
    kept = evidence.keep(threat, by=reader)

    for name in ("sam", "noor"):
        for path in ("evidence/", f"{threat.pk}/evidence.txt"):
            assert client_for(people[name]).get(f"/m/{opened.slug}/words/door/{path}").status_code == 404
    for viewer in (friend, stand(opened, None), stand(other_memorial, people["noor"])):
        assert list(Evidence.objects.kept_for(viewer)) == []
        with pytest.raises(NotForYou):
            evidence.keep(threat, by=viewer)
    evidence.no_longer(kept, by=friend)
    assert list(Evidence.objects.all()) == [kept]


def test_evidence_of_what_was_removed_all_at_once_stays(threat, reader):
    kept = evidence.keep(threat, by=reader)
    removing.go_on(removing.begin(threat, removing.What.LINK, by=reader).pk)

    assert list(Evidence.objects.kept_for(reader)) == [kept]
