"""The `snowdrop` command.

Each subcommand is a module here with a function `run`, whose arguments are the command's. A subcommand is
imported when it is asked for, and after the settings are known, so that it may import models like any module.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
import typer
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from snowdrop.host.failure import Failure

# One line a command, in the order in which the help lists them.
COMMANDS = {
    "up": "snowdrop.host.command.up",
    "check": "snowdrop.host.command.check",
    "backup": "snowdrop.host.command.backup",
    "restore": "snowdrop.host.command.restore",
    "import": "snowdrop.host.command.import_",
    "words": "snowdrop.host.command.words",
    "renditions": "snowdrop.host.command.renditions",
    "envelope": "snowdrop.host.command.envelope",
    "link": "snowdrop.host.command.link",
    "demo": "snowdrop.host.command.demo",
    "health": "snowdrop.host.command.health",
    "work": "snowdrop.host.command.work",
}
HIDDEN = frozenset({"work"})
# These read their arguments before there are settings: what they make or ask needs none, or none yet.
BEFORE_SETTINGS = frozenset({"up", "restore", "health", "demo"})
# These ask or change what is there; without a data folder they could only say something puzzling.
NEED_DATA = frozenset({"check", "backup", "import", "words", "envelope", "renditions", "link", "work"})


def whole() -> typer.Typer:
    """The command with all its subcommands, for its help and for whoever wants to list them."""
    return _app(list(COMMANDS))


def _app(names: list[str]) -> typer.Typer:
    app = typer.Typer(
        name="snowdrop",
        help="A private, lasting place to honour someone who died.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    for name in names:
        run = import_module(COMMANDS[name]).run
        app.command(name, hidden=name in HIDDEN)(run)
    return app


def _nothing() -> None:
    """A private, lasting place to honour someone who died."""


def settle(arguments: list[str]) -> None:
    """Let Django find its settings, those of the data folder that the arguments name."""
    for at, argument in enumerate(arguments):
        if argument == "--data" and at + 1 < len(arguments):
            os.environ["SNOWDROP_DATA"] = arguments[at + 1]
        elif argument.startswith("--data="):
            os.environ["SNOWDROP_DATA"] = argument.removeprefix("--data=")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "snowdrop.config.settings")
    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Failure(str(error)) from error


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. A failure is one clear line on stderr and exit code 1."""
    arguments = sys.argv[1:] if arguments is None else arguments
    name = next((argument for argument in arguments if not argument.startswith("-")), None)
    try:
        if name not in BEFORE_SETTINGS:
            settle(arguments)
        asks_for_help = "--help" in arguments
        if name in NEED_DATA and not asks_for_help and not settings.DATA.is_dir():
            raise Failure(f"There is no data folder {settings.DATA}. Name it: --data DIR")
        app = _app([name]) if name in COMMANDS else whole()
        # Not in its own mode, in which it would say what is wrong with an argument in four lines and exit with 2.
        sys.exit(app(arguments or ["--help"], prog_name="snowdrop", standalone_mode=False))
    except Failure as failure:
        print(f"snowdrop: {failure}", file=sys.stderr)
        sys.exit(1)
    except typer.TyperException as error:
        help = f"snowdrop {name} --help" if name in COMMANDS else "snowdrop --help"
        print(f"snowdrop: {' '.join(error.format_message().split())} ({help})", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("SNOWDROP_TRACEBACK"):
            raise
        print(
            f"snowdrop: {type(error).__name__}: {(str(error).strip() or '-').splitlines()[0]} "
            "(SNOWDROP_TRACEBACK=1 shows where)",
            file=sys.stderr,
        )
        sys.exit(1)
