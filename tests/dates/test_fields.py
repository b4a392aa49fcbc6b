import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Min
from django.test.utils import isolate_apps

from snowdrop.dates.edtf import NotADate, parse
from snowdrop.dates.fields import RoughDateField
from snowdrop.dates.forms import RoughDateFormField


@pytest.fixture
def visit(db):
    """A model with a rough date, and its table."""
    with isolate_apps("snowdrop.dates"):

        class Visit(models.Model):
            on = RoughDateField("On", db_index=True)
            place = models.CharField(max_length=20, default="")

            class Meta:
                app_label = "dates"

    columns = ", ".join(
        f"{connection.ops.quote_name(field.column)} {field.db_type(connection)}"
        for field in (Visit._meta.get_field("on"), Visit._meta.get_field("place"))
    )
    key = "integer primary key" if connection.vendor == "sqlite" else "bigserial primary key"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {Visit._meta.db_table} (id {key}, {columns})")
    return Visit


def test_a_date_comes_back_as_it_was_kept(visit):
    kept = visit.objects.create(on=parse("1993-05~"))

    assert visit.objects.get(pk=kept.pk).on == parse("1993-05~")
    assert list(visit.objects.values_list("on", flat=True)) == [parse("1993-05~")]


def test_a_text_is_a_date_from_the_moment_it_is_given(visit):
    given = visit(on="1993-05")
    empty = visit(on="")

    assert (given.on, empty.on) == (parse("1993-05"), None)
    with pytest.raises(NotADate):
        given.on = "soon"


def test_no_date_is_null(visit):
    visit.objects.create()
    visit.objects.create(on="")

    assert visit.objects.filter(on=None).count() == visit.objects.filter(on__isnull=True).count() == 2


def test_the_database_puts_dates_in_order(visit):
    told = ["-0044", "../1993", "1993", "1993-01-01", "1993-22", "1993/..", "1994", "Y17000"]
    for text in ["", *reversed(told)]:
        visit.objects.create(on=text)

    in_order = visit.objects.order_by(F("on").asc(nulls_last=True)).values_list("on", flat=True)

    assert list(in_order) == [*map(parse, told), None]


def test_the_order_holds_however_a_date_was_written(visit):
    early, late = visit.objects.create(on="1993"), visit.objects.create(on="1994")

    visit.objects.filter(pk=late.pk).update(on="1992")
    early.on = parse("1991-05")
    early.save(update_fields=["on"])
    visit.objects.bulk_create([visit(on="1991-06")])

    assert list(visit.objects.order_by("on").values_list("on", flat=True)) == [
        parse(text) for text in ("1991-05", "1991-06", "1992")
    ]


def test_dates_can_be_looked_up_and_compared(visit):
    for text in ("1992-12-31", "1993", "1993-05", "1994"):
        visit.objects.create(on=text)

    within = visit.objects.filter(on__gte="1993", on__lt=parse("1994")).order_by("on")

    assert [str(found.on) for found in within] == ["1993", "1993-05"]
    assert visit.objects.filter(on__in=["1994", parse("1993")]).count() == 2
    assert visit.objects.filter(on="1993~").count() == 0
    assert visit.objects.aggregate(first=Min("on")) == {"first": parse("1992-12-31")}


def test_a_date_can_be_left_aside_and_copied_by_the_database(visit):
    kept = visit.objects.create(on="1993", place="Ulm")

    deferred = visit.objects.defer("on").get(pk=kept.pk)
    deferred.place = "Bonn"
    deferred.save()
    kept.on = F("on")
    kept.save()

    assert [(found.place, found.on) for found in visit.objects.all()] == [("Ulm", parse("1993"))]
    assert deferred.on == parse("1993")


def test_a_wrong_text_is_a_validation_error_with_its_sentence():
    with pytest.raises(ValidationError) as refusal:
        RoughDateField().clean("2021-02-30", None)

    assert refusal.value.messages == ["There is no day 2021-02-30."]
    assert RoughDateField().clean("2021-02", None) == parse("2021-02")
    assert RoughDateField().clean("", None) is None


def test_a_migration_names_no_more_than_was_chosen():
    written, imports = MigrationWriter.serialize(RoughDateField("On", blank=True, db_index=True))

    assert written == "snowdrop.dates.fields.RoughDateField(db_index=True, verbose_name='On')"
    assert imports == {"import snowdrop.dates.fields"}


def test_a_copy_in_plain_text_holds_the_date_alone(visit):
    field = visit._meta.get_field("on")

    assert field.value_to_string(visit(on="1993-05~")) == "1993-05~"
    assert field.to_python("1993-05~") == parse("1993-05~")


def test_a_model_form_asks_with_our_own_controls():
    asked = RoughDateField("On", help_text="").formfield()

    assert type(asked) is RoughDateFormField
    assert (asked.label, asked.required) == ("On", False)
    assert str(asked.help_text) == "As much of it as you know. All of it may stay empty."
