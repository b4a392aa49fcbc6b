"""Any text in any field of any form: kept, or told in a sentence; never a page that breaks."""

from __future__ import annotations

import pytest
from django import forms

from tests.access import addresses
from tests.access.bodies import body
from tests.access.town import Town

ODD = {
    "NUL": "a\x00b",
    "half of a pair": "a\ud800b",
    "10,000 characters": "ä" * 10_000,
    "much at once": "<script>alert(1)</script>{{ x }}%s '\";-- \u202eنور\u2066 🕊️👨‍👩‍👧🏽 \x01\x1b[31m\r\n\u00a0",
}
HOSTS = ("house", "house_card", "house_change_mark", "house_texts", "house_way_back", "talk:add", "talk:change")
ROLE = dict.fromkeys(HOSTS, "host") | {"memorials:after": "friend"}
PARTS = ("house", "people", "talk", "memorials", "story", "keepsakes", "archive", "words")
# What no form of ours names, but somebody may send all the same.
HIDDEN = {
    "house_change_mark": ("file", "other"),
    "people:come_in": ("next", "code"),
    "people:come_in_by_passkey": ("next", "credential"),
    "people:come_in_by_sheet": ("next",),
    "people:come_in_by_device": ("next",),
    "people:add_passkey": ("credential",),
    "people:prove": ("next", "way", "code", "line"),
    "people:prove_by_passkey": ("next", "credential"),
    "people:remove_passkey": ("next",),
    "people:language": ("next",),
    "people:which": ("who", "next"),
    "house_way_back": ("who", "person"),
    "memorials:begin_by_passkey": ("credential",),
    "memorials:after": ("do",),
    "memorials:answer": ("do",),
    "memorials:pause": ("do",),
    "memorials:who_many": ("ids", "audience", "every"),
    "memorials:put_away_many": ("ids",),
    "keepsakes:add": ("batch", "upload"),
    "archive:parcel": ("do", "account", "day"),
    "archive:bundle": ("do", "order", "names", "own_only"),
    "archive:choose": ("posts", "choice", "page"),
    "story:write": ("id", "draft", "placed", "about"),
    "story:draft": ("id", "moment", "title", "date_year"),
    "story:photographs": ("take_off", "earlier", "placed"),
    "story:move": ("way",),
}


def fields_of(town: Town, role: str, path: str) -> list[str]:
    """The text fields of the forms on a page, as it is shown to this role."""
    answer = town.clients[role].get(path)
    if answer.status_code != 200 or not getattr(answer, "context", None):
        return []
    found: dict[str, None] = {}
    for value in [value for context in answer.context for layer in context.dicts for value in layer.values()]:
        shown = [value.address, value.code] if hasattr(value, "address") and hasattr(value, "code") else [value]
        for form in shown:
            if isinstance(form, forms.BaseForm):
                found |= {form.add_prefix(name): None for name, field in form.fields.items() if takes_text(field)}
    return list(found)


def takes_text(field: forms.Field) -> bool:
    return not isinstance(field, (forms.FileField, forms.BooleanField))


@pytest.mark.parametrize("part", PARTS)
def test_every_field_takes_any_text_or_says_why_not(part, town):
    broken = []
    for address in addresses.every_address():
        if address.name.partition(":")[0].partition("_")[0] != part or getattr(address.view, "kind", "") != "working":
            continue
        role = ROLE.get(address.name, "stranger" if address.name.startswith("people:come_in") else "keeper")
        path, said = addresses.path(address, town), body(address.name, town)
        for field in dict.fromkeys([*fields_of(town, role, path), *said, *HIDDEN.get(address.name, ())]):
            for what, text in ODD.items():
                answer = town.ask(role, "POST", path, {**said, field: text.encode("utf-8", "surrogatepass")})
                if answer.status_code >= 500:
                    broken.append(f"{address.name}, {field}: {what}: {answer.status_code}")
                if b"<script>alert(1)" in getattr(answer, "content", b""):
                    broken.append(f"{address.name}, {field}: {what} is shown as markup")

    assert broken == []


def test_every_page_takes_any_query(town):
    queries = {
        "story:room": ("after", "before", "as"),
        "keepsakes:room": ("after", "before", "as"),
        "keepsakes:choose": ("after",),
        "keepsakes:added": ("before",),
        "memorials:ask": ("asked",),
        "memorials:find": ("q", "after", "as"),
        "memorials:log": ("before",),
        "memorials:ask_in": ("circle",),
        "memorials:page": ("as", "enough"),
        "people:come_in": ("next",),
        "people:come_in_by_device": ("next",),
        "people:come_in_by_sheet": ("next",),
        "people:prove": ("next",),
        "story:choose": ("after",),
        "story:several": ("after", "before"),
        "story:write": ("draft",),
        "talk:page": ("country",),
    }
    broken = []
    for address in addresses.every_address():
        for field in queries.get(address.name, ()):
            path = addresses.path(address, town)
            for what, text in {**ODD, "a large number": "9" * 40, "less than nothing": "-1"}.items():
                answer = town.clients["keeper"].get(path, {field: text.encode("utf-8", "surrogatepass")})
                if answer.status_code >= 500:
                    broken.append(f"{address.name}, {field}: {what}: {answer.status_code}")

    assert broken == []


@pytest.mark.parametrize(
    "name",
    [
        "memorials:member",
        "memorials:end_link",
        "memorials:let_in",
        "memorials:not_now",
        "memorials:remove_keeper",
        "memorials:stop",
        "memorials:take_back",
        "memorials:take_back_successor",
        "memorials:way_back",
        "people:passkey",
        "people:sign_out_device",
        "story:version",
    ],
)
def test_a_number_larger_than_any_key_is_not_there(name, town):
    (address,) = (one for one in addresses.every_address() if one.name == name)
    path = addresses.path(address, town)
    parts = path.rstrip("/").split("/")
    number = next(part for part in reversed(parts) if part.isdigit())

    for large in ("9" * 19, "9" * 400, "0"):
        looked_at = ("memorials:member", "memorials:remove_keeper", "people:passkey", "story:version")
        method = "GET" if name in looked_at else "POST"
        answer = town.ask("keeper", method, path.replace(f"/{number}/", f"/{large}/"))
        assert answer.status_code == 404
