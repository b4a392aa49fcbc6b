"""What somebody who writes may type, tick and choose."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snowdrop.dates.forms import RoughDateFormField
from snowdrop.keepsakes.forms import PICTURES, AudienceField, ManyFiles
from snowdrop.memorials import veil
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.models import Beloved, Name
from snowdrop.story import placing, writing
from snowdrop.story.models.moment import LONGEST_TEXT, LONGEST_TITLE
from snowdrop.web.numbers import grouped

# What no text can hold: PostgreSQL takes no NUL, XML none of these, UTF-8 no half of a pair.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class WordsField(forms.CharField):
    """A text exactly as it was typed, but for what no text can hold. It never has to be there."""

    def __init__(self, *, longest: int, too_long: Any, one_line: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.longest = longest
        self.too_long = too_long
        self.one_line = one_line

    def to_python(self, value: Any) -> str:
        text = _NO_TEXT.sub("", (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n"))
        return " ".join(text.split()) if self.one_line else text

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(self.too_long(len(value)), code="too_long")


def _text_too_long(length: int) -> str:
    # Translators: %(most)s is 100,000.
    return ngettext(
        "This is longer than one page here can hold: %(most)s characters, and there is %(over)s more. "
        "Nothing of it is gone. Perhaps it can become two.",
        "This is longer than one page here can hold: %(most)s characters, and there are %(over)s more. "
        "Nothing of it is gone. Perhaps it can become two.",
        length - LONGEST_TEXT,
    ) % {"most": grouped(LONGEST_TEXT), "over": grouped(length - LONGEST_TEXT)}


def _title_too_long(length: int) -> str:
    return _("A title can have up to %(most)s characters; this one has %(length)s. The words below can be longer.") % {
        "most": grouped(LONGEST_TITLE),
        "length": grouped(length),
    }


class PlacedField(forms.ModelMultipleChoiceField):
    """Photographs that are here already, in the order in which they were chosen."""

    def clean(self, value: Any) -> Any:
        chosen = self._ids(value)
        found = {photograph.pk: photograph for photograph in placing.placeable(chosen, self.viewer)}
        if len(found) != len(chosen):
            raise ValidationError(_("One of these photographs is not here any more."), code="gone")
        return [found[id] for id in chosen]

    viewer: Viewer

    @staticmethod
    def _ids(value: Any) -> list[uuid.UUID]:
        try:
            return list(dict.fromkeys(uuid.UUID(str(id)) for id in value or []))
        except ValueError as error:
            raise ValidationError(_("One of these photographs is not here any more."), code="gone") from error


class _BelovedField(forms.ModelMultipleChoiceField):
    def __init__(self, names: dict[uuid.UUID, str], **kwargs: Any) -> None:
        self.names = names
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Model) -> str:
        # Translators: one of several that a page is kept for, who has no name there.
        return self.names.get(obj.pk) or _("The one without a name")


class MomentForm(forms.Form):
    """A moment: words first, and nothing else is needed."""

    text = WordsField(
        longest=LONGEST_TEXT,
        too_long=_text_too_long,
        label=gettext_lazy("Write, if you like"),
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    title = WordsField(
        longest=LONGEST_TITLE,
        too_long=_title_too_long,
        one_line=True,
        label=gettext_lazy("A title, if it has one"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    date = RoughDateFormField(label=gettext_lazy("When was it?"))
    is_letter = forms.BooleanField(required=False)

    # What a draft keeps: every control of the form that holds something somebody typed or chose.
    KEPT = (
        *("text", "title", "is_letter", "about", "audience", "placed", "closes", "cover_words"),
        *("date", "date_day", "date_month", "date_year", "date_near", "date_kept", "date_off"),
    )

    def __init__(self, viewer: Viewer, *args: Any, has_photographs: bool = False, **kwargs: Any) -> None:
        """`has_photographs`: whether the moment carries some already, so that it may be without words."""
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.has_photographs = has_photographs
        beloved = list(Beloved.objects.visible_to(viewer))
        names = names_of(viewer)
        self._ask_about(beloved, names)
        self.fields["is_letter"].label = letter_label([names[one.pk] for one in beloved if one.pk in names])

    def _ask_about(self, beloved: list[Beloved], names: dict[uuid.UUID, str]) -> None:
        if len(beloved) < 2:
            return  # with one beloved there is nothing to ask
        self.fields["about"] = _BelovedField(
            names,
            # Translators: over the names of those a page is kept for, when there are several.
            label=_("Who is it about?"),
            help_text=_("Nobody chosen means all of them."),
            queryset=Beloved.objects.visible_to(self.viewer),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        pictures = self.has_photographs or said.get("placed") or said.get("photographs")
        if "text" in said and not said["text"].strip() and not pictures:
            said["text"] = ""
            self.add_error("text", ValidationError(_("There are no words here yet. There is no hurry."), code="empty"))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What the verbs of writing take."""
        names = ("text", "title", "date", "is_letter")
        return {name: self.cleaned_data[name] for name in names} | {"about": list(self.cleaned_data.get("about", []))}


class WriteForm(MomentForm):
    """A new moment, with the photographs that come with it and those who will see it."""

    closes = forms.BooleanField(
        # Translators: a tick; what is closed has a cover, and each person chooses whether and when to look
        label=gettext_lazy("Close it: each person chooses when to look"),
        required=False,
    )
    cover_words = forms.CharField(
        label=gettext_lazy("A few words on its cover"),
        required=False,
        max_length=veil.LONGEST_COVER,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        if viewer.memorial.has_pictures:
            self.fields["photographs"] = forms.Field(
                label=_("Photographs"),
                required=False,
                widget=ManyFiles(attrs={"multiple": True, "accept": PICTURES}),
            )
            self.fields["placed"] = placed = PlacedField(queryset=None, required=False)
            placed.viewer = viewer
        self.fields["audience"] = AudienceField(viewer, initial=str(writing.first_audience(viewer).value))


def names_of(viewer: Viewer) -> dict[uuid.UUID, str]:
    """What each beloved is called, as far as this viewer may know and while the name does not rest."""
    if viewer.memorial.name_rests:
        return {}
    named = Name.objects.visible_to(viewer).filter(is_chief=True).order_by("beloved__order", "-order", "-written_at")
    return dict(named.values_list("beloved", "text"))


def letter_label(names: Iterable[str]) -> str:
    name = " · ".join(names)
    if name:
        # Translators: a tick; the text is a letter to the one the page is kept for.
        return _("This is to %(name)s") % {"name": name}
    # Translators: the same tick where no name was given. No pronoun, please.
    return _("This is written to the one this page is for")
