"""Scripts that are not ours: as they came, with their licence, and on no page that does not need them."""

from __future__ import annotations

import hashlib

from snowdrop.web import stylesheet

VENDOR = stylesheet.BUILT.parent / "vendor"
TEMPLATES = stylesheet.SOURCES.parent / "templates"


def test_they_are_the_ones_that_were_taken():
    there = sorted(path.name for path in VENDOR.iterdir() if path.name != "SHA256SUMS")
    now = "".join(f"{hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()}  {name}\n" for name in there)

    assert now == (VENDOR / "SHA256SUMS").read_text()


def test_their_licence_travels_with_them():
    assert "The MIT License (MIT)" in (VENDOR / "LICENSE").read_text()


def test_none_is_loaded_before_files_are_sent():
    """A page names it, and a script of ours fetches it when there is something to send."""
    naming = [path.name for path in TEMPLATES.rglob("*.html") if "web/vendor/" in path.read_text()]
    loading = [path.name for path in TEMPLATES.rglob("*.html") if "src=\"{% static 'web/vendor" in path.read_text()]

    assert (naming, loading) == (["uploads.html"], [])
