"""`{% load rough_dates %}`, then `{{ moment.date|in_words }}`: a `<time>` in the reader's language, or nothing."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from snowdrop.dates.display import machine, show
from snowdrop.dates.edtf import RoughDate

register = template.Library()


@register.filter
def in_words(date: RoughDate | None) -> str:
    if date is None:
        return ""
    phrase = show(date, get_language() or "en")
    stamp = machine(date)
    return format_html('<time datetime="{}">{}</time>', stamp, phrase) if stamp else phrase
