"""What a keeper's own page says of envelopes: one quiet line each, until this keeper opened it or said "Not now"."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.handover.models import Answer, Envelope
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.notices import Notice


def notices(viewer: Viewer) -> list[Notice]:
    """Return the lines, in one statement."""
    answered = Exists(Answer.objects.filter(envelope=OuterRef("pk"), person=viewer.person))
    here = Q(memorial=viewer.memorial, sealed_at__isnull=False) & Q(~answered)
    if viewer.session is not None:
        here |= Q(memorial=None, claiming=viewer.session)
    return [_notice(envelope, viewer) for envelope in Envelope.objects.filter(here).order_by("made_at")]


def _notice(envelope: Envelope, viewer: Viewer) -> Notice:
    if envelope.memorial_id is None:
        return Notice(
            _("Something is kept safe for you, on the card you brought."),
            reverse("handover:claim"),
            _("Put it into this page"),
        )
    url = reverse("handover:envelope", args=[viewer.memorial.slug, envelope.pk])
    return Notice(sealed_from(envelope), url, _("Look at the envelope"))


def sealed_from(envelope: Envelope) -> str:
    if not envelope.from_whom:
        return _("A sealed envelope is kept here for you.")
    # Translators: %(name)s is such as “the midwives of Ward 4”
    return _("A sealed envelope from %(name)s is kept here for you.") % {"name": envelope.from_whom}
