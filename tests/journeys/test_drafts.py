"""Writing that is broken off: the words are there when somebody comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TWELVE, begins, own_address

pytestmark = pytest.mark.journey


def words_on(writer):
    return writer.page.get_by_label("Write, if you like", exact=True)


@pytest.mark.postgresql_too
def test_words_are_kept_while_they_are_written_and_a_reload_brings_them_back(somebody):
    writer = somebody()
    path = begins(writer, "Wren", own_address())
    writer.goes_to(f"{path}story/write/")
    words_on(writer).press_sequentially("It rained all that")
    expect(writer.page.locator("[data-draft-status]")).to_contain_text("kept", ignore_case=True)

    writer.page.reload()

    expect(words_on(writer)).to_have_value("It rained all that")
    words_on(writer).press("Control+End")
    words_on(writer).press_sequentially(" week.")
    writer.presses("Keep these words")
    writer.reads("It rained all that week.")
    writer.page.go_back()
    writer.reads("It rained all that week.")
    writer.goes_to(f"{path}story/drafts/")
    writer.reads("There is nothing unfinished.")


def test_a_page_left_in_the_middle_of_a_word_has_kept_it(somebody):
    writer = somebody()
    path = begins(writer, "Wren", own_address())
    writer.goes_to(f"{path}story/write/")
    words_on(writer).press_sequentially("She held on")

    writer.goes_to(path)

    writer.goes_to(f"{path}story/drafts/")
    writer.page.get_by_role("link", name="She held on").click()
    expect(words_on(writer)).to_have_value("She held on")


@pytest.mark.postgresql_too
def test_without_javascript_a_draft_is_kept_and_becomes_a_moment_with_photographs(somebody):
    writer = somebody(java_script_enabled=False)
    path = begins(writer, "Wren", own_address())
    writer.goes_to(f"{path}story/write/")
    words_on(writer).fill("Two pictures from the")
    writer.presses("Keep as draft")
    writer.goes_to(f"{path}story/drafts/")
    writer.page.get_by_role("link", name="Two pictures from the").click()

    words_on(writer).fill("Two pictures from the window.")
    writer.opens("Photographs with it")
    writer.page.locator('input[type="file"]').set_input_files([str(file) for file in TWELVE[:2]])
    writer.presses("Keep these words")

    writer.reads("Two pictures from the window.")
    writer.goes_to(f"{path}story/")
    expect(writer.page.locator("article.moment")).to_have_count(1)
    expect(writer.page.locator("article.moment img")).to_have_count(2)
    writer.goes_to(f"{path}story/drafts/")
    writer.reads("There is nothing unfinished.")
