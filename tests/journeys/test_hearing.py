"""A heartbeat from a phone and a film of a few seconds: added, made ready, heard and seen."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MATERIAL, begins, own_address

pytestmark = pytest.mark.journey

RECORDINGS = [MATERIAL / "recordings" / name for name in ("heartbeat.m4a", "IMG_0042.MOV")]

# Plays silently for a moment, and says how far it came and how large what it shows is.
PLAYS = """async (element) => {
  element.muted = true;
  await element.play();
  await new Promise((resolve) => element.addEventListener("timeupdate", () => element.currentTime > 0 && resolve()));
  element.pause();
  return [element.currentTime > 0, element.duration, element.videoWidth ?? 0, element.currentSrc.split("/").pop()];
}"""


def until_it_plays(visitor, element: str):
    """Look again as somebody would, until the worker has made it ready."""
    until = time.monotonic() + 60
    while not visitor.page.locator(element).count() and time.monotonic() < until:
        visitor.page.wait_for_timeout(300)
        visitor.page.reload()
    return visitor.page.locator(element)


def test_a_heartbeat_and_a_film_are_added_and_play_when_they_are_asked_to(somebody):
    parent = somebody()
    path = begins(parent, "Wren", own_address())
    parent.goes_to(f"{path}photographs/add/")
    parent.page.locator('input[type="file"]').set_input_files([str(file) for file in RECORDINGS])
    parent.presses("Keep these")
    parent.reads("They are kept")
    parent.reads("heartbeat.m4a")
    parent.page.get_by_label("A few words to it", exact=True).first.fill("The first sound of you")
    parent.presses("Keep this")

    parent.page.wait_for_url("**/recordings/")
    parent.follows("The first sound of you")
    sound = until_it_plays(parent, "audio")
    expect(parent.page.locator(".player__waveform")).to_be_visible()
    expect(sound).to_have_js_property("paused", True)  # nothing plays by itself
    began, duration, _width, source = sound.evaluate(PLAYS)
    assert (began, round(duration), source) == (True, 14, "sound.webm")

    parent.follows("All recordings")
    parent.page.get_by_role("link", name="Film").click()
    film = until_it_plays(parent, "video")
    expect(film).to_have_js_property("paused", True)
    assert film.evaluate(PLAYS) == [True, pytest.approx(3, abs=0.1), 640, "film.mp4"]


def test_without_javascript_a_heartbeat_is_drawn_and_can_be_played(somebody):
    parent = somebody(java_script_enabled=False)
    path = begins(parent, "Wren", own_address())
    parent.goes_to(f"{path}photographs/add/")
    parent.page.locator('input[type="file"]').set_input_files(str(RECORDINGS[0]))
    parent.presses("Keep these")
    parent.presses("Keep this")
    parent.page.locator("main").get_by_role("link", name="Sound recording").click()

    expect(until_it_plays(parent, "audio[controls]")).to_be_visible()
    expect(parent.page.locator(".player__waveform")).to_be_visible()
