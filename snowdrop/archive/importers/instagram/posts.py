"""What an entry of a list says: when, which words, which pictures. Each of the five forms that Meta has used.

Nothing is matched by a name where the structure says it, because names are in the language of the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from snowdrop.archive.importers.instagram.words import said

BEGAN = 1_104_537_600  # 2005; a story may carry an older picture's time, but none from before there were phones
ENDS = 4_102_444_800  # 2100
TOGETHER = 5  # seconds; entries of `media.json` with the same words, so close, were one post

_FILMS = (".mp4", ".mov", ".m4v", ".webm", ".avi", ".3gp", ".mkv")
# Where the words of a post stand in the form with labels, in the languages in which it was met or is documented.
_CAPTION = frozenset(
    {
        "caption", "title", "bildunterschrift", "titel", "légende", "titre", "didascalia", "titolo", "legenda",
        "título", "leyenda", "pie de foto", "descripción", "bijschrift", "onderschrift", "billedtekst", "bildtext",
        "bildetekst", "podpis", "подпись", "başlık", "açıklama", "キャプション", "标题", "說明文字", "캡션", "الشرح",
    }
)  # fmt: skip


class Kind(StrEnum):
    POST = "post"
    STORY = "story"
    ARCHIVED = "archived"  # taken off the profile there, by the person themselves


@dataclass(frozen=True, slots=True)
class Media:
    uri: str  # as the export says it, of any form
    at: int  # seconds since 1970 in UTC; 0 where it is not said

    @property
    def is_film(self) -> bool:
        return self.uri.lower().endswith(_FILMS)


@dataclass(frozen=True, slots=True)
class Post:
    kind: Kind
    at: int  # seconds since 1970 in UTC; 0 where it is not said
    words: str
    media: tuple[Media, ...]


class NotAPost(Exception):
    """An entry is none of the forms that are known."""


def read(entries: Iterable[tuple[str, Any]], kind: Kind) -> Iterator[Post | None]:
    """Yield the post of each entry, None for what was not understood. Raises NotAList as `entries` does."""
    for _name, entry in entries:
        try:
            yield _post(entry, kind)
        except NotAPost:
            yield None


def read_oldest(entries: Iterable[tuple[str, Any]]) -> Iterator[Post | None]:
    """As `read`, for the `media.json` of 2018 to 2020, which has an entry for each picture and none for a post."""
    together: list[Media] = []
    words, of_list = "", ""
    for name, entry in entries:
        if name == "profile":
            continue
        try:
            one, its_words = _picture_of_oldest(entry)
        except NotAPost:
            yield None
            continue
        close = bool(together) and abs(one.at - together[0].at) <= TOGETHER
        if not (close and one.at and its_words == words and name == of_list and name == "photos"):
            yield from _together(together, words, of_list)
            together = []
        together.append(one)
        words, of_list = its_words, name
    yield from _together(together, words, of_list)


def _together(media: list[Media], words: str, of_list: str) -> Iterator[Post]:
    if media:
        kind = Kind.STORY if of_list == "stories" else Kind.POST
        yield Post(kind, max(one.at for one in media), words, tuple(media))


def _picture_of_oldest(entry: Any) -> tuple[Media, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise NotAPost
    return Media(entry["path"], _time_of_text(entry.get("taken_at"))), said(entry.get("caption"))


def _post(entry: Any, kind: Kind) -> Post:
    if not isinstance(entry, dict):
        raise NotAPost
    if isinstance(entry.get("label_values"), list):
        return _labelled(entry, kind)
    if isinstance(entry.get("uri"), str):  # a story is its picture
        return _made(kind, 0, "", [entry])
    media = entry.get("media")
    if not isinstance(media, list):
        raise NotAPost
    return _made(kind, seconds(entry.get("creation_timestamp")), said(entry.get("title")), media)


def _labelled(entry: dict[str, Any], kind: Kind) -> Post:
    media: list[Any] = list(entry["media"]) if isinstance(entry.get("media"), list) else []
    words = ""
    for value in _values(entry["label_values"]):
        if isinstance(value.get("media"), list):
            media += value["media"]
        elif not words and said(value.get("label")).casefold() in _CAPTION:
            words = said(value.get("value"))
    return _made(kind, seconds(entry.get("timestamp")), words, media)


def _values(values: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The values of a list and of the lists in it, but for those with a title, which speak of something else."""
    if not isinstance(values, list) or depth > 4:
        return
    for value in values:
        if isinstance(value, dict):
            yield value
            yield from _values(value.get("vec"), depth + 1)
            if not value.get("title"):
                yield from _values(value.get("dict"), depth + 1)


def _made(kind: Kind, at: int, words: str, entries: list[Any]) -> Post:
    media = [
        Media(entry["uri"], seconds(entry.get("creation_timestamp")))
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("uri"), str) and entry["uri"]
    ]
    titles = (said(entry.get("title")) for entry in entries if isinstance(entry, dict))
    words = words or next((title for title in titles if title), "")
    if not media and not words:
        raise NotAPost
    at = at or next((one.at for one in media if one.at), 0)
    return Post(kind, at, words, tuple(Media(one.uri, one.at or at) for one in media))


def seconds(value: Any) -> int:
    """Return a time that can be one, else 0."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{9,11}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if BEGAN <= value < ENDS else 0


def _time_of_text(value: Any) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return 0
    return seconds(int(moment.timestamp())) if moment.tzinfo else 0
