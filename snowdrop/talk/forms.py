"""What the host may write about a line, and the country a reader may choose."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from snowdrop.talk import countries
from snowdrop.talk.models import SupportLine


class HttpsField(forms.URLField):
    """An address that is taken to begin with https:// where the host did not say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class LineForm(forms.ModelForm[SupportLine]):
    class Meta:
        model = SupportLine
        fields = [
            "kind",
            "country",
            "name",
            "about",
            "phone",
            "text_to",
            "email",
            "web",
            "hours",
            "languages",
            "written_in",
            "position",
            "source",
            "source_dated",
        ]
        # Somebody who types example.org means https, and Django 6 will think so too.
        field_classes = {"web": HttpsField}
        help_texts = {
            "phone": gettext_lazy("As it is dialled in that country. Lines that a person answers come first."),
            "hours": gettext_lazy("In the time of that country."),
            "languages": gettext_lazy("For example: English, Spanish."),
            "position": gettext_lazy("Smaller numbers stand first."),
            "source": gettext_lazy("Who says so: a website, a letter, a call."),
            "source_dated": gettext_lazy("For example: 2026."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        every = countries.all_of_them(language)
        self.fields["country"] = forms.ChoiceField(
            label=self.fields["country"].label,
            # Translators: for a helpline that works in every country.
            choices=[("", _("Any country")), *every],
            required=False,
        )
        self.initial["languages"] = ", ".join(
            countries.language_name(code, language) for code in self.instance.languages.split()
        )
        self.initial["written_in"] = countries.language_name(self.instance.written_in, language)
        self.fields["about"].widget.attrs["rows"] = 4

    def clean_languages(self) -> str:
        said = [part for part in re.split(r"[,،;]", self.cleaned_data["languages"]) if part.strip()]
        return " ".join(_code(part) for part in said)

    def clean_written_in(self) -> str:
        return _code(self.cleaned_data["written_in"])

    def clean_web(self) -> str:
        web: str = self.cleaned_data["web"]
        if web and not web.startswith(("https://", "http://")):
            raise forms.ValidationError(_("An address that begins with https:// is needed here."))
        return web


def _code(said: str) -> str:
    code = countries.language_code(said, get_language() or "en")
    if code is None:
        raise forms.ValidationError(
            _("We do not know a language called “%(said)s”. Its English name works."), params={"said": said.strip()}
        )
    return code
