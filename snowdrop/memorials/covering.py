"""Where a page would show something closed: first the page on which this person may choose to look."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Keeping


def look_first(keeping: Keeping, viewer: Viewer) -> HttpResponseBase:
    """Lead to its cover. Nobody meets it by opening a page on which it could be changed."""
    return redirect("memorials:closed", viewer.memorial.slug, keeping.pk)
