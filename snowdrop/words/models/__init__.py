from snowdrop.words.models.book import Book
from snowdrop.words.models.candle import Candle, CandleQuerySet
from snowdrop.words.models.enclosure import Enclosure, EnclosureQuerySet
from snowdrop.words.models.evidence import Evidence
from snowdrop.words.models.kind_word import KindWord, KindWordQuerySet
from snowdrop.words.models.pace import Pace
from snowdrop.words.models.reading_first import HandOver, Rest, Told
from snowdrop.words.models.removal import Removal, WasShown
from snowdrop.words.models.report import Report
from snowdrop.words.models.thanks import Thanks

__all__ = [
    "Book",
    "Candle",
    "CandleQuerySet",
    "Enclosure",
    "EnclosureQuerySet",
    "Evidence",
    "HandOver",
    "KindWord",
    "KindWordQuerySet",
    "Pace",
    "Removal",
    "Report",
    "Rest",
    "Thanks",
    "Told",
    "WasShown",
]
