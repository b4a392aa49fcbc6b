"""Packed folders are opened by the worker: they take longer than a page may."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from snowdrop.archive import unpacking, untying
from snowdrop.archive.models import Bundle, Parcel
from snowdrop.config.jobs import every, job


@job(tries=3, priority=10)
def look_into(parcel: str) -> None:
    if (row := Parcel.objects.filter(pk=parcel, state=Parcel.State.ARRIVED).first()) is not None:
        unpacking.look_into(row)


@job(tries=5, priority=10)
def bring_in(parcel: str) -> None:
    if (row := Parcel.objects.filter(pk=parcel, state=Parcel.State.COMES).first()) is not None:
        unpacking.bring_in(row)


@job(tries=3, priority=10)
def look_into_words(bundle: str) -> None:
    if (row := Bundle.objects.filter(pk=bundle, state=Bundle.State.ARRIVED).first()) is not None:
        untying.look_into(row)


@job(tries=5, priority=10, slow=True)
def bring_words_in(bundle: str) -> None:
    if (row := Bundle.objects.filter(pk=bundle, state=Bundle.State.COMES).first()) is not None:
        untying.bring_in(row)


@every(timedelta(days=1))
@job(tries=2)
def forget_old_parcels() -> None:
    unpacking.forget_old(at=timezone.now())
    untying.forget_old(at=timezone.now())
