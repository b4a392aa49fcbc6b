"""No page, mail or print says a word that wounds, in any language."""

import pytest

from snowdrop.web import catalogues, languages
from snowdrop.web.wounding import languages as listed_languages
from snowdrop.web.wounding import wounds

from .literal_text import literal_texts, templates

SHOWN = "\n  "


def test_there_is_a_list_for_every_language_that_is_offered():
    assert set(listed_languages()) >= {language.code for language in languages.offered()}


@pytest.mark.parametrize(
    ("language", "said", "word"),
    [
        ("en", "Nothing is lost", "lost"),
        ("en", "She passed away", "passed away"),
        ("en", "Your journey", "journey"),
        ("en", "An Angel", "Angel"),
        ("en", "At  least one", "At least"),
        ("en", "Let go", "Let go"),
        ("en", "Kept!", "!"),
        ("en", "For Mothers", "Mothers"),
        ("en", "You can always try again", "always try again"),
        ("en", "This code has expired", "expired"),
        ("de", "Verloren", "Verloren"),
        ("de", "Ein Sternenkind", "Sternenkind"),
        ("de", "Abbrechen", "Abbrechen"),
        ("de", "über den Regenbogen", "Regenbogen"),
        ("de", "wenigstens eines", "wenigstens"),
        ("de", "Sie können ja wieder versuchen", "ja wieder versuchen"),
        ("de", "Mutter", "Mutter"),
        ("ar", "على الأقلّ", "على الاقل"),
        ("ar", "والملائكة", "والملائكة"),
        ("ar", "انتقلت إلى", "انتقلت الى"),
        ("ar", "رِحلتك", "رحلتك"),
        ("ar", "الأُمّ", "الام"),
        ("ar", "طِفلًا آخر", "طفلا آخر"),
    ],
)
def test_a_word_that_wounds_is_found(language, said, word):
    assert [found.split(" (")[0] for found in wounds(said, language)] == [word]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Grandmother held her hand; the blossom, the closet and the healthy tree."),
        ("en", "%(lost)s of {journey}, <b class='angel'>kept</b>"),
        ("en", "Leave a few words"),
        ("de", "Großmutter, die Muttersprache, ein Bengel und verschiedene Dinge"),
        ("de", "Verlässlich und mindestens zwei"),
        ("ar", "هذا أم ذاك"),
        ("ar", "أمام الوالدين"),
        ("ar", "مكتوب في السطر الأول"),
    ],
)
def test_a_word_that_only_looks_alike_is_left_in_peace(language, said):
    assert wounds(said, language) == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Mother"), ("en", "her dad"), ("de", "Vater"), ("de", "Sternenkind"), ("ar", "الأم")]
)
def test_a_family_may_choose_for_itself_what_the_house_does_not_presume(language, said):
    assert len(wounds(said, language)) == 1
    assert wounds(said, language, context="choice") == []


def test_a_choice_is_no_leave_to_say_anything():
    assert len(wounds("Lost", "en", context="choice")) == 1


def test_no_text_of_the_house_wounds_in_english():
    found = [
        f"{_where(message)}: “{text}” says {', '.join(wounds(text, 'en', context=message.context or ''))}."
        for message in catalogues.extracted()
        for text in _forms(message.id)
        if wounds(text, "en", context=message.context or "")
    ]

    assert not found, "Other words are needed here:" + SHOWN + SHOWN.join(found)


@pytest.mark.parametrize("language", languages.translated())
def test_no_translation_wounds(language):
    texts = catalogues.merged(language, catalogues.extracted())
    found = [
        f"{_where(message)}: “{text}” says {', '.join(wounds(text, language, context=message.context or ''))}."
        for message in texts
        if message.id
        for text in _forms(message.string)
        if wounds(text, language, context=message.context or "")
    ]

    assert not found, f"Other words are needed in {language}:" + SHOWN + SHOWN.join(found)


def test_no_template_wounds_in_words_of_its_own():
    found = [
        f"{path.relative_to(catalogues.PACKAGE.parent)}: “{text}” says {', '.join(wounds(text, 'en'))}."
        for path in templates(catalogues.PACKAGE)
        for text in literal_texts(path.read_text(encoding="utf-8"))
        if wounds(text, "en")
    ]

    assert not found, "Other words are needed here:" + SHOWN + SHOWN.join(found)


def _forms(said: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [said] if isinstance(said, str) else list(said or [])


def _where(message) -> str:
    return ", ".join(dict.fromkeys(place for place, _line in message.locations))
