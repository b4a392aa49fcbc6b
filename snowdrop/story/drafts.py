"""Drafts: kept on the server while somebody writes, and never for anybody else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from snowdrop.memorials import keepings
from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.story.models import Draft, Moment

Typed = Mapping[str, list[str]]


@transaction.atomic
def keep(typed: Typed, *, by: Viewer, id: uuid.UUID | None = None, moment: Moment | None = None) -> Draft | None:
    """Keep what stands in a form: of a new moment under the form's `id`, or of a change of `moment`.

    A form without a word in it keeps nothing, and never takes the place of words kept before: returns what is
    there. Raises NotForYou.
    """
    by.check(Act.ADD)
    if moment is not None and not Moment.objects.changeable_by(by).filter(pk=moment.pk).exists():
        raise NotForYou
    mine = Draft.objects.own_of(by)
    before = mine.filter(moment=moment, put_away_at=None) if moment else mine.filter(pk=id or uuid.uuid4(), moment=None)
    draft = before.select_related("memorial").first()
    if not any(text.strip() for name in ("title", "text", "placed") for text in typed.get(name, [])):
        return draft
    now = timezone.now()
    if draft is None:
        draft = Draft(typed=dict(typed), kept_at=now, moment=moment, **({"id": id} if id and moment is None else {}))
        try:
            return keepings.keep(draft, by=by, draft=True)
        except IntegrityError:  # the id is somebody else's
            draft.pk = uuid.uuid4()
            return keepings.keep(draft, by=by, draft=True)
    if draft.put_away_at is not None:
        keepings.bring_back(draft, by=by)
    return keepings.write_anew(draft, {"typed": dict(typed), "kept_at": now}, by=by)


def forget(moment: Moment, *, by: Viewer) -> None:
    """Drop the draft of a change that says nothing else than the moment does."""
    Draft.objects.unfinished_by(by).filter(moment=moment).delete()
