"""The documentation holds together: links lead somewhere, and every page can be found from an index."""

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PAGES = [*sorted(HOUSE.glob("*.md")), *sorted((HOUSE / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def local_links(page: Path) -> list[Path]:
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return [(page.parent / link).resolve() for link in found if "://" not in link and not link.startswith("mailto:")]


def test_every_link_leads_to_a_file():
    broken = [
        f"{page.relative_to(HOUSE)} → {link}" for page in PAGES for link in local_links(page) if not link.exists()
    ]

    assert broken == []


def test_every_page_is_reached_from_the_first_one():
    reached, waiting = set(), [HOUSE / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            waiting += local_links(page)

    assert [str(page.relative_to(HOUSE)) for page in PAGES if page not in reached] == []


def test_every_decision_says_what_was_asked_chosen_and_why_and_what_else_there_was():
    for page in sorted((HOUSE / "docs" / "decisions").glob("0*.md")):
        parts = re.findall(r"^\*\*(\w+)\.\*\*", page.read_text(encoding="utf-8"), re.MULTILINE)

        assert parts in (["Question", "Choice", "Why", "Tried"], ["Question", "Choice", "Why", "Open"]), page.name


def test_the_licence_is_the_whole_text():
    text = (HOUSE / "LICENSE").read_text(encoding="utf-8")

    assert text.split("\n")[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    assert [number for number in range(18) if f"\n  {number}. " not in text] == []
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")


def test_the_documentation_names_no_place_on_anybodys_machine():
    named = [
        f"{page.relative_to(HOUSE)}: {found}"
        for page in PAGES
        for found in re.findall(r"/(?:root|home/\w+|work)/\S*", page.read_text(encoding="utf-8"))
    ]

    assert named == []
