"""What a visitor may write beside a candle, and what the family chooses about candles."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from snowdrop.web.forms import Cards
from snowdrop.web.numbers import grouped
from snowdrop.words import text
from snowdrop.words.models import Book
from snowdrop.words.models.candle import LONGEST_LINE


class CandleForm(forms.Form):
    """Both may stay empty."""

    signed = forms.CharField(
        label=_("Your name, if you want to say it"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    line = forms.CharField(
        # Translators: one line of text that stands under a candle, a flower or a stone
        label=_("A line, if you want to write one"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def clean_signed(self) -> str:
        return text.clean_name(self.cleaned_data["signed"])

    def clean_line(self) -> str:
        typed: str = self.cleaned_data["line"]
        if not text.says_something(typed[: text.LONGEST_TEXT]):
            return ""
        line = " ".join(text.clean_text(typed).split())
        if len(line) > LONGEST_LINE:
            raise ValidationError(
                _("There is room for %(most)s characters here; this has %(length)s."),
                params={"most": grouped(LONGEST_LINE), "length": grouped(len(line))},
            )
        return line


class SignForm(forms.Form):
    """What people may leave without a word, and whether one evening in October is kept."""

    sign = forms.ChoiceField(
        label=_("What may people leave here, beside words?"),
        required=False,
        choices=Book.Sign.choices,
        widget=Cards(
            sentences={
                Book.Sign.NONE: _("Words alone."),
                Book.Sign.CANDLE: _("People light a candle. It does not go out."),
                Book.Sign.FLOWER: _("People lay a flower. It does not wither."),
                Book.Sign.STONE: _("People lay a stone. It stays."),
            }
        ),
    )
    wave_of_light = forms.BooleanField(
        label=_("Keep the Wave of Light on 15 October here"),
        help_text=_(
            "In the evening of 15 October people in many countries light a candle for children who died. From seven "
            "o’clock until midnight, by the clock of whoever reads, the candles here shine brighter and a sentence "
            "says why. Nobody is sent anything."
        ),
        required=False,
    )
