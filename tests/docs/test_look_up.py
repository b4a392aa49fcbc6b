"""No command, address or setting goes undocumented."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from snowdrop.config.table import TABLE
from snowdrop.host import command, look_up

PAGES = look_up.pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_pages_to_look_things_up_in_are_what_the_code_says(path):
    written = path.read_text(encoding="utf-8") if path.exists() else ""

    assert written == PAGES[path], f"docs/look-up/{path.name} is older than the code: run bin/look-up."


def test_every_setting_is_named_with_its_help():
    said = look_up.settings().splitlines()

    missing = [each.name for each in TABLE if not any(f"`{each.name}`" in line and each.help in line for line in said)]
    assert missing == []


def test_every_command_is_named_with_what_it_does():
    said = look_up.commands()

    named = [line.removeprefix("## `snowdrop ").removesuffix("`") for line in said.splitlines() if line[:3] == "## "]
    assert named == [name for name in command.COMMANDS if name not in command.HIDDEN]
    assert said.count("To come.") == 0


def test_every_address_is_named_with_who_may_open_it():
    rows = [line.split("|") for line in look_up.addresses().splitlines() if line.startswith("| `")]
    named = {row[1].strip(" `"): row[3].strip() for row in rows}

    assert set(named) == set(_names(get_resolver()))
    assert [name for name, who in named.items() if not who] == []


def _names(resolver, space=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _names(each, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            yield f"{space}{each.name}"
