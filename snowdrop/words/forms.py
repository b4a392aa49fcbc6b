"""What a visitor may type, and what keepers choose about words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.web.forms import Cards
from snowdrop.web.numbers import grouped
from snowdrop.words import book
from snowdrop.words import text as texts
from snowdrop.words.models import Book, KindWord, Report
from snowdrop.words.models.thanks import LONGEST_THANKS
from snowdrop.words.said import Said
from snowdrop.words.text import clean_text


class _Typed(forms.CharField):
    """What was typed, exactly: Django would refuse what `text` makes fit, and cut where nothing may be cut."""

    def __init__(self, clean: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []
        self._clean = clean

    def clean(self, value: Any) -> str:
        return self._clean(str(self.to_python(value) or ""))


def _signature(typed: str) -> str:
    name = texts.clean_name(typed)
    if not name:
        raise ValidationError(_("Say who you are, so that the family knows whose words these are."), code="empty")
    return name


class WordForm(forms.Form):
    """A few words: the words themselves and a name. Nothing else is needed."""

    text = _Typed(
        texts.clean_text,
        label=_("Your words"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    signed = _Typed(
        _signature,
        label=_("Your name, as you want to sign"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    knew = _Typed(
        texts.clean_name,
        # Translators: of somebody who writes to the family of one who died
        label=_("How you know them, if you want to say it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    languages = forms.MultipleChoiceField(
        # Translators: over a list of languages, each to be ticked
        label=_("The languages you wrote in"),
        required=False,
        choices=lambda: [(code, name) for code, name in settings.LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )
    for_family_only = forms.BooleanField(
        label=_("For the family alone: nobody else is ever to read it"),
        required=False,
    )

    @property
    def said(self) -> Said:
        data: dict[str, Any] = self.cleaned_data
        return Said(data["signed"], data["text"], data["knew"], tuple(data["languages"]), data["for_family_only"])


class CardForm(WordForm):
    """What stood on a card: nobody may have signed it, and its day may not be known."""

    signed = _Typed(
        texts.clean_name,
        # Translators: of a card that somebody types in
        label=_("Who signed it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    knew = _Typed(
        texts.clean_name,
        # Translators: of whoever wrote a card to the family of one who died
        label=_("How they knew them, if you want to say it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    day = forms.DateField(
        label=_("When it came, if you know it"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no day of the calendar.")},
    )
    at_once = forms.BooleanField(
        label=_("Show it at once: it was read by me"),
        required=False,
    )
    # The same form sent again is the same card.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        # Translators: over the text field in which somebody types what stood on a card
        self.fields["text"].label = _("The words on the card")
        # Translators: over a list of languages, each to be ticked
        self.fields["languages"].label = _("The languages it is written in")
        if not self.is_bound:
            self.initial["once"] = uuid.uuid4()

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean_once(self) -> uuid.UUID:
        return self.cleaned_data["once"] or uuid.uuid4()


class _MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.person.called)


class FirstReaderForm(forms.Form):
    """Who could read first?"""

    who = forms.ChoiceField(
        label=_("Who could read first?"),
        choices=Book.FirstReader.choices,
        widget=Cards(
            sentences={
                Book.FirstReader.PERSON: _(
                    "They read everything that comes, and let in what is kind. You meet only that."
                ),
                Book.FirstReader.US: _("What comes waits until you choose to read it."),
                Book.FirstReader.NOT_NOW: _(
                    "What comes is kept and waits, and nobody reads it until you name somebody."
                ),
            }
        ),
    )
    person = _MemberField(
        label=_("Whom do you ask?"),
        queryset=Membership.objects.none(),
        required=False,
        # Translators: the first line of a list of people
        empty_label=_("Choose somebody"),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.live().filter(memorial=viewer.memorial, circle__lt=Circle.KEEPERS)
        people = self.fields["person"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = members.select_related("person").order_by("-circle", "since")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("who") == Book.FirstReader.PERSON and not data.get("person"):
            self.add_error("person", _("Choose who it is. Somebody who is not in the list has to be asked in first."))
        return data


def _circle_or_nobody(value: str) -> Circle | None:
    return Circle(int(value)) if value else None


class BookForm(forms.Form):
    """From whom words are taken, and who sees those that were let in."""

    words_from = forms.TypedChoiceField(
        label=_("Who may leave words?"),
        required=False,
        coerce=_circle_or_nobody,
        empty_value=None,
        choices=[
            # Translators: an answer to "Who may leave words?"
            ("", _("Nobody, for now")),
            *((circle.value, circle.label) for circle in book.WIDEST),
        ],
        widget=Cards(
            sentences={
                Circle.FRIENDS: _("People you asked in, and closer ones."),
                Circle.LINK: _("Whoever reads by a link you gave them, without an account."),
                Circle.PUBLIC: _("Whoever finds the page, once everyone can open it."),
            }
        ),
    )
    shown_to = forms.TypedChoiceField(
        label=_("Who sees the words that were let in?"),
        coerce=lambda value: Circle(int(value)),
        choices=[
            (circle.value, circle.label)
            for circle in (Circle.KEEPERS, Circle.FAMILY, Circle.FRIENDS, Circle.LINK, Circle.PUBLIC)
        ],
        widget=Cards(),
    )
    at_once_from = forms.TypedChoiceField(
        label=_("Whose words may show without being read first?"),
        required=False,
        coerce=_circle_or_nobody,
        empty_value=None,
        choices=[
            # Translators: an answer to "Whose words may show without being read first?"
            ("", _("Nobody’s: everything waits")),
            (Circle.FAMILY.value, Circle.FAMILY.label),
            (Circle.FRIENDS.value, Circle.FRIENDS.label),
        ],
        widget=Cards(),
    )
    hides_reported = forms.BooleanField(
        label=_("What a visitor reports is hidden until whoever reads first looked at it again"),
        required=False,
    )


class ThanksForm(forms.Form):
    """An answer to one who wrote, or to many."""

    text = forms.CharField(
        # Translators: what the family writes to those who left words
        label=_("Your answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def clean_text(self) -> str:
        text = clean_text(self.cleaned_data["text"])
        if len(text) > LONGEST_THANKS:
            raise ValidationError(
                _("There is room for %(most)s characters, and this has %(length)s. Nothing of it is gone."),
                params={"most": grouped(LONGEST_THANKS), "length": grouped(len(text))},
            )
        return text


class ThanksToManyForm(ThanksForm):
    """One text to all who had no answer yet, or to those that are ticked."""

    class To(models.TextChoices):
        # Translators: to whom a thank-you goes: people who left words
        ALL = "all", _("Everyone whose words were let in and who has no answer yet")
        CHOSEN = "chosen", _("Only those I choose")

    to = forms.ChoiceField(label=_("Who is to read it?"), choices=To.choices, initial=To.ALL, widget=Cards())

    def __init__(self, *args: Any, may_be_chosen: Collection[KindWord] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A name and an id each, no more: what is closed stays so here.
        self.fields["chosen"] = forms.MultipleChoiceField(
            # Translators: over a list of people who left words, each to be ticked
            label=_("Whom do you choose?"),
            required=False,
            choices=[(str(word.pk), word.title_for_lists) for word in may_be_chosen],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("to") == self.To.CHOSEN and not data.get("chosen") and "chosen" not in self.errors:
            self.add_error("chosen", _("Nobody is chosen yet."))
        return data

    @property
    def chosen(self) -> list[uuid.UUID] | None:
        """Whom it is for; None for all."""
        if self.cleaned_data["to"] == self.To.ALL:
            return None
        return [uuid.UUID(id) for id in self.cleaned_data["chosen"]]


class HandOverForm(forms.Form):
    """Who could read first in one's place?"""

    person = _MemberField(
        label=_("Whom do you ask?"), queryset=Membership.objects.none(), empty_label=_("Choose somebody")
    )

    def __init__(self, members: QuerySet[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["person"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = members


class ReportForm(forms.Form):
    """Something is wrong with these words. Nothing has to be said."""

    line = forms.CharField(
        label=_("What is it? You may leave this empty"),
        required=False,
        max_length=Report.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


class ListedForm(forms.Form):
    """Words at which whoever reads first wants to look twice, one a line."""

    listed = forms.CharField(
        label=_("One word, name or phrase a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto", "spellcheck": "false"}),
    )

    def clean_listed(self) -> list[str]:
        entries = [line for line in self.cleaned_data["listed"].splitlines() if line.strip()]
        if len(entries) > book.MOST_LISTED:
            raise ValidationError(
                _("There is room for %(most)s, and these are %(number)s. Nothing of it is gone."),
                params={"most": grouped(book.MOST_LISTED), "number": grouped(len(entries))},
            )
        return entries


class RemovingForm(forms.Form):
    """How far "not showing all that came the same way" reaches."""

    also_shown = forms.BooleanField(label=_("Also what shows on the page already"), required=False)
    ends_link = forms.BooleanField(label=_("End the link too: nobody comes by it any more"), required=False)

    def __init__(self, *args: Any, has_link: bool, may_end: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_link:
            del self.fields["ends_link"]
        elif not may_end:
            self.fields["ends_link"].label = _("Ask those who look after the page to end the link")
