"""A keepsake as a page shows it: addresses of its renditions, sizes, and words for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from snowdrop.dates.display import show
from snowdrop.keepsakes import captions
from snowdrop.keepsakes.models import Cover, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage import documents, making, renditions
from snowdrop.storage.recordings import fitted
from snowdrop.storage.sizes import SIZES
from snowdrop.web.pictures import Picture

MIDDLE = 1280  # the rendition named in `src`, for browsers that know no `srcset`
SMALL = 480  # for pages on which a picture is only to be known again
FOR_EVERYONE = 1280  # strangers get no picture that is large enough to be printed well
FEW_WORDS = 140  # characters of a caption beside many others
COVER = (4, 3)  # the shape of every cover, whatever is beneath it


def largest_for(viewer: Viewer) -> int:
    """The size of the largest rendition that this viewer is sent."""
    return FOR_EVERYONE if viewer.circle == Circle.PUBLIC else SIZES[-1]


def picture(
    photograph: Photograph,
    slug: str,
    as_suffix: str = "",
    *,
    with_words: bool = True,
    src_size: int = MIDDLE,
    largest: int = FOR_EVERYONE,
    is_open: bool = False,
) -> Picture:
    """Return `photograph` for a page. `as_suffix` keeps a keeper in the circle through whose eyes they read.

    Of a closed one it is the cover, unless whoever calls says that this viewer has it open (`is_open`).

    `largest` is `largest_for` whoever reads the page; without it no rendition is named that not everyone may have.

    The photograph comes with its original (`select_related("original")`), so this asks the database nothing.
    """
    if photograph.is_closed and not is_open:
        return closed(photograph, slug, as_suffix)
    there = [one for one in renditions.shown(photograph.original, photograph.turned) if one.size <= largest]
    middle = next((one for one in reversed(there) if one.size <= src_size), there[0])
    srcset, avif = (
        ", ".join(f"{address(photograph, slug, one.size, as_suffix, form)} {one.width}w" for one in there)
        for form in ("rendition", "avif")
    )
    return Picture(
        src=address(photograph, slug, middle.size, as_suffix),
        width=middle.width,
        height=middle.height,
        alt=photograph.alt or photograph.named,
        srcset=srcset if len(there) > 1 else "",
        avif=avif,
        colour=photograph.original.colour,
        url=reverse("keepsakes:photograph", args=[slug, photograph.pk]) + as_suffix,
        caption=photograph.caption if with_words else "",
    )


def closed(photograph: Photograph, slug: str, as_suffix: str = "") -> Picture:
    """Return the cover of a closed photograph: nothing of it, not its shape, and the way to where one may look."""
    return Picture(
        src="",
        width=COVER[0],
        height=COVER[1],
        closed=True,
        words=photograph.cover_words,
        gentle=photograph.gentle_words,
        url=reverse("memorials:closed", args=[slug, photograph.pk]) + as_suffix,
    )


def among_many(
    photograph: Photograph,
    slug: str,
    as_suffix: str = "",
    *,
    largest: int = FOR_EVERYONE,
    is_open: bool = False,
) -> Picture:
    """Return `photograph` for a page of many: of a long caption only the first words."""
    shown = picture(photograph, slug, as_suffix, largest=largest, is_open=is_open)
    return replace(shown, caption=Truncator(shown.caption).chars(FEW_WORDS))


def in_series(
    photographs: Sequence[Photograph],
    slug: str,
    as_suffix: str = "",
    *,
    largest: int = FOR_EVERYONE,
    is_open: bool = False,
) -> Picture:
    """Return the first of photographs that were taken together, with the small ones of the others behind it."""
    first, *others = photographs
    shown = among_many(first, slug, as_suffix, largest=largest, is_open=is_open)
    behind = (picture(one, slug, as_suffix, with_words=False, src_size=SMALL, largest=largest) for one in others)
    return replace(shown, together=tuple(behind))


def moving(photograph: Photograph, slug: str, as_suffix: str = "") -> Picture:
    """Return a picture of many frames as it moves."""
    shown = renditions.shown_moving(photograph.original, photograph.turned)
    return Picture(
        src=reverse("keepsakes:moving_file", args=[slug, photograph.pk]) + as_suffix,
        width=shown.width,
        height=shown.height,
        alt=photograph.alt or photograph.named,
        caption=photograph.caption,
        colour=photograph.original.colour,
    )


def address(photograph: Photograph, slug: str, size: int, as_suffix: str = "", form: str = "rendition") -> str:
    """The address of a rendition; `form` is the name of the view that sends it, "rendition" or "avif"."""
    return reverse(f"keepsakes:{form}", args=[slug, photograph.pk, size]) + as_suffix


def facts(photograph: Photograph, viewer: Viewer) -> list[dict[str, Any]]:
    found = []
    if photograph.sort:
        # Translators: stands before what a picture is, such as "Ultrasound picture".
        found.append({"label": _("What it is"), "text": photograph.what})
    if photograph.date is not None:
        # Translators: stands before the date of a photograph.
        found.append({"label": _("Taken"), "text": show(photograph.date, get_language() or "en")})
    if photograph.drawn_by and viewer.reads_names:
        # Translators: stands before the name of a child, of a drawing.
        found.append({"label": _("Drawn by"), "text": photograph.drawn_by})
    if photograph.people and viewer.reads_names:
        found.append({"label": _("Who is in it"), "text": photograph.people})
    return found


@dataclass(frozen=True)
class Player:
    """What a page needs to know of one recording."""

    title: str
    url: str  # the page it has to itself
    is_film: bool
    caption: str = ""
    length: str = ""  # such as "3:05"
    sources: tuple[tuple[str, str], ...] = ()  # address and media type, the best first; none while it cannot be played
    poster: str = ""
    waveform: str = ""
    waveform_width: int = 0
    waveform_height: int = 0
    captions: str = ""
    width: int = 0  # pixels
    height: int = 0
    is_being_made: bool = False
    could_not_be_made: bool = False
    so_far: int = 0  # of a hundred; for working pages only
    closed: bool = False
    cover: Picture | None = None  # what stands in its place


def recording(row: Recording, slug: str, as_suffix: str = "", *, is_open: bool = False) -> Player:
    """Return `row` for a page. It comes with its original (`select_related("original")`).

    Of a closed one it is the cover, unless whoever calls says that this viewer has it open (`is_open`).
    """
    if row.is_closed and not is_open:
        url = reverse("memorials:closed", args=[slug, row.pk]) + as_suffix
        cover = Picture("", 0, 0, closed=True, words=row.cover_title, gentle=row.gentle_words, url=url)
        return Player(title=row.cover_title, url=url, is_film=row.is_film, closed=True, cover=cover)
    original = row.original

    def at(name: str) -> str:
        return reverse(f"keepsakes:{name}", args=[slug, row.pk]) + as_suffix

    sources: tuple[tuple[str, str], ...] = ()
    if row.can_be_played and row.is_film:
        sources = ((at("film"), "video/mp4"),)
    elif row.can_be_played:
        sources = ((at("opus"), "audio/webm; codecs=opus"), (at("aac"), "audio/mp4"))
    drawn = making.waveform(original.peaks or [])
    width, height = fitted(original.width, original.height, 1920, 1080) if row.is_film else (0, 0)
    return Player(
        title=row.title_for_lists,
        url=at("recording"),
        is_film=row.is_film,
        caption=row.caption,
        length=_length(original.duration),
        sources=sources,
        poster=at("poster") if row.is_film and original.colour else "",
        waveform=at("waveform") if original.peaks else "",
        waveform_width=drawn.width,
        waveform_height=drawn.height,
        captions=at("captions") if row.is_film and captions.read(row.transcript) else "",
        width=width,
        height=height,
        is_being_made=row.is_being_made,
        could_not_be_made=row.could_not_be_made,
        so_far=original.made_so_far,
    )


def spoken(row: Recording) -> dict[str, Any]:
    """Return what is said in it for a page: with its times where it has some, else as one text."""
    said = captions.read(row.transcript)
    return {"spoken": said, "transcript": "" if said else row.transcript}


def facts_of_recording(row: Recording, viewer: Viewer) -> list[dict[str, Any]]:
    found = []
    if row.date is not None:
        # Translators: stands before the date of a film or a sound recording.
        found.append({"label": _("Recorded"), "text": show(row.date, get_language() or "en")})
    if row.people and viewer.reads_names:
        found.append({"label": _("Who is in it"), "text": row.people})
    return found


@dataclass(frozen=True)
class Paper:
    """What a page needs to know of one document."""

    title: str
    url: str  # the page it has to itself
    caption: str = ""
    pages: int = 0
    closed: bool = False
    cover: Picture | None = None  # what stands in its place


def document(row: Document, slug: str, as_suffix: str = "", *, is_open: bool = False) -> Paper:
    """Return `row` for a page. It comes with its original. Of a closed one it is the cover, as of a recording."""
    if row.is_closed and not is_open:
        url = reverse("memorials:closed", args=[slug, row.pk]) + as_suffix
        cover = Picture("", 0, 0, closed=True, words=row.cover_title, gentle=row.gentle_words, url=url)
        return Paper(row.cover_title, url, closed=True, cover=cover)
    url = reverse("keepsakes:document", args=[slug, row.pk]) + as_suffix
    return Paper(
        row.title_for_lists if not row.is_closed else row.title or row.named, url, row.caption, row.original.frames
    )


def sheet(row: Document, slug: str, page: int, as_suffix: str = "", *, largest: int = FOR_EVERYONE) -> Picture:
    """Return one page of an open document as a picture. Pages are counted from 1."""
    there = [one for one in documents.shown(row.original, page) if one.size <= largest]
    middle = next((one for one in reversed(there) if one.size <= MIDDLE), there[0])

    def at(size: int) -> str:
        return reverse("keepsakes:sheet", args=[slug, row.pk, page, size]) + as_suffix

    srcset = ", ".join(f"{at(one.size)} {one.width}w" for one in there)
    # Translators: in place of the picture of a document's page
    alt = _("Page %(page)s of %(pages)s") % {"page": page, "pages": row.original.frames}
    return Picture(at(middle.size), middle.width, middle.height, alt, srcset if len(there) > 1 else "")


def facts_of_document(row: Document, viewer: Viewer) -> list[dict[str, Any]]:
    found = []
    if row.date is not None:
        # Translators: stands before the date of a document
        found.append({"label": _("From"), "text": show(row.date, get_language() or "en")})
    if row.people and viewer.reads_names:
        found.append({"label": _("Whom it is about"), "text": row.people})
    return found


def cover_of(thing: KeptAtHome, slug: str, as_suffix: str = "") -> Picture:
    """Return what stands in the place of a closed thing at home."""
    url = reverse("memorials:closed", args=[slug, thing.pk]) + as_suffix
    return Picture("", 0, 0, closed=True, words=thing.cover_title, gentle=thing.gentle_words, url=url)


def of_it(thing: KeptAtHome, viewer: Viewer, as_suffix: str = "") -> list[Picture]:
    """Return the pictures of a thing at home that this viewer sees, in their order; closed ones as covers."""
    if not viewer.memorial.has_pictures:
        return []
    places = dict(thing.shown_in.values_list("photograph", "place"))
    seen = Photograph.objects.visible_to(viewer).met_by(viewer).among(list(places)).select_related("original")
    slug, largest = viewer.memorial.slug, largest_for(viewer)
    return [
        picture(one, slug, as_suffix, largest=largest, is_open=viewer.leaves_open(one))
        for one in sorted(seen, key=lambda one: (places[one.pk], one.order_key))
    ]


def _length(milliseconds: int | None) -> str:
    if not milliseconds:
        return ""
    seconds = max(1, round(milliseconds / 1000))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def cover_for(viewer: Viewer) -> Picture | None:
    """Return the picture at the head of the page, if the family chose one that this viewer may see.

    A closed one never stands there: a head that asks whether to look is met on every page.
    """
    chosen = Cover.objects.filter(memorial=viewer.memorial).values("photograph")
    seen = Photograph.objects.visible_to(viewer).among(chosen).filter(is_closed=False)
    photograph = seen.select_related("original").first()
    if photograph is None:
        return None
    suffix = f"?as={viewer.reads_as.name.lower()}" if viewer.reads_as is not None else ""
    return picture(photograph, viewer.memorial.slug, suffix, largest=largest_for(viewer))
