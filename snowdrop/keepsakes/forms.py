"""What a person may say of photographs. Every field of it may stay empty."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from snowdrop.dates.forms import RoughDateFormField
from snowdrop.keepsakes.models import Album, FromHospital, Keepsake, KeptAtHome, Order, Photograph, Sort, Turn
from snowdrop.keepsakes.taking import Wish
from snowdrop.memorials import agreeing, audiences, keepers
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person
from snowdrop.web.forms import Cards
from snowdrop.web.numbers import grouped

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

RECORDINGS = "video/*,audio/*,.mov,.mp4,.m4a,.3gp,.mp3,.wav,.opus,.ogg,.amr,.aac,.flac,.webm,.avi"
DOCUMENTS = "application/pdf,.pdf,application/dicom,.dcm"
PICTURES = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif,.heic,.heif,image/*"
LONGEST_CAPTION = 2_000  # characters
LONGEST_ALT = 1_000
LONGEST_TITLE = 200
LONGEST_PLACE = 300
LONGEST_TOLD = 5_000
LONGEST_PEOPLE = 1_000
LONGEST_SIGNED = 80
LONGEST_TRANSCRIPT = 50_000


class Words(forms.CharField):
    """A text of a stranger's: what no text may hold is taken out, and a limit is said in a sentence."""

    def __init__(self, longest: int, *, lines: int = 1, label: _StrOrPromise, help_text: _StrOrPromise = "") -> None:
        attrs = {"dir": "auto"}
        widget = forms.Textarea({**attrs, "rows": lines}) if lines > 1 else forms.TextInput(attrs)
        super().__init__(required=False, label=label, help_text=help_text, widget=widget)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\0", "")
        return text.encode("utf-8", "ignore").decode("utf-8").strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(
                ngettext_lazy(
                    "There is room for %(most)s character here; this has %(length)s.",
                    "There is room for %(most)s characters here; this has %(length)s.",
                    self.longest,
                ),
                params={"most": grouped(self.longest), "length": grouped(len(value))},
            )


class AudienceField(forms.TypedChoiceField):
    """Who will see this, as cards. A client may write a circle's name, such as "friends"."""

    def __init__(self, viewer: Viewer, **kwargs: Any) -> None:
        offered = audiences.choices(viewer)
        super().__init__(
            label=_("Who will see this?"),
            coerce=lambda value: Circle(int(value)),
            empty_value=None,
            required=False,
            choices=[(str(choice.circle.value), choice.title) for choice in offered],
            widget=Cards(
                sentences={choice.circle.value: choice.sentence for choice in offered},
                apart={choice.circle.value for choice in offered if not choice.is_plain},
            ),
            error_messages={"invalid_choice": _("Please choose who will see this.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        name = str(value or "").strip().upper()
        return str(Circle[name].value) if name in Circle.__members__ else super().to_python(value)


def first_audience(viewer: Viewer) -> Circle:
    """Closest first: the keepers, or for somebody else the people asked in, who see it once a keeper shows it."""
    return Circle.KEEPERS if viewer.is_keeper else Circle.FRIENDS


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class AddForm(forms.Form):
    """Pictures to add. Each file is judged alone, in the view; the form knows what goes for all of them."""

    file = forms.Field(
        # Translators: documents are PDF files: a letter, a certificate
        label=_("Photographs, films, sound recordings or documents"),
        required=False,
        help_text=_("As many as you like. They are kept exactly as they are."),
        widget=ManyFiles(attrs={"multiple": True, "accept": f"{PICTURES},{RECORDINGS},{DOCUMENTS}"}),
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Of a file that came in parts, in place of one in the form itself. Only a script sends it.
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    closes = forms.BooleanField(
        # Translators: a tick; what is closed has a cover, and each person chooses whether and when to look
        label=_("Close them: each person chooses when to look"),
        required=False,
    )

    def __init__(self, viewer: Viewer, *args: Any, drawing: bool = False, **kwargs: Any) -> None:
        """`drawing`: of a child, who signs it."""
        super().__init__(*args, **kwargs)
        first = first_audience(viewer)
        if drawing:
            first = Circle.FAMILY if viewer.circle >= Circle.FAMILY else first
            self.fields["drawn_by"] = Words(
                LONGEST_SIGNED, label=_("Drawn by"), help_text=_("As the child signs it. It may stay empty.")
            )
        self.fields["audience"] = AudienceField(viewer, initial=str(first.value))
        if not self.is_bound:
            self.fields["batch"].initial = uuid.uuid4()


class AddedForm(forms.Form):
    """What may be said of keepsakes that came together."""

    date = RoughDateFormField(label=_("When was it?"), help_text=_("It goes to those that have no date yet."))

    def __init__(self, viewer: Viewer, keepsakes: Sequence[Keepsake], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        circles = {row.audience for row in keepsakes}
        initial = str(circles.pop()) if len(circles) == 1 else ""
        self.fields["audience"] = AudienceField(viewer, initial=initial)
        if any(isinstance(row, Photograph) for row in keepsakes):
            self.fields["sort"] = forms.ChoiceField(
                # Translators: of pictures that somebody just added; the answers are "A photograph" and so on
                label=_("What are these pictures?"),
                choices=Sort.choices,
                required=False,
                widget=forms.RadioSelect,
            )
        for row in keepsakes:
            if row.is_closed:
                continue  # its words stand behind the cover
            field = Words(LONGEST_CAPTION, lines=2, label=_("A few words to it"))
            field.initial = row.caption
            self.fields[self.caption_of(row)] = field

    @staticmethod
    def caption_of(row: Keepsake) -> str:
        return f"caption-{row.pk.hex}"


class TakeForm(forms.Form):
    """What is to be in a folder that one downloads."""

    what = forms.ChoiceField(
        label=_("Which files?"),
        choices=[
            # Translators: an answer to "Which files?": the photographs and recordings as they were added
            ("originals", _("As they came")),
            # Translators: an answer to "Which files?": copies that do not tell where a picture was taken
            ("copies", _("Without the places")),
        ],
        initial="originals",
        widget=Cards(
            sentences={
                "originals": _("The untouched files. They may say where and with which camera they were taken."),
                "copies": _("The large copies that the page shows. They say nothing of places or cameras."),
            }
        ),
        error_messages={"required": _("Please choose one."), "invalid_choice": _("Please choose one.")},
    )
    # Said twice: by the tick, and by the button that says how many there are.
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, has_closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_closed:
            # Translators: a tick; closed things have a cover, and nothing of them shows before somebody looks
            self.fields["closed"] = forms.BooleanField(label=_("Also the closed ones"), required=False)

    def wish(self) -> Wish:
        return Wish(without_places=self.cleaned_data["what"] == "copies", closed=self.cleaned_data.get("closed", False))


class KeepsakeForm(forms.Form):
    """What a photograph and a recording have in common: which keepers can be seen in it."""

    def __init__(self, viewer: Viewer, keepsake: Keepsake, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = agreeing.marked(keepsake)
        self.keepers = [member.person for member in keepers.of(viewer.memorial).select_related("person")]
        if len(self.keepers) < 2:
            self.keepers = []  # nobody else could be asked
        for keeper in self.keepers:
            own = keeper == viewer.person
            label = _("You can be seen in it") if own else _("%(name)s can be seen in it") % {"name": keeper.called}
            field = forms.BooleanField(label=label, required=False, initial=keeper.pk in seen)
            if keeper.pk in seen and not own:
                field.disabled = True  # a mark is lifted by whoever it is about
                field.help_text = _("Only %(name)s can take this away.") % {"name": keeper.called}
            self.fields[self.seen_of(keeper)] = field

    @staticmethod
    def seen_of(keeper: Person) -> str:
        return f"seen-{keeper.uuid.hex}"

    def seen(self) -> dict[Person, bool]:
        """Whom the form says can be seen in it, and whom it says cannot."""
        return {keeper: self.cleaned_data[self.seen_of(keeper)] for keeper in self.keepers}


class PhotographForm(KeepsakeForm):
    """One photograph: its words, its date, how it is turned, and which keepers can be seen in it."""

    caption = Words(LONGEST_CAPTION, lines=3, label=_("A few words to it"))
    people = Words(LONGEST_PEOPLE, label=_("Who is in it"))
    date = RoughDateFormField(label=_("When it was taken"))
    alt = Words(
        LONGEST_ALT,
        lines=2,
        label=_("What is to be seen, for those who cannot see it"),
        help_text=_("If you like. One sentence is plenty, such as: two hands around a small foot."),
    )
    sort = forms.ChoiceField(label=_("What it is"), choices=Sort.choices, widget=forms.RadioSelect, required=False)
    turned = forms.TypedChoiceField(
        label=_("Turn it"), coerce=int, choices=Turn.choices, widget=forms.RadioSelect, required=False
    )

    def clean_turned(self) -> int:
        value = self.cleaned_data["turned"]
        return Turn.NONE.value if value in ("", None) else value


class RecordingForm(KeepsakeForm):
    """One recording: its words, what is said in it, its date, and which keepers can be seen or heard in it."""

    caption = Words(LONGEST_CAPTION, lines=3, label=_("A few words to it"))
    people = Words(LONGEST_PEOPLE, label=_("Who is in it"))
    date = RoughDateFormField(label=_("When it was recorded"))
    transcript = Words(
        LONGEST_TRANSCRIPT,
        lines=6,
        label=_("What is said in it, for those who cannot hear it"),
        # Translators: the two times are an example of how somebody may write them; keep their form.
        help_text=_(
            "If you like. With a time before each line, such as 0:12, the words show in the film as they are said."
        ),
    )


class DocumentForm(KeepsakeForm):
    """One document: what it is called, its words, its date, and which keepers it shows."""

    title = Words(LONGEST_TITLE, label=_("What it is called"))
    caption = Words(LONGEST_CAPTION, lines=3, label=_("A few words to it"))
    people = Words(LONGEST_PEOPLE, label=_("Whom it is about"))
    date = RoughDateFormField(label=_("When it is from"))


class NamesForm(forms.Form):
    """Which sides of a hospital's scan are to be covered, as it is shown now."""

    SIDES = (
        ("above", _("Above")),
        ("right", _("On the right")),
        ("below", _("Below")),
        ("left", _("On the left")),
    )
    STRIPS = (
        # Translators: how much of a side of a picture is covered: not at all, or so much of it
        ("0", _("Nothing")),
        ("1", _("A narrow strip")),
        ("2", _("A broader strip")),
        ("3", _("A quarter of the picture")),
    )

    def __init__(self, row: FromHospital, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quarters = getattr(row, "turned", 0) // 90
        covered = row.covered or "0000"
        # The digits go round with the picture, once for each quarter that it is turned to the right.
        shown = covered[-self.quarters :] + covered[: -self.quarters] if self.quarters else covered
        for (side, label), digit in zip(self.SIDES, shown, strict=True):
            self.fields[side] = forms.ChoiceField(label=label, choices=self.STRIPS, initial=digit, required=False)

    @property
    def covered(self) -> str:
        """What was chosen, of the picture as it came."""
        shown = "".join(self.cleaned_data[side] or "0" for side, _label in self.SIDES)
        return shown[self.quarters :] + shown[: self.quarters]


class KeptAtHomeForm(forms.ModelForm):
    """A thing at home: what it is, what somebody tells of it, where it is, and which photographs show it."""

    what = Words(LONGEST_TITLE, label=_("What it is"), help_text=_("Such as: the blanket, the band from the ward."))
    text = Words(LONGEST_TOLD, lines=5, label=_("What you would like to tell of it"))
    place = Words(
        LONGEST_PLACE,
        label=_("Where it is kept"),
        help_text=_("If you like. So that others find it one day, such as: the box on top of the wardrobe."),
    )
    pictures = forms.ModelMultipleChoiceField(queryset=Photograph.objects.none(), required=False)

    class Meta:
        model = KeptAtHome
        fields = ["what", "text", "place"]

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].required = True
        self.fields["what"].error_messages["required"] = _("Please say in a word or two what it is.")
        pictures = self.fields["pictures"]
        assert isinstance(pictures, forms.ModelMultipleChoiceField)
        pictures.queryset = Photograph.objects.visible_to(viewer)


class ManyForm(forms.Form):
    """What is said to many photographs at once. What stays empty says nothing."""

    caption = Words(LONGEST_CAPTION, lines=2, label=_("A few words to each"))
    people = Words(LONGEST_PEOPLE, label=_("Who is in them"))
    date = RoughDateFormField(label=_("When was it?"))
    over = forms.BooleanField(
        # Translators: a tick beneath words, people and a date that are said to many pictures at once
        label=_("Also where something is said already"),
        help_text=_("Without this tick they go only where there is nothing yet."),
        required=False,
    )
    turned = forms.TypedChoiceField(
        label=_("Turn each"),
        coerce=int,
        choices=[("", _("As they are now")), *((turn.value, turn.label) for turn in Turn if turn)],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_turned(self) -> int:
        return int(self.cleaned_data["turned"] or 0)


class SeenForm(forms.Form):
    """What is to be seen in one photograph, in somebody's own words. Nothing is ever made up for them."""

    alt = Words(
        LONGEST_ALT,
        lines=2,
        label=_("What is to be seen"),
        help_text=_("One sentence is plenty, such as: two hands around a small foot."),
    )


class AlbumForm(forms.Form):
    """An album: what it is called, a few words, and in which order what is in it stands."""

    title = Words(LONGEST_TITLE, label=_("What is it called?"))
    caption = Words(LONGEST_CAPTION, lines=3, label=_("A few words to it"))
    order = forms.TypedChoiceField(
        label=_("In which order?"),
        coerce=Order,
        empty_value=None,
        choices=Order.choices,
        required=False,
        widget=Cards(
            sentences={
                Order.DATE: _("What has no date stands at the end."),
                Order.HAND: _("You lay each one where it belongs."),
                Order.GENTLE: _("You lay them so. Whoever opens it is told that they can stop anywhere."),
            }
        ),
    )

    def clean_order(self) -> Order:
        chosen: Order | None = self.cleaned_data["order"]
        return chosen or Order(self.get_initial_for_field(self.fields["order"], "order") or Order.DATE)


class MakeAlbumForm(AlbumForm):
    """A new album; or one that is there, where something is to be put into one."""

    closes = forms.BooleanField(
        # Translators: a tick; what is closed has a cover, and each person chooses whether and when to look
        label=_("Close it: each person chooses when to look"),
        required=False,
    )

    def __init__(self, viewer: Viewer, theirs: Sequence[Album], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs = {str(album.pk): album for album in theirs}
        self.fields["audience"] = AudienceField(viewer, initial=str(first_audience(viewer).value))
        self.fields["album"] = forms.ChoiceField(
            label=_("Into which album?"),
            # Translators: one of the albums to choose among: one that is only made now
            choices=[("", _("A new one")), *((pk, album.title_for_lists) for pk, album in self.theirs.items())],
            required=False,
            widget=forms.RadioSelect,
        )

    def into(self) -> Album | None:
        """The album that was chosen; None where a new one is to be made."""
        return self.theirs.get(self.cleaned_data["album"])
