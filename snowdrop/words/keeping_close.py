"""Words that the family keeps close stand first, before all that come later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from snowdrop.memorials import revision
from snowdrop.memorials.access import Act, Viewer
from snowdrop.words.models import KindWord


def keep_close(word: KindWord, *, by: Viewer) -> None:
    _set(word, timezone.now(), by=by)


def no_longer(word: KindWord, *, by: Viewer) -> None:
    _set(word, None, by=by)


@transaction.atomic
def _set(word: KindWord, since: datetime | None, *, by: Viewer) -> None:
    by.check(Act.KEEP)
    shown = KindWord.objects.visible_to(by).filter(pk=word.pk, close_since__isnull=since is not None)
    if shown.update(close_since=since):
        revision.bump(by.memorial, "words")
