"""What a person may type to come in, and about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snowdrop.people import zones
from snowdrop.people.models import Passkey, Person
from snowdrop.web import languages
from snowdrop.web.forms import Cards


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Please type your e-mail address."),
            "invalid": _("This does not look like an e-mail address. Please look at it once more."),
        },
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": "10"}),
        error_messages={"required": _("Please type the eight digits from the mail.")},
    )

    def is_wrong(self) -> None:
        self.add_error(
            "code",
            ValidationError(
                _("These are not the digits we sent, or their time is over. Look again, or let us send new ones.")
            ),
        )


class WhichForm(forms.Form):
    """Which of the people who share an address has come. The answer is their key, or None for somebody new."""

    who = forms.TypedChoiceField(
        label=_("Who are you?"),
        coerce=lambda value: None if value == "new" else int(value),
        empty_value="",
        widget=Cards,
        error_messages={"required": _("Please choose who you are."), "invalid_choice": _("Please choose who you are.")},
    )

    def __init__(self, people: Iterable[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.TypedChoiceField)
        people = list(people)
        sentences: dict[str, str | Promise] = {
            # Translators: below a person's name, so that two without one can be told apart
            str(person.pk): _("here since %(day)s") % {"day": localize(timezone.localdate(person.began_at))}
            for person in people
        }
        sentences["new"] = _("You are then somebody new here.")
        who.choices = [
            *((str(person.pk), person.called) for person in people),
            ("new", _("Somebody else, with the same address")),
        ]
        who.widget = Cards(sentences=sentences)
        who.widget.choices = who.choices


_TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}


class SheetForm(forms.Form):
    line = forms.CharField(
        label=_("A code from your sheet"),
        max_length=60,
        widget=forms.TextInput(attrs={**_TYPED, "size": "26"}),
        error_messages={"required": _("Please type one of the codes from the sheet.")},
    )

    def is_wrong(self) -> None:
        self.add_error(
            "line",
            ValidationError(_("No sheet has this code, or it was used already. Look once more, or take the next one.")),
        )


class DeviceForm(forms.Form):
    letters = forms.CharField(
        label=_("The code from the other device"),
        max_length=40,
        widget=forms.TextInput(attrs={**_TYPED, "size": "18"}),
        error_messages={"required": _("Please type the code that the other device shows.")},
    )

    def is_wrong(self) -> None:
        self.add_error(
            "letters",
            ValidationError(
                _(
                    "No device shows this code now. It is good for ten minutes and for one device: "
                    "look once more, or let the other device show a new one."
                )
            ),
        )


class PasskeyForm(forms.ModelForm[Passkey]):
    class Meta:
        model = Passkey
        fields = ["label"]
        widgets = {"label": forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"})}

    def clean_label(self) -> str:
        return " ".join(self.cleaned_data["label"].split())


class YouForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class QuietForm(forms.ModelForm[Person]):
    """In which language and time somebody reads, and what they are written to about. All of it may be left as it is."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=zones.choices, help_text=_("Hours and days are told in it.")
    )

    class Meta:
        model = Person
        fields = ["language", "time_zone", "wants_let_know", "wants_waiting", "words_mail"]
        help_texts = {
            "wants_let_know": _("Only when somebody presses a button for it. The mail does not say what is new."),
            "wants_waiting": _("Once, when the first thing waits. The mail does not say what it is."),
            "words_mail": _("The mail says nothing of the words, nor whose page it is."),
        }
        widgets = {"words_mail": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = zones.now_called(self.instance.time_zone)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        # Translators: no language of one's own is set, the browser's counts
        as_browser = ("", _("As my browser asks"))
        language.choices = [as_browser, *((one.code, one.own_name) for one in languages.offered())]


class HostForm(forms.Form):
    name = forms.CharField(
        label=_("What may we call you?"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
