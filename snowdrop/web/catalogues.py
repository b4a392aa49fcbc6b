"""The texts that translators work on: found in the code and the templates, brought into each catalogue.

For those who change texts: `bin/messages` calls `main`. It needs Babel only, no GNU gettext.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from snowdrop.web.languages import LOCALE, catalogue, translated

PACKAGE = LOCALE.parent
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOTE = "Translators:"

# Babel's own rule for Arabic puts 100, 101 and 102 where everybody else has 11 to 99.
# Source: CLDR plural rules for "ar", in the order zero, one, two, few, many, other.
PLURALS = {
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
}
HEADER = """\
# Snowdrop in {language}
# This file is part of Snowdrop, under the AGPL-3.0-or-later.
# Made by bin/messages. Lines that begin with "#." are notes to whoever translates."""


class UnreadableText(ValueError):
    """A text that cannot be handed to translators as it stands. Says where, in one sentence."""


def extracted(package: Path = PACKAGE) -> Catalog:
    """Return every text of `package` with its context, its plural, its notes and the files it stands in.

    Raises UnreadableText.
    """
    texts = Catalog(charset="utf-8")
    for path, source in _sources(package):
        name = f"{package.name}/{path.relative_to(package).as_posix()}"
        for line, found, notes, context in _texts(name, source):
            singular = found if isinstance(found, str) else found[0]
            if not singular.strip():
                raise UnreadableText(f"{name}, line {line}: an empty text cannot be translated.")
            texts.add(found, locations=[(name, line)], auto_comments=_without_marks(notes), context=context)
    return texts


def _sources(package: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(package.rglob("*")):
        if path.suffix == ".py":
            yield path, path.read_bytes()
        elif "templates" in path.parts and path.suffix in {".html", ".txt", ".xml"}:
            yield path, _as_python(path)


def _as_python(path: Path) -> bytes:
    """Turn a template into text that reads as Python, in which only the texts to translate are left."""
    # A note that is not last on its line would be dropped with a warning; a space between two tags is
    # sometimes worth more than a line.
    template = re.sub(rf"(\{{#\s*{NOTE}.*?#\}})(?![ \t]*\n)", r"\1\n", path.read_text(encoding="utf-8"))
    try:
        source = templatize(template, origin=str(path))
    except SyntaxError as error:
        raise UnreadableText(f"{path}: {error}") from error
    # Python's tokenizer minds indentation, and a template's means nothing to it.
    return re.sub(r"(?m)^[ \t]+", "", source).encode()


def _texts(name: str, source: bytes) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    try:
        yield from extract("python", BytesIO(source), KEYWORDS, [NOTE], {"encoding": "utf-8"})
    except (SyntaxError, ValueError) as error:
        raise UnreadableText(f"{name} cannot be read for translation: {error}.") from error


def _without_marks(notes: list[str]) -> list[str]:
    return [note.removeprefix(NOTE).strip() for note in notes]


def merged(code: str, texts: Catalog, locale: Path = LOCALE) -> Catalog:
    """Return the catalogue of one language as it stands on disk, with the `texts` of today."""
    path = catalogue(code, locale)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=code, abort_invalid=True)
    else:
        now = datetime.now(UTC)
        known = Catalog(locale=code, charset="utf-8", creation_date=now, revision_date=now)
    since, revised = known.creation_date, known.revision_date
    # A guess at a changed sentence reads like a translation and is not one; an empty line is honest.
    known.update(texts, no_fuzzy_matching=True)
    known.creation_date, known.revision_date = since, revised
    known.fuzzy = False
    known.project, known.version = "Snowdrop", "1"
    known.msgid_bugs_address, known.last_translator = "", ""
    known.language_team = code
    known.header_comment = HEADER.format(language=known.locale.english_name if known.locale else code)
    if code in PLURALS:
        _use_plurals(known, PLURALS[code])
    return known


def _use_plurals(texts: Catalog, rule: str) -> None:
    texts.mime_headers = [
        (name, rule if name.lower() == "plural-forms" else value) for name, value in texts.mime_headers
    ]


def write(code: str, texts: Catalog, locale: Path = LOCALE) -> Path:
    """Put the catalogue on disk, sorted by where a text stands and no line numbers: changes read well."""
    path = catalogue(code, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = BytesIO()
    write_po(content, texts, width=100, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    if not path.exists() or path.read_bytes() != content.getvalue():
        path.write_bytes(content.getvalue())
    return path


def untranslated(texts: Catalog) -> list[str]:
    """Return the texts of a catalogue that have no translation, or not one for every plural form."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in texts
        if message.id and not _is_whole(message.string)
    ]


def _is_whole(string: str | tuple[str, ...] | list[str] | None) -> bool:
    forms = [string] if isinstance(string, str) else list(string or [""])
    return all(form.strip() for form in forms)


def main(codes: list[str]) -> int:
    """Bring today's texts into the catalogues of `codes`, or of every language; say what is missing."""
    try:
        texts = extracted()
    except UnreadableText as error:
        print(error, file=sys.stderr)
        return 1
    for code in codes or translated():
        whole = merged(code, texts)
        path = write(code, whole)
        missing = untranslated(whole)
        print(f"{path.relative_to(PACKAGE.parent)}: {len(texts)} texts, {len(missing)} without a translation")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
