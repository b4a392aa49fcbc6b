"""Deleting for good: the file goes with the last photograph that names it, and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from snowdrop.config.models import House
from snowdrop.keepsakes import adding, reaping
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import keepings, reaper
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import LetGo
from snowdrop.storage import ingest, originals, renditions
from snowdrop.storage.models import Original

pytestmark = pytest.mark.django_db


@pytest.fixture
def let_go(keeper, second_keeper):
    def gone(photograph):
        keepings.put_away(photograph, by=keeper)
        if not keepings.let_go(photograph, by=keeper):
            keepings.let_go(photograph, by=second_keeper)

    return gone


@pytest.fixture
def reap(django_capture_on_commit_callbacks):
    def after(days: int) -> int:
        at = timezone.now() + timedelta(days=days)
        House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": at - timedelta(hours=1)})
        with django_capture_on_commit_callbacks(execute=True):
            return reaper.reap(at=at)

    return after


def files(data_folder) -> list[str]:
    return sorted(
        p.name for part in ("originals", "renditions") for p in (data_folder / part).rglob("*") if p.is_file()
    )


def test_after_thirty_days_nothing_of_it_is_left_but_the_record(add, let_go, reap, data_folder):
    photograph = add(1)
    kept = files(data_folder)
    let_go(photograph)

    early = (reap(29), files(data_folder))
    late = (reap(31), files(data_folder))

    assert len(kept) > 1
    assert (early, late) == ((0, kept), (1, []))
    assert (Photograph.objects.exists(), Original.objects.exists()) == (False, False)
    assert list(LetGo.objects.values_list("keeping", flat=True)) == [photograph.pk]


def test_a_file_that_somebody_else_keeps_too_stays(add, let_go, reap, keeper, second_keeper, data_folder):
    hers, his = add(1, audience=Circle.SELF), add(1, by=second_keeper)
    let_go(hers)

    gone = reap(31)

    assert (gone, list(Photograph.objects.all())) == (1, [his])
    assert originals.path(his.original_id).exists()
    assert renditions.path(his.original, 0, 480).exists()


def test_what_is_only_put_away_stays_for_ever(add, reap, keeper, data_folder):
    photograph = add(1)
    keepings.put_away(photograph, by=keeper)

    assert (reap(4_000), originals.path(photograph.original_id).exists()) == (0, True)


def test_what_is_gone_can_be_added_anew(add, let_go, reap):
    let_go(add(1))
    reap(31)

    again = add(1)

    assert originals.path(again.original_id).exists()


def test_an_original_without_a_photograph_is_swept_after_a_day(add, bytes_of, data_folder):
    kept = add(1)
    ingest.take_in(originals.receive([bytes_of(2)]))

    first = reaping.sweep(at=timezone.now())
    later = reaping.sweep(at=timezone.now() + timedelta(days=2))

    assert (first, later) == (0, 1)
    assert list(Original.objects.all()) == [kept.original]
    assert {name[:64] for name in files(data_folder)} == {kept.original_id}


def test_a_picture_whose_row_went_in_that_very_moment_is_asked_for_again(add, bytes_of, keeper, monkeypatch):
    """The reaper may come between taking a file in and writing the photograph: then nothing is acknowledged."""
    real = ingest.take_in

    def and_gone(received, **how):
        original = real(received, **how)
        reaping.forget_unnamed(original.pk)
        return original

    monkeypatch.setattr(adding, "PICTURES", replace(adding.PICTURES, take_in=and_gone))

    with pytest.raises(adding.Busy) as refused:
        adding.add(originals.receive([bytes_of(1)]), by=keeper)

    assert str(refused.value.sentence) == (
        "Too many pictures are being opened just now. Please try this one again in a minute."
    )
    assert not Photograph.objects.exists()
