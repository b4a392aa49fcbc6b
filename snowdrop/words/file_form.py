"""The one file that may come with words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from snowdrop.keepsakes.forms import PICTURES
from snowdrop.memorials.access import Viewer

VOICES = "audio/*,.m4a,.mp3,.wav,.opus,.ogg,.amr,.aac,.flac"


class EnclosureForm(forms.Form):
    """The file is judged in the view, by whoever opens it in the cage."""

    file = forms.Field(
        label=_("A picture or a voice message, if you want to send one along"),
        required=False,
        help_text=_("One of them. It stays covered until somebody chooses to look."),
        widget=forms.FileInput(attrs={"accept": f"{PICTURES},{VOICES}"}),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not viewer.memorial.shows_pictures:
            file = self.fields["file"]
            file.label, file.help_text = _("A voice message, if you want to send one along"), ""
            file.widget.attrs["accept"] = VOICES
