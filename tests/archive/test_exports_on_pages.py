"""The pages on which a keeper brings an export in: what was found, what is chosen, what came."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from snowdrop.archive import jobs, showing
from snowdrop.archive.models import FoundPost, Parcel
from snowdrop.story.models import Moment
from tests.archive import exports
from tests.archive.exports import DAY, MARCH

pytestmark = pytest.mark.django_db

HEART = 'Tiny feet, "huge" love ❤️'


@pytest.fixture
def send(memorial, client_for, keeper, tmp_path):
    """Send the parts of an export as a keeper and have them looked into; return the page's address."""

    def sent(*parts):
        packed = [exports.packed(tmp_path / f"{n}.zip", part).read_bytes() for n, part in enumerate(parts)]
        files = [SimpleUploadedFile(f"part-{n}.zip", content) for n, content in enumerate(packed)]
        answer = client_for(keeper).post(f"/m/{memorial.slug}/photographs/bring/", {"file": files})
        jobs.look_into.call(str(Parcel.objects.get().pk))
        return answer["Location"]

    return sent


def bring(client, here):
    client.post(here, {"do": "bring"})
    jobs.bring_in.call(str(Parcel.objects.get().pk))


def texts():
    return list(Moment.objects.in_order().values_list("text", flat=True))


def test_a_keeper_sees_what_was_found_before_any_of_it_comes(send, client_for, keeper):
    content = exports.files("media-2024")
    pictures = {name: data for name, data in content.items() if name.endswith(".jpg")}
    here, client = send({n: d for n, d in content.items() if n not in pictures}, pictures), client_for(keeper)

    found = client.get(here)
    nothing = texts()
    bring(client, here)
    came = client.get(here)

    assert (found.context["account"], found.context["lines"], nothing) == (
        "fern",
        ["4 posts with 7 photographs.", "From 29 January 2023 to 6 March 2024."],
        [],
    )
    assert came.context["lines"] == ["4 posts with 7 photographs."]
    assert len(texts()) == 4
    assert client.get(came.context["added_url"]).status_code == 200
    parcel = Parcel.objects.get()
    assert ([path.exists() for path in parcel.paths], FoundPost.objects.count()) == ([False, False], 0)


def test_what_came_before_a_day_is_left_out(send, client_for, keeper):
    here, client = send(exports.files("media-2024")), client_for(keeper)

    client.post(here, {"do": "after", "day": "2024-03-05"})
    found = client.get(here).context["lines"]
    bring(client, here)

    assert found == ["2 posts with 4 photographs.", "From 5 March 2024 to 6 March 2024.", "2 are left out."]
    assert texts() == ["19:00 🕯️", "Zo klein, zo geliefd 🕯️\n\n#étoile"]


def test_a_day_that_is_none_is_told_and_an_empty_one_brings_all(send, client_for, keeper):
    here, client = send(exports.files("media-2024")), client_for(keeper)
    client.post(here, {"do": "after", "day": "2024-03-05"})

    wrong = client.post(here, {"do": "after", "day": "2024-02-31"})
    client.post(here, {"do": "after", "day": ""})

    assert (wrong.status_code, wrong.context["form"].errors) == (422, {"day": ["This is no day of the calendar."]})
    assert Parcel.objects.get().only_after == ""


def test_ticked_posts_are_left_out_or_kept_apart_from_the_story(send, client_for, keeper):
    here, client = send(exports.files("media-2024")), client_for(keeper)

    client.post(f"{here}choose/", {"posts": ["0"], "choice": "out"})
    client.post(f"{here}choose/", {"posts": ["1", "2", "-1", "x", "999"], "choice": "apart"})
    client.post(f"{here}choose/", {"posts": ["2"], "choice": "story"})
    client.post(f"{here}choose/", {"posts": ["3"], "choice": "elsewhere"})
    shown = client.get(f"{here}choose/").context["posts"]
    found = client.get(here).context["lines"]
    bring(client, here)

    assert [(post["begins"], post["more"]) for post in shown] == [
        ("", "29 January 2023 · 2 photographs · Left out"),
        (HEART, "4 March 2024 · 1 photograph · Only its photographs"),
        ("19:00 🕯️", "5 March 2024 · Shown for a day there · 1 photograph · In the story"),
        ("Zo klein, zo geliefd 🕯️ #étoile", "6 March 2024 · 3 photographs · In the story"),
    ]
    assert found[0] == "3 posts with 5 photographs."
    assert texts() == ["19:00 🕯️", "Zo klein, zo geliefd 🕯️\n\n#étoile"]


def test_a_long_list_is_turned_page_by_page_and_a_choice_stays_on_its_page(send, client_for, keeper, monkeypatch):
    monkeypatch.setattr(showing, "PAGE", 2)
    here, client = send(exports.files("media-2024")), client_for(keeper)

    second = client.get(f"{here}choose/?page=2")
    after = client.post(f"{here}choose/", {"posts": ["2"], "choice": "out", "page": "2"})
    odd = [client.get(f"{here}choose/?page={page}").context["page"].number for page in ("99", "-1", "x", "²", "9" * 40)]

    assert [post["number"] for post in second.context["posts"]] == [2, 3]
    assert after["Location"] == f"{here}choose/?page=2"
    assert odd == [2, 1, 1, 1, 1]


def test_the_list_asks_the_database_as_often_for_three_posts_as_for_one(
    send, client_for, keeper, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    here, client = send(exports.files("media-2024")), client_for(keeper)
    counts = []
    for left in (4, 1):
        FoundPost.objects.filter(number__gte=left).delete()
        for page in (here, f"{here}choose/"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(page)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


def test_of_two_accounts_it_is_asked_whose_is_to_come(send, client_for, keeper):
    other = exports.files("media-2024", [(MARCH - DAY, "of another", [20])], [], user="bramble")
    here, client = send(exports.files("content-2022"), other), client_for(keeper)

    asked = client.get(here)
    nobody = client.post(here, {"do": "account", "account": "wren"})
    client.post(here, {"do": "account", "account": "bramble"})
    jobs.look_into.call(str(Parcel.objects.get().pk))
    bring(client, here)

    assert (asked.context["accounts"], nobody.status_code) == (["bramble", "fern"], 404)
    assert texts() == ["of another"]


def test_the_variant_in_html_and_a_part_that_is_cut_off_are_told(send, client_for, keeper, tmp_path, memorial):
    html = {"your_instagram_activity/media/posts_1.html": b"<html>"}
    here = send(html)
    told = client_for(keeper).get(here).context["sentence"]
    Parcel.objects.all().delete()
    whole = exports.packed(tmp_path / "a.zip", exports.files("media-2024")).read_bytes()
    files = [SimpleUploadedFile("one.zip", whole), SimpleUploadedFile("two.zip", whole[:-50])]
    answer = client_for(keeper).post(f"/m/{memorial.slug}/photographs/bring/", {"file": files})
    parcel = Parcel.objects.get()
    jobs.look_into.call(str(parcel.pk))

    assert told.startswith("This is the export made for reading in a browser (HTML).")
    assert client_for(keeper).get(answer["Location"]).context["sentence"] == (
        "two.zip: This is not a packed folder (ZIP), or it is damaged."
    )
    assert [path.exists() for path in parcel.paths] == [False, False]


def test_how_far_it_is_stands_on_the_page(send, client_for, keeper):
    here = send(exports.files("media-2024"))
    parcel = Parcel.objects.get()
    Parcel.objects.update(state=Parcel.State.COMES, report={**parcel.report, "done": 50, "of": 120})

    assert "50 of 120 posts so far." in client_for(keeper).get(here).content.decode()


def test_films_missing_pictures_and_what_was_not_understood_are_listed(send, client_for, keeper):
    content = exports.files("media-2024", [(MARCH, "words", [1, 2])], [])
    del content[exports.uri("media-2024", 2)]
    reel = {"media": [{"uri": "media/reels/202403/9.mp4", "creation_timestamp": MARCH}]}
    content["your_instagram_activity/media/reels.json"] = exports.as_meta_writes([reel, {"odd": 1}])

    page = client_for(keeper).get(send(content))

    assert (page.context["films"]["names"], page.context["missing"]["names"], page.context["not_understood"]) == (
        ["media/reels/202403/9.mp4"],
        ["media/posts/202403/2_n.jpg"],
        1,
    )
    said = page.content.decode()
    assert "Films stay in your export. Please keep it." in said
    assert "1 entry of the lists was not understood." in said
