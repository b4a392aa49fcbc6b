"""`snowdrop envelope`: a stick or a disc goes into a sealed envelope, and what is damaged is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from snowdrop.handover import claiming, giving
from snowdrop.handover.models import Enclosed, Envelope
from snowdrop.host import command
from snowdrop.host.failure import Failure
from snowdrop.keepsakes.models import Photograph
from snowdrop.storage.models import Original
from tests.conftest import MATERIAL
from tests.keepsakes.conftest import jpeg

pytestmark = pytest.mark.django_db

NO_PICTURE = "This is not a photograph we can show. JPEG, PNG, WebP, GIF, AVIF and HEIC can be added."


@pytest.fixture
def run(memorial, capsys):
    def ran(*arguments: object) -> str:
        command._app(["envelope"])(["envelope", *(str(one) for one in arguments)], standalone_mode=False)
        return capsys.readouterr().out

    return ran


@pytest.fixture
def stick(tmp_path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(jpeg(1))
    (folder / "half.jpg").write_bytes((MATERIAL / "hostile" / "truncated.jpg").read_bytes())
    (folder / "notes.txt").write_text("Hello")
    return folder


def test_a_dry_run_says_what_would_be_put_in_and_changes_nothing(run, stick, memorial):
    out = run(stick, "--memorial", memorial.slug, "--from", "Ada", "--dry-run")

    assert out.splitlines() == [
        f"notes.txt: {NO_PICTURE}",
        "half.jpg: its end is missing: only a part can be shown",
        "2 files would be put in.",
    ]
    assert (Envelope.objects.count(), Original.objects.count()) == (0, 0)


def test_a_stick_is_put_in_and_sealed_and_nobody_sees_any_of_it(run, stick, memorial):
    out = run(stick, "--memorial", f"https://pages.example.org/m/{memorial.slug}/", "--from", "Ada", "--json")

    assert json.loads(out) == {
        "dry_run": False,
        "put_in": 2,
        "damaged": ["half.jpg"],
        "not_taken": [{"name": "notes.txt", "reason": NO_PICTURE}],
    }
    row = Envelope.objects.get()
    assert (row.memorial, row.giver, row.is_sealed, row.enclosed.count()) == (memorial, "Ada", True, 2)
    assert (row.digest_is_right(), Photograph.objects.count()) == (True, 0)


def test_by_the_code_of_a_card_it_says_what_the_parents_said_and_goes_in_once(run, stick):
    [card] = claiming.make_cards(1, by=None)

    run(stick, "--card", card.code, "--from", "Ward 4", "--consent", "hold", "--on", "2024-05-03", "--note", "Warmly")

    row = Envelope.objects.get()
    assert (row.said, str(row.said_on), row.note, row.is_sealed) == ("hold", "2024-05-03", "Warmly", True)
    with pytest.raises(Failure, match=r"^This envelope is closed and handed over\.$"):
        run(stick, "--card", card.code, "--from", "Ward 4", "--consent", "hold")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{stick}", "--from", "Ada"], "Name either --memorial or --card."),
        (["{stick}", "--from", "Ada", "--card", "XXX", "--memorial", "a"], "Name either --memorial or --card."),
        (["{stick}", "--from", "Ada", "--memorial", "nowhere"], "There is no memorial at nowhere."),
        (["{stick}/missing", "--from", "Ada", "--memorial", "{slug}"], "There is nothing at {stick}/missing."),
        (
            ["{stick}/notes.txt", "--from", "Ada", "--memorial", "{slug}"],
            "Nothing could be put into the envelope, so it was not closed.",
        ),
        (["{stick}", "--from", " ", "--memorial", "{slug}"], "Say with --from who hands it over."),
        (["{stick}", "--from", "Ada", "--card", "XXX", "--consent", "hold"], "No card has this code, or it was used."),
        (
            ["{stick}", "--from", "Ada", "--card", "XXX"],
            "Say with --consent what the parents said: agreed, hold or could-not-ask.",
        ),
    ],
)
def test_a_failure_is_one_clear_line(arguments, sentence, run, stick, memorial):
    said = {"stick": stick, "slug": memorial.slug}

    with pytest.raises(Failure) as failed:
        run(*(one.format(**said) for one in arguments))

    assert str(failed.value) == sentence.format(**said)
    assert not Envelope.objects.to_be_filled().exists()


def test_where_nothing_could_be_put_in_the_card_stays_good(run, stick):
    [card] = claiming.make_cards(1, by=None)

    with pytest.raises(Failure):
        run(stick / "notes.txt", "--card", card.code, "--from", "Ward 4", "--consent", "agreed")

    assert (giving.may_be_filled(claiming.find(card.code)), Enclosed.objects.count()) == (True, 0)
