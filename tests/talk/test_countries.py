import pytest

from snowdrop.talk import countries

LISTED = ["AT", "AU", "DE", "GB", "IE", "JP", "KR", "LB", "US"]


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("de-AT", "AT"),
        ("zh-Hant-TW,ko;q=0.5", "KR"),  # nobody is listed in Taiwan; Korean is the next wish
        ("ko", "KR"),
        ("ar", "LB"),
        ("de", ""),  # Germany and Austria are both listed
        ("en", ""),
        ("en;q=0.2,en-US;q=0.8", "US"),
        ("en-GB;q=many", ""),
        ("*", ""),
        ("", ""),
        ("x" * 10_000, ""),
    ],
)
def test_the_country_is_guessed_from_what_the_browser_asks_for_and_from_nothing_else(header, guessed):
    assert countries.guess(header, LISTED) == guessed


def test_countries_have_names_in_the_readers_language_and_stand_in_its_order():
    german = [name for _code, name in countries.all_of_them("de")]

    assert countries.name("GB", "de") == "Vereinigtes Königreich"
    assert countries.name("GB", "ar") == "المملكة المتحدة"
    assert german.index("Oman") < german.index("Österreich") < german.index("Pakistan")
    assert "Europäische Union" not in german


@pytest.mark.parametrize(
    ("said", "language", "code"),
    [
        ("es", "en", "es"),
        (" Spanish ", "en", "es"),
        ("Spanisch", "de", "es"),
        ("Spanish", "de", "es"),
        ("Elvish", "en", None),
    ],
)
def test_a_language_is_known_by_code_or_name(said, language, code):
    assert countries.language_code(said, language) == code
