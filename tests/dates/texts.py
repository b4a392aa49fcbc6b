"""EDTF texts for property tests, level 1 with the parts of a year of level 2."""

from calendar import isleap

from hypothesis import strategies as st

QUALIFIERS = st.sampled_from(["", "?", "~", "%"])


def years():
    return st.integers(-9999, 9999).map(lambda year: f"-{-year:04d}" if year < 0 else f"{year:04d}")


@st.composite
def days(draw):
    year, month = draw(years()), draw(st.integers(1, 12))
    days_of_month = (29 if isleap(int(year)) else 28) if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return f"{year}-{month:02d}-{draw(st.integers(1, days_of_month)):02d}"


def points():
    some_months = st.integers(1, 12).map("{:02d}".format)
    long_years = st.integers(10_000, 999_999_999)
    kinds = st.one_of(
        years(),
        days(),
        st.builds("{}-{}".format, years(), some_months),
        st.builds("{}-{}".format, years(), st.integers(21, 41)),
        st.builds("{}-XX".format, years()),
        st.builds("{}-XX-XX".format, years()),
        st.builds("{}-{}-XX".format, years(), some_months),
        st.builds("{:03d}X".format, st.integers(0, 999)),
        st.builds("-{:03d}X".format, st.integers(1, 999)),
        st.builds("{:02d}XX".format, st.integers(0, 99)),
        st.builds("-{:02d}XX".format, st.integers(1, 99)),
        st.builds("Y{}".format, long_years),
        st.builds("Y-{}".format, long_years),
    )
    return st.builds("{}{}".format, kinds, QUALIFIERS)


def dates():
    """Points, and intervals that are open, half known, or closed over one decade or more."""
    closed = st.builds(
        lambda first, more, one, other: f"{first}{one}/{first + more}{other}",
        st.integers(1000, 4000),
        st.integers(0, 5000),
        QUALIFIERS,
        QUALIFIERS,
    )
    forms = st.sampled_from(["{}", "../{}", "{}/..", "/{}", "{}/"])
    return st.one_of(st.builds(lambda form, point: form.format(point), forms, points()), closed)
