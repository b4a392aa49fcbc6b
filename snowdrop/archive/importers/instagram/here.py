"""Which posts and pictures of exports were brought into a memorial before."""

from __future__ import annotations

import hashlib
import uuid

from django.db.models import QuerySet

from snowdrop.archive.importers.instagram.posts import Post
from snowdrop.archive.models import Brought
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials.access import Viewer
from snowdrop.storage.models import Original

CLOSE = 10  # seconds; between two exports, the time of one post may differ by so much


def key_of_picture(at: int, sha256: str) -> str:
    return f"{at}:{sha256}"


def _words(post: Post) -> str:
    return hashlib.sha256(post.words.encode("utf-8", "replace")).hexdigest()


def key_of_words(post: Post) -> str:
    return f"{post.at}:words:{_words(post)}"


class Here:
    """Which posts and pictures of exports were brought into a memorial before."""

    def __init__(self, by: Viewer) -> None:
        self._memorial = by.memorial
        self.keys: dict[str, uuid.UUID | None] = {}
        self._words: dict[str, list[tuple[int, uuid.UUID | None]]] = {}
        for key, moment in Brought.objects.filter(memorial=by.memorial).values_list("key", "moment"):
            self.add(key, moment)

    def add(self, key: str, moment: uuid.UUID | None) -> None:
        at, _colon, rest = key.partition(":")
        if rest.startswith("words:"):
            self._words.setdefault(rest.removeprefix("words:"), []).append((int(at), moment))
        self.keys[key] = moment

    def has_words(self, post: Post) -> bool:
        return bool(post.words) and self.of_words(post) is not None

    def of_words(self, post: Post) -> tuple[uuid.UUID | None] | None:
        """The moment of a post with these words at this time, in a tuple, for it may be none."""
        there = self._words.get(_words(post), []) if post.words else []
        return next(((moment,) for at, moment in there if abs(at - post.at) <= CLOSE), None)

    def pictures_by_sum(self) -> dict[tuple[int, int], str]:
        """The pictures of the memorial by size and CRC-32: enough to guess, not enough to know."""
        rows = pictures_of(self._memorial.pk).values_list("size", "crc32", "sha256")
        return {(size, crc32): sha256 for size, crc32, sha256 in rows}


def pictures_of(memorial: int) -> QuerySet[Original]:
    return Original.objects.filter(pk__in=Photograph.objects.filter(memorial=memorial).values("original"))
