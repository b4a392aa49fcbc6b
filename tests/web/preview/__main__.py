"""Renders the parts with invented contexts, to look at them.

    .venv/bin/python -m tests.web.preview FOLDER PHOTOGRAPH…

writes pages and everything they load into FOLDER, to be served by any web server. At least seven
photographs, of several shapes, show the most.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import django
from django import forms
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from PIL import Image, ImageOps

from snowdrop.web import stylesheet
from snowdrop.web.forms import Cards
from snowdrop.web.pictures import Picture

NAMES = {"en": "Wren", "de": "Jonna-Marie", "ar": "نور"}
LINES = {
    "en": "Our second son. Expected in February, carried for twenty weeks, loved from the start.",
    "de": "Unser zweites Kind. Erwartet im Februar, zwanzig Wochen getragen, geliebt von Anfang an.",
    "ar": "طفلنا الثاني. انتظرناه في شباط، وحملناه عشرين أسبوعًا، وأحببناه منذ البداية.",
}
ROOMS = {
    "en": ["Story", "Photographs", "Words"],
    "de": ["Geschichte", "Fotos", "Worte"],
    "ar": ["الحكاية", "الصور", "الكلمات"],
}
TEXTS = {
    "en": "<p>It took us a year. Grandmother brought marigolds and the children carried the water. We said "
    "the blessings under the pear tree, and Theo read the page he had written. <em>It was enough.</em></p>"
    "<p>3½ kg, 21 °C, and <strong>a very blue sky</strong> over Łódź.</p>",
    "de": "<p>Es hat ein Jahr gedauert. Großmutter brachte Ringelblumen mit, und die Kinder trugen das Wasser. "
    "„Es war genug“, sagte Theo, und wir setzten uns unter den Birnbaum.</p>",
    "ar": "<p>استغرقنا الأمر سنة. أحضرت الجدة الزهور وحمل الأطفال الماء. جلسنا تحت شجرة الكمثرى وقرأ ثيو "
    "الصفحة التي كتبها.</p>",
}
CHANGE = {"label": "Change", "url": "#"}
CLOSED = Picture("", 1200, 800, url="#", closed=True, words="A picture from the hospital. Wren’s hands, in ours.")


class Name(forms.Form):
    name = forms.CharField(
        label="Name",
        help_text="A name, a nickname, what you say at home. You can change it whenever you like.",
        required=False,
    )


class Everything(forms.Form):
    title = forms.CharField(label="Title")
    text = forms.CharField(label="Write, if you like", widget=forms.Textarea)
    email = forms.EmailField(label="Your e-mail address", help_text="Nobody else sees it.")
    code = forms.CharField(
        label="Code",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 8}),
    )
    country = forms.ChoiceField(label="Country", choices=[("ch", "Switzerland"), ("de", "Germany")])
    this_is_to = forms.BooleanField(label="This is to Wren", required=False)
    order = forms.ChoiceField(
        label="Order", choices=[("date", "By date"), ("hand", "By hand")], widget=forms.RadioSelect
    )
    files = forms.FileField(label="Photographs", required=False)


class Audience(forms.Form):
    audience = forms.ChoiceField(
        label="Who will see this?",
        initial="friends",
        choices=[
            ("me", "Only me"),
            ("us", "Only us"),
            ("friends", "People we asked in"),
            ("family", "Our closest people"),
            ("all", "Everyone"),
        ],
        widget=Cards(
            sentences={
                "me": "Nobody else, not even Theo.",
                "us": "You and Theo.",
                "friends": "Ines, Grandmother, Sam and nine more. Nobody is told; they find it when they come.",
                "family": "Grandmother and Sam.",
            },
            apart=["family", "all"],
        ),
    )


def pages(pictures: list[Picture]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Give each page's name, language, template and context."""
    for language in ("en", "de", "ar"):
        yield f"story-{language}", language, "memorial", story(language, pictures)
    many = [*pictures, CLOSED, *reversed(pictures), *pictures[3:7], pictures[1]]
    captioned = [
        replace(picture, caption="In the garden, with Grandmother and the dog") if n % 4 == 1 else picture
        for n, picture in enumerate(many)
    ]
    nameless = {"name": "", "rooms": [{"label": "Photographs", "url": "#", "current": True}]}
    yield "photographs", "en", "memorial", {"head": nameless, "photographs": captioned}
    upright = {"name": "Wren", "cover": pictures[1], "as_circle": "Everyone", "as_end_url": "#"}
    yield "upright-cover", "en", "memorial", {"head": upright}
    facts = [{"label": "Taken", "text": "Spring 2024"}, {"label": "On it", "text": "Ines, Grandmother"}]
    turning = {"previous_url": "#", "next_url": "#", "offer_someone": True}
    yield "picture", "en", "picture", {"picture": pictures[0], "facts": facts, **turning}
    yield "picture-closed", "en", "picture", {"picture": CLOSED, "next_url": "#"}
    yield "begin", "en", "begin", {"form": Name(), "offer_someone": True}
    yield "first", "en", "first", {"offer_someone": True}
    yield "audience", "en", "audience", {"form": Audience(), "offer_someone": True}
    yield "form", "en", "form", {"form": Everything()}
    yield "form-errors", "en", "form", {"form": Everything({"email": "x", "text": "Kept words"})}
    yield "sending", "en", "sending", {}
    yield "people", "en", "people", {"said": "Ines is asked in. Nobody else has been told.", "items": people()}


def story(language: str, pictures: list[Picture]) -> dict[str, Any]:
    rooms = [{"label": label, "url": "#", "current": n == 0} for n, label in enumerate(ROOMS[language])]
    head = {"name": NAMES[language], "line": LINES[language], "cover": pictures[0], "rooms": rooms}
    html = mark_safe(TEXTS[language])
    moments = [
        {"date": "Early autumn", "title": "The name we hadn’t chosen yet", "html": html, "writer": "Theo"},
        {
            "date": "29 September",
            "title": "A year on, in the garden",
            "url": "#",
            "html": html,
            "photographs": [pictures[1], pictures[2], CLOSED],
            "writer": "Ines",
            "audience": "People we asked in",
            "ways": [CHANGE],
        },
        {"html": html, "photographs": [pictures[2]]},
        {"date": "2024", "html": html, "photographs": [pictures[3], pictures[4]]},
    ]
    return {"head": head, "moments": moments, "offer_someone": True}


def people() -> list[dict[str, Any]]:
    closing = {"label": "Close it", "url": "#", "post": True}
    return [
        {"title": "Ines", "note": "Our closest people. Reads first.", "ways": [CHANGE]},
        {"title": "Grandmother", "note": "People we asked in", "ways": [CHANGE, closing]},
        {"title": "A link on the card", "note": "Anyone with the link, until 3 May", "ways": [closing]},
    ]


def bring(photograph: Path, folder: Path) -> Picture:
    image = ImageOps.exif_transpose(Image.open(photograph)).convert("RGB")
    image.thumbnail((1280, 1280))
    image.save(folder / f"{photograph.stem}.jpg", quality=80)
    return Picture(f"pictures/{photograph.stem}.jpg", *image.size, alt=photograph.stem, url="#")


def main(folder: Path, photographs: list[Path]) -> None:
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    shutil.copytree(stylesheet.BUILT.parent, folder / "static/web", dirs_exist_ok=True)
    pictures = [bring(photograph, folder / "pictures") for photograph in photographs]
    for name, language, template, context in pages(pictures):
        with translation.override(language):
            (folder / f"{name}.html").write_text(render_to_string(f"{template}.html", context))
    for number in (400, 403, 404, 405, 413, 429, 500, 503, 507):
        (folder / f"{number}.html").write_text(render_to_string(f"{number}.html"))
    links = "".join(f'<li><a href="{page.name}">{page.stem}</a></li>' for page in sorted(folder.glob("*.html")))
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Parts</title><ul>{links}</ul>")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.preview.settings"
    os.environ.setdefault("SNOWDROP_DATA", tempfile.mkdtemp())
    django.setup()
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
