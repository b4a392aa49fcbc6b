"""A real house with its server, and people with a phone in their hand."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.host.conftest import URL, House, Server, free_port

MATERIAL = Path(__file__).resolve().parent.parent / "material"
PHONE = {"width": 390, "height": 844}
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)  # milliseconds; two cores may be busy


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "There is no Chromium on the PATH."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A house started as a host starts it, for all journeys. Each journey brings its own people."""
    folder = tmp_path_factory.mktemp("journeys")
    house, database = House(folder / "data"), f"house_{secrets.token_hex(6)}"
    if URL:
        with psycopg.connect(URL, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        house.database = urlsplit(URL)._replace(path=f"/{database}").geturl()
    port, said = free_port(), folder / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "snowdrop", "up", "--port", str(port)],
            env=house.environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    server = Server(house, port, process, said)
    try:
        yield server.wait(within=90)
        assert server.end() == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        if URL:
            with psycopg.connect(URL, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@dataclass
class Visitor:
    """Somebody with a browser of their own; what must never happen while they read is noted."""

    context: BrowserContext
    page: Page
    home: str
    mails: Path
    strays: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.home + path)

    def types(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def opens(self, summary: str) -> None:
        self.page.locator("summary", has_text=summary).click()

    def reads(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_read(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def digits_for(self, address: str) -> str:
        """The digits of the last mail to this address, from the folder in which mails lie until SMTP is set."""
        until = time.monotonic() + 15
        while time.monotonic() < until:
            for file in sorted(self.mails.glob("*"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
                for part in reversed(file.read_bytes().split(b"-" * 79)):
                    letter = BytesParser(policy=policy.default).parsebytes(part.strip())
                    digits = re.search(r"\d{4} \d{4}", str(letter.get_content()) if letter["To"] else "")
                    if letter["To"] == address and digits:
                        return digits.group()
            time.sleep(0.1)
        raise AssertionError(f"no code came to {address}")

    def overflows(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture
def somebody(chromium: Browser, place: Server) -> Iterator[Callable[..., Visitor]]:
    """Return a function that gives somebody a browser: a phone, if nothing else is said."""
    here: list[Visitor] = []
    home = f"http://localhost:{place.port}"

    def arrive(**options: Any) -> Visitor:
        options = {"viewport": PHONE, "locale": "en-GB", **options}
        context = chromium.new_context(**options)
        context.set_default_timeout(20_000)
        visitor = Visitor(context, context.new_page(), home, place.house.data / "mail")
        watch(visitor)
        here.append(visitor)
        return visitor

    yield arrive
    strays = []
    for visitor in here:
        strays += visitor.strays
        visitor.context.close()
    assert strays == []


def watch(visitor: Visitor) -> None:
    """Note errors of scripts and of the console, what does not arrive, and every request that leaves the house."""

    def of_console(message: Any) -> None:
        # A page that answers a form with 422 is no error; Chromium logs its status all the same.
        if message.type == "error" and "status of 4" not in message.text:
            visitor.strays.append(f"console at {visitor.page.url}: {message.text}")

    def of_request(request: Any) -> None:
        if not request.url.startswith((visitor.home, "data:", "blob:")):
            visitor.strays.append(f"a request to {request.url}")

    def of_response(response: Any) -> None:
        # A page or a form may be refused for good reason; a picture, a font or a script on a page may not.
        if response.status >= 400 and response.request.resource_type not in ("document", "fetch", "xhr"):
            visitor.strays.append(f"{response.status} for {response.url} on {visitor.page.url}")

    visitor.context.on("response", of_response)
    visitor.context.on("console", of_console)
    visitor.context.on("weberror", lambda error: visitor.strays.append(str(error.error)))
    visitor.context.on("request", of_request)


def begins(visitor: Visitor, name: str, address: str) -> str:
    """Begin a page, as on the first night; return its path."""
    visitor.goes_to("/")
    visitor.follows("Begin a page")
    visitor.types("Name", name)
    visitor.presses("Go on")
    comes_in(visitor, address, "Open the page")
    return urlsplit(visitor.page.url).path


def comes_in(visitor: Visitor, address: str, button: str) -> None:
    visitor.types("E-mail", address)
    visitor.presses("Send me a code")
    visitor.types("The code from the mail", visitor.digits_for(address))
    visitor.presses(button)
    visitor.page.wait_for_url("**/m/*/**")


def own_address() -> str:
    return f"{secrets.token_hex(5)}@example.org"


TWELVE = [
    *(MATERIAL / "orientation" / f"Landscape_{number}.jpg" for number in range(1, 9)),
    MATERIAL / "family" / "IMG_0106.JPG",
    MATERIAL / "family" / "20240216_171542.jpg",
    MATERIAL / "webp" / "denali.webp",
    MATERIAL / "gif" / "candle-loop.gif",
]
