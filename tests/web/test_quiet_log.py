"""A log never holds the address of a memorial."""

from __future__ import annotations

import logging
import sys

from snowdrop.web.quiet_log import WithoutAddresses, WithoutTexts


def test_the_address_asked_for_is_taken_out_of_a_message():
    record = logging.LogRecord(
        "django.request", logging.ERROR, "views.py", 1, "%s: %s", ("Not here", "/m/abc/in/token"), None
    )

    kept = WithoutAddresses().filter(record)

    assert (kept, record.getMessage()) == (True, "Not here: (an address)")


def test_of_a_request_that_looks_forged_only_its_kind_is_noted():
    said = "Invalid HTTP_HOST header: 'canary.example'."
    record = logging.LogRecord("django.security.DisallowedHost", logging.ERROR, "views.py", 1, said, (), None)

    WithoutAddresses().filter(record)

    assert record.getMessage() == "a request was refused: it could not be meant for this house"


def test_an_error_is_told_by_its_kind_and_place_without_its_words():
    try:
        try:
            int("canary words")
        except ValueError as error:
            raise KeyError("canary name") from error
    except KeyError:
        record = logging.LogRecord("snowdrop", logging.ERROR, "x.py", 1, "It broke", (), sys.exc_info())

    told = WithoutTexts("{levelname}: {message}", style="{").format(record).splitlines()

    assert (told[0], [line for line in told if line.startswith("builtins.")]) == (
        "ERROR: It broke",
        ["builtins.ValueError", "builtins.KeyError"],
    )
    assert [line.strip().partition(", line")[0] for line in told if "File" in line] == [f'File "{__file__}"'] * 2


def test_an_error_that_comes_of_itself_is_told_once():
    error = ValueError("canary")
    error.__context__ = error

    assert WithoutTexts().formatException((ValueError, error, None)) == "builtins.ValueError"
