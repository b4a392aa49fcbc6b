"""What a keeper may type about the page, its people and who sees what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from snowdrop.dates.forms import RoughDateFormField
from snowdrop.memorials import audiences, keepings, veil
from snowdrop.memorials.access import Viewer
from snowdrop.memorials.circles import Circle, Duty
from snowdrop.memorials.leaving import Words
from snowdrop.memorials.models import Fact, Invitation, Keeping, Kin, Membership, Memorial, Name, Successor
from snowdrop.memorials.models.beloved import Happened, Pronouns
from snowdrop.people.forms import HostForm
from snowdrop.people.models import Person
from snowdrop.web.forms import Cards
from snowdrop.web.numbers import grouped


def one_line(text: str) -> str:
    return " ".join(text.split())


class CallForm(forms.Form):
    """The only thing asked."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if len(name) > 200:
            raise ValidationError(
                _("A name can have up to 200 characters here; this one has %(length)s."),
                params={"length": grouped(len(name))},
            )
        return name


def one_name(text: str) -> str:
    """Refuse what would be a second line where a name is written into a mail or a list."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("A name stands on one line here. Please look at it once more."))
    return one_line(text)


LASTS = (
    ("7", _("A week")),
    ("30", _("A month")),
    ("91", _("Three months")),
    ("365", _("A year")),
)


def days(value: str) -> timedelta:
    return timedelta(days=int(value))


# What a companion does, said to whoever asks for it.
DUTIES = (
    (Duty.READS_FIRST.value, _("Reads what others write before you do")),
    (Duty.LOOKS_FIRST.value, _("Looks at pictures before you do")),
    (Duty.TELLS.value, _("Passes news on for you")),
    (Duty.HELPS.value, _("Helps with a gathering")),
)


def circle_cards(*circles: Circle, **more: str | Promise) -> Cards:
    """Answers to "Who are they to you?", each with what that circle sees; `more` are sentences for other values."""
    sees = {str(circle.value): lazy(audiences.what_they_see, str)(circle) for circle in circles}
    return Cards(sentences={**sees, **more})


class AskForm(forms.Form):
    """One person asked in, or several by one link."""

    HELPS = "helps"  # a friend with something to do for the family
    CIRCLES = (
        (str(Circle.KEEPERS.value), pgettext_lazy("choice", "Another parent, who looks after this page with you")),
        (str(Circle.FAMILY.value), _("Someone close")),
        (HELPS, _("Someone who helps")),
        (str(Circle.FRIENDS.value), _("A friend or relative")),
        ("link", _("Someone who only reads, without signing in")),
    )
    called = forms.CharField(
        label=_("Who is it?"),
        max_length=80,
        help_text=_("What you call them. They see this when they come."),
        error_messages={"required": _("Please type what you call them.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    circle = forms.ChoiceField(
        label=_("Who are they to you?"),
        choices=CIRCLES,
        initial=str(Circle.FRIENDS.value),
        widget=circle_cards(
            Circle.KEEPERS,
            Circle.FAMILY,
            Circle.FRIENDS,
            helps=_("They see what you show to “People we asked in”, and do for you what you choose below."),
            link=_("They see what you show to “Anyone with the link”."),
        ),
    )
    own_name = forms.CharField(
        label=_("And what do they call you?"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    duties = forms.MultipleChoiceField(
        label=_("May they do something for you?"), required=False, choices=DUTIES, widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label=_("Their e-mail, if a mail should go to them"),
        required=False,
        max_length=254,
        help_text=_("One mail with your name and the link. It says nothing of the page."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"invalid": _("This does not look like an e-mail address. Please look at it once more.")},
    )
    uses = forms.IntegerField(
        label=_("How many people is it for?"),
        required=False,
        min_value=1,
        max_value=Invitation.MOST,
        help_text=_("Left empty, for one. A link for several lets in whoever has it, until so many have come."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "4", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Please type a number."),
            "min_value": _("It is for one person or more."),
            "max_value": _("One link lets in up to 200 people. You can make a second one."),
        },
    )
    lasts = forms.TypedChoiceField(
        label=_("How long does the link work?"),
        required=False,
        coerce=days,
        empty_value=None,
        choices=[("", _("A month")), *((value, label) for value, label in LASTS if value != "30")],
        help_text=_("A link only to read works until you end it, if you choose no other time."),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer.person is not None and viewer.person.name:
            del self.fields["own_name"]

    def clean_called(self) -> str:
        return one_name(self.cleaned_data["called"])

    def clean_own_name(self) -> str:
        return one_name(self.cleaned_data["own_name"])

    def clean_uses(self) -> int:
        return self.cleaned_data["uses"] or 1

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("circle") == self.HELPS:
            said["circle"] = str(Circle.FRIENDS.value)
            if not said.get("duties"):
                self.add_error("duties", _("Please choose what they do for you."))
        if said.get("uses", 1) > 1 and said.get("circle") == str(Circle.KEEPERS.value):
            self.add_error("uses", _("Whoever looks after the page with you is asked alone, with a link of their own."))
        elif said.get("uses", 1) > 1 and said.get("circle") == "link":
            self.add_error("uses", _("A link to read is for one name, so that it can be ended alone."))
        return said


class LinksForm(forms.Form):
    """Names, one a line; a link to read for each."""

    MOST = 50

    names = forms.CharField(
        label=_("Who are they for?"),
        max_length=MOST * 81,
        help_text=_("One name a line. Each gets a link of their own, which you can end alone."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "autocomplete": "off"}),
        error_messages={
            "required": _("Please type one name or more."),
            "max_length": _("This is more than fits here. Up to 50 names at once."),
        },
    )
    lasts = forms.TypedChoiceField(
        label=_("How long do the links work?"),
        required=False,
        coerce=days,
        empty_value=None,
        choices=[("", _("Until you end them")), *LASTS],
    )

    def clean_names(self) -> list[str]:
        names = [name for line in self.cleaned_data["names"].splitlines() if (name := one_line(line))]
        if len(names) > self.MOST:
            raise ValidationError(_("This is more than fits here. Up to 50 names at once."))
        for name in names:
            if len(name) > 80:
                raise ValidationError(
                    _("A name can have up to 80 characters here; one of these has %(length)d."),
                    params={"length": len(name)},
                )
        return names


class ComeInForm(HostForm):
    """What somebody who was asked in says when they come: what they are called, and whether to write to them."""

    may_write = forms.BooleanField(
        label=_("You may write to me when there is something new"),
        required=False,
        help_text=_(
            "Only when somebody presses a button for it, and the mail does not say what is new. You can change this at "
            "any time, under “What may reach you”."
        ),
    )

    def __init__(self, person: Person | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None and (person.wants_let_know or person.mail_rests):
            del self.fields["may_write"]  # they said already what they want
        elif person is None or not person.email:
            self.fields["may_write"].help_text = _(
                "Only when somebody presses a button for it, and the mail does not say what is new. It needs an e-mail "
                "address, which you can add later under “You”. You can change this at any time, under “What may reach "
                "you”."
            )


class KnockForm(forms.Form):
    """Where somebody would like to come in, and who they are."""

    where = forms.CharField(
        label=_("The address of the page, or a link you were given"),
        max_length=2_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Please paste the address or the link.")},
    )
    says = forms.CharField(
        label=_("Who are you?"),
        max_length=200,
        help_text=_("One line, for the people who look after the page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={
            "required": _("Please write in a few words who you are."),
            "max_length": _("One line is enough: up to 200 characters."),
        },
    )

    def clean_says(self) -> str:
        return one_line(self.cleaned_data["says"])


class LetInForm(forms.Form):
    circle = forms.TypedChoiceField(
        label=_("Who are they to you?"),
        coerce=lambda value: Circle(int(value)),
        choices=[
            (str(Circle.FAMILY.value), _("Someone close")),
            (str(Circle.FRIENDS.value), _("A friend or relative")),
        ],
        widget=circle_cards(Circle.FAMILY, Circle.FRIENDS),
        initial=str(Circle.FRIENDS.value),
    )


class MemberForm(forms.Form):
    circle = forms.TypedChoiceField(
        label=_("Who are they to you?"),
        coerce=lambda value: Circle(int(value)),
        choices=[
            (str(Circle.FAMILY.value), _("Someone close")),
            (str(Circle.FRIENDS.value), _("A friend or relative")),
        ],
        widget=circle_cards(Circle.FAMILY, Circle.FRIENDS),
    )
    duties = forms.TypedMultipleChoiceField(
        label=_("May they do something for you?"),
        required=False,
        coerce=Duty,
        choices=DUTIES,
        widget=forms.CheckboxSelectMultiple,
    )
    is_trusted = forms.BooleanField(label=_("What this person adds shows at once"), required=False)


class LetKnowForm(forms.Form):
    members = forms.ModelMultipleChoiceField(
        label=_("Whom would you like to let know?"),
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Nobody is chosen. That is fine too: nothing was sent.")},
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        reachable = Membership.objects.live().filter(memorial=viewer.memorial, person__email__isnull=False)
        field.queryset = reachable.exclude(person=viewer.person).select_related("person").order_by("since")
        field.label_from_instance = lambda member: member.person.called  # type: ignore[assignment]


class AudienceForm(forms.Form):
    """Who will see these: one of the circles this person may open all of them to.

    For what is all their own also "Only me", and whom else to let in there.
    """

    audience = forms.TypedChoiceField(
        label=_("Who will see this?"),
        coerce=lambda value: Circle(int(value)),
        error_messages={"required": _("Please choose who will see this.")},
    )
    readers = forms.ModelMultipleChoiceField(
        label=_("Let somebody else read it too"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, viewer: Viewer, things: Collection[Keeping], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

        def may(circle: Circle) -> bool:
            return all(keepings.may_open_to(thing, circle, by=viewer) for thing in things)

        self.offered = [choice for choice in audiences.choices(viewer) if may(choice.circle)]
        self.may_widen = may(Circle.PUBLIC)
        audience = self.fields["audience"]
        assert isinstance(audience, forms.TypedChoiceField)
        audience.choices = [(str(choice.circle.value), choice.title) for choice in self.offered]
        audience.widget = Cards(
            sentences={str(choice.circle.value): choice.sentence for choice in self.offered},
            apart=[str(choice.circle.value) for choice in self.offered if not choice.is_plain],
        )
        audience.widget.choices = audience.choices
        if not self.may_widen:
            audience.error_messages["invalid_choice"] = _(
                "Only whoever added it may show it to more people. You may show it to fewer."
            )
        if not may(Circle.SELF):
            del self.fields["readers"]
            return
        readers = self.fields["readers"]
        assert isinstance(readers, forms.ModelMultipleChoiceField)
        members = Membership.objects.live().filter(memorial=viewer.memorial).exclude(person=viewer.person)
        readers.queryset = members.select_related("person").order_by("since")
        readers.label_from_instance = lambda member: member.person.called  # type: ignore[assignment]


class CoverForm(forms.Form):
    """What stands on the cover of something closed."""

    words = forms.CharField(
        label=_("A few words on its cover"),
        help_text=_(
            "If you like, such as: “Wren’s hands, in ours”. Whoever comes by it reads them before they choose."
        ),
        required=False,
        max_length=veil.LONGEST_COVER,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    with_it = forms.BooleanField(
        # Translators: a tick where a text or an album is closed: close what is in it as well
        label=_("What is in it too"),
        required=False,
    )


class GentleForm(forms.Form):
    """What somebody who looked says of it, for those who have not."""

    gentle = forms.CharField(
        label=_("What it shows, gently"),
        help_text=_("For those who have not looked. Such as: a white hat, eyes closed, peaceful."),
        required=False,
        max_length=veil.LONGEST_GENTLE,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class NameForm(forms.ModelForm[Name]):
    text = forms.CharField(
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Please type the name.")},
    )

    class Meta:
        model = Name
        fields = ["text", "note", "spoken", "is_chief"]
        labels = {"is_chief": _("Put it at the head of the page")}
        help_texts = {
            "note": _("Such as: what we said before we had chosen; the name given later; in Grandmother’s script."),
            "spoken": _("For those who read it and do not know how it sounds."),
        }

    def clean_text(self) -> str:
        name = one_line(self.cleaned_data["text"])
        if len(name) > 200:
            raise ValidationError(
                _("A name can have up to 200 characters here; this one has %(length)s."),
                params={"length": grouped(len(name))},
            )
        return name


class FactForm(forms.Form):
    """One fact: the fields depend on what kind it is. Every one of them may stay empty but one."""

    date = RoughDateFormField(label=_("When"), required=False)
    choice = forms.ChoiceField(label=_("Our words"), required=False, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In our own words"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, kind: str, *args: Any, is_said: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.is_said = is_said  # then all of it may be emptied: it is taken off the page
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)
        if kind in Fact.DATES:
            del self.fields["choice"]
            self.fields["text"].label = _("What it was") if kind == Fact.Kind.OTHER_DATE else _("A few words to it")
        elif kind == Fact.Kind.HAPPENED:
            del self.fields["date"]
            choice.choices = Happened.choices
        elif kind == Fact.Kind.PRONOUNS:
            del self.fields["date"]
            choice.choices = Pronouns.choices
        else:
            del self.fields["date"]
            del self.fields["choice"]
            self.fields["text"].label = Fact.Kind(kind).label

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("choice") == Happened.LIVED_FOR and not said.get("text"):
            raise ValidationError({"text": _("Please write how long, such as: three hours. Or choose other words.")})
        if not self.errors and not self.is_said and not any(said.values()):
            raise ValidationError(_("There is nothing here yet. You can also go back and leave it."))
        return said


class KinForm(forms.ModelForm[Kin]):
    class Meta:
        model = Kin
        fields = ["name", "relation", "is_child"]
        help_texts = {
            "relation": _("In your own words, such as: brother, born after; twin sister; Grandmother."),
            "is_child": _("Pictures that name them go beyond your closest people only when you say so once more."),
        }
        error_messages = {"name": {"required": _("Please type the name.")}}

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class LeaveAllForm(forms.Form):
    """What becomes of one's words. Neither answer is given beforehand."""

    words = forms.TypedChoiceField(
        label=_("What becomes of your words and photographs?"),
        coerce=Words,
        choices=[
            (Words.STAY.value, _("My words stay, without my name")),
            (Words.GO.value, _("My words go with me")),
        ],
        widget=Cards(
            sentences={
                Words.STAY.value: _("What you added stays where it is, for those who can read it now."),
                Words.GO.value: _(
                    "What you added leaves every page at once and is deleted for good after thirty days. Names, dates "
                    "and family stay on a page that others belong to."
                ),
            }
        ),
        error_messages={
            "required": _("Please choose what becomes of your words."),
            "invalid_choice": _("Please choose what becomes of your words."),
        },
    )

    def __init__(self, *args: Any, can_stay: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_stay:
            words = cast(forms.TypedChoiceField, self.fields["words"])
            words.choices = [(Words.GO.value, _("My words go with me"))]


class RestForm(forms.Form):
    name_rests = forms.BooleanField(
        label=_("The name rests for a while"),
        required=False,
        help_text=_("No page shows it. It is kept, and comes back when you take this mark away."),
    )
    pictures_rest = forms.BooleanField(
        label=_("The pictures rest for a while"),
        required=False,
        help_text=_("No page shows a picture. All are kept."),
    )
    no_pictures = forms.BooleanField(
        label=_("Show no pictures"),
        required=False,
        help_text=_("There is then no room for pictures, and nothing asks for any."),
    )


class DiscreetForm(forms.ModelForm[Memorial]):
    """Whether others at the same phone or computer may meet the name."""

    class Meta:
        model = Memorial
        fields = ["name_in_title"]


class CompositionForm(forms.ModelForm[Memorial]):
    """What else everyone may meet, beside what was opened to them. Nothing is ticked until somebody ticks it."""

    class Meta:
        model = Memorial
        fields = ["names_people", "may_be_found", "has_preview", "has_feed"]
        help_texts = {
            "names_people": _("Otherwise no names of people stand there, but those within a text or a caption."),
            "may_be_found": _("They keep copies, which can stay there for weeks after you close it. Never pictures."),
            "has_preview": _("As far as everyone sees them. Otherwise such a message says “A page”."),
            "has_feed": _("Whoever follows it gets each text that everyone can read, and keeps a copy."),
        }


class SuccessorForm(forms.Form):
    """Somebody to keep the page later: one who is here, or one who comes by a link."""

    member = forms.ModelChoiceField(
        label=_("Somebody who is here"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        blank=True,
        initial="",
        # Translators: an answer to "Somebody who is here".
        empty_label=_("Somebody else"),
    )
    called = forms.CharField(
        label=_("Or somebody else: what do you call them?"),
        max_length=80,
        required=False,
        help_text=_("You get a link to give to them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    waits = forms.TypedChoiceField(
        label=_("How long do they wait once they ask?"),
        coerce=int,
        choices=Successor.Waits.choices,
        initial=Successor.Waits.MONTH,
        widget=forms.RadioSelect,
        help_text=_("In this time each of you hears of it, and each of you can say no."),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        here = Membership.objects.live().filter(memorial=viewer.memorial, circle__lt=Circle.KEEPERS)
        field.queryset = here.select_related("person").order_by("since")
        field.label_from_instance = lambda member: member.person.called  # type: ignore[assignment]
        if not here.exists():
            del self.fields["member"]

    def clean_called(self) -> str:
        return one_line(self.cleaned_data["called"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said.setdefault("member", None)
        if said["member"] is None and not said.get("called") and not self.errors:
            raise ValidationError({"called": _("Please choose somebody, or type what you call them.")})
        return said
