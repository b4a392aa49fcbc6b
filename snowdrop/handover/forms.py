"""What a keeper, a giver, a family with a card and a host may say. All but a name may stay empty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from snowdrop.handover.claiming import MOST_CARDS, MOST_YEARS, YEARS
from snowdrop.handover.models import LONGEST_NAME, LONGEST_NOTE, LONGEST_TELLING, Envelope
from snowdrop.keepsakes.forms import PICTURES, RECORDINGS, ManyFiles, Words

_PLAIN = {"autocomplete": "off", "dir": "auto"}


class LinkForm(forms.Form):
    """A link for whoever has pictures, or was there."""

    called = forms.CharField(
        label=_("Who is it for?"),
        max_length=LONGEST_NAME,
        # Translators: an example of who may have pictures; Ward 4 is a part of a hospital, Ada a friend
        help_text=_("What you call them, such as: Ward 4, or Ada. They see this when they come."),
        error_messages={"required": _("Please type what you call them.")},
        widget=forms.TextInput(attrs=_PLAIN),
    )
    asks_for_words = forms.BooleanField(
        label=_("There may be no picture: ask them to write or say what they saw"), required=False
    )


class PutInForm(forms.Form):
    """Files for the envelope. Each is judged alone, in the view."""

    file = forms.Field(
        label=_("Photographs, films or sound recordings"),
        required=False,
        help_text=_("As many as you like. They are kept exactly as they are, and this page shows none of them."),
        widget=ManyFiles(attrs={"multiple": True, "accept": f"{PICTURES},{RECORDINGS}"}),
    )


class SealForm(forms.Form):
    """What is said with the envelope when it is closed."""

    giver = forms.CharField(
        # Translators: the name of whoever hands pictures over to a family, a person or a ward
        label=pgettext_lazy("giver", "From whom is it?"),
        max_length=LONGEST_NAME,
        help_text=_("It stands on the envelope."),
        error_messages={"required": _("Please type from whom it is, so that they know.")},
        widget=forms.TextInput(attrs=_PLAIN),
    )
    note = Words(
        LONGEST_NOTE,
        lines=3,
        label=_("A note on the envelope"),
        help_text=_("If you like. They read it before they open anything, so it says nothing of what is inside."),
    )
    telling = Words(
        LONGEST_TELLING,
        lines=6,
        label=_("What did you see?"),
        help_text=_("If you like. It lies in the envelope, closed like a picture, until they choose to read it."),
    )
    said = forms.ChoiceField(
        label=_("What did the family say?"),
        choices=Envelope.Said.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )
    said_on = forms.DateField(
        label=_("On which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please type the day as 2024-05-03.")},
    )

    def __init__(self, envelope: Envelope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].initial = envelope.called if envelope.memorial_id else ""
        self.fields["said_on"].initial = timezone.localdate()
        if envelope.memorial_id:
            # The family asked for it themselves.
            del self.fields["said"], self.fields["said_on"]
        if envelope.asks_for_words:
            self.order_fields(["telling", "giver"])

    def clean_giver(self) -> str:
        return " ".join(self.cleaned_data["giver"].split())


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code on the card"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": _("Please type the code that stands on the card.")},
    )

    def is_wrong(self) -> None:
        self.add_error(
            "code", ValidationError(_("This code opens nothing here. Please look at the letters once more."))
        )


class CardsForm(forms.Form):
    number = forms.IntegerField(label=_("How many cards?"), min_value=1, max_value=MOST_CARDS, initial=10)
    note = forms.CharField(
        label=_("What they are for"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("For yourself, such as: ward 4. No name, please."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    years = forms.IntegerField(
        label=_("For how many years is it kept, if nobody uses the card?"),
        min_value=1,
        max_value=MOST_YEARS,
        initial=YEARS,
        help_text=_("The last day is printed on the card."),
    )
