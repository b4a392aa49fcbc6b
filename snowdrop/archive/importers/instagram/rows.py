"""The rows of a group of posts: photographs, moments, and the note that they came."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.archive.importers.instagram.here import Here, key_of_picture, key_of_words
from snowdrop.archive.importers.instagram.posts import Media, Post
from snowdrop.archive.models import Brought, Choice
from snowdrop.dates.edtf import RoughDate, parse
from snowdrop.keepsakes import adding, jobs, names
from snowdrop.keepsakes.forms import LONGEST_CAPTION
from snowdrop.keepsakes.models import Photograph
from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.storage.models import Original
from snowdrop.story import placing, writing
from snowdrop.story.models import Moment

OPENED_IN_ONE_JOB = 20  # pictures

TAKEN_OFF = _("This picture is here and was taken off the page. It stays off.")
TOO_LONG = _("The words to these photographs are longer than there is room for. Please copy the end by hand.")


@dataclass
class Arrived:
    """A picture of a post, read to its end."""

    media: Media
    name: str
    sha256: str


@dataclass
class Taken:
    """A post whose pictures have arrived and whose rows are not written yet."""

    post: Post
    choice: Choice
    pictures: list[Arrived]


def date_of(at: int, zone: tzinfo) -> RoughDate | None:
    """The day of an instant where somebody lives, for a post says only the instant."""
    return parse(datetime.fromtimestamp(at, UTC).astimezone(zone).date().isoformat()) if at else None


class Rows:
    """The rows of one group, written in one transaction."""

    def __init__(self, group: list[Taken], *, by: Viewer, here: Here, batch: uuid.UUID, zone: tzinfo) -> None:
        self.group, self.by, self.here, self.batch, self.zone = group, by, here, batch, zone
        self.originals: dict[str, Original] = {}
        self.photographs: dict[str, Photograph] = {}  # those that are here or come, by digest
        self.away: set[str] = set()  # digests of what was taken off the page
        self.new: list[Photograph] = []
        self.keys: dict[str, uuid.UUID | None] = {}
        self.came = self.came_before = 0
        self.not_taken: list[tuple[str, str | Promise]] = []

    def write(self) -> None:
        with transaction.atomic():
            # Somebody may bring the same export at the same time.
            inviting.one_at_a_time(self.by.memorial)
            self._learn_what_came_meanwhile()
            self._find_photographs()
            new, again = self._told_apart()
            carried = [self._photographs_of(taken.pictures, taken.post) for taken in new]
            later = [(moment, self._photographs_of(pictures, taken.post)) for taken, moment, pictures in again]
            for taken, photographs in zip(new, carried, strict=True):
                if taken.choice is Choice.APART:
                    self._give_words(taken.post, photographs)
            keepings.keep_together(self.new, by=self.by)
            self._write_moments(new, carried)
            self._add_to_moments(later)
            rows = [Brought(memorial=self.by.memorial, key=key, moment=moment) for key, moment in self.keys.items()]
            Brought.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
            self._have_them_opened()
        for key, moment in self.keys.items():
            self.here.add(key, moment)

    def _learn_what_came_meanwhile(self) -> None:
        unknown = [key for taken in self.group for key in self._keys_of(taken) if key not in self.here.keys]
        rows = Brought.objects.filter(memorial=self.by.memorial, key__in=unknown)
        for key, moment in rows.values_list("key", "moment"):
            self.here.add(key, moment)

    def _find_photographs(self) -> None:
        digests = {one.sha256 for taken in self.group for one in taken.pictures}
        # Held until the end: an original that nothing names yet could be deleted in this moment.
        self.originals = {row.pk: row for row in Original.objects.select_for_update().filter(pk__in=digests)}
        of_these = Photograph.objects.filter(original__in=digests)
        for rows in (of_these.changeable_by(self.by), of_these.visible_to(self.by)):
            for row in rows.select_related("original").in_order():
                self.photographs.setdefault(row.original_id, row)
        away = of_these.put_away_for(self.by).values_list("original", flat=True)
        self.away = set(away) - set(self.photographs)

    def _told_apart(self) -> tuple[list[Taken], list[tuple[Taken, uuid.UUID | None, list[Arrived]]]]:
        """The posts that are new; and those that are here, each with its moment and its pictures that are not."""
        new, again = [], []
        for taken in self.group:
            there = self._there(taken)
            if there is None and self.keys.keys().isdisjoint(self._keys_of(taken)):
                new.append(taken)
                self.came += 1
            else:
                self.came_before += 1
                if there is not None:
                    keys = self.here.keys
                    missing = [one for one in taken.pictures if key_of_picture(one.media.at, one.sha256) not in keys]
                    again.append((taken, there[0], missing))
            moment = there[0] if there is not None else None
            self.keys |= {key: moment for key in self._keys_of(taken) if key not in self.keys}
        return new, again

    def _there(self, taken: Taken) -> tuple[uuid.UUID | None] | None:
        """The moment that the post became, in a tuple, for it may be none; None where the post is not here."""
        for key in self._keys_of(taken):
            if key in self.here.keys:
                return (self.here.keys[key],)
        return self.here.of_words(taken.post)

    def _keys_of(self, taken: Taken) -> list[str]:
        keys = [key_of_picture(one.media.at, one.sha256) for one in taken.pictures if one.sha256 in self.originals]
        return [*keys, key_of_words(taken.post)] if taken.post.words else keys

    def _photographs_of(self, pictures: list[Arrived], post: Post) -> list[Photograph]:
        found: dict[str, Photograph] = {}  # each once: a post may hold a picture twice
        for one in pictures:
            if one.sha256 in self.away:
                self.not_taken.append((one.media.uri, TAKEN_OFF))
            elif one.sha256 in self.originals:
                found[one.sha256] = self.photographs.get(one.sha256) or self._photograph(one, post)
        return list(found.values())

    def _photograph(self, one: Arrived, post: Post) -> Photograph:
        original = self.originals[one.sha256]
        photograph = Photograph(
            memorial=self.by.memorial,
            original=original,
            came_as=names.as_it_came(one.name),
            caption=original.caption,
            date=adding.date_of(original) or date_of(post.at, self.zone),
            audience=Circle.KEEPERS,
            batch=self.batch,
        )
        photograph.order_key = photograph.order_key_now()
        self.photographs[one.sha256] = photograph
        self.new.append(photograph)
        return photograph

    def _give_words(self, post: Post, photographs: list[Photograph]) -> None:
        """Write the words of a post that is no moment to its first photograph, where that came with it."""
        first = next((photograph for photograph in photographs if photograph in self.new), None)
        if first is not None and post.words:
            first.caption = post.words[:LONGEST_CAPTION].rstrip()
        if post.words and (first is None or len(post.words) > LONGEST_CAPTION):
            self.not_taken.append((post.media[0].uri if post.media else post.words[:80], TOO_LONG))

    def _write_moments(self, new: list[Taken], carried: list[list[Photograph]]) -> None:
        entries, of = [], []
        for taken, photographs in zip(new, carried, strict=True):
            if taken.choice is Choice.STORY and (taken.post.words or photographs):
                entries.append(writing.Entry(taken.post.words, date_of(taken.post.at, self.zone), photographs))
                of.append(taken)
        for taken, moment in zip(of, writing.write_together(entries, by=self.by), strict=True):
            self.keys |= dict.fromkeys(self._keys_of(taken), moment.pk)

    def _add_to_moments(self, later: list[tuple[uuid.UUID | None, list[Photograph]]]) -> None:
        """Pictures that were missing when their post came, and are in a part that was given now."""
        for id, photographs in later:
            moment = Moment.objects.changeable_by(self.by).filter(pk=id).first() if photographs else None
            if moment is not None:
                placing.put_with(moment, photographs, by=self.by)

    def _have_them_opened(self) -> None:
        unopened = [photograph.original_id for photograph in self.new if not photograph.original.colour]
        for start in range(0, len(unopened), OPENED_IN_ONE_JOB):
            some = unopened[start : start + OPENED_IN_ONE_JOB]
            jobs.make_renditions.enqueue([[sha256, 0] for sha256 in some])
