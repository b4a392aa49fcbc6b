"""Letters to read from paper and type."""

from __future__ import annotations

import math

import pytest

from snowdrop.people import devices, sheet, tokens


def test_a_line_of_a_sheet_has_eighty_bits_and_a_device_s_code_fifty():
    bits = math.log2(len(set(tokens.LETTERS)))

    assert (len(tokens.to_type(sheet.GROUPS)), len(tokens.to_type(devices.GROUPS))) == (23, 15)
    assert sheet.GROUPS * tokens.GROUP * bits >= 80
    assert devices.GROUPS * tokens.GROUP * bits >= 50


def test_no_two_letters_look_alike_and_none_makes_a_word():
    alike = ("0OQ", "1IL", "2Z", "5S", "8B", "6G", "UV")

    assert [some for some in alike if len(set(some) & set(tokens.LETTERS)) > 1] == []
    assert set("AEIOU") & set(tokens.LETTERS) == set()


@pytest.mark.parametrize("typed", ["CDF-HJ3", "cdf hj3", " cdfhj3\n", "ＣＤＦ－ＨＪ３", "CDF–HJ٣", "C.D.F/H_J,3"])
def test_the_letters_count_and_not_how_they_are_typed(typed):
    assert tokens.as_typed(typed) == "CDFHJ3"
