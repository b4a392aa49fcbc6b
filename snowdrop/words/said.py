"""What somebody says and where it came from, before it is a kind word."""

from __future__ import annotations

from dataclasses import dataclass

from snowdrop.words.models import KindWord


@dataclass(frozen=True)
class Said:
    """What somebody typed, as `text` made it clean."""

    signed: str
    text: str
    knew: str = ""
    languages: tuple[str, ...] = ()
    for_family_only: bool = False

    def put_into(self, word: KindWord) -> None:
        word.signed, word.text, word.knew = self.signed, self.text, self.knew
        word.languages, word.for_family_only = " ".join(self.languages), self.for_family_only
        word.digest = word.digest_of_words()


@dataclass(frozen=True)
class Origin:
    """Where words came from, as far as it is remembered, and what speaks for a second look."""

    network: str = ""  # `surge.trace`
    reasons: str = ""  # as `signals.written` writes them
    rank: int = 0


NOWHERE = Origin()
