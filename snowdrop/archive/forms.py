"""What a keeper may send to be brought in, and say of it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes.forms import ManyFiles

MOST_PARTS = 30


class BringForm(forms.Form):
    file = forms.Field(
        label=_("A packed folder (ZIP)"),
        required=False,  # told by its own sentence
        help_text=_(
            "An export of Instagram too. If it came in several parts, choose them all together. "
            "Nothing shows before you have seen what would come."
        ),
        widget=ManyFiles(attrs={"multiple": True, "accept": ".zip,application/zip"}),
    )

    def clean_file(self) -> list[object]:
        files: list[object] = self.cleaned_data["file"]
        if not files:
            raise ValidationError(_("No packed folder was chosen yet."))
        if len(files) > MOST_PARTS:
            raise ValidationError(_("These are more parts than can be brought in at once. Please choose 30 at most."))
        return files


class WordsForm(forms.Form):
    """A file with words that came elsewhere."""

    file = forms.Field(
        label=_("A file with words"),
        required=False,  # told by its own sentence
        # Translators: .zip, .txt, .mbox, .eml, .json and .csv are ends of names of files
        help_text=_(
            "A chat that WhatsApp exported (.zip or .txt), mails (.mbox or .eml), an export of Facebook as JSON "
            "(.zip), a text (.txt) or a table (.csv)."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.txt,.mbox,.eml,.json,.csv,text/*"}),
    )

    def clean_file(self) -> object:
        if self.cleaned_data["file"] is None:
            raise ValidationError(_("No file was chosen yet."))
        return self.cleaned_data["file"]


class AfterForm(forms.Form):
    day = forms.DateField(
        label=_("Only what came on this day or after it"),
        required=False,
        help_text=_("Leave it empty to bring in all of it."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no day of the calendar.")},
    )
