"""Names in the order in which a reader looks for them."""

from __future__ import annotations

import unicodedata


def sorting(text: str) -> str:
    """Return a key that puts Österreich with O and not after Z."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
