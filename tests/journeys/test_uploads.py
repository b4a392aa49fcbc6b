"""Photographs on a bad line: it breaks, the page is closed, and nothing begins again from the start."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, expect

from tests.journeys.conftest import Visitor, begins, own_address

pytestmark = pytest.mark.journey

SLOW = 4 * 2**20  # bytes a second; fast enough for a test, and slow enough to break in the middle


@pytest.fixture
def large(tmp_path) -> Path:
    """A picture of some eleven megabytes, each time another."""
    rough = Image.frombytes("L", (1024, 1024), os.urandom(2**20)).resize((4096, 3072), Image.Resampling.NEAREST)
    noise = Image.effect_noise((4096, 3072), 90)
    with io.BytesIO() as out:
        Image.merge("RGB", (noise, rough, noise)).save(out, "JPEG", quality=97, subsampling=0)
        path = tmp_path / "the-bridge-at-noon.jpg"
        path.write_bytes(out.getvalue())
    assert path.stat().st_size > 9 * 2**20
    return path


def line(cdp: CDPSession, *, speed: int = SLOW, offline: bool = False) -> None:
    cdp.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed},
    )


def sends(visitor: Visitor, path: str, *files: Path) -> None:
    visitor.goes_to(f"{path}photographs/add/")
    visitor.page.get_by_label("Photographs").set_input_files(list(files))
    visitor.presses("Keep these")


def has_sent(visitor: Visitor, share: float) -> None:
    """Wait until so much of the file is on its way."""
    bar = visitor.page.locator(".sending__file progress")
    until = time.monotonic() + 30
    while bar.evaluate("bar => bar.value") <= share:
        assert time.monotonic() < until, "the bar does not move"
        visitor.page.wait_for_timeout(20)


def test_on_a_quick_line_a_part_comes_with_its_checksum(somebody, large):
    parent = somebody()
    path = begins(parent, "Wren", own_address())
    checked: dict[int, str] = {}

    def note(request) -> None:
        if request.method == "PATCH":
            checked[int(request.headers["upload-offset"])] = request.headers.get("upload-checksum", "")

    parent.page.on("request", note)
    sends(parent, path, large)
    parent.page.wait_for_url("**/photographs/added/**")

    content = large.read_bytes()
    last = max(checked)
    assert checked[0] == ""
    assert checked[last] == "sha256 " + base64.b64encode(hashlib.sha256(content[last:]).digest()).decode()


@pytest.mark.postgresql_too
def test_after_the_line_broke_and_the_page_was_closed_a_picture_goes_on_where_it_was(somebody, large):
    parent = somebody()
    path = begins(parent, "Wren", own_address())
    offsets: list[int] = []
    parent.page.on(
        "request",
        lambda request: offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    cdp = parent.context.new_cdp_session(parent.page)
    line(cdp)

    sends(parent, path, large)
    has_sent(parent, 0.3)
    line(cdp, offline=True)
    expect(parent.page.get_by_role("status")).to_contain_text("There is no connection at the moment.")
    line(cdp)
    has_sent(parent, 0.6)  # it goes on by itself
    assert len(offsets) >= 2
    assert max(offsets) > 0
    remembered = parent.page.evaluate("JSON.stringify(localStorage)")
    parent.goes_to(path)
    before = max(offsets)
    offsets.clear()
    line(cdp, speed=-1)
    sends(parent, path, large)
    parent.page.wait_for_url("**/photographs/added/**")

    assert offsets[0] >= before, "it went on, and did not begin again"
    assert "upload:" in remembered
    assert "bridge" not in remembered
    assert path.strip("/").split("/")[-1] not in remembered
    assert parent.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('upload:'))") == []
    expect(parent.page.locator("img")).to_have_count(1)
    # The line that broke is told by the browser itself.
    parent.strays[:] = [stray for stray in parent.strays if "ERR_INTERNET_DISCONNECTED" not in stray]


def test_what_is_no_photograph_is_named_with_its_sentence_and_the_others_are_kept(somebody, tmp_path):
    parent = somebody()
    path = begins(parent, "Wren", own_address())
    packed, picture = tmp_path / "scans.zip", tmp_path / "snow.png"
    packed.write_bytes(b"PK\x03\x04" + os.urandom(400_000))
    Image.effect_noise((900, 700), 90).save(picture)
    assert picture.stat().st_size > 2**18
    again = tmp_path / "snow again.png"
    shutil.copy2(picture, again)

    sends(parent, path, packed, picture, again)

    expect(parent.page.get_by_role("status")).to_have_text("The others are kept.")
    told = [" ".join(text.split()) for text in parent.page.locator(".sending__file").all_inner_texts()]
    assert told[0] == "scans.zip This is a packed folder. Unpack it and choose the photographs inside."
    # Both travelled at once; which of them was here first is not said.
    assert sorted(text.partition(".png ")[2] for text in told[1:]) == ["Kept", "This one is already here."]
    expect(parent.page.locator("[data-whole]")).to_contain_text("Kept: 2 of 3")
    assert parent.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('upload:'))") == []


def test_three_hundred_files_are_told_together_and_do_not_hold_up_the_page(somebody, tmp_path):
    parent = somebody()
    path = begins(parent, "Wren", own_address())
    files = []
    for number in range(300):
        file = tmp_path / f"{number}.txt"
        file.write_bytes(b"no photograph at all %d" % number)
        files.append(file)
    parent.page.route("**/photographs/add/", lambda route: route.continue_() if route.request.method == "GET" else None)

    sends(parent, path, *files)

    expect(parent.page.locator("[data-whole]")).to_contain_text("Kept: 0 of 300")
    expect(parent.page.locator(".sending__file")).to_have_count(300)
    longest = parent.page.evaluate(
        "new Promise((done) => { let [longest, last, frames] = [0, performance.now(), 0];"
        "const look = (now) => { longest = Math.max(longest, now - last); last = now;"
        "if (++frames < 20) requestAnimationFrame(look); else done(longest); }; requestAnimationFrame(look); })"
    )
    assert longest < 1000, "milliseconds without a frame"
