"""A letter, a certificate: kept as it came, and shown page by page as pictures that we made."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from snowdrop.config import worker
from snowdrop.keepsakes import adding, changing, reaping
from snowdrop.keepsakes.models import Document
from snowdrop.memorials import finding, keepings, reaper
from snowdrop.memorials.circles import Circle
from snowdrop.storage import documents, originals
from snowdrop.storage.models import Original
from tests.keepsakes.papers import LOCKED, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(keeper):
    def brought(*pages: str, by=None, audience=Circle.KEEPERS, name="letter.pdf") -> Document:
        received = originals.receive([pdf(*(pages or ("Dear Wren",)))])
        row = adding.add(received, by=by or keeper, came_as=name, audience=audience).kept
        assert isinstance(row, Document)
        return row

    return brought


def picture_at(client, url: str) -> Image.Image:
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    return Image.open(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_document_is_added_by_the_form_and_shown_page_by_page(keeper, memorial, client_for):
    client, data = client_for(keeper), pdf("Dear Wren", "Yours")
    file = SimpleUploadedFile("letter.pdf", data, "application/pdf")

    answer = client.post(reverse("keepsakes:add", args=[memorial.slug]), {"file": file})
    came = client.get(answer.url).content.decode()
    row = Document.objects.get()
    first = client.get(row.get_absolute_url())
    second = client.get(first.context["next_url"])

    assert (row.came_as, row.audience, row.original.frames) == ("letter.pdf", Circle.KEEPERS, 2)
    assert originals.path(row.original_id).read_bytes() == data
    assert ("letter.pdf" in came, "2 pages" in came) == (True, True)
    assert (first.context["sheet"].alt, second.context["sheet"].alt) == ("Page 1 of 2", "Page 2 of 2")
    assert (second.context["next_url"], second.context["previous_url"]) == ("", f"{row.get_absolute_url()}?page=1")
    shown = picture_at(client, second.context["sheet"].src)
    assert shown.size == (960, 1280)
    blue, paper = shown.convert("RGB").getpixel((270, 1000)), shown.convert("RGB").getpixel((800, 1200))
    assert (blue[2] > 240 > 20 > blue[0], min(paper) > 250) == (True, True)


def test_what_is_shown_is_never_the_file_and_the_file_is_only_downloaded(bring, keeper, friend, memorial, client_for):
    row = bring(audience=Circle.FRIENDS)
    at = reverse("keepsakes:original", args=[memorial.slug, row.original_id])

    download, theirs = client_for(keeper).get(at), client_for(friend).get(at)

    assert (download["Content-Type"], download["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert download["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert theirs.status_code == 404
    assert client_for(friend).get(row.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7\n", "This document is damaged, and nothing of it can be shown."),
        (pdf("x")[:200], "This document is damaged, and nothing of it can be shown."),
        (
            pdf("x", more=LOCKED),
            "This document is locked with a password. Take the password away, and it can be added.",
        ),
        (pdf(*["x"] * 201), "This document has more than 200 pages. Cut it into parts, and they can be added."),
    ],
    ids=["empty", "cut off", "locked", "too long"],
)
def test_what_cannot_be_shown_is_told_in_its_own_sentence_and_leaves_nothing(
    data, sentence, keeper, memorial, client_for, data_folder
):
    answer = client_for(keeper).post(
        reverse("keepsakes:add", args=[memorial.slug]),
        {"file": SimpleUploadedFile("x.pdf", data)},
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()) == (422, {"errors": {"file": [sentence]}})
    assert (Document.objects.exists(), Original.objects.exists()) == (False, False)
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


def test_the_same_document_again_is_told_and_not_kept_twice(bring):
    row = bring("Dear Wren")

    again = bring("Dear Wren")

    assert (again, Document.objects.count()) == (row, 1)


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "1.5", "99999999999999999999", "²"])
def test_a_page_that_there_is_not_is_not_there(page, bring, keeper, client_for):
    row = bring("one", "two")

    assert client_for(keeper).get(row.get_absolute_url(), {"page": page}).status_code == 404


def test_the_worker_draws_every_page_and_a_page_asked_for_first_is_drawn_then(bring, keeper, memorial, client_for):
    row = bring("one", "two", "three")
    there = [documents._file(row.original_id, page, 480).is_file() for page in (1, 2, 3)]
    client_for(keeper).get(reverse("keepsakes:sheet", args=[memorial.slug, row.pk, 3, 480]))
    then = [documents._file(row.original_id, page, 480).is_file() for page in (1, 2, 3)]

    worker.run_waiting()

    now = [documents._file(row.original_id, page, 480).is_file() for page in (1, 2, 3)]
    assert (there, then, now) == ([True, False, False], [True, False, True], [True, True, True])


def test_a_closed_one_tells_not_even_how_many_pages_it_has_until_somebody_looks(
    bring, keeper, friend, memorial, client_for
):
    row = bring("one", "two", audience=Circle.FRIENDS)
    row = changing.change_document(row, {"title": "The letter"}, by=keeper)
    Document.objects.update(is_closed=True, cover_words="From the ward")
    client = client_for(friend)
    sheet = reverse("keepsakes:sheet", args=[memorial.slug, row.pk, 2, 480])

    covered = client.get(row.get_absolute_url()).content.decode()
    asked = [client.get(row.get_absolute_url(), {"page": "2"}).status_code, client.get(sheet).status_code]
    client.post(reverse("memorials:closed", args=[memorial.slug, row.pk]), {"do": "look"})
    looked = client.get(reverse("memorials:looked", args=[memorial.slug, row.pk])).content.decode()

    assert ("From the ward" in covered, "The letter" in covered, asked) == (True, False, [404, 404])
    assert (looked.count("<figure"), "The letter" in looked) == (2, True)
    assert client.get(sheet)["Cache-Control"] == "no-store"


def test_it_is_found_by_its_title_and_by_nobody_else(bring, keeper, friend):
    row = changing.change_document(bring(), {"title": "The certificate"}, by=keeper)

    def found(viewer):
        return [one.id for section in finding.find("certificate", viewer).sections for one in section.found]

    assert (found(keeper), found(friend)) == ([row.pk], [])


def test_deleted_for_good_it_takes_its_file_and_its_pages_along(
    bring, keeper, second_keeper, data_folder, time_machine
):
    row = bring("one", "two")
    documents.ensure(row.original, 2)
    keepings.put_away(row, by=keeper)
    keepings.let_go(row, by=keeper)
    keepings.let_go(row, by=second_keeper)
    Document.objects.update(let_go_at=row.written_at - reaper.WAITS * 2)

    reaping.forget(Document.objects.get())
    gone = reaping.forget_unnamed(row.original_id)

    assert gone
    assert [path for folder in ("originals", "renditions") for path in (data_folder / folder).rglob("*.*")] == []


def test_where_pictures_rest_documents_rest_too(bring, keeper, memorial, client_for):
    row = bring()
    memorial.pictures_rest = True
    memorial.save(update_fields=["pictures_rest"])
    client = client_for(keeper)

    urls = (row.get_absolute_url(), f"/m/{memorial.slug}/documents/", f"{row.get_absolute_url()}1/480.jpg")
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]


def test_the_room_costs_the_same_number_of_queries_with_one_and_with_many(
    bring, keeper, memorial, client_for, django_assert_max_num_queries, django_assert_num_queries
):
    client, room = client_for(keeper), f"/m/{memorial.slug}/documents/"
    bring("one")
    with django_assert_max_num_queries(10) as one:
        client.get(room)
    for words in ("two", "three"):
        bring(words)

    with django_assert_num_queries(len(one)):
        page = client.get(room)

    assert len(page.context["documents"]) == 3
