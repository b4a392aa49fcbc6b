"""Words as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from snowdrop.memorials.access import Viewer
from snowdrop.web.pictures import Picture
from snowdrop.words import enclosures
from snowdrop.words.enclosures import Came
from snowdrop.words.models import KindWord


@dataclass(frozen=True)
class Shown:
    """What `words/parts/word.html` needs to know."""

    anchor: str
    text: str
    signed: str = ""
    knew: str = ""
    language: str = ""  # of the text, where its writer named one and no more
    date: str = ""
    url: str = ""
    closed: Picture | None = None  # the cover, and then there is nothing else
    came: Came | None = None  # the picture or the voice message that came with it


def shown(
    words: Sequence[KindWord], viewer: Viewer, *, as_suffix: str = "", alone: bool = False, looked_at: bool = False
) -> list[Shown]:
    """Return the words for a page, closed ones as covers. `looked_at`: on the page for looking, and only there."""
    is_open = viewer.has_open if looked_at else viewer.leaves_open
    slug = viewer.memorial.slug
    came = enclosures.beside([word for word in words if is_open(word)], viewer, as_suffix=as_suffix)
    return [
        replace(
            as_read(word, url="" if alone else reverse("words:word", args=[slug, word.pk]) + as_suffix),
            came=came.get(word.pk),
        )
        if is_open(word)
        else _closed(word, slug, as_suffix)
        for word in words
    ]


def as_read(word: KindWord, *, url: str = "") -> Shown:
    """All of it. Names are shown to everybody: they were signed to be read with the words."""
    return Shown(
        anchor=f"word-{word.pk}",
        text=word.text,
        signed=word.signed,
        knew=word.knew,
        language=word.languages if word.languages and " " not in word.languages else "",
        date=date_format(timezone.localtime(word.written_at), "DATE_FORMAT") if word.is_dated else "",
        url=url,
    )


def _closed(word: KindWord, slug: str, as_suffix: str) -> Shown:
    url = reverse("memorials:closed", args=[slug, word.pk]) + as_suffix
    cover = Picture("", 0, 0, closed=True, words=word.cover_title, gentle=word.gentle_words, url=url)
    return Shown(f"word-{word.pk}", "", closed=cover)
