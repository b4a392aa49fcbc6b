"""Logs say what happened and where in the code. An address holds a memorial's slug, or a token: never that."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any


class WithoutAddresses(logging.Filter):
    """Takes the address asked for, the last thing Django puts into its messages about requests, out of them.

    What Django says of a suspicious request is made of what was sent; of that only its kind stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.msg, record.args = "a request was refused: it could not be meant for this house", None
        if isinstance(record.args, tuple) and record.args:
            said: list[Any] = ["(an address)" if _is_address(part) else part for part in record.args]
            record.args = tuple(said)
        return True


class WithoutTexts(logging.Formatter):
    """Says of an error its kind and its place in the code. Its own text may quote a letter or an address."""

    def formatException(  # noqa: N802  logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return "".join(line for error in _behind(ei[1]) for line in _place_and_kind(error)).rstrip("\n")


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of, the first one first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return reversed(chain)


def _place_and_kind(error: BaseException) -> list[str]:
    return [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]


def _is_address(part: object) -> bool:
    return isinstance(part, str) and part.startswith(("/", "http:", "https:"))
