"""The writer's own link: mending their words, and taking them back. Whoever has it is the writer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import finding, revision
from snowdrop.memorials.models import Version
from snowdrop.words import enclosing
from snowdrop.words.models import KindWord
from snowdrop.words.models.kind_word import id_of
from snowdrop.words.said import Said


class IsGone(Exception):
    """These words are not here any more."""


def find(once: str) -> KindWord | None:
    """Return the word this link belongs to, in whatever state it is."""
    return KindWord.objects.select_related("memorial", "thanks").filter(pk=id_of(once)).first()


@transaction.atomic
def mend(word: KindWord, said: Said) -> KindWord:
    """Write one's words anew. What was shown waits again to be read: nobody is met by what nobody read.

    How they stood before is kept. What the family took off the page stays off it, and its writer does not learn of
    that here. Raises IsGone.
    """
    row = KindWord.objects.select_for_update().filter(pk=word.pk, taken_back_at=None).first()
    if row is None:
        raise IsGone
    before = {field: str(getattr(row, field)) for field in row.words}
    was_shown = row.shown_at is not None
    said.put_into(row)
    if before == {field: str(getattr(row, field)) for field in row.words} and not was_shown:
        row.save(update_fields=["languages", "for_family_only"])
        return row
    now = timezone.now()
    Version.objects.create(keeping=row.pk, words=before, by=row.writer)
    row.mended_at = now
    changed = ["signed", "text", "knew", "languages", "for_family_only", "digest", "mended_at"]
    if was_shown:
        row.shown_at, row.offered_at, row.answered_by = None, now, None
        row.close_since = row.hidden_since = None
        changed += ["shown_at", "offered_at", "answered_by", "close_since", "hidden_since"]
    row.save(update_fields=changed)
    finding.write_down(row)
    if was_shown:
        enclosing.follow([row.pk])
        revision.bump(row.memorial, "words")
    return row


@transaction.atomic
def take_back(word: KindWord) -> None:
    """Take one's words back: gone from every page now, and for good after thirty days. Does no harm twice."""
    now = timezone.now()
    here = KindWord.objects.filter(pk=word.pk, taken_back_at=None)
    if here.update(taken_back_at=now, put_away_at=now, let_go_at=now, close_since=None):
        revision.bump(word.memorial, "words")


@transaction.atomic
def leave_again(word: KindWord) -> None:
    """Leave words again that were taken back: they wait to be read, as in the beginning."""
    gone = KindWord.objects.filter(pk=word.pk, taken_back_at__isnull=False)
    fresh = {"taken_back_at": None, "put_away_at": None, "let_go_at": None, "shown_at": None, "asked_at": None}
    if gone.update(**fresh, offered_at=timezone.now()):
        enclosing.follow([word.pk])
        revision.bump(word.memorial, "words")
