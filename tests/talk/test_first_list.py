from datetime import date

import pytest

from snowdrop.talk import first_list, listing
from snowdrop.talk.countries import all_of_them, language_code
from snowdrop.talk.models import Kind, SupportLine

ROWS = first_list.read()


def test_every_line_of_the_first_list_names_its_source_and_how_old_that_is():
    without = [row["key"] for row in ROWS if not (row["source"].strip() and row["source_dated"].strip())]

    assert without == []


def test_every_line_of_the_first_list_fits_the_model(db):
    for row in ROWS:
        SupportLine(**row).full_clean(validate_unique=False, validate_constraints=True)

    known = {code for code, _name in all_of_them("en")} | {""}
    assert [row["key"] for row in ROWS if row["country"] not in known] == []
    assert [row["key"] for row in ROWS if language_code(row["written_in"], "en") is None] == []
    assert len({row["key"] for row in ROWS}) == len(ROWS)


def test_in_every_country_of_the_first_list_somebody_can_be_reached_without_a_website():
    reached = {row["country"] for row in ROWS if row["phone"] and row["kind"] == Kind.TALK}

    assert {row["country"] for row in ROWS} - reached == {""}


def test_nothing_in_the_first_list_claims_to_have_been_checked():
    assert {field for row in ROWS for field in row} & {"checked_on", "edited_at", "taken_off_at"} == set()


def test_a_new_house_has_the_first_list(db):
    assert set(SupportLine.objects.values_list("key", flat=True)) == {row["key"] for row in ROWS}


def test_bringing_the_list_in_again_changes_nothing(db):
    before = list(SupportLine.objects.order_by("pk").values())

    assert first_list.bring_in(SupportLine.objects) == 0
    assert list(SupportLine.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("act", [listing.keep, listing.check, listing.take_off])
def test_an_upgrade_leaves_alone_what_the_host_has_touched(db, act):
    line = SupportLine.objects.get(key="gb-sands")
    line.phone = "020 0000 0000"  # what the list said when this house was new
    line.save(update_fields=["phone"])
    act(line)
    before = SupportLine.objects.filter(pk=line.pk).values().get()

    first_list.bring_in(SupportLine.objects)

    assert SupportLine.objects.filter(pk=line.pk).values().get() == before


def test_an_upgrade_brings_a_number_up_to_date_that_the_host_never_touched(db):
    SupportLine.objects.filter(key="gb-sands").update(phone="020 0000 0000")

    assert first_list.bring_in(SupportLine.objects) == 1
    assert SupportLine.objects.get(key="gb-sands").phone == "0808 164 3332"


def test_a_line_the_host_added_is_no_part_of_the_first_list(line):
    added = line("Our midwives", phone="020 1", checked_on=date(2026, 5, 3))

    first_list.bring_in(SupportLine.objects)

    assert SupportLine.objects.get(pk=added.pk).name == "Our midwives"
    assert SupportLine.objects.count() == len(ROWS) + 1
