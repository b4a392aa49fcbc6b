"""What is said of somebody: names over time, facts each with its own audience, kin in the family's order."""

from __future__ import annotations

import pytest
from django.urls import reverse

from snowdrop.memorials import about, keepings
from snowdrop.memorials.access import NotForYou, stand
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.head import head, names_for
from snowdrop.memorials.models import Beloved, Fact, Kin, Memorial, Name
from tests.memorials.conftest import seen


@pytest.fixture
def mara(client_for, keeper):
    return client_for(keeper)


def told(client, memorial) -> str:
    return client.get(reverse("memorials:about", args=[memorial.slug])).content.decode()


def address(name: str, memorial, *more) -> str:
    return reverse(f"memorials:{name}", args=[memorial.slug, *more])


def test_a_new_chief_name_takes_the_head_and_the_earlier_one_stays(keeper, beloved):
    about.name("Wren Maria", of=beloved, by=keeper, note="given later")

    assert head(keeper)["head"]["name"] == "Wren Maria"
    assert list(Name.objects.values_list("text", "is_chief")) == [("Wren Maria", True), ("Wren", False)]


def test_another_script_stands_beside_the_chief_name(keeper, beloved, memorial, mara):
    about.name("رن", of=beloved, by=keeper, is_chief=False, spoken="ren")

    assert head(keeper)["head"]["name"] == "Wren"
    page = told(mara, memorial)
    assert [text in page for text in ("Wren", "رن", "ren")] == [True, True, True]


def test_leading_with_an_earlier_name_moves_it_to_the_head(keeper, beloved):
    about.name("Robin", of=beloved, by=keeper)
    earlier = Name.objects.get(text="Wren")

    about.lead_with(earlier, by=keeper)

    assert head(keeper)["head"]["name"] == "Wren"


def test_a_name_that_rests_shows_nowhere_and_can_still_be_changed(keeper, beloved, memorial, mara):
    about.rest(by=keeper, name_rests=True, pictures_rest=False, shows_pictures=True)

    assert head(stand(Memorial.objects.get(pk=memorial.pk), keeper.person))["head"]["name"] == ""
    assert "Wren" not in told(mara, memorial)
    assert "Wren" not in mara.get("/pages/").content.decode()
    assert "Wren" in mara.get(address("change_about", memorial)).content.decode()


def test_twins_stand_at_the_head_together_and_no_number_shows(keeper):
    about.another(by=keeper, name_text="Robin")

    assert head(keeper)["head"]["name"] == "Wren · Robin"


def test_another_beloved_may_have_no_name(keeper):
    row = about.another(by=keeper)

    assert seen(row, keeper)
    assert head(keeper)["head"]["name"] == "Wren"


@pytest.mark.parametrize(
    ("kind", "starts_with"),
    [
        (Fact.Kind.HAPPENED, Circle.KEEPERS),
        (Fact.Kind.DUE, Circle.KEEPERS),
        (Fact.Kind.BORN, Circle.LINK),
        (Fact.Kind.WORDS, Circle.LINK),
    ],
)
def test_what_happened_and_the_due_date_start_with_the_keepers(fact, kind, starts_with):
    assert fact(kind).audience == starts_with


@pytest.mark.parametrize(
    ("choice", "text", "reads"),
    [
        ("died", "", "died"),
        ("born_still", "at 38 weeks", "was born still · at 38 weeks"),
        ("lived_for", "three hours", "lived for three hours"),
        ("own", "She left us in May.", "She left us in May."),
    ],
)
def test_what_happened_reads_in_the_words_that_were_chosen(mara, memorial, beloved, choice, text, reads):
    answer = mara.post(address("fact", memorial, beloved.pk, "happened"), {"choice": choice, "text": text})
    assert answer.status_code == 302

    page = mara.get(address("about", memorial))
    (one,) = page.context["told"]
    assert [said["words"] for said in one["facts"]] == [reads]


def test_where_nothing_was_chosen_nothing_is_said(mara, memorial, beloved):
    answer = mara.post(address("fact", memorial, beloved.pk, "happened"), {"choice": "", "text": ""})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "There is nothing here yet. You can also go back and leave it."
    ]
    assert list(Fact.objects.all()) == []


def test_lived_for_without_saying_how_long_is_asked_for(mara, memorial, beloved):
    answer = mara.post(address("fact", memorial, beloved.pk, "happened"), {"choice": "lived_for"})

    assert answer.context["form"].errors == {
        "text": ["Please write how long, such as: three hours. Or choose other words."]
    }


def test_saying_nothing_about_it_takes_off_what_was_said_and_it_can_be_brought_back(mara, memorial, fact, keeper):
    row = fact(Fact.Kind.HAPPENED, "in our own words")

    answer = mara.post(address("change_fact", memorial, row.pk), {"choice": "", "text": ""})

    assert answer.status_code == 302
    assert not seen(row, keeper)
    assert list(Fact.objects.put_away_for(keeper)) == [row]


def test_a_fact_that_one_keeper_keeps_to_themselves_is_in_nobody_s_way(
    client_for, second_keeper, memorial, beloved, fact, keeper
):
    mine = fact(Fact.Kind.BORN, "at night", audience=Circle.SELF)

    answer = client_for(second_keeper).post(address("fact", memorial, beloved.pk, "born"), {"text": "in the morning"})

    assert answer.status_code == 302
    assert (seen(mine, second_keeper), [row.text for row in Fact.objects.visible_to(second_keeper)]) == (
        False,
        ["in the morning"],
    )
    keepings.open_to([mine], Circle.KEEPERS, by=keeper)
    page = client_for(keeper).get(address("change_about", memorial)).content.decode()
    assert ("at night" in page, "in the morning" in page) == (True, True)


def test_a_fact_brought_back_after_it_was_said_anew_stands_beside_the_new_one(fact, keeper):
    row = fact(Fact.Kind.BORN, "in May")
    keepings.put_away(row, by=keeper)
    fact(Fact.Kind.BORN, "in June")

    keepings.bring_back(row, by=keeper)

    assert {one.text for one in Fact.objects.visible_to(keeper)} == {"in May", "in June"}


def test_saying_the_same_kind_again_changes_what_was_said(mara, memorial, beloved, fact):
    fact(Fact.Kind.BORN, "in May")

    mara.post(address("fact", memorial, beloved.pk, "born"), {"text": "in June"})

    assert [row.text for row in Fact.objects.all()] == ["in June"]


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ({"date_day": "3", "date_month": "5", "date_year": "2020"}, "3 May 2020"),
        ({"date_month": "21", "date_year": "1993"}, "spring 1993"),
        ({"date_year": "1993", "date_near": "about"}, "about 1993"),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_is_known(mara, memorial, beloved, said, reads):
    assert mara.post(address("fact", memorial, beloved.pk, "born"), said).status_code == 302

    assert reads.lower() in told(mara, memorial).lower()


def test_thirty_february_is_told_in_a_sentence(mara, memorial, beloved):
    said = {"date_day": "30", "date_month": "2", "date_year": "2021"}

    answer = mara.post(address("fact", memorial, beloved.pk, "died"), said)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"date": ["There is no 30 February. In 2021 this month has 28 days."]}


def test_a_kind_of_fact_that_there_is_not_is_not_there(mara, memorial, beloved):
    assert mara.get(address("fact", memorial, beloved.pk, "weight")).status_code == 404


def test_the_order_of_the_family_is_the_family_s_own(keeper):
    ada, eve, ida = (about.kin(name, by=keeper) for name in ("Ada", "Eve", "Ida"))

    about.sooner(ida, by=keeper)
    about.sooner(ida, by=keeper)
    about.sooner(ida, by=keeper)

    assert list(Kin.objects.visible_to(keeper)) == [ida, ada, eve]


def test_moving_goes_past_the_one_that_is_seen_before_it_not_past_one_taken_off(keeper):
    ada, eve, ida = (about.kin(name, by=keeper) for name in ("Ada", "Eve", "Ida"))
    keepings.put_away(eve, by=keeper)

    about.sooner(ida, by=keeper)

    assert list(Kin.objects.visible_to(keeper)) == [ida, ada]


def test_nothing_is_said_of_another_memorial_s_beloved(keeper, other_memorial):
    theirs = Beloved.objects.get(memorial=other_memorial)

    with pytest.raises(NotForYou):
        about.name("Eve", of=theirs, by=keeper)
    with pytest.raises(NotForYou):
        about.say(Fact.Kind.BORN, of=theirs, by=keeper, text="in May")
    assert list(Name.objects.filter(beloved=theirs).values_list("text", "is_chief")) == [("Robin", True)]


@pytest.mark.parametrize("who", ["family", "friend", "guest", "stranger", "elsewhere"])
def test_only_keepers_say_anything(request, who, beloved):
    viewer = request.getfixturevalue(who)

    for say in (
        lambda: about.name("Eve", of=beloved, by=viewer),
        lambda: about.say(Fact.Kind.BORN, of=beloved, by=viewer, text="in May"),
        lambda: about.kin("Eve", by=viewer),
        lambda: about.another(by=viewer),
        lambda: about.rest(by=viewer, name_rests=True, pictures_rest=True, shows_pictures=False),
    ):
        with pytest.raises(NotForYou):
            say()


def test_names_of_many_pages_are_asked_for_at_once(people, django_assert_num_queries):
    from snowdrop.memorials import beginning

    noor = people["noor"]
    for name in ("Wren", "Robin", "Lark"):
        beginning.begin(by=noor, name=name)
    viewers = [stand(memorial, noor) for memorial in Memorial.objects.order_by("pk")]

    with django_assert_num_queries(1):
        names = names_for(viewers)

    assert list(names.values()) == ["Wren", "Robin", "Lark"]
