"""How a moment was written before."""

from __future__ import annotations

from django.db.models import QuerySet

from snowdrop.dates.edtf import NotADate, RoughDate, parse
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.memorials.models import Version
from snowdrop.story import writing
from snowdrop.story.models import Moment


def of(moment: Moment, viewer: Viewer) -> QuerySet[Version]:
    """Earlier wordings, the latest first: for the writer all, for a keeper those they replaced themselves.

    What was written for oneself and opened later was opened as it then stood, not as it had stood before.
    """
    found = Version.objects.filter(keeping=moment.pk).order_by("-until", "-pk")
    if viewer.person is None or not Moment.objects.changeable_by(viewer).filter(pk=moment.pk).exists():
        return found.none()
    return found if moment.writer_id == viewer.person.pk else found.filter(by=viewer.person)


def bring_back(moment: Moment, version: Version, *, by: Viewer) -> Moment:
    """Write the moment as it stood in this version. What stands there now becomes a version itself."""
    if not of(moment, by).filter(pk=version.pk).exists():
        raise NotForYou
    return writing.change(
        moment,
        by=by,
        title=version.words.get("title", ""),
        text=version.words.get("text", ""),
        date=date_of(version),
        is_letter=moment.is_letter,
        about=list(moment.about.all()),
    )


def date_of(version: Version) -> RoughDate | None:
    text = version.words.get("date", "")
    try:
        return parse(text) if text else None
    except NotADate:
        return None
