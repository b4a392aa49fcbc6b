"""The virtual environment `.venv`, made by nothing but the standard library and the system's pip.

A fresh Debian has neither `ensurepip` nor a pip that may install for the system, and needs no root for either: pip
from 22.3 on installs into another environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)

_ASK = "import sys; print(sys.prefix, sys.version_info[:2], sep='\\n')"


class CannotInstall(Exception):
    """One sentence for whoever runs the command."""


def ready(lock: Path) -> None:
    """Make `.venv` hold what `lock` names; quick when it does. Safe to interrupt and to repeat. Raises CannotInstall.

    What another lock file brought stays, where both name the same versions.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise CannotInstall(f"Python 3.11 or newer is needed; this one is {sys.version.split()[0]}.")
    with _alone():
        if not _is_usable():
            _make()
        stamp = VENV / f"{lock.name}.installed"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if not (stamp.is_file() and stamp.read_text(encoding="ascii") == wanted):
            _forget_what_disagrees(lock)
            _install(lock)
            stamp.write_text(wanted, encoding="ascii")
        _point_at_the_source()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let two commands started at once install one after the other."""
    with Path(__file__).open("rb") as file:  # any file will do that is there before the environment is
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_usable() -> bool:
    """Whether it is an environment of this folder and of a Python like ours, and no installation broke off in it."""
    if (VENV / "installing").exists() or not PYTHON.exists():
        return False
    try:
        said = subprocess.run([PYTHON, "-c", _ASK], capture_output=True, text=True, timeout=60).stdout.split("\n")
    except (OSError, subprocess.TimeoutExpired):
        return False
    # Compared as files: one may be reached through a link.
    return len(said) > 1 and said[1] == str(sys.version_info[:2]) and _is_same(said[0], VENV)


def _is_same(one: str, other: Path) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _make() -> None:
    if VENV.exists():
        say("The environment .venv is not usable here and is made again.")
        shutil.rmtree(VENV)
    venv.create(VENV, with_pip=False, symlinks=True)


def _install(lock: Path) -> None:
    pip = _pip()
    packages = len(_versions(lock))
    say(f"Installing {packages} packages from {lock.name} into .venv. The first time this takes a minute or two.")
    mark = VENV / "installing"
    mark.touch()
    command = [
        *pip,
        *("--python", str(PYTHON), "install", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar", "off", "--require-hashes", "-r", str(lock)),
    ]
    output: list[str] = []
    # Its own messages are in English, whatever the locale, so that the words below are found.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PIP_ROOT_USER_ACTION": "ignore"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=ROOT
    ) as running:
        assert running.stdout is not None
        seen: set[str] = set()
        for line in running.stdout:
            output.append(line)
            if found := re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", line):
                seen.add(found[1])
                _progress(len(seen), packages)
            elif line.startswith("Installing collected packages"):
                _progress(packages, packages, "unpacking")
    _end_of_progress()
    if running.returncode:
        errors = [line.strip() for line in output if line.startswith("ERROR")] or [line.strip() for line in output[-3:]]
        raise CannotInstall("pip could not install the packages: " + " ".join(errors)[:500])
    mark.unlink()


def _forget_what_disagrees(lock: Path) -> None:
    """Let lock files that name another version of something be installed again when they are next asked for."""
    versions = _versions(lock)
    for stamp in VENV.glob("*.installed"):
        other = ROOT / stamp.stem
        if not other.is_file() or any(versions.get(name, at) != at for name, at in _versions(other).items()):
            stamp.unlink()


def _versions(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9][^\s=]*)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def _pip() -> list[str]:
    """The system's pip. It runs outside of the environment, which has none."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            said = subprocess.run([candidate, "-m", "pip", "--version"], capture_output=True, text=True).stdout
        except OSError:
            continue
        found = re.match(r"pip (\d+)\.(\d+)", said)
        if found and (int(found[1]), int(found[2])) >= OLDEST_PIP:
            return [candidate, "-m", "pip"]
    raise CannotInstall("pip 22.3 or newer is needed (on Debian: the package python3-pip).")


def _point_at_the_source() -> None:
    """Make `import snowdrop` and the command `snowdrop` work in the environment, without building anything."""
    (packages,) = VENV.glob("lib/python3*/site-packages")
    _write(packages / "snowdrop.pth", f"{ROOT}\n")
    command = VENV / "bin" / "snowdrop"
    _write(command, f'#!/bin/sh\nexec "{PYTHON}" -m snowdrop "$@"\n')
    command.chmod(0o755)


def _write(file: Path, text: str) -> None:
    if not (file.is_file() and file.read_text(encoding="utf-8") == text):
        part = file.with_name(file.name + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(file)


_told = 0


def _progress(done: int, total: int, doing: str = "fetching") -> None:
    global _told
    if sys.stdout.isatty():
        width = 30
        filled = width * done // max(total, 1)
        print(f"\r  [{'=' * filled}{' ' * (width - filled)}] {done} of {total}, {doing}   ", end="", flush=True)
    elif done >= _told + 10 or (doing != "fetching" and done == total):
        _told = done
        print(f"  {done} of {total}, {doing}", flush=True)


def _end_of_progress() -> None:
    if sys.stdout.isatty():
        print(flush=True)


def say(line: str) -> None:
    print(line, flush=True)
