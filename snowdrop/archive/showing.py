"""What the pages of a parcel say."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from snowdrop.archive.importers.instagram.posts import Kind
from snowdrop.archive.models import Choice, FoundPost, Parcel
from snowdrop.dates.display import show
from snowdrop.dates.edtf import parse

PAGE = 50  # posts


def of_folder(row: Parcel) -> dict[str, Any]:
    """The report under names of its own: in a template, `report.not` cannot be written."""
    return {
        "comes": row.report.get("comes", []),
        "here_already": row.report.get("here", []),
        "not_taken": _not_taken(row),
        "more": row.report.get("more", False),
        "sentence": row.report.get("sentence", ""),
    }


def of_export(row: Parcel) -> dict[str, Any]:
    report = row.report
    return {
        "account": report.get("account", ""),
        "accounts": report.get("accounts", []),
        "sentence": report.get("sentence", ""),
        "lines": _came(row) if row.state == Parcel.State.CAME else _found(row),
        "comes": _would_come(row).exists() if row.state == Parcel.State.LOOKED_INTO else bool(report.get("posts")),
        "zone": report.get("zone", ""),
        "progress": _progress(report),
        "films": _names(report, "films"),
        "missing": _names(report, "missing"),
        "not_taken": _not_taken(row),
        "not_more": _more(report, "not"),
        "not_understood": report.get("not_understood", 0),
    }


def _not_taken(row: Parcel) -> list[dict[str, str]]:
    return [{"name": name, "sentence": sentence} for name, sentence in row.report.get("not", [])]


def _names(report: dict[str, Any], what: str) -> dict[str, Any]:
    return {"names": report.get(what, []), "more": _more(report, what), "count": report.get(f"{what}_count", 0)}


def _more(report: dict[str, Any], what: str) -> int:
    return max(0, int(report.get(f"{what}_count", 0)) - len(report.get(what, [])))


def _would_come(row: Parcel) -> QuerySet[FoundPost]:
    rows = FoundPost.objects.filter(parcel=row).exclude(choice=Choice.OUT)
    return rows.filter(day__gte=row.only_after) if row.only_after else rows


def _found(row: Parcel) -> list[str]:
    """How much would come, from when to when; and how much of it is here."""
    rows = _would_come(row)
    posts, pictures = rows.count(), rows.aggregate(sum=Sum("pictures"))["sum"] or 0
    out = FoundPost.objects.filter(parcel=row).count() - posts
    said = [_posts_and_pictures(posts, pictures)]
    dated = rows.exclude(day="").order_by("day").values_list("day", flat=True)
    if (first := dated.first()) and (last := dated.last()):
        # Translators: of posts that were found; both are days such as "3 May 2020".
        said.append(_("From %(first)s to %(last)s.") % {"first": _day(first), "last": _day(last)})
    if out:
        said.append(ngettext("%(count)s is left out.", "%(count)s are left out.", out) % {"count": out})
    if here := row.report.get("posts_here"):
        said.append(
            ngettext(
                "%(count)s of them is here already and does not come twice.",
                "%(count)s of them are here already and do not come twice.",
                here,
            )
            % {"count": here}
        )
    return said


def _came(row: Parcel) -> list[str]:
    report = row.report
    said = [_posts_and_pictures(report.get("posts", 0), report.get("pictures", 0))]
    if here := report.get("posts_here"):
        said.append(ngettext("%(count)s was here already.", "%(count)s were here already.", here) % {"count": here})
    if out := report.get("left_out"):
        said.append(ngettext("%(count)s was left out.", "%(count)s were left out.", out) % {"count": out})
    return said


def _posts_and_pictures(posts: int, pictures: int) -> str:
    first = ngettext("%(count)s post", "%(count)s posts", posts) % {"count": posts}
    second = ngettext("%(count)s photograph", "%(count)s photographs", pictures) % {"count": pictures}
    # Translators: such as "3 posts with 5 photographs."
    return _("%(posts)s with %(photographs)s.") % {"posts": first, "photographs": second}


def _progress(report: dict[str, Any]) -> str:
    if not report.get("of"):
        return ""
    return _("%(done)s of %(all)s posts so far.") % {"done": report["done"], "all": report["of"]}


def is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", text) is not None


def page_of(row: Parcel, number: str) -> Page[FoundPost]:
    """The page of that number; the nearest there is."""
    rows = FoundPost.objects.filter(parcel=row).order_by("number")
    return Paginator(rows, PAGE).get_page(number if is_number(number) else 1)


def posts(page: Page[FoundPost]) -> list[dict[str, Any]]:
    return [
        {"number": post.number, "begins": post.begins, "more": " · ".join(_about(post)), "choice": post.choice}
        for post in page
    ]


def _about(post: FoundPost) -> list[str]:
    said = [_day(post.day) if post.day else _("Without a day")]
    if post.kind == Kind.STORY:
        # Translators: what Instagram calls a story: a picture shown there for a day
        said.append(_("Shown for a day there"))
    elif post.kind == Kind.ARCHIVED:
        said.append(_("In the archive there"))
    if post.pictures:
        said.append(ngettext("%(count)s photograph", "%(count)s photographs", post.pictures) % {"count": post.pictures})
    if post.films:
        said.append(ngettext("%(count)s film", "%(count)s films", post.films) % {"count": post.films})
    said.append(str(Choice(post.choice).label))
    return said


def _day(text: str) -> str:
    return show(parse(text), get_language() or "en")
