"""A column that holds a rough date, sorts in the database and needs no second column beside it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.forms import Field as FormField

from snowdrop.dates.edtf import LONGEST, SORT_KEY_LENGTH, NotADate, RoughDate, parse
from snowdrop.dates.forms import RoughDateFormField


class _RoughDateAttribute(DeferredAttribute):
    """Lets `moment.date = "1993-05"` be a RoughDate from that line on, not only after the next load."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, str):
            value = parse(value) if value else None
        instance.__dict__[self.field.attname] = value


class RoughDateField(models.Field):
    """A rough date, or None. It is always nullable and may always stay empty, as no date is ever required.

    The column holds "SORT_KEY EDTF" in one text: `order_by("date")`, `date__gte=…` and an index work on it, and
    no way of writing (`update()`, `save(update_fields=…)`, `bulk_create`) can leave a sort key behind.
    NULL sorts first or last as the database likes; say `F("date").asc(nulls_last=True)`.
    """

    _pyi_private_set_type: RoughDate | str | None
    _pyi_private_get_type: RoughDate | None

    descriptor_class = _RoughDateAttribute
    description = "A date as exactly as it is known"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": SORT_KEY_LENGTH + 1 + LONGEST, "null": True, "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for ours in ("max_length", "null", "blank"):
            del kwargs[ours]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> RoughDate | None:
        return None if value is None else parse(value[SORT_KEY_LENGTH + 1 :])

    def to_python(self, value: RoughDate | str | None) -> RoughDate | None:
        if not isinstance(value, str):
            return value
        try:
            return parse(value) if value else None
        except NotADate as error:
            raise ValidationError(str(error), code="not_a_date") from error

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        if isinstance(value, str):
            value = parse(value) if value else None
        return f"{value.sort_key} {value}" if isinstance(value, RoughDate) else value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")

    def formfield(self, **kwargs: Any) -> FormField | None:
        return super().formfield(**{"form_class": RoughDateFormField} | kwargs)
