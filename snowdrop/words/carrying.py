"""How words are carried into a memorial of one's own. Where they came from is not: it is of use at the door only."""

from __future__ import annotations

from snowdrop.memorials.separating import Carrying
from snowdrop.words.models import Enclosure, KindWord


class CarriedWord(Carrying):
    kind = KindWord
    order = 50

    def made(self, row: KindWord) -> None:
        row.by_link, row.network, row.answered_by = None, "", None


class CarriedEnclosure(Carrying):
    """What came with words comes along where these do. Its file is kept once, and stays."""

    kind = Enclosure
    points = {"word": KindWord}
    order = 51
