"""Opening a sealed envelope: by each keeper for themselves, and nothing of it shows to anybody before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from snowdrop.config.models import House
from snowdrop.handover import giving, opening
from snowdrop.handover.models import Enclosed, Envelope, Telling
from snowdrop.handover.waiting import notices
from snowdrop.host import restoring
from snowdrop.keepsakes import reaping
from snowdrop.keepsakes.models import Photograph, Recording
from snowdrop.memorials import keepings, kinds, reaper, separating, veil
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Keeping, Membership, WishToLetGo
from snowdrop.storage import originals
from snowdrop.storage.models import Original
from tests.conftest import MATERIAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(put_in, seal) -> Envelope:
    put_in(1)
    put_in(2)
    return seal("Ada", note="With warm regards.", telling="His hands were warm.")


def seen_by(viewer) -> list[Keeping]:
    return [row for kind in (Photograph, Recording, Telling) for row in kind.objects.visible_to(viewer)]


def test_while_it_is_sealed_nothing_stands_for_what_lies_in_it(sealed, keeper, second_keeper):
    assert [
        kind.__name__ for kind in kinds.all_kinds() if kind in (Photograph, Telling) and kind.objects.exists()
    ] == []
    assert seen_by(keeper) == seen_by(second_keeper) == []


def test_opened_by_one_it_is_closed_before_them_and_stays_sealed_for_the_other(
    sealed, keeper, second_keeper, family, friend, stranger
):
    opening.open_it(sealed, by=keeper)

    mine = seen_by(keeper)
    assert [type(row).__name__ for row in mine] == ["Photograph", "Photograph", "Telling"]
    assert {(row.is_closed, row.is_handed_over, row.audience, row.cover_words) for row in mine} == {
        (True, True, Circle.SELF, "Ada")
    }
    for other in (second_keeper, family, friend, stranger):
        assert seen_by(other) == []
        for row in mine:
            with pytest.raises(NotForYou):
                veil.find(row.pk, other)
    assert [notice.sentence for notice in notices(second_keeper)] == [
        "A sealed envelope from Ada is kept here for you."
    ]
    assert notices(keeper) == []


def test_the_second_who_opens_it_sees_the_same_things_and_opening_twice_adds_nothing(sealed, keeper, second_keeper):
    opening.open_it(sealed, by=keeper)
    opening.open_it(sealed, by=keeper)
    opening.open_it(sealed, by=second_keeper)

    assert seen_by(keeper) == seen_by(second_keeper)
    assert (Photograph.objects.count(), Telling.objects.count()) == (2, 1)


def test_nobody_but_a_keeper_opens_it_and_none_before_it_is_sealed(envelope, put_in, seal, keeper, family, elsewhere):
    put_in(1)
    for viewer in (keeper, family, elsewhere):
        with pytest.raises(NotForYou):
            opening.open_it(envelope, by=viewer)
    seal()
    for viewer in (family, elsewhere):
        with pytest.raises(NotForYou):
            opening.open_it(envelope, by=viewer)

    assert Photograph.objects.count() == 0


def test_whoever_opened_it_may_show_it_to_others_and_nobody_can_take_it_for_themselves(sealed, keeper, second_keeper):
    opening.open_it(sealed, by=keeper)
    row = Photograph.objects.all()[0]

    for viewer, circle in ((second_keeper, Circle.KEEPERS), (keeper, Circle.SELF)):
        with pytest.raises((NotForYou, keepings.NotYours)):
            keepings.open_to([row], circle, by=viewer)
    keepings.open_to([row], Circle.KEEPERS, by=keeper)

    assert seen_by(second_keeper) == [row]
    with pytest.raises(keepings.NotYours):
        keepings.open_to([row], Circle.SELF, by=second_keeper)


def test_not_now_says_no_more_of_it_to_that_keeper_and_leaves_it_where_it_is(sealed, keeper, second_keeper):
    opening.not_now(sealed, by=keeper)

    assert (notices(keeper), len(notices(second_keeper))) == ([], 1)
    opening.open_it(sealed, by=keeper)
    assert len(seen_by(keeper)) == 3


def test_a_recording_is_kept_as_one_and_made_ready_only_once_it_is_opened(envelope, seal, keeper):
    with (MATERIAL / "recordings" / "heartbeat.m4a").open("rb") as file:
        giving.put_in(envelope, originals.receive([file.read()]), came_as="heartbeat.m4a")
    seal()

    opening.open_it(envelope, by=keeper)

    row = Recording.objects.get()
    assert (row.is_film, row.is_closed, row.came_as, seen_by(keeper)) == (False, True, "heartbeat.m4a", [row])


def test_what_lies_in_a_sealed_envelope_is_swept_away_by_nothing(sealed, put_in, keeper):
    Original.objects.update(stored_at=timezone.now() - reaper.WAITS)

    assert (list(reaping.unnamed()), reaping.sweep(at=timezone.now())) == ([], 0)
    assert all(originals.path(sha).is_file() for sha in Enclosed.objects.values_list("original", flat=True))


def test_deleting_one_for_good_takes_the_other_keeper_who_need_not_have_opened_it(sealed, keeper, second_keeper):
    opening.open_it(sealed, by=keeper)
    row = Photograph.objects.all()[0]
    keepings.put_away(row, by=keeper)

    assert keepings.let_go(row, by=keeper) is False
    row.refresh_from_db()
    assert (row.let_go_at, WishToLetGo.objects.count()) == (None, 1)
    assert list(Photograph.objects.put_away_for(second_keeper)) == [row]
    assert keepings.let_go(row, by=second_keeper) is True
    keepings.bring_back(row, by=second_keeper)
    assert (row in seen_by(keeper), row in seen_by(second_keeper)) == (True, False)


@pytest.mark.parametrize("circle", [Circle.FAMILY, Circle.FRIENDS])
def test_whoever_looks_after_the_page_no_longer_sees_nothing_of_what_they_opened(
    circle, sealed, keeper, second_keeper, people
):
    opening.open_it(sealed, by=second_keeper)
    assert len(seen_by(second_keeper)) == 3

    Membership.objects.filter(person=people["theo"]).update(circle=circle)

    now = stand(keeper.memorial, people["theo"])
    assert (now.circle, seen_by(now)) == (circle, [])
    opening.open_it(sealed, by=keeper)
    assert len(seen_by(keeper)) == 3


def test_what_was_deleted_for_good_leaves_nothing_of_it_in_the_envelope(
    sealed, keeper, second_keeper, django_capture_on_commit_callbacks
):
    opening.open_it(sealed, by=keeper)
    photograph, telling = Photograph.objects.all()[0], Telling.objects.get()
    for row in (photograph, telling):
        keepings.put_away(row, by=keeper)
        keepings.let_go(row, by=keeper)
        keepings.let_go(row, by=second_keeper)
    at = timezone.now() + reaper.WAITS + timedelta(days=1)
    House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": at - timedelta(hours=1)})

    with django_capture_on_commit_callbacks(execute=True):
        assert reaper.reap(at=at) == 2

    assert originals.path(photograph.original_id).exists() is False
    opening.open_it(sealed, by=second_keeper)
    assert [type(row).__name__ for row in seen_by(second_keeper)] == ["Photograph"]
    sealed.refresh_from_db()
    assert (sealed.telling, sealed.digest_is_right()) == ("", True)


def test_an_older_copy_in_which_it_was_still_sealed_does_not_bring_it_back(sealed, data_folder):
    lies = Enclosed.objects.all()[0]
    record = data_folder / "an-older-record.jsonl"
    entry = {"kind": "keepsakes.photograph", "keeping": str(lies.pk), "gone_at": timezone.now().isoformat()}
    record.write_text(json.dumps(entry) + "\n")

    restoring._delete_again([record])

    assert (sealed.enclosed.count(), list(reaping.unnamed())) == (1, [lies.original])


def test_on_a_tablet_that_two_share_what_was_opened_closes_after_a_pause_like_a_page_of_one_s_own(sealed, keeper):
    opening.open_it(sealed, by=keeper)
    later = replace(keeper, self_is_open=False)

    assert (seen_by(later), list(Photograph.objects.changeable_by(later))) == ([], [])
    assert (kinds.something_is_closed(later), kinds.something_is_closed(keeper)) == (True, False)


def test_whoever_goes_a_way_of_their_own_has_what_they_opened_and_the_envelopes_they_did_not(
    sealed, keeper, second_keeper
):
    opening.open_it(sealed, by=keeper)

    theirs = separating.go_separate_ways(by=keeper)
    others = separating.go_separate_ways(by=second_keeper)

    assert sorted(Photograph.objects.filter(memorial=theirs).values_list("audience", "is_closed")) == [
        (Circle.KEEPERS, True),
        (Circle.KEEPERS, True),
    ]
    assert (Telling.objects.filter(memorial=theirs).count(), Envelope.objects.filter(memorial=theirs).count()) == (1, 0)
    copy = Envelope.objects.get(memorial=others)
    assert (copy.from_whom, copy.enclosed.count(), Photograph.objects.filter(memorial=others).count()) == ("Ada", 2, 0)


def test_a_keeper_reads_from_whom_how_many_and_the_note_and_nothing_else(sealed, keeper, second_keeper, client_for):
    path = reverse("handover:envelope", args=[keeper.memorial.slug, sealed.pk])
    page = client_for(second_keeper).get(path).content.decode()

    for said in ("From Ada", "2 things", "With warm regards."):
        assert said in page
    for hidden in ("His hands were warm.", "IMG_1.jpg", Original.objects.all()[0].sha256):
        assert hidden not in page


def test_through_the_pages_it_is_opened_by_one_and_what_somebody_saw_is_read_after_looking(sealed, keeper, client_for):
    client, slug = client_for(keeper), keeper.memorial.slug
    path = reverse("handover:envelope", args=[slug, sealed.pk])
    client.post(path, {"do": "open"})

    page = client.get(path).content.decode()
    told = client.get(reverse("handover:told", args=[slug])).content.decode()
    assert ("You opened it" in page, "His hands were warm." in page + told) == (True, False)
    telling = Telling.objects.get()
    client.post(reverse("memorials:closed", args=[slug, telling.pk]), {"do": "look"})
    assert "His hands were warm." in client.get(reverse("memorials:looked", args=[slug, telling.pk])).content.decode()
    client.post(reverse("memorials:closed", args=[slug, telling.pk]), {"do": "leave_open"})
    assert "His hands were warm." in client.get(reverse("handover:told", args=[slug])).content.decode()
