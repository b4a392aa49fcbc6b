"""The pages of `docs/look-up`, made from the code: no command, setting or address is left out or out of date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from typer.testing import CliRunner

from snowdrop.config.table import TABLE
from snowdrop.host import command
from snowdrop.memorials.access import Act

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "look-up"
MADE = "<!-- Made from the code by bin/look-up. Change it there. -->\n\n"


def pages() -> dict[Path, str]:
    """Return every page by its path, as it should stand on disk."""
    return {
        FOLDER / "commands.md": MADE + commands(),
        FOLDER / "settings.md": MADE + settings(),
        FOLDER / "addresses.md": MADE + addresses(),
    }


def write() -> list[Path]:
    """Write the pages that differ from what stands on disk; return them."""
    changed = []
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def settings() -> str:
    rows = [
        f"| `{each.name}` | {each.kind.__name__} | {f'`{each.default}`' if each.default != '' else 'empty'} "
        f"| {_cell(each.help)}{' A secret.' if each.secret else ''} |"
        for each in TABLE
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Each is an environment variable, or a line `NAME=value` in the file `snowdrop.env` in the data folder.",
            "The environment counts first. A secret may stand in a file of its own: `NAME_FILE` says where.",
            "A value that cannot be meant stops the start with one sentence.",
            "",
            "| name | kind | where nothing is set | what it does |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def commands() -> str:
    lines = ["# Commands", "", "`.venv/bin/snowdrop COMMAND --help` says the same in a terminal.", ""]
    for name in command.COMMANDS:
        if name not in command.HIDDEN:
            lines += [f"## `snowdrop {name}`", "", "```text", _help(name), "```", ""]
    return "\n".join(lines)


def _help(name: str) -> str:
    # As wide as a page of documentation, whatever the terminal is.
    said = CliRunner(env={"COLUMNS": "96", "TERMINAL_WIDTH": "96", "NO_COLOR": "1"}).invoke(
        command.whole(), [name, "--help"], prog_name="snowdrop"
    )
    return "\n".join(line.rstrip() for line in said.stdout.strip().splitlines())


def addresses() -> str:
    rows = [
        f"| `{name}` | `/{route}` | {_who(view)} | {getattr(view, 'kind', '')} |"
        for name, route, view in sorted(_routes(get_resolver()), key=lambda row: row[0])
    ]
    return "\n".join(
        [
            "# Addresses",
            "",
            "Who may open an address is written at its view, and tests hold every view to it. What one may not see",
            "answers 404, like what is not there. A reading page is the same for everyone of a circle; on a working",
            "page one person acts or sees something of their own.",
            "",
            "| name | address | who may open it | kind |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def names() -> list[str]:
    """Return the name of every address, as `reverse` knows it."""
    return [name for name, _route, _view in _routes(get_resolver())]


def _routes(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str, object]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _routes(each, f"{before}{each.pattern}", inner)
        elif isinstance(each, URLPattern):
            yield f"{space}{each.name}", f"{before}{each.pattern}", each.callback


def _who(view: object) -> str:
    need = getattr(view, "needs", "")
    return f"whoever may {need.value}" if isinstance(need, Act) else str(need)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
