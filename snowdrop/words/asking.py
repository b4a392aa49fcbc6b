"""The quiet lines about words on a keeper's own page: a question of whoever reads first, and nobody who does."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.notices import Notice
from snowdrop.words.models import Candle, KindWord


def notices(viewer: Viewer) -> list[Notice]:
    if not any(kind.objects.asked_about(viewer).exists() for kind in (KindWord, Candle)):
        return []
    # Translators: on the page of those who look after a memorial. Nothing of the words is told here.
    sentence = _("Whoever reads first asks you about a few words. There is no hurry.")
    return [Notice(sentence, reverse("words:asked", args=[viewer.memorial.slug]), _("Look at it"))]
