"""Numbers in sentences, one way everywhere."""

from __future__ import annotations

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return a number as the reader's language writes it: "65,000", "65.000"."""
    return number_format(number, use_l10n=True, force_grouping=True)
