from snowdrop.words.models.book import Book
from snowdrop.words.models.enclosure import Enclosure, EnclosureQuerySet
from snowdrop.words.models.kind_word import KindWord, KindWordQuerySet

__all__ = ["Book", "Enclosure", "EnclosureQuerySet", "KindWord", "KindWordQuerySet"]
