"""Every sentence can be read in every language that is offered."""

import gettext
import os
import re
import shutil

import pytest
from django.conf import settings

from snowdrop.web import catalogues, languages

from .literal_text import literal_arguments, literal_texts, templates

SHOWN = "\n  "
ONLY_HERE = {"Snowdrop"}  # a name; it is the same in every language


def test_the_settings_offer_the_languages_of_the_house():
    assert [code for code, _name in settings.LANGUAGES] == [language.code for language in languages.offered()]


def test_a_language_says_whether_somebody_who_grew_up_with_it_has_read_it():
    read = {language.code: language.native_read for language in languages.offered()}

    assert read == {"en": True, "de": False, "ar": False}


@pytest.mark.parametrize("language", languages.translated())
def test_every_text_is_translated(language):
    missing = catalogues.untranslated(catalogues.merged(language, catalogues.extracted()))

    assert not missing, (
        f"{len(missing)} texts have no translation in {language}; run bin/messages and write them in "
        f"snowdrop/locale/{language}/LC_MESSAGES/django.po:{SHOWN}{SHOWN.join(missing)}"
    )


@pytest.mark.parametrize("language", languages.translated())
def test_a_translation_has_the_same_places_for_names_and_the_same_tags(language):
    differing = [
        f"“{_forms(message.id)[-1]}” became “{form}”."
        for message in catalogues.merged(language, catalogues.extracted())
        if message.id
        for form in _forms(message.string)
        if form and not _same_places(message, form)
    ]

    assert not differing, f"These would show a gap or a mistake in {language}:{SHOWN}{SHOWN.join(differing)}"


def _same_places(message, form: str) -> bool:
    # "one photograph" needs no number, and Arabic has words of its own for none, one and two.
    wanted, given = _places(_forms(message.id)[-1]), _places(form)
    counted = not isinstance(message.id, str) and form not in (_forms(message.string)[-1],)
    return given <= wanted if counted else given == wanted


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>", text))


def test_every_word_of_every_template_goes_through_translation():
    literal = [
        f"{path.relative_to(catalogues.PACKAGE.parent)}: “{text}”"
        for path in templates(catalogues.PACKAGE)
        for text in [
            *literal_texts(path.read_text(encoding="utf-8")),
            *literal_arguments(path.read_text(encoding="utf-8")),
        ]
        if re.search(r"[^\W\d_]", text) and text not in ONLY_HERE
    ]

    assert not literal, "These stay English for everybody; put them in {% translate %}:" + SHOWN + SHOWN.join(literal)


@pytest.mark.parametrize(
    ("template", "said", "quoted"),
    [
        ("<p>Kept</p>", ["Kept"], []),
        ('{% translate "Kept" %}<img alt="A hand">', ["A hand"], []),
        ('<input type="submit" value="Keep"><input value="x">', ["Keep"], []),
        ("{% blocktranslate %}Kept by {{ name }}{% endblocktranslate %}{# a note #}", [], []),
        ("<title>{% block title %}A page{% endblock %}</title><!-- no -->", ["A page"], []),
        ('{% include "a.html" with title="Who will see this" only %}', [], ["Who will see this"]),
        ('{% include "a.html" with title=_("Who will see this") only %}', [], []),
    ],
)
def test_text_outside_translation_is_noticed(template, said, quoted):
    assert (literal_texts(template), literal_arguments(template)) == (said, quoted)


def test_texts_are_found_with_their_context_plural_note_and_place(tmp_path):
    package = tmp_path / "house"
    (package / "templates").mkdir(parents=True)
    (package / "views.py").write_text(
        "# Translators: on a button.\n"
        '_("Keep")\n'
        'pgettext("choice", "Mother")\n'
        'ngettext("%(count)s picture", "%(count)s pictures", 3)\n'
    )
    (package / "templates" / "page.html").write_text(
        "{% if word %}\n"
        "      {# Translators: a season. #}{% translate 'Spring' %}\n"
        "  {% endif %} it's “odd” (and 'unclosed\n"
        "{% blocktranslate trimmed count n=2 %}\n  one day\n{% plural %}\n  {{ n }} days\n{% endblocktranslate %}\n"
        "{% include 'x' with a=_('Look') %}"
    )

    found = {
        message.id: (message.context, message.auto_comments, [place for place, _line in message.locations])
        for message in catalogues.extracted(package)
        if message.id
    }

    page, code = ["house/templates/page.html"], ["house/views.py"]
    assert found == {
        "Keep": (None, ["on a button."], code),
        "Mother": ("choice", [], code),
        ("%(count)s picture", "%(count)s pictures"): (None, [], code),
        "Spring": (None, ["a season."], page),
        ("one day", "%(n)s days"): (None, [], page),
        "Look": (None, [], page),
    }


def test_a_text_that_changed_is_asked_for_anew_and_a_text_that_went_is_gone(tmp_path):
    package = tmp_path / "house"
    package.mkdir()
    (package / "views.py").write_text('_("Keep these words")\n_("Look")\n')
    texts = catalogues.merged("de", catalogues.extracted(package), tmp_path)
    texts["Keep these words"].string = "Diese Worte bewahren"
    texts["Look"].string = "Ansehen"
    catalogues.write("de", texts, tmp_path)

    (package / "views.py").write_text('_("Keep those words")\n_("Look")\n')
    again = catalogues.merged("de", catalogues.extracted(package), tmp_path)

    catalogues.write("de", again, tmp_path)
    written = languages.catalogue("de", tmp_path).read_text(encoding="utf-8")
    assert catalogues.untranslated(again) == ["Keep those words"]
    assert (written.count("Ansehen"), written.count("Diese Worte bewahren")) == (1, 0)


def test_a_catalogue_is_compiled_once_and_again_when_it_changes_or_goes_back(tmp_path):
    shutil.copytree(languages.LOCALE / "de", tmp_path / "de", ignore=shutil.ignore_patterns("*.mo"))
    source = languages.catalogue("de", tmp_path)
    compiled = source.with_suffix(".mo")

    assert languages.compile_catalogues(["de"], tmp_path) == [compiled]
    assert languages.compile_catalogues(["de"], tmp_path) == []

    source.touch()
    assert languages.compile_catalogues(["de"], tmp_path) == [compiled]

    os.utime(source, (1_000_000_000, 1_000_000_000))
    assert languages.compile_catalogues(["de"], tmp_path) == [compiled]
    assert [path.name for path in sorted(source.parent.iterdir())] == ["django.mo", "django.po"]


def test_arabic_counts_in_its_six_ways(tmp_path):
    package = tmp_path / "house"
    package.mkdir()
    (package / "views.py").write_text('ngettext("%(n)s day", "%(n)s days", n)\n')
    texts = catalogues.merged("ar", catalogues.extracted(package), tmp_path)
    texts["%(n)s day"].string = ("zero", "one", "two", "few", "many", "other")
    catalogues.write("ar", texts, tmp_path)
    [compiled] = languages.compile_catalogues(["ar"], tmp_path)

    with compiled.open("rb") as file:
        read = gettext.GNUTranslations(file)

    said = {n: read.ngettext("%(n)s day", "%(n)s days", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)}
    assert said == {
        0: "zero",
        1: "one",
        2: "two",
        3: "few",
        10: "few",
        11: "many",
        99: "many",
        100: "other",
        101: "other",
        102: "other",
        103: "few",
        111: "many",
    }


def _forms(said) -> list[str]:
    return [said] if isinstance(said, str) else list(said or [])
