import pytest
from django.db import IntegrityError, transaction

from snowdrop.talk.models import SupportLine


def test_a_person_on_the_phone_comes_first_then_writing_then_a_website(line):
    line("Site", web="https://example.org", position=1)
    line("Letters", email="words@example.org", position=2)
    line("Second voice", phone="2", position=9)
    line("Texts", text_to="85258", position=3)
    line("First voice", phone="1", web="https://example.org", position=8)

    names = [each.name for each in SupportLine.objects.in_order()]

    assert names == ["First voice", "Second voice", "Letters", "Texts", "Site"]


def test_a_line_that_nobody_can_reach_is_refused_by_the_database(no_lines):
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportLine.objects.create(name="Nobody", source="A leaflet")

    assert SupportLine.objects.count() == 0


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("0808 164 3332", "08081643332"), ("+44 (0)20-1", "+440201"), ("1-833-852-6262", "18338526262"), ("", "")],
)
def test_a_number_is_dialled_without_spaces_brackets_and_dashes(written, dialled):
    assert SupportLine(phone=written, text_to=written).tel == dialled
    assert SupportLine(phone=written, text_to=written).sms == dialled


def test_a_website_is_called_by_its_name():
    assert SupportLine(web="https://www.example.org/a/long/way").site == "example.org"
