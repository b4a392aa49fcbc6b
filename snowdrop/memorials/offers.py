"""What friends and family offer: it waits, is named by a plain line, and can be set aside without a word to anybody.

Whoever offered it sees that it waits, whether somebody has set it aside or not; and takes it back whenever they like.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Act, NotForYou, Viewer
from snowdrop.memorials.models import Keeping, SetAside


def line(thing: Keeping) -> str:
    """Say who offers what, and nothing of what is in it."""
    if thing.writer is None:
        # Translators: who it was is not known any more: they closed their account
        return str(thing.offered_as) % {"name": _("Somebody")}
    return str(thing.offered_as) % {"name": thing.writer.called}


@transaction.atomic
def set_aside(thing: Keeping, *, by: Viewer) -> None:
    """Do not show what waits. It stays where it is, and nobody is told. Does no harm twice; raises NotForYou."""
    by.check(Act.KEEP)
    every = type(thing)._default_manager
    if not any(rows.filter(pk=thing.pk).exists() for rows in (every.waiting_for(by), every.set_aside_for(by))):
        raise NotForYou
    SetAside.objects.get_or_create(keeping=thing.pk, defaults={"memorial": by.memorial, "by": by.person})


@transaction.atomic
def let_wait(thing: Keeping, *, by: Viewer) -> None:
    """Let what was set aside wait again. Raises NotForYou."""
    by.check(Act.KEEP)
    if not type(thing)._default_manager.set_aside_for(by).filter(pk=thing.pk).exists():
        raise NotForYou
    SetAside.objects.filter(keeping=thing.pk, memorial=by.memorial).delete()
