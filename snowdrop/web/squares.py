"""Squares for a phone's camera (QR codes), drawn into the page itself: nothing is fetched for them."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def square(text: str) -> SafeString:
    """Return the square of this text as SVG: black on white also at night, as cameras want it.

    With attributes only and no `style`, which the policy for our pages would not let through; with the four
    empty modules around it that ISO/IEC 18004 asks for. Level M: a fold or a stain may cover some of it.
    """
    drawn = segno.make(text, error="m", micro=False)
    # Safe: segno writes numbers and two colours, never the text.
    return mark_safe(drawn.svg_inline(border=4, light="#fff", omitsize=True, svgclass="paper__square", lineclass=None))
