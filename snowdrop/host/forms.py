"""What a host may choose."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from snowdrop.config.models import House
from snowdrop.web.forms import Cards


class HouseForm(forms.ModelForm[House]):
    class Meta:
        model = House
        fields = ["name", "welcome", "contact", "who_may_begin", "shows_mark"]
        widgets = {"who_may_begin": Cards(), "welcome": forms.Textarea(attrs={"rows": 4})}


class WayBackForm(forms.Form):
    """Whom to help back in: looked for by the whole name or the whole address, then chosen."""

    who = forms.CharField(
        label=_("Their name or address"),
        max_length=254,
        help_text=_("The whole of it, as it stands here."),
        error_messages={"required": _("Please type the name or the address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def clean_who(self) -> str:
        return " ".join(self.cleaned_data["who"].split())


class TextsForm(forms.ModelForm[House]):
    """The host's own words in place of ours, and whom to tell."""

    class Meta:
        model = House
        fields = ["safeguarding", "privacy", "keeping", "erasure"]
        widgets = {name: forms.Textarea(attrs={"rows": 8, "dir": "auto"}) for name in ("privacy", "keeping", "erasure")}
        help_texts = {
            "safeguarding": _("A name or a role, and a telephone number or an address. Everybody can read it."),
            "privacy": _("Where this stays empty, our own text stands there."),
            "keeping": _("Where this stays empty, our own text stands there."),
            "erasure": _("Where this stays empty, our own text stands there."),
        }


class MarkForm(forms.Form):
    file = forms.FileField(
        label=_("A small picture"),
        help_text=_("PNG, JPEG or WebP. Everybody can see it."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={
            "required": _("No picture was chosen yet."),
            "missing": _("No picture was chosen yet."),
            "empty": _("This file is empty."),
        },
    )


class CardForm(forms.Form):
    note = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=120,
        help_text=_("For yourself, such as: ward 4. No name, please."),
    )
