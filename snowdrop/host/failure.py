"""What could not be done, in one line for the host."""

from __future__ import annotations


class Failure(Exception):
    """The command ends with exit code 1; the text is what the terminal shows."""
