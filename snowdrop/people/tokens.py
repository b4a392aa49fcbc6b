"""Secrets that open something: made at random, kept only as their hash."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

# To be read from paper and typed: none that look alike (0 O, 1 I, 2 Z, 5 S, 8 B, 6 G …), no vowels, so that no word
# comes out of them by chance.
LETTERS = "CDFHJKLMNPQRTVWXY34679"
GROUP = 3


def make() -> str:
    """Return a new secret of 256 bits, in letters that survive being mailed and typed into an address bar."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what the database keeps of a secret: hex SHA-256. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def to_type(groups: int) -> str:
    """Return a new secret for people to type, such as `KQM-3FH-TPX`. A group has 13.3 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(GROUP)) for _group in range(groups))


def as_typed(text: str) -> str:
    """Return the letters of what somebody typed: however spaced, in whatever case or numerals."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain if c.isalnum())
