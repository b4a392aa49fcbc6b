"""How many taps the things take that people come for, counted in Chromium on a phone 390 px wide.

A tap is a finger on the glass: on a field, a button, a link. What happens in the phone's own picture
picker and keyboard is not counted, nor are the digits of the code.
"""

from __future__ import annotations

import re
import secrets
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, TimeoutError, sync_playwright

from bench.frame import HOUSE, Figure, Server, report

PHONE = {"width": 390, "height": 844}
MATERIAL = HOUSE / "tests" / "material" / "orientation"

MUST = {
    "begin_screens": 3,
    "begin_fields": 2,
    "first_words_taps": 2,
    "twelve_photographs_taps": 3,
    "ask_one_person_in_taps": 4,
    "someone_to_talk_to_taps": 1,
    "sign_in_pages": 3,
    "sign_in_fields": 2,
}


class Hand:
    """A thumb that counts: taps, fields written in, and screens it was shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screens: set[str] = set()
        self.begin_anew()
        page.on("framenavigated", lambda frame: self.screens.add(frame.url) if frame == page.main_frame else None)

    def begin_anew(self) -> None:
        self.taps = 0
        self.fields = 0
        self.screens.clear()

    def tap(self, on: Locator) -> None:
        on.tap()
        self.taps += 1

    def write(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        self.tap(field)
        field.fill(text)
        self.fields += 1

    def press(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        self.tap(self.page.get_by_role("link", name=name, exact=True))


def digits_for(address: str, mails: Path) -> str:
    """The digits of the last mail to this address, in the folder where mails lie until SMTP is set."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for file in sorted(mails.glob("*"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
            letter = file.read_text(encoding="utf-8")
            found = re.search(r"^(\d{4} \d{4})$", letter, re.MULTILINE)
            if found and f"To: {address}" in letter:
                return found.group(1)
        time.sleep(0.05)
    raise SystemExit(f"no code came to {address}")


def shows(page: Page, heading: str, *, within: float) -> None:
    """Wait until the page has this heading; where it has not within so many seconds, tell what it says instead."""
    try:
        page.get_by_role("heading", name=heading).wait_for(timeout=within * 1000)
    except TimeoutError as late:
        raise AssertionError(f"no {heading!r} on {page.url}:\n{page.locator('main').inner_text()}") from late


def count(browser: Browser, home: str, mails: Path) -> dict[str, int]:
    """Begin a page, write, add photographs, ask somebody in and look for somebody to talk to; return the counts."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    try:
        page = context.new_page()
        hand, counts, address = Hand(page), {}, f"{secrets.token_hex(5)}@example.org"

        page.goto(f"{home}/begin/")
        hand.write("Name", "Wren")
        hand.press("Go on")
        hand.write("E-mail", address)
        hand.press("Send me a code")
        page.get_by_label("The code from the mail").fill(digits_for(address, mails))
        hand.press("Open the page")
        page.wait_for_url("**/m/*/")
        counts["begin_screens"], counts["begin_fields"] = len(hand.screens), hand.fields
        own = page.url

        hand.begin_anew()
        hand.write("Write, if you like", "She had long fingers.")
        hand.press("Keep these words")
        page.get_by_text("Your words are kept.").wait_for()
        counts["first_words_taps"] = hand.taps

        page.goto(own)
        hand.begin_anew()
        hand.follow("Add photographs")
        with page.expect_file_chooser() as picker:
            hand.tap(page.locator('input[type="file"]'))
        picker.value.set_files([*twelve()])
        hand.press("Keep these")
        shows(page, "They are kept", within=120)
        counts["twelve_photographs_taps"] = hand.taps
        assert page.locator(".came__one").count() == 12, "not all of the twelve came"

        page.goto(own)
        hand.begin_anew()
        hand.follow("Ask someone in")
        hand.write("Who is it?", "Sam")
        hand.press("Make the link")
        page.get_by_label("Copy it and send it as you like").wait_for()
        counts["ask_one_person_in_taps"] = hand.taps

        page.goto(own)
        hand.begin_anew()
        hand.follow("Someone to talk to")
        page.get_by_role("heading", name="Someone to talk to").wait_for()
        counts["someone_to_talk_to_taps"] = hand.taps
    finally:
        context.close()
    return counts | sign_in(browser, home, mails, address)


def sign_in(browser: Browser, home: str, mails: Path, address: str) -> dict[str, int]:
    """Come in by a code on another phone; count the pages and fields from the address typed to the memorial shown."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    try:
        page = context.new_page()
        page.goto(f"{home}/come-in/")
        pages = [page.url]
        # Every document a person is shown; a page that only leads on is none.
        page.on("domcontentloaded", lambda shown: pages.append(shown.url))
        hand, sent = Hand(page), len(list(mails.glob("*")))
        hand.write("E-mail", address)
        hand.press("Send me a code")
        field = page.get_by_label("The code from the mail")
        field.wait_for()
        while len(list(mails.glob("*"))) == sent:
            time.sleep(0.05)
        hand.tap(field)
        field.fill(digits_for(address, mails))
        hand.fields += 1
        hand.press("Come in")
        page.wait_for_url("**/m/*/")
        page.get_by_role("heading", name="Wren").wait_for()
        return {"sign_in_pages": len(pages), "sign_in_fields": hand.fields}
    finally:
        context.close()


def twelve() -> list[Path]:
    family = sorted((MATERIAL.parent / "family").glob("*"))
    others = [MATERIAL.parent / "webp" / "denali.webp", MATERIAL.parent / "gif" / "candle-loop.gif"]
    return [*sorted(MATERIAL.glob("Landscape_*.jpg")), *family, *others]


def main(full: bool = False) -> int:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    runs: list[dict[str, int]] = []
    with Server(demo=False) as server, sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        for _run in range(3 if full else 1):
            runs.append(count(browser, server.url, server.data / "mail"))
        browser.close()
    figures = {
        name: Figure(
            max(run[name] for run in runs),
            None,
            must=must,
            aim=max(1, must - 1),
            runs=[float(run[name]) for run in runs],
            judged="ours",
        )
        for name, must in MUST.items()
    }
    return report("taps", figures)


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv))
