"""What was written newly, for feed readers.

Source: RFC 4287, "The Atom Syndication Format".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.head import names_for
from snowdrop.memorials.models import Version
from snowdrop.story.models import Moment
from snowdrop.story.showing import Shown, shown

NEWEST = 30

# What XML cannot hold, also not by its number: XML 1.0, section 2.2, "Characters".
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOUSE = uuid.UUID("6f6f3a5e-6d0b-4a55-9c1e-5b0d3a0d7f11")  # only that our ids are nobody else's


class _Atom(Atom1Feed):
    """Django's writer, with whole texts and with a time that moves only when something did."""

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed"]
        return changed

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})  # which would be a summary
        handler.addQuickElement("content", item["description"], {"type": "html"})


def write(viewer: Viewer, *, page_url: str, feed_url: str | None, absolute: Callable[[str], str]) -> bytes:
    """Return the newest moments that this viewer sees, as a feed. `absolute` puts the house before an address.

    Whoever asks, and whatever they chose for themselves, what is closed is closed in it: it is read by machines.
    No picture is in it, only where each is. Titles say nothing unless the family chose to show the name there.
    """
    moments = list(Moment.objects.visible_to(viewer).order_by("-shown_at", "-pk")[:NEWEST])
    changed = _changed(moments)
    title = names_for([viewer])[viewer.memorial.pk] if viewer.memorial.name_in_title else ""
    title = _in_xml(title) or _("A page")
    feed = _Atom(
        title=title,
        link=page_url,
        description="",
        language=get_language(),
        author_name=title,
        feed_url=feed_url,
        feed_guid=uuid.uuid5(_HOUSE, f"{viewer.memorial.slug} {'everyone' if viewer.is_everyone else 'asked in'}").urn,
        changed=max(changed.values(), default=viewer.memorial.began_at),
    )
    for moment, one in zip(moments, shown(moments, viewer), strict=True):
        if not one.says_something:
            continue
        assert moment.shown_at is not None
        feed.add_item(
            title=_title(moment, viewer),
            link=absolute(one.url),
            description=_in_xml(_content(one, absolute)),
            unique_id=moment.pk.urn,
            pubdate=moment.shown_at,
            updateddate=changed[moment.pk],
            author_name=_in_xml(one.writer) or None,
        )
    return feed.writeString("utf-8").encode()


def _changed(moments: list[Moment]) -> dict[uuid.UUID, datetime]:
    """When each of these was shown, or written anew since."""
    ids = [moment.pk for moment in moments]
    anew = dict(Version.objects.filter(keeping__in=ids).values_list("keeping").annotate(Max("until")))
    return {one.pk: max(one.shown_at, anew.get(one.pk, one.shown_at)) for one in moments if one.shown_at is not None}


def _title(moment: Moment, viewer: Viewer) -> str:
    said = _in_xml(moment.title_for_lists) if viewer.memorial.name_in_title else ""
    assert moment.shown_at is not None
    return said or date_format(timezone.localtime(moment.shown_at), "DATE_FORMAT")


def _content(one: Shown, absolute: Callable[[str], str]) -> str:
    if one.closed is not None:
        return format_html('<p><a href="{}">{}</a></p>', absolute(one.url), one.closed.words)
    title = format_html("<h2>{}</h2>", one.title) if one.title else ""
    # Translators: in place of the name of a closed photograph, to which nobody wrote any words
    named = ((absolute(p.url), (p.words or _("A closed picture")) if p.closed else p.alt) for p in one.photographs)
    pictures = format_html_join("", '<p><a href="{}">{}</a></p>', named)
    return f"{title}{one.html}{pictures}"


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
