"""What a parcel's page says of an export in it, before and after it came."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from snowdrop.archive.importers.instagram import bringing, export
from snowdrop.archive.importers.instagram.bringing import Choose, Summary
from snowdrop.archive.importers.instagram.export import Export, WhichAccount
from snowdrop.archive.importers.instagram.posts import Post
from snowdrop.archive.importers.instagram.rows import date_of
from snowdrop.archive.models import BEGINNING, Choice, FoundPost, Parcel
from snowdrop.keepsakes import names
from snowdrop.memorials.access import Viewer
from snowdrop.people import zones
from snowdrop.story.models.moment import beginning_of

MOST_TOLD = 200  # names in one list of a page
STEP = 50  # posts between two notes of how far it is


def look_into(parcel: Parcel, report: dict[str, Any], *, by: Viewer) -> str:
    """Write down what was found, and each post to be chosen. Return the state the parcel is in then."""
    try:
        with export.opened(parcel.paths, account=parcel.account) as opened:
            _describe(report, bringing.look_through(opened, by=by))
            zone = zones.of(by.person)
            report |= {"account": names.plain(opened.account), "zone": zone.key}
            _write_down(parcel, opened, zones.of(by.person))
    except WhichAccount as which:
        report["accounts"] = [names.plain(account) for account in which.accounts]
        return Parcel.State.ASKS
    return Parcel.State.LOOKED_INTO


def bring_in(parcel: Parcel, report: dict[str, Any], *, by: Viewer) -> None:
    """Bring in what was not left out, and note now and then how far it is."""

    def tell(done: int, total: int) -> None:
        if done % STEP == 0:
            Parcel.objects.filter(pk=parcel.pk).update(report={**parcel.report, "done": done, "of": total})

    with export.opened(parcel.paths, account=parcel.account) as opened:
        choose = _chosen(parcel)
        summary = bringing.bring_in(opened, by=by, batch=parcel.batch, choose=choose, tell=tell)
        report |= {"account": names.plain(opened.account), "zone": zones.of(by.person).key}
    _describe(report, summary)
    FoundPost.objects.filter(parcel=parcel).delete()


def _chosen(parcel: Parcel) -> Choose:
    rows = FoundPost.objects.filter(parcel=parcel)
    not_in_story = dict(rows.exclude(choice=Choice.STORY).values_list("key", "choice"))
    after = bringing.only_after(parcel.only_after, zones.of(parcel.sender)) if parcel.only_after else None

    def choose(post: Post) -> Choice:
        if after is not None and after(post) is Choice.OUT:
            return Choice.OUT
        return Choice(not_in_story.get(bringing.key_of(post), Choice.STORY))

    return choose


def _describe(report: dict[str, Any], summary: Summary) -> None:
    report |= {
        "posts": summary.came,
        "pictures": summary.pictures,
        "posts_here": summary.here,
        "left_out": summary.left_out,
        "not_understood": summary.not_understood,
    }
    for what, told in (("films", summary.films), ("missing", summary.missing)):
        report[what] = [names.plain(name) for name in told[:MOST_TOLD]]
        report[f"{what}_count"] = len(told)
    report["not"] = [[names.plain(name), str(sentence)] for name, sentence in summary.not_taken[:MOST_TOLD]]
    report["not_count"] = len(summary.not_taken)


@transaction.atomic
def _write_down(parcel: Parcel, opened: Export, zone: Any) -> None:
    FoundPost.objects.filter(parcel=parcel).delete()  # a job may run twice
    rows = []
    for number, post in enumerate(opened.posts):
        date = date_of(post.at, zone)
        films = sum(media.is_film for media in post.media)
        rows.append(
            FoundPost(
                parcel=parcel,
                key=bringing.key_of(post),
                number=number,
                kind=post.kind,
                day=str(date) if date else "",
                begins=beginning_of(names.plain(post.words), "", longest=BEGINNING),
                pictures=len(post.media) - films,
                films=films,
            )
        )
    FoundPost.objects.bulk_create(rows, batch_size=500)
