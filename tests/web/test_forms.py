from django import forms

from snowdrop.web.forms import Cards
from tests.web.page import parts


class Asking(forms.Form):
    name = forms.CharField(label="Name", help_text="As you say it at home.")
    agreed = forms.BooleanField(label="This is to Wren", required=False)
    order = forms.ChoiceField(
        label="Order", choices=[("date", "By date"), ("hand", "By hand")], widget=forms.RadioSelect
    )
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


class Audience(forms.Form):
    audience = forms.ChoiceField(
        label="Who will see this?",
        choices=[("me", "Only me"), ("us", "Only us"), ("all", "Everyone")],
        widget=Cards(sentences={"me": "Nobody else, not even Theo.", "us": "You & Theo."}, apart=["all"]),
    )


def test_a_field_is_named_by_its_label_and_described_by_its_help_and_its_error():
    page = parts(str(Asking({"order": "date"})))

    [field] = page.find("input", name="name")
    [label] = page.find("label", **{"for": field["id"]})
    described = [page.text(page.by_id(name)) for name in field["aria-describedby"].split()]

    assert page.text(label) == "Name"
    assert described == ["As you say it at home.", "This field is required."]
    assert field["aria-invalid"] == "true"


def test_a_field_that_is_right_says_nothing():
    page = parts(str(Asking({"name": "Wren", "order": "date"})))

    assert page.find("ul", **{"class": "field__errors"}) == []
    assert page.find("div", role="alert") == []


def test_as_div_and_the_form_itself_are_the_same():
    form = Asking({})

    assert form.as_div() == str(form)


def test_a_tick_stands_in_its_label():
    page = parts(str(Asking()["agreed"].as_field_group()))

    [label] = page.find("label", **{"class": "tick"})
    assert page.text(label) == "This is to Wren"
    assert [tick["type"] for tick in page.find("input", within=label)] == ["checkbox"]


def test_answers_of_one_question_stand_in_a_group_that_is_named():
    page = parts(str(Asking()["order"].as_field_group()))

    [group] = page.find("fieldset")
    assert page.text(page.find("legend", within=group)[0]) == "Order"
    assert [answer["value"] for answer in page.find("input", within=group)] == ["date", "hand"]


def test_several_errors_are_listed_above_and_lead_to_their_fields():
    page = parts(str(Asking({})))

    [summary] = page.find("div", role="alert")
    links = {page.text(link): link["href"][1:] for link in page.find("a", within=summary)}
    assert list(links) == ["Name", "Order"]
    assert [page.by_id(name).tag for name in links.values()] == ["input", "fieldset"]


def test_one_error_needs_no_list():
    page = parts(str(Asking({"name": "Wren"})))

    assert page.find("a") == []
    assert [part for part in page.root.all() if part.attributes.get("role") == "alert"] == []
    [said] = page.find("ul", **{"class": "field__errors"})
    assert page.text(said) == "This field is required."


def test_one_error_of_a_field_that_nobody_sees_is_said_above():
    form = Asking({"name": "Wren", "order": "date"})
    form.add_error("draft", "This is not here any more.")
    page = parts(str(form))

    alerts = [part for part in page.root.all() if part.attributes.get("role") == "alert"]
    assert [page.text(said) for said in alerts] == ["This is not here any more."]


def test_an_error_of_the_whole_form_is_said_once():
    form = Asking({"name": "Wren", "order": "date"})
    form.add_error(None, "This link is not open any more.")
    page = parts(str(form))

    [summary] = page.find("div", role="alert")
    assert page.text(summary) == "This link is not open any more."


def test_a_hidden_field_is_there_once():
    assert len(parts(str(Asking())).find("input", name="draft")) == 1


def test_each_answer_says_what_it_means():
    page = parts(str(Audience()["audience"]))

    cards = [page.text(card) for card in page.find("label", **{"class": "card"})]
    assert cards == ["Only me Nobody else, not even Theo.", "Only us You & Theo.", "Everyone"]


def test_answers_few_people_need_are_one_press_away():
    page = parts(str(Audience()["audience"]))

    [more] = page.find("details")
    assert "open" not in more.attributes
    assert [answer["value"] for answer in page.find("input", within=more)] == ["all"]


def test_an_answer_already_given_is_never_hidden():
    page = parts(str(Audience(initial={"audience": "all"})["audience"]))

    [more] = page.find("details")
    [chosen] = page.find("input", checked="")
    assert ("open" in more.attributes, chosen["value"]) == (True, "all")


def test_what_people_typed_stays_text():
    form = Asking({"name": "<b>Wren</b>"})

    [field] = parts(str(form)).find("input", name="name")
    assert field["value"] == "<b>Wren</b>"
