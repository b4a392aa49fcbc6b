"""Words out of an export: as somebody typed them, and such as every text of ours can hold."""

from __future__ import annotations

import unicodedata

LONGEST = 100_000  # characters
_KEPT = frozenset("\n\t")


def repaired(text: str) -> str:
    """Undo what Meta does to text: each byte of UTF-8 is written as a character of its own.

    Only what is whole UTF-8 is taken for that, so a text that one day is written rightly stays as it is.
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:  # a character above U+00FF, or bytes that are no UTF-8
        return text


def said(value: object) -> str:
    """Return a text of an export repaired, without halves of characters and control characters; "" for no text."""
    if not isinstance(value, str):
        return ""
    text = repaired(value).replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text[:LONGEST].strip()
    safe = (_safe(character) for character in text[:LONGEST])
    return "".join(safe).strip()


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cc" and character not in _KEPT else character
