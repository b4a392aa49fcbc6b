"""What a visitor may type, and what keepers choose about words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership
from snowdrop.web.forms import Cards
from snowdrop.words import book
from snowdrop.words import text as texts
from snowdrop.words.models import Book
from snowdrop.words.said import Said


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
