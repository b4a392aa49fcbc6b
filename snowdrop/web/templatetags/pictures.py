"""Pictures in templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from snowdrop.web.pictures import Picture, Row, rows

register = template.Library()


@register.filter
def in_rows(pictures: Iterable[Picture]) -> list[Row]:
    return rows(pictures)
