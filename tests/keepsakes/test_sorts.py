"""What a picture is: a photograph, until somebody says that it is a scan, a print or an ultrasound picture."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from snowdrop.keepsakes import changing
from snowdrop.keepsakes.models import Photograph, Sort
from snowdrop.memorials import veil

pytestmark = pytest.mark.django_db

NAMED = {
    Sort.PHOTOGRAPH: "Photograph",
    Sort.PAPER: "Paper",
    Sort.PRINT: "Print of hands or feet",
    Sort.ULTRASOUND: "Ultrasound picture",
}


@pytest.mark.parametrize("sort", NAMED)
def test_it_is_chosen_on_its_page_and_said_in_lists_and_in_place_of_the_picture(
    sort, add, keeper, memorial, client_for
):
    row, client = add(), client_for(keeper)
    client.post(reverse("keepsakes:change", args=[memorial.slug, row.pk]), {"sort": sort.value})

    page = client.get(row.get_absolute_url())
    row.refresh_from_db()

    said = [fact["text"] for fact in page.context["facts"]]
    assert (row.title_for_lists, page.context["picture"].alt) == (NAMED[sort], NAMED[sort])
    assert said == ([] if sort is Sort.PHOTOGRAPH else [NAMED[sort]])


def test_with_its_date_it_is_called_by_both(add, keeper):
    row = changing.change(add(taken="2024:05:03 10:00:00"), {"sort": Sort.PRINT}, by=keeper)

    assert row.named == "Print of hands or feet, 3 May 2024"


def test_many_at_once_are_said_to_be_the_same_when_they_came(add, keeper, memorial, client_for):
    batch = uuid.uuid4()
    together, other = [add(seed, batch=batch) for seed in (1, 2)], add(3)

    client_for(keeper).post(reverse("keepsakes:added", args=[memorial.slug, batch]), {"sort": "paper"})

    sorts = dict(Photograph.objects.values_list("pk", "sort"))
    assert [sorts[row.pk] for row in (*together, other)] == ["paper", "paper", ""]


def test_of_a_closed_one_it_is_not_said(add, keeper, memorial, client_for):
    row = changing.change(add(), {"sort": Sort.PRINT}, by=keeper)
    veil.close([row], by=keeper)

    page = client_for(keeper).get(row.get_absolute_url()).content.decode()

    assert "Print of hands or feet" not in page
