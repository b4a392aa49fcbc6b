"""Bringing an Instagram export in: a post is a moment with its photographs, the same post again never twice."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.found import CannotRead, Found
from snowdrop.archive.importers.instagram.export import Export
from snowdrop.archive.importers.instagram.here import Here, key_of_picture, pictures_of
from snowdrop.archive.importers.instagram.posts import Media, Post
from snowdrop.archive.importers.instagram.rows import Arrived, Rows, Taken, date_of
from snowdrop.archive.models import Choice
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.people import zones
from snowdrop.storage import heads, ingest, kinds, originals
from snowdrop.storage.cage import CouldNotOpen
from snowdrop.storage.kinds import NotAPicture
from snowdrop.storage.originals import Incoming, Received

GROUP = 200  # pictures whose files are synced, and whose rows are written, together
GROUP_BYTES = 64 * 2**20

MISSING = _("This picture is not in the export.")
FILM = _("Films are not brought in yet. This one stays in your export.")

Tell = Callable[[int, int], None]  # how many posts are done, and of how many
Choose = Callable[[Post], Choice]


def into_the_story(_post: Post) -> Choice:
    return Choice.STORY


def _say_nothing(_done: int, _total: int) -> None:
    pass


@dataclass
class Summary:
    """What came of an export, or would come."""

    came: int = 0  # posts
    pictures: int = 0
    here: int = 0  # posts that were here before
    left_out: int = 0
    films: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    not_taken: list[tuple[str, str | Promise]] = field(default_factory=list)  # names, and why
    not_understood: int = 0  # entries of lists


def only_after(day: str, zone: tzinfo) -> Choose:
    """Leave out what came before `day`, as "2024-03-01", and what says no day."""

    def choose(post: Post) -> Choice:
        date = date_of(post.at, zone)
        return Choice.STORY if date is not None and str(date) >= day else Choice.OUT

    return choose


def key_of(post: Post) -> str:
    """What tells a post of one export from its others, each time it is read."""
    said = "\x1e".join([str(post.at), *(one.uri for one in post.media), post.words])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def look_through(export: Export, *, by: Viewer, choose: Choose = into_the_story) -> Summary:
    """Say what `bring_in` would bring, from the lists alone, and change nothing. Raises NotForYou."""
    _check(by)
    summary = _summary(export)
    here = Here(by)
    known = here.pictures_by_sum()
    for post in export.posts:
        if choose(post) is Choice.OUT:
            summary.left_out += 1
            continue
        keys, pictures = [], 0
        for media in post.media:
            file = _told_apart(export, media, summary)
            if file is not None:
                pictures += 1
                sha256 = known.get((file.size, file.crc32), "")
                keys.append(key_of_picture(media.at, sha256) if sha256 else "")
        new = [key for key in keys if key not in here.keys]
        if here.has_words(post) or (keys and not new):
            summary.here += 1
        elif pictures or post.words:
            summary.came += 1
        summary.pictures += len(new)
    return summary


def bring_in(
    export: Export,
    *,
    by: Viewer,
    batch: uuid.UUID | None = None,
    choose: Choose = into_the_story,
    tell: Tell = _say_nothing,
) -> Summary:
    """Keep the posts of an export, for keepers to see first. What is here already adds nothing.

    It may be broken off at any time and begun again: a group of posts is kept whole or not at all. Only one group's
    files are on their way, and one piece of one file is in memory. Raises NotForYou, NotAFolder, DiskIsFull; what came
    before stays.
    """
    _check(by)
    run = _Run(export, by, batch or uuid.uuid4(), _summary(export))
    try:
        for done, post in enumerate(export.posts, 1):
            choice = choose(post)
            if choice is Choice.OUT:
                run.summary.left_out += 1
            else:
                run.take(post, choice)
            tell(done, len(export.posts))
        run.keep()
    finally:
        run.discard()
    return run.summary


def _check(by: Viewer) -> None:
    by.check(Act.KEEP)
    if not by.memorial.shows_pictures:
        raise NotForYou


def _summary(export: Export) -> Summary:
    not_taken = list(export.not_understood)
    return Summary(not_taken=not_taken, not_understood=export.entries_not_understood)


def _told_apart(export: Export, media: Media, summary: Summary) -> Found | None:
    """The file of a picture; films and what is not there are told."""
    file = export.file_of(media)
    if media.is_film:
        summary.films.append(media.uri)
    elif file is None:
        summary.missing.append(media.uri)
    else:
        return file
    return None


class _Run:
    """One going through an export: what is on its way, and what came of it."""

    def __init__(self, export: Export, by: Viewer, batch: uuid.UUID, summary: Summary) -> None:
        self.export, self.by, self.batch, self.summary = export, by, batch, summary
        self.zone = zones.of(by.person)
        self.here = Here(by)
        self.sums = set(self.here.pictures_by_sum())
        self.group: list[Taken] = []
        self.unopened: dict[str, ingest.Unopened] = {}  # by digest
        self.arrived = 0  # pictures of the group
        self.size = 0  # bytes on their way

    def take(self, post: Post, choice: Choice) -> None:
        """Let the pictures of a post arrive. Raises DiskIsFull, NotAFolder."""
        pictures = []
        for media in post.media:
            file = _told_apart(self.export, media, self.summary)
            if file is None:
                continue
            try:
                sha256 = self._let_arrive(file)
            except NotAPicture as error:
                if error.sentence is kinds.FILM:
                    self.summary.films.append(media.uri)
                else:
                    self.summary.not_taken.append((media.uri, error.sentence))
            except (CannotRead, CouldNotOpen) as error:
                self.summary.not_taken.append((media.uri, error.sentence))
            else:
                pictures.append(Arrived(media, file.name, sha256))
        if pictures or post.words:
            self.group.append(Taken(post, choice, pictures))
            self.arrived += len(pictures)
        if self.arrived >= GROUP or self.size >= GROUP_BYTES or len(self.group) >= GROUP:
            self.keep()

    def _let_arrive(self, file: Found) -> str:
        """Return the digest of a picture. It is in the store, on its way there, or was there before.

        Raises NotAPicture, CouldNotOpen, CannotRead, DiskIsFull, NotAFolder.
        """
        if (file.size, file.crc32) in self.sums and (known := self._known(file)):
            return known
        received, plain = _receive(file)
        if received.sha256 in self.unopened:
            received.discard()
        elif plain is None:
            ingest.take_in(originals.synced(received))
        else:
            self.unopened[received.sha256] = ingest.Unopened(received, plain)
            self.size += received.size
        return received.sha256

    def _known(self, file: Found) -> str:
        """Read a file that is most likely here, without writing it again; "" where it is another one after all."""
        digest = hashlib.sha256()
        for piece in file.chunks():
            digest.update(piece)
        sha256 = digest.hexdigest()
        return sha256 if pictures_of(self.by.memorial.pk).filter(pk=sha256).exists() else ""

    def keep(self) -> None:
        """Keep the group. Raises DiskIsFull."""
        group, self.group, self.arrived, self.size = self.group, [], 0, 0
        if not group:
            return
        ingest.take_in_unopened(list(self.unopened.values()))
        self.unopened.clear()
        rows = Rows(group, by=self.by, here=self.here, batch=self.batch, zone=self.zone)
        rows.write()
        self.summary.came += rows.came
        self.summary.here += rows.came_before
        self.summary.pictures += len(rows.new)
        self.summary.not_taken += rows.not_taken

    def discard(self) -> None:
        for one in self.unopened.values():
            one.received.discard()


def _receive(file: Found) -> tuple[Received, heads.Plain | None]:
    """Write a file to where originals arrive. What is no picture by its first bytes is not read further."""
    pieces = file.chunks()
    first = next(pieces, b"")
    kinds.of(first[: kinds.HEAD])
    last = first
    with Incoming(min(file.size, kinds.MOST_BYTES)) as incoming:  # what a ZIP says of it may be anything
        incoming.write(first)
        for piece in pieces:
            incoming.write(piece)
            last = piece
        received = incoming.finish(synced=False)
    return received, heads.plain(first, last[-64:], received.size)
