from __future__ import annotations

import pytest
from django.utils import translation

from snowdrop.web.numbers import grouped


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["0", "200", "1,001", "65,000", "100,000"]),
        ("de", ["0", "200", "1.001", "65.000", "100.000"]),
        ("ar", ["0", "200", "1,001", "65,000", "100,000"]),
    ],
)
def test_a_number_is_written_as_the_sentences_around_it_write_theirs(language, texts):
    with translation.override(language):
        assert [grouped(number) for number in (0, 200, 1_001, 65_000, 100_000)] == texts
