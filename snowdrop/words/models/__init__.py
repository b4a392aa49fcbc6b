from snowdrop.words.models.book import Book
from snowdrop.words.models.candle import Candle, CandleQuerySet
from snowdrop.words.models.kind_word import KindWord, KindWordQuerySet

__all__ = ["Book", "Candle", "CandleQuerySet", "KindWord", "KindWordQuerySet"]
