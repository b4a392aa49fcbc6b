"""Moments as a page shows them. However many there are, the database is asked the same number of times."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from snowdrop.dates.display import machine, show
from snowdrop.dates.edtf import RoughDate
from snowdrop.keepsakes import showing
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.story.forms import names_of
from snowdrop.story.models import Moment, Placed
from snowdrop.web.pictures import Picture


@dataclass(frozen=True)
class Way:
    label: str
    url: str


@dataclass(frozen=True)
class Shown:
    """What `web/parts/moment.html` needs to know."""

    anchor: str
    date: str
    title: str
    url: str
    html: SafeString
    photographs: Sequence[Picture]
    writer: str
    to: str
    audience: str = ""
    ways: Sequence[Way] = ()
    closed: Picture | None = None  # the cover, and then there is nothing else

    @property
    def says_something(self) -> bool:
        return bool(self.title or self.html or self.photographs or self.closed)


def shown(
    moments: Sequence[Moment], viewer: Viewer, *, as_suffix: str = "", alone: bool = False, looked_at: bool = False
) -> list[Shown]:
    """Return the moments for a page, each with those of its photographs that `viewer` may see; closed ones as covers.

    `alone`: on a page of its own, where a keeper is also told who sees it. `looked_at`: on the page for looking, and
    only there, what somebody looks at just now is open too.
    """
    slug, largest = viewer.memorial.slug, showing.largest_for(viewer)
    is_open = viewer.has_open if looked_at else viewer.leaves_open
    covered = [closed(moment, viewer, as_suffix=as_suffix) for moment in moments if not is_open(moment)]
    covers = {cover.anchor: cover for cover in covered}
    every, moments = moments, [moment for moment in moments if is_open(moment)]
    photographs = photographs_of(moments, viewer)
    to = _addressed(moments, viewer)
    signs = _signing(viewer)
    changeable = _changeable(moments, viewer) if not alone else set()
    opened = {
        moment.pk: Shown(
            anchor=f"moment-{moment.pk}",
            date=in_words(moment.date),
            title=moment.title,
            url="" if alone else reverse("story:moment", args=[slug, moment.pk]) + as_suffix,
            html=mark_safe(moment.html),  # made by web.markdown when it was written, never from outside
            photographs=[
                showing.picture(one, slug, as_suffix, largest=largest, is_open=is_open(one))
                for one in photographs[moment.pk]
            ],
            writer=signs.get(moment.writer_id, ""),
            to=to.get(moment.pk, ""),
            audience=str(Circle(moment.audience).label) if alone and viewer.is_keeper else "",
            ways=[Way(_("Change this"), reverse("story:change", args=[slug, moment.pk]))]
            if moment.pk in changeable
            else [],
        )
        for moment in moments
    }
    return [opened.get(moment.pk) or covers[f"moment-{moment.pk}"] for moment in every]


def closed(moment: Moment, viewer: Viewer, *, as_suffix: str = "") -> Shown:
    """Return the cover of a closed moment: nothing of it, not its date, and the way to where one may look."""
    url = reverse("memorials:closed", args=[viewer.memorial.slug, moment.pk]) + as_suffix
    cover = Picture(
        src="",
        width=0,
        height=0,
        closed=True,
        words=moment.cover_title,
        gentle=moment.gentle_words,
        url=url,
    )
    return Shown(f"moment-{moment.pk}", "", "", url, SafeString(""), (), "", "", closed=cover)


def photographs_of(moments: Sequence[Moment], viewer: Viewer) -> dict[uuid.UUID, list[Photograph]]:
    """The photographs of each moment, in its order. One that the viewer may not see is not there."""
    found: dict[uuid.UUID, list[Photograph]] = defaultdict(list)
    if not moments or not viewer.memorial.has_pictures:
        return found
    ids = [moment.pk for moment in moments]
    carried = Placed.objects.filter(moment__in=ids).values("photograph")
    placed = (
        Photograph.objects.visible_to(viewer)
        .among(carried)
        .met_by(viewer)
        .filter(placed__moment__in=ids)
        .annotate(in_moment=F("placed__moment"), at=F("placed__order"))
        .select_related("original")
        .order_by("in_moment", "at", "pk")
    )
    for photograph in placed:
        found[photograph.in_moment].append(photograph)
    return found


def in_words(date: RoughDate | None) -> str:
    """The date as a `<time>` in the reader's language; "" where there is none."""
    if date is None:
        return ""
    phrase = show(date, get_language() or "en")
    # A date may begin in the middle of a sentence ("about 1993"); here it stands alone.
    phrase = phrase[:1].upper() + phrase[1:]
    stamp = machine(date)
    return format_html('<time datetime="{}">{}</time>', stamp, phrase) if stamp else phrase


def _addressed(moments: Sequence[Moment], viewer: Viewer) -> dict[uuid.UUID, str]:
    """To whom a letter is, and whom a moment is about where it is not about all of them."""
    if not moments:
        return {}
    names = names_of(viewer)
    ids = [moment.pk for moment in moments]
    about: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for one, beloved in Moment.about.through.objects.filter(moment__in=ids).values_list("moment", "beloved"):
        about[one].append(beloved)
    result = {}
    for moment in moments:
        chosen = about.get(moment.pk, [])
        called = " · ".join(name for beloved, name in names.items() if not chosen or beloved in chosen)
        if moment.is_letter:
            # Translators: beneath a letter to the one the page is kept for.
            result[moment.pk] = _("To %(name)s") % {"name": called} if called else _("A letter")
        elif chosen and called:
            # Translators: beneath a text about one of several that a page is kept for.
            result[moment.pk] = _("About %(name)s") % {"name": called}
    return result


def _signing(viewer: Viewer) -> dict[int | None, str]:
    """Who is named beneath what they wrote: everybody, but a keeper only where there is another."""
    if not viewer.reads_names:
        return {}
    members = list(Membership.objects.filter(memorial=viewer.memorial).select_related("person"))
    keepers = [one for one in members if one.circle == Circle.KEEPERS and one.removed_at is None]
    alone = {keepers[0].person.pk} if len(keepers) == 1 else set()
    return {one.person.pk: one.person.name for one in members if one.person.pk not in alone}


def _changeable(moments: Sequence[Moment], viewer: Viewer) -> set[uuid.UUID]:
    if viewer.person is None or not moments:
        return set()
    ids = [moment.pk for moment in moments]
    return set(Moment.objects.changeable_by(viewer).among(ids).values_list("pk", flat=True))
