"""What came with words, as pages show it: its cover, and the picture or the voice for whoever has it open."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.keepsakes.showing import MIDDLE, Player, largest_for
from snowdrop.memorials.access import NotForYou, Viewer
from snowdrop.storage import renditions
from snowdrop.web.pictures import Picture
from snowdrop.words.models import Enclosure, EnclosureQuerySet, KindWord


@dataclass(frozen=True)
class Came:
    """What `words/parts/came.html` needs to know."""

    id: uuid.UUID
    is_sound: bool
    picture: Picture | None = None  # closed ones too
    player: Player | None = None
    shows_open: bool = False  # whoever reads first took its cover off, for when it shows


def may_show(row: Enclosure, viewer: Viewer) -> bool:
    """Where a family wants no pictures, or none for a while, pictures rest. Whoever reads first meets them all the
    same, and voices do not rest."""
    return row.is_sound or row.shown_at is None or viewer.memorial.has_pictures


def beside(
    words: Sequence[KindWord], viewer: Viewer, *, as_suffix: str = "", looked_at: bool = False
) -> dict[uuid.UUID, Came]:
    """Return what came with these words and this viewer sees, by the words' ids."""
    rows = Enclosure.objects.visible_to(viewer).met_by(viewer)
    is_open = viewer.has_open if looked_at else viewer.leaves_open
    return {row.word_id: came(row, viewer, as_suffix, is_open=is_open(row)) for row in _of(rows, words, viewer)}


def waiting_with(words: Sequence[KindWord], viewer: Viewer) -> dict[uuid.UUID, Came]:
    """Return what came with words that wait: its cover, whatever was chosen, until this person looks at this one."""
    return {
        row.word_id: came(row, viewer, is_open=False)
        for row in _of(Enclosure.objects.at_the_door(viewer), words, viewer)
    }


def _of(rows: EnclosureQuerySet, words: Sequence[KindWord], viewer: Viewer) -> Iterable[Enclosure]:
    if not words:
        return []
    found = rows.filter(word__in=[word.pk for word in words]).select_related("original").order_by("written_at", "pk")
    return [row for row in found if may_show(row, viewer)]


def came(row: Enclosure, viewer: Viewer, as_suffix: str = "", *, is_open: bool) -> Came:
    """Return it for a page. It comes with its original (`select_related("original")`)."""
    slug = viewer.memorial.slug
    if not is_open:
        url = reverse("memorials:closed", args=[slug, row.pk]) + as_suffix
        cover = Picture("", 0, 0, closed=True, words=row.cover_title, gentle=row.gentle_words, url=url)
        return Came(row.pk, row.is_sound, picture=cover, shows_open=row.shows_open)
    if row.is_sound:
        return Came(row.pk, True, player=_player(row, slug, as_suffix), shows_open=row.shows_open)
    return Came(row.pk, False, picture=_picture(row, viewer, as_suffix), shows_open=row.shows_open)


def _picture(row: Enclosure, viewer: Viewer, as_suffix: str) -> Picture:
    there = [one for one in renditions.shown(row.original) if one.size <= largest_for(viewer)]
    middle = next((one for one in reversed(there) if one.size <= MIDDLE), there[0])

    def at(size: int) -> str:
        return reverse("words:picture", args=[viewer.memorial.slug, row.pk, size]) + as_suffix

    return Picture(
        src=at(middle.size),
        width=middle.width,
        height=middle.height,
        # Translators: in place of a picture that somebody sent along with a few words
        alt=_("A picture that came with these words"),
        srcset=", ".join(f"{at(one.size)} {one.width}w" for one in there) if len(there) > 1 else "",
        colour=row.original.colour,
    )


def _player(row: Enclosure, slug: str, as_suffix: str) -> Player:
    def at(name: str) -> str:
        return reverse(f"words:{name}", args=[slug, row.pk]) + as_suffix

    sources: tuple[tuple[str, str], ...] = ()
    if row.can_be_played:
        sources = ((at("voice"), "audio/webm; codecs=opus"), (at("voice_aac"), "audio/mp4"))
    return Player(
        title=row.cover_title,
        url=row.get_absolute_url(),
        is_film=False,
        sources=sources,
        is_being_made=row.is_being_made,
        could_not_be_made=not row.is_being_made and not row.can_be_played,
    )


def looked_at(row: Enclosure, viewer: Viewer) -> dict[str, Any]:
    """What the page for looking needs. Raises NotForYou while pictures rest."""
    if not may_show(row, viewer):
        raise NotForYou
    return {"came": came(row, viewer, is_open=True)}
