"""What people wrote to the demo family, and what became of it. The days are fixed, as all days of the demo are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from snowdrop.host.demo.family import HEDDA, SAM, Somebody
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.words import book, door, leaving
from snowdrop.words.models import Book, KindWord
from snowdrop.words.said import Origin, Said


class Became(Enum):
    """What whoever reads first answered."""

    SHOWN = auto()
    NOT_SHOWN = auto()
    ASKED = auto()
    WAITS = auto()


@dataclass(frozen=True)
class Wrote:
    """Words, and by whom: somebody asked in, or a guest by the link."""

    signed: str
    text: str
    became: Became
    day: str
    knew: str = ""
    by: Somebody | None = None
    reasons: str = ""


WORDS = (
    Wrote(
        "Hedda",
        "I sewed the blanket too large. Now I am glad of it, because all of you fit under it.",
        Became.SHOWN,
        "2024-10-12",
        "his grandmother",
        HEDDA,
    ),
    Wrote(
        "Sam",
        "I am so sorry. I say Wren when I walk past your hedge, out loud, so that somebody does.",
        Became.SHOWN,
        "2024-10-13",
        by=SAM,
    ),
    Wrote(
        "Number 9",
        "We did not know what to write at the time. We still do not. Supper stands by your door on Thursdays, and the "
        "dish need not come back.",
        Became.SHOWN,
        "2024-10-20",
        "from across the street",
    ),
    Wrote(
        "Frau Amsel",
        "Es tut mir so leid. Der Zaunkönig singt auch im Winter, als Einziger.",
        Became.SHOWN,
        "2024-11-02",
        "Heddas Nachbarin",
    ),
    Wrote(
        "A neighbour",
        "I didn’t know what to write at the time. I still don’t, but I wanted you to know that I say his name when the "
        "hedge is loud in the mornings.",
        Became.WAITS,
        "2025-09-30",
    ),
    Wrote(
        "The reading group",
        "We kept your chair. Whenever, or never.",
        Became.WAITS,
        "2025-10-01",
        "Tuesdays",
    ),
    Wrote(
        "Best Stones",
        "Stones at half price this week: https://stones.example",
        Became.WAITS,
        "2025-10-02",
        reasons="link",
    ),
    Wrote("Anonymous", "You should have gone to another hospital.", Became.NOT_SHOWN, "2024-10-25"),
    Wrote(
        "Ward 4",
        "May we tell you what he looked like when we washed him? Only if you want to know.",
        Became.ASKED,
        "2024-11-20",
        "the midwives",
    ),
)


def leave(memorial: Memorial, viewers: dict[Somebody, Viewer], *, mara: Somebody, ines: Somebody) -> None:
    """Open the book to whoever has a link, and let people write; Ines reads first."""
    reader = Membership.objects.get(memorial=memorial, person=viewers[ines].person)
    book.answer(Book.FirstReader.PERSON, by=viewers[mara], person=reader)
    book.show_to(Circle.LINK, by=viewers[mara])
    book.take_words_from(Circle.LINK, by=viewers[mara])
    memorial.refresh_from_db()
    for number, one in enumerate(WORDS):
        # The viewers carry the page as it was before the book opened.
        person = viewers[one.by].person if one.by else None
        circle = viewers[one.by].circle if one.by else Circle.LINK
        said = Said(one.signed, one.text, one.knew)
        origin = Origin(reasons=one.reasons, rank=len(one.reasons.split()))
        word, _what = leaving.leave(
            said, once=f"demo {memorial.slug} {number}", by=Viewer(memorial, person, circle), origin=origin
        )
        at = datetime.fromisoformat(one.day).replace(hour=12, tzinfo=UTC)
        KindWord.objects.filter(pk=word.pk).update(written_at=at, offered_at=at)
        answers = {Became.SHOWN: door.let_in, Became.NOT_SHOWN: door.turn_away, Became.ASKED: door.ask_family}
        if one.became in answers:
            answers[one.became]([word.pk], by=viewers[ines])
