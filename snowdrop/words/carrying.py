"""How words are carried into a memorial of one's own. Where they came from is not: it is of use at the door only;
and an answer is read where the words were left."""

from __future__ import annotations

from snowdrop.memorials.separating import Carrying
from snowdrop.words.models import Candle, Enclosure, KindWord


class CarriedWord(Carrying):
    kind = KindWord
    order = 50

    def made(self, row: KindWord) -> None:
        row.thanks = None
        row.by_link, row.network, row.answered_by = None, "", None


class CarriedCandle(Carrying):
    kind = Candle
    order = 51

    def made(self, row: Candle) -> None:
        row.by_link, row.network, row.answered_by = None, "", None


class CarriedEnclosure(Carrying):
    """What came with words comes along where these do. Its file is kept once, and stays."""

    kind = Enclosure
    points = {"word": KindWord}
    order = 51
