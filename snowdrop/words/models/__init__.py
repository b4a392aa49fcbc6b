from snowdrop.words.models.book import Book
from snowdrop.words.models.kind_word import KindWord, KindWordQuerySet
from snowdrop.words.models.pace import Pace
from snowdrop.words.models.thanks import Thanks

__all__ = ["Book", "KindWord", "KindWordQuerySet", "Pace", "Thanks"]
