"""A field that no person sees and machines fill in.

It stands in the form inside an element with `hidden` (`web/parts/trap.html`): not shown, not read aloud, not reached by
keys, also without a stylesheet. Whatever stands in it refuses nothing: a browser may have filled it in by itself. It is
a reason for whoever reads first.
"""

from __future__ import annotations

from collections.abc import Mapping

# Sounds like something to a machine. Browsers that fill in forms by themselves know no field of this name.
FIELD = "website"


def is_filled(posted: Mapping[str, str]) -> bool:
    """Whether somebody wrote into it."""
    return bool((posted.get(FIELD) or "").strip())
