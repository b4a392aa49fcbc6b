"""How forms look: the house's templates in place of Django's own, and answers as cards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.template.loader import select_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.template.backends.base import _EngineTemplate  # the stubs' own name


# Translators: opens the answers that few people need
CHOOSE_MORE_EXACTLY = _("Choose more exactly")


class HouseRenderer(BaseRenderer):
    """Takes `web/forms/…` where there is one and Django's `django/forms/…` where there is not.

    Not by the order of INSTALLED_APPS, which says nothing of this: `{{ form }}`, `{{ form.as_div }}`
    and each widget come out the same wherever they are asked for.
    """

    form_template_name = "django/forms/div.html"

    def get_template(self, template_name: str) -> _EngineTemplate:
        return select_template([template_name.replace("django/", "web/", 1), template_name])


class Cards(forms.RadioSelect):
    """One answer of a few, each a card with a sentence that says what it means.

    `sentences` belong to values; values in `apart` stand under "Choose more exactly". Both may be
    set in a form's `__init__`, where it is known who will see what.
    """

    template_name = "django/forms/widgets/cards.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        sentences: Mapping[Any, str | Promise] | None = None,
        apart: Collection[Any] = (),
        apart_label: str | Promise = CHOOSE_MORE_EXACTLY,
    ) -> None:
        super().__init__(attrs)
        self.sentences = {str(value): sentence for value, sentence in (sentences or {}).items()}
        self.apart = {str(value) for value in apart}
        self.apart_label = apart_label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        for option in options:
            option["sentence"] = self.sentences.get(str(option["value"]), "")
        apart = [option for option in options if str(option["value"]) in self.apart]
        context["widget"] |= {
            "near": [option for option in options if option not in apart],
            "apart": apart,
            "apart_label": self.apart_label,
            "apart_open": any(option["selected"] for option in apart),
        }
        return context
