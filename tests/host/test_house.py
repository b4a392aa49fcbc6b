"""Making ready: what a power cut or an earlier release left behind is mended at the next start."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from snowdrop.host import folder, house
from snowdrop.host.failure import Failure
from snowdrop.host.release import fingerprint


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def static(settings, data_folder):
    settings.STATIC_ROOT = data_folder / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    return settings.STATIC_ROOT


def test_static_files_are_collected_once_a_release(static, said):
    house._collect_static(said.append)
    house._collect_static(said.append)

    assert said == ["Preparing style sheets and fonts"]
    assert (static / ".release").read_text() == fingerprint()


def test_static_files_of_a_collecting_that_was_cut_short_are_made_anew(static, said):
    house._collect_static(said.append)
    whole = {path.name: path.read_bytes() for path in static.rglob("*.css")}
    # A power cut: names are there, contents and the note of the end are not.
    (static / ".release").unlink()
    for path in [*static.rglob("*.css"), static / "staticfiles.json"]:
        path.write_bytes(b"")

    house._collect_static(said.append)

    assert {path.name: path.read_bytes() for path in static.rglob("*.css")} == whole
    assert len(whole) > 0


def test_what_an_earlier_release_made_stays_for_pages_that_are_still_open(static, said):
    house._collect_static(said.append)
    (static / "web" / "earlier.0123456789ab.css").write_text("p {}")
    (static / ".release").write_text("an earlier release")

    house._collect_static(said.append)

    assert (static / "web" / "earlier.0123456789ab.css").read_text() == "p {}"
    assert (static / ".release").read_text() == fingerprint()


def test_a_key_that_is_there_is_never_made_anew(tmp_path):
    folder.make_folder(tmp_path / "data")
    first = (tmp_path / "data" / "secret-key").read_text()
    folder.make_folder(tmp_path / "data")

    assert (tmp_path / "data" / "secret-key").read_text() == first
    assert len(first) >= 50


def test_a_key_of_a_start_that_was_cut_short_is_made_anew(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret-key").write_text("")
    (data / "secret-key.part").write_text("half")

    folder.make_folder(data)

    assert len((data / "secret-key").read_text()) >= 50
    assert not (data / "secret-key.part").exists()


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Failure) as failure:
        folder.make_folder(tmp_path / "file" / "data")
    assert str(failure.value) == f"The data folder {tmp_path / 'file' / 'data'} cannot be made: Not a directory."


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
