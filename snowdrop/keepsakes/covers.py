"""The picture at the head of the page, or none."""

from __future__ import annotations

from django.db import transaction

from snowdrop.keepsakes.models import Cover, Photograph
from snowdrop.memorials import revision
from snowdrop.memorials.access import Act, NotForYou, Viewer


@transaction.atomic
def choose(photograph: Photograph, *, by: Viewer) -> None:
    """Put this photograph at the head of the page. Raises NotForYou."""
    by.check(Act.KEEP)
    if not Photograph.objects.visible_to(by).filter(pk=photograph.pk, is_closed=False).exists():
        raise NotForYou
    Cover.objects.update_or_create(memorial=by.memorial, defaults={"photograph": photograph})
    revision.bump(by.memorial, "memorials", "keepsakes")


@transaction.atomic
def take_down(*, by: Viewer) -> None:
    """Have no picture at the head of the page. The photograph stays where it is."""
    by.check(Act.KEEP)
    if Cover.objects.filter(memorial=by.memorial).delete()[0]:
        revision.bump(by.memorial, "memorials", "keepsakes")
