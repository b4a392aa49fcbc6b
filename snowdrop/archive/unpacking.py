"""Going through packed folders: looking into them, bringing them in, forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers import folder
from snowdrop.archive.importers.found import NotAFolder, packed
from snowdrop.archive.importers.instagram import export, reports
from snowdrop.archive.models import Parcel
from snowdrop.keepsakes import names
from snowdrop.memorials.access import NotForYou, Viewer, stand
from snowdrop.storage.room import DiskIsFull

# A parcel is a copy of what somebody has at home; nobody waits for it longer.
KEPT = timedelta(days=2)
# Its row was in a backup, and its file was not: what has yet to be looked into is not kept.
DID_NOT_COME = _(
    "It did not come with the copy that this house was brought back from. Please choose the folder once more."
)
MOST_TOLD = 200  # names of what comes that a page can hold


def look_into(parcel: Parcel) -> None:
    """Write down what would come."""

    def look(by: Viewer, report: dict[str, Any]) -> str:
        if export.is_one(parcel.paths):
            return reports.look_into(parcel, report, by=by)
        _each_part(parcel, report, partial(folder.look_through, by=by))
        return Parcel.State.LOOKED_INTO

    _go_through(parcel, look)


def bring_in(parcel: Parcel) -> None:
    """Keep what is in it. Broken off and begun again, it goes on."""

    def bring(by: Viewer, report: dict[str, Any]) -> str:
        if parcel.is_export:
            reports.bring_in(parcel, report, by=by)
        else:
            _each_part(parcel, report, partial(folder.bring_in, by=by, batch=parcel.batch))
        return Parcel.State.CAME

    _go_through(parcel, bring)
    forget_files(parcel)


def _go_through(parcel: Parcel, verb: Callable[[Viewer, dict[str, Any]], str]) -> None:
    report: dict[str, Any] = {"comes": [], "more": False, "here": [], "not": [], "sentence": ""}
    with translation.override(parcel.sender.language or settings.LANGUAGE_CODE):
        try:
            if not all(path.exists() for path in parcel.paths):
                raise NotAFolder(DID_NOT_COME)
            state = verb(stand(parcel.memorial, parcel.sender), report)
        except NotAFolder as error:
            report["sentence"] = _which(parcel, error) + str(error.sentence)
            state = Parcel.State.REFUSED
        except DiskIsFull as error:
            report["sentence"] = str(error.sentence)
            state = Parcel.State.REFUSED
        except NotForYou:  # no longer one who looks after this memorial
            state = Parcel.State.REFUSED
    if state == Parcel.State.REFUSED:
        forget_files(parcel)
    Parcel.objects.filter(pk=parcel.pk).update(state=state, report=report)


def _which(parcel: Parcel, error: NotAFolder) -> str:
    """The name of the part that could not be read, where there are several."""
    if parcel.parts == 1 or error.path not in parcel.paths:
        return ""
    return f"{parcel.names[parcel.paths.index(error.path)]}: "


def _each_part(parcel: Parcel, report: dict[str, Any], verb: Callable[..., folder.Summary]) -> None:
    def tell(told: folder.Told) -> None:
        if told.what is folder.What.NOT:
            report["not"].append([names.plain(told.name), str(told.sentence)])
        elif len(report[told.what.value]) < MOST_TOLD:
            report[told.what.value].append(names.plain(told.name))
        else:
            report["more"] = True

    for path in parcel.paths:
        try:
            with packed(path) as found:
                verb(found, tell=tell)
        except NotAFolder as error:
            error.path = path
            raise


def forget_files(parcel: Parcel) -> None:
    for path in parcel.paths:
        path.unlink(missing_ok=True)


def forget(parcel: Parcel) -> None:
    """Forget a parcel and its files. What came from it stays."""
    forget_files(parcel)
    Parcel.objects.filter(pk=parcel.pk).delete()


def forget_old(*, at: datetime) -> None:
    for parcel in Parcel.objects.filter(sent_at__lt=at - KEPT):
        forget(parcel)
