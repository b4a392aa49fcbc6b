"""A failure is one clear line and exit code 1, also where the arguments are what is wrong."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nonsense"], "No such command 'nonsense'. (snowdrop --help)"),
        (["--nonsense"], "No such option: --nonsense (snowdrop --help)"),
        (["restore"], "Missing argument 'DIR'. (snowdrop restore --help)"),
        (["demo", "extra"], "Got unexpected extra argument(s) (extra) (snowdrop demo --help)"),
        (
            ["up", "--port", "70000"],
            "Invalid value for '--port': Input should be less than or equal to 65535 (snowdrop up --help)",
        ),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said_in_one_line(house, arguments, line):
    done = house.run(*arguments)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"snowdrop: {line}\n")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["backup", "--help"]])
def test_asking_for_help_is_no_failure(house, arguments):
    done = house.run(*arguments)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith(
        f"Usage: snowdrop {'backup ' if 'backup' in arguments else ''}[OPTIONS]"
    )
