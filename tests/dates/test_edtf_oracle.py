"""Our reading against that of the `edtf` package, which is slow but has been read by more people."""

import re

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from snowdrop.dates.edtf import NotADate, parse
from tests.dates import texts

# What edtf 5.0.2 does otherwise, and why we do not follow it.
KNOWN_FAULTS = re.compile(
    r"""
      -.*-XX.*                        # bounds of "some day in 44 BCE" come the wrong way round
    | .*-02-29.?                      # every year has a 29 February
    | -?[0-9]{4}-[234][0-9][?~%]      # no seasons with a doubt, though level 1 has "2001-21~"
    | Y.*[?~%]                        # nor long years
    | -?[0-9]{4}-(24|28|30|32|3[3-9]|4[01])   # winter ends at New Year; other parts of level 2 differ in kind
    """,
    re.VERBOSE,
)


def theirs(text):
    try:
        read = parse_edtf(text)
    except EDTFParseException:
        return None
    return tuple(read.lower_strict())[:3], tuple(read.upper_strict())[:3]


def ours(text):
    try:
        read = parse(text)
    except NotADate:
        return None
    return read.first.first_day, (read.last or read.first).last_day


@settings(max_examples=150, deadline=None)
@given(texts.points())
def test_points_mean_what_the_oracle_says(text):
    assume(not KNOWN_FAULTS.fullmatch(text))

    assert ours(text) == theirs(text)


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"-?[012][09][0-9]{2}(-[0-4][0-9](-[0-3][0-9])?)?", fullmatch=True))
def test_what_cannot_be_is_refused_where_the_oracle_refuses(text):
    assume(not KNOWN_FAULTS.fullmatch(text))

    assert ours(text) == theirs(text)


@settings(max_examples=40, deadline=None)
@given(st.integers(1000, 5000), st.integers(0, 4000), texts.QUALIFIERS)
def test_intervals_mean_what_the_oracle_says(first, more, qualifier):
    text = f"{first}-02{qualifier}/{first + more}-12"

    assert ours(text) == theirs(text)
