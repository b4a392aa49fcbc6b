"""One of each kind of keeping, as plain as the database allows. A new kind needs a line here before it has tests."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from snowdrop.handover.models import Telling
from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph, Recording
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Beloved, Fact, Keeping, Kin, Memorial, Name
from snowdrop.storage.models import Original
from snowdrop.story.models import Draft, Moment
from snowdrop.words.models import Candle, Enclosure, KindWord


def _photograph(memorial: Memorial, **base: Any) -> Photograph:
    file = {"crc32": 0, "size": 1, "media_type": "image/jpeg", "width": 1, "height": 1, "colour": "#ffffff"}
    original, _made = Original.objects.get_or_create(sha256="0" * 64, defaults=file)
    return Photograph(memorial=memorial, original=original, order_key=uuid.uuid4().hex, **base)


def _recording(memorial: Memorial, **base: Any) -> Recording:
    file = {"crc32": 0, "size": 1, "media_type": "audio/mpeg", "width": 0, "height": 0, "made": "done"}
    original, _made = Original.objects.get_or_create(sha256="1" * 64, defaults=file)
    return Recording(memorial=memorial, original=original, is_film=False, order_key=uuid.uuid4().hex, **base)


def _document(memorial: Memorial, **base: Any) -> Document:
    file = {"crc32": 0, "size": 1, "media_type": "application/pdf", "width": 1, "height": 1, "pages": [[1, 1]]}
    original, _made = Original.objects.get_or_create(sha256="2" * 64, defaults=file)
    return Document(memorial=memorial, original=original, order_key=uuid.uuid4().hex, **base)


def _enclosure(memorial: Memorial, **base: Any) -> Enclosure:
    """With words that everyone sees: the narrower of the two rules."""
    word, _made = KindWord.objects.get_or_create(
        memorial=memorial,
        signed="Ada",
        defaults={"text": "words", "audience": Circle.PUBLIC, "shown_at": timezone.now()},
    )
    return Enclosure(memorial=memorial, word=word, original=_photograph(memorial).original, is_sound=False, **base)


def _beloved(memorial: Memorial) -> Beloved:
    return Beloved.objects.filter(memorial=memorial).order_by("order", "written_at")[0]


PLAIN: dict[type[Keeping], Callable[..., Keeping]] = {
    Beloved: lambda memorial, **base: Beloved(memorial=memorial, **base),
    Name: lambda memorial, **base: Name(
        memorial=memorial, beloved=_beloved(memorial), text="Wren", is_chief=False, **base
    ),
    Fact: lambda memorial, **base: Fact(
        memorial=memorial, beloved=_beloved(memorial), kind=Fact.Kind.OTHER_DATE, text="a day", **base
    ),
    Kin: lambda memorial, **base: Kin(memorial=memorial, name="Ada", **base),
    Album: lambda memorial, **base: Album(memorial=memorial, title="the garden", **base),
    Photograph: _photograph,
    Recording: _recording,
    Document: _document,
    KeptAtHome: lambda memorial, **base: KeptAtHome(memorial=memorial, what="a blanket", **base),
    Moment: lambda memorial, **base: Moment(memorial=memorial, text="words", **base),
    Telling: lambda memorial, **base: Telling(memorial=memorial, text="words", **base),
    Candle: lambda memorial, **base: Candle(memorial=memorial, signed="Ada", line="words", is_bare=False, **base),
    KindWord: lambda memorial, **base: KindWord(memorial=memorial, signed="Ada", text="words", **base),
    Enclosure: _enclosure,
    Draft: lambda memorial, **base: Draft(memorial=memorial, typed={"text": ["words"]}, **base),
}
