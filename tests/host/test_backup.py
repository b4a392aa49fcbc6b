"""A backup counts when it was restored, and what was cut short is never taken for one."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.host.conftest import URL, House

COUNTS = """
from snowdrop.story.models import Moment
from snowdrop.keepsakes.models import Photograph
from snowdrop.people.models import Person, Session
answer = [Person.objects.count(), Moment.objects.count(), Photograph.objects.count(), Session.objects.count()]
"""

PHOTOGRAPHS = "from snowdrop.keepsakes.models import Photograph\nanswer = [p.pk for p in Photograph.objects.all()]"

LET_GO = """
from datetime import timedelta
from django.utils import timezone
from snowdrop.config.models import House
from snowdrop.memorials import reaper
from snowdrop.keepsakes.models import Photograph
now = timezone.now()
House.objects.update_or_create(pk=1, defaults={"reaper_ran_at": now})
long_ago = now - timedelta(days=31)
Photograph.objects.filter(pk=PHOTOGRAPH).update(put_away_at=long_ago, let_go_at=long_ago)
answer = reaper.reap(at=now + timedelta(hours=1))
"""


def files_of(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_was_backed_up_comes_back_the_same(lived_in, new_house, tmp_path):
    house, _made = lived_in
    said = json.loads(house.run("backup", "--to", str(tmp_path / "backups"), "--json").stdout)
    empty = new_house("restored")

    done = empty.run("restore", str(tmp_path / "backups"))

    assert (said["originals"], said["new_originals"], done.returncode, done.stderr) == (2, 2, 0, "")
    assert empty.ask(COUNTS) == [1, 5, 2, 0]  # nobody is signed in afterwards
    assert files_of(empty.data / "originals") == files_of(house.data / "originals")
    assert (empty.data / "secret-key").read_text() == (house.data / "secret-key").read_text()
    report = json.loads(empty.run("check", "--deep", "--json").stdout)
    assert [finding for finding in report["findings"] if finding["state"] == "broken"] == []


def test_a_second_backup_copies_only_new_originals_and_leaves_the_first_alone(lived_in, tmp_path):
    house, _made = lived_in
    to = tmp_path / "backups"
    first = json.loads(house.run("backup", "--to", str(to), "--json").stdout)
    before = files_of(to)

    second = json.loads(house.run("backup", "--to", str(to), "--json").stdout)

    assert (first["new_originals"], second["new_originals"], second["originals"]) == (2, 0, 2)
    after = files_of(to)
    assert {name: after[name] for name in before} == before
    assert sorted(path.name for path in to.iterdir() if path.name != ".lock") == sorted(
        [Path(first["folder"]).name, Path(second["folder"]).name, "originals"]
    )


def test_what_was_deleted_for_good_since_stays_deleted(lived_in, new_house, tmp_path):
    house, made = lived_in
    house.run("backup", "--to", str(tmp_path / "backups"))
    gone, stays = made["photographs"]
    assert house.ask(f"PHOTOGRAPH = {gone!r}\n" + LET_GO) == 1
    empty = new_house("restored")

    done = empty.run("restore", str(tmp_path / "backups"), "--let-go", str(house.data / "let-go.jsonl"), "--json")

    assert json.loads(done.stdout)["stayed_deleted"] == 1
    assert empty.ask(PHOTOGRAPHS) == [stays]
    assert sorted(files_of(empty.data / "originals")) == sorted(files_of(house.data / "originals"))
    assert (empty.data / "let-go.jsonl").read_text() == (house.data / "let-go.jsonl").read_text()


def test_an_older_backup_brings_nothing_back_that_a_newer_one_knows_to_be_deleted(lived_in, new_house, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    first = json.loads(house.run("backup", "--to", str(to), "--json").stdout)
    gone, stays = made["photographs"]
    assert house.ask(f"PHOTOGRAPH = {gone!r}\n" + LET_GO) == 1
    house.run("backup", "--to", str(to))
    empty = new_house("restored")

    done = empty.run("restore", str(to), "--at", Path(first["folder"]).name, "--json")

    assert json.loads(done.stdout)["stayed_deleted"] == 1
    assert empty.ask(PHOTOGRAPHS) == [stays]
    assert sorted(files_of(empty.data / "originals")) == sorted(files_of(house.data / "originals"))
    assert (empty.data / "let-go.jsonl").read_text() == (house.data / "let-go.jsonl").read_text()


def test_a_restore_says_until_when_it_knows_of_deletions_and_how_to_give_it_later_ones(lived_in, new_house, tmp_path):
    house, made = lived_in
    made_at = Path(json.loads(house.run("backup", "--to", str(tmp_path / "backups"), "--json").stdout)["folder"]).name
    assert house.ask(f"PHOTOGRAPH = {made['photographs'][0]!r}\n" + LET_GO) == 1
    record = str(house.data / "let-go.jsonl")

    without = new_house("without").run("restore", str(tmp_path / "backups"))
    given = new_house("given").run("restore", str(tmp_path / "backups"), "--let-go", record)

    day, clock = made_at[:10], f"{made_at[11:13]}:{made_at[13:15]}"
    assert without.stdout.splitlines()[-1] == (
        f"What was deleted for good after {day} {clock} UTC is not known to these backups. If the old data folder "
        "is still there, restore once more into an empty folder and add: --let-go OLD/let-go.jsonl"
    )
    assert "is not known" not in given.stdout


def originals_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "originals").rglob("*") if path.is_file())


def said_of(house: House, to: Path, *more: str) -> dict[str, Any]:
    return json.loads(house.run("backup", "--to", str(to), "--json", *more).stdout)


def long_ago(house: House) -> None:
    """Let what was deleted for good have been so for thirty-one days, for whoever reads the record."""
    record = house.data / "let-go.jsonl"
    entries = [json.loads(line) for line in record.read_text().splitlines()]
    for entry in entries:
        entry["gone_at"] = (datetime.fromisoformat(entry["gone_at"]) - timedelta(days=31)).isoformat()
    record.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def test_an_original_deleted_for_good_leaves_the_backups_thirty_days_later(lived_in, new_house, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    first = Path(said_of(house, to)["folder"]).name
    gone, stays = made["originals"]
    assert house.ask(f"PHOTOGRAPH = {made['photographs'][0]!r}\n" + LET_GO) == 1

    soon = said_of(house, to)
    there_still = originals_in(to)
    long_ago(house)
    later = said_of(house, to)

    assert (soon["removed_originals"], there_still) == (0, sorted([gone, stays]))
    assert (later["removed_originals"], later["removed_backups"], originals_in(to)) == (1, 0, [stays])
    again = new_house("restored").run("restore", str(to), "--at", first, "--json")  # it still has the row
    assert (again.returncode, json.loads(again.stdout)["missing"]) == (0, [])


def test_what_another_photograph_still_needs_stays_in_the_backups(lived_in, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    house.ask(
        "from snowdrop.keepsakes.models import Photograph\n"
        f"second = Photograph.objects.get(pk={made['photographs'][0]!r})\n"
        "import uuid; second.pk = uuid.uuid4(); second.save(force_insert=True)"
    )
    said_of(house, to)
    assert house.ask(f"PHOTOGRAPH = {made['photographs'][0]!r}\n" + LET_GO) == 1
    long_ago(house)

    later = said_of(house, to)

    assert (later["removed_originals"], originals_in(to)) == (0, sorted(made["originals"]))


def test_an_original_that_only_an_older_backup_still_has_stays_while_that_one_does(lived_in, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    said_of(house, to)
    # Gone without a record of it, as in a house that was brought back from somewhere else.
    house.ask(
        "from snowdrop.keepsakes.models import Photograph\nfrom snowdrop.keepsakes import reaping\n"
        f"Photograph.objects.get(pk={made['photographs'][0]!r}).delete()\n"
        f"reaping.forget_unnamed({made['originals'][0]!r})"
    )

    said_of(house, to)
    with_both = originals_in(to)
    last = said_of(house, to, "--keep", "1")

    assert with_both == sorted(made["originals"])
    assert (last["removed_backups"], last["removed_originals"], originals_in(to)) == (2, 1, [made["originals"][1]])


def test_only_the_newest_backups_are_kept_where_the_host_says_so(lived_in, new_house, tmp_path):
    house, _made = lived_in
    to = tmp_path / "backups"
    _first, second, third = [Path(said_of(house, to)["folder"]) for _ in range(3)]

    done = house.run("backup", "--to", str(to), "--keep", "3")

    fourth = Path(done.stdout.split(":")[0])
    assert done.stdout.splitlines()[1:] == [
        "Removed from it: 1 older backups, 0 originals that no backup needs any more"
    ]
    assert sorted(path for path in to.iterdir() if path.name.endswith("Z")) == [second, third, fourth]
    assert new_house("restored").run("restore", str(to), "--at", second.name).returncode == 0


@pytest.mark.parametrize("harm", ["originals.jsonl", "manifest.json"])
def test_nothing_is_removed_where_it_is_not_known_what_a_backup_needs(lived_in, tmp_path, harm):
    house, made = lived_in
    to = tmp_path / "backups"
    (Path(said_of(house, to)["folder"]) / harm).write_text("{}\n")
    assert house.ask(f"PHOTOGRAPH = {made['photographs'][0]!r}\n" + LET_GO) == 1
    long_ago(house)

    later = said_of(house, to)

    assert (later["removed_originals"], originals_in(to)) == (0, sorted(made["originals"]))


def test_nothing_is_removed_after_a_backup_that_met_with_damage(lived_in, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    first = said_of(house, to)
    sha = made["originals"][0]
    (house.data / "originals" / sha[:2] / sha[2:4] / sha).unlink()
    (to / "originals" / sha[:2] / sha[2:4] / sha).unlink()

    second = said_of(house, to, "--keep", "1")

    assert (second["missing"], second["removed_backups"]) == ([sha], 0)
    assert Path(first["folder"]).is_dir()


def test_a_damaged_original_is_named_and_all_else_comes_back(lived_in, new_house, tmp_path):
    house, made = lived_in
    to = tmp_path / "backups"
    house.run("backup", "--to", str(to))
    sha = made["originals"][0]
    damaged = to / "originals" / sha[:2] / sha[2:4] / sha
    content = bytearray(damaged.read_bytes())
    content[1000] ^= 1
    damaged.write_bytes(content)
    empty = new_house("restored")

    done = empty.run("restore", str(to))

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "snowdrop: All else is restored, but of the originals 1 are damaged in the backup and 0 are not in it: " + sha
    ]
    assert empty.ask(COUNTS) == [1, 5, 2, 0]
    assert len(files_of(empty.data / "originals")) == 1


def test_a_damaged_database_is_refused(lived_in, new_house, tmp_path):
    house, _made = lived_in
    folder = Path(json.loads(house.run("backup", "--to", str(tmp_path / "backups"), "--json").stdout)["folder"])
    (database,) = folder.glob("database.*")
    with database.open("r+b") as file:
        file.seek(3000)
        file.write(b"\xff\xff\xff")
    empty = new_house("restored")

    done = empty.run("restore", str(tmp_path / "backups"))

    assert (done.returncode, done.stderr) == (
        1,
        f"snowdrop: {database.name} in the backup {folder.name} is damaged. Restore another one: --at NAME\n",
    )
    assert not empty.data.exists()


def test_a_folder_that_is_not_empty_is_refused(lived_in, tmp_path):
    house, _made = lived_in
    house.run("backup", "--to", str(tmp_path / "backups"))
    before = files_of(house.data)

    done = house.run("restore", str(tmp_path / "backups"))

    assert (done.returncode, done.stderr) == (
        1,
        f"snowdrop: {house.data} is not empty. A backup is restored into an empty folder: --data DIR\n",
    )
    assert sorted(files_of(house.data)) == sorted(before)


def test_a_folder_without_a_whole_backup_is_refused(house, tmp_path):
    (tmp_path / "backups" / "2026-01-01T000000.000000Z.part").mkdir(parents=True)

    done = house.run("restore", str(tmp_path / "backups"))

    assert (done.returncode, done.stderr) == (1, f"snowdrop: There is no whole backup in {tmp_path / 'backups'}.\n")


def test_a_backup_that_is_killed_is_never_taken_for_a_whole_one(lived_in, new_house, tmp_path):
    house, _made = lived_in
    to = tmp_path / "backups"
    for seed in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "snowdrop", "backup", "--to", str(to)], env=house.environment, stdout=subprocess.PIPE
        )
        until = time.monotonic() + 30
        while not list(to.glob("*.part")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(random.Random(seed).uniform(0, 0.06))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for folder in to.glob("*Z"):
            assert (folder / "manifest.json").is_file()
    last = json.loads(house.run("backup", "--to", str(to), "--json").stdout)
    empty = new_house("restored")

    done = empty.run("restore", str(to))

    assert (done.returncode, done.stderr) == (0, "")
    assert list(to.glob("*.part")) == []
    assert empty.ask(COUNTS) == [1, 5, 2, 0]
    assert max(folder.name for folder in to.glob("*Z")) == Path(last["folder"]).name


def test_a_restore_that_is_killed_is_begun_anew_and_nothing_starts_in_between(lived_in, new_house, tmp_path):
    house, _made = lived_in
    house.run("backup", "--to", str(tmp_path / "backups"))
    empty = new_house("restored")
    process = subprocess.Popen(
        [sys.executable, "-m", "snowdrop", "restore", str(tmp_path / "backups")], env=empty.environment
    )
    until = time.monotonic() + 30
    while not (empty.data / "secret-key").exists() and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (empty.data / "restoring").exists()

    started = empty.run("up", "--port", "1")
    again = empty.run("restore", str(tmp_path / "backups"))

    assert started.returncode == 1
    assert (again.returncode, again.stderr) == (0, "")
    assert empty.ask(COUNTS) == [1, 5, 2, 0]


def test_a_backup_while_people_write_holds_whole_moments_only(lived_in, new_house, tmp_path):
    house, _made = lived_in
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'snowdrop.config.settings'\n"
            "import django; django.setup()\n"
            "from snowdrop.memorials.access import stand\n"
            "from snowdrop.memorials.models import Memorial\n"
            "from snowdrop.people.models import Person\n"
            "from snowdrop.story import writing\n"
            "by = stand(Memorial.objects.get(), Person.objects.get())\n"
            "print('writing', flush=True)\n"
            "while True: writing.write('More', by=by)",
        ],
        env=house.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
    try:
        done = house.run("backup", "--to", str(tmp_path / "backups"))
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    empty = new_house("restored")
    assert (done.returncode, done.stderr) == (0, "")
    assert empty.run("restore", str(tmp_path / "backups")).returncode == 0

    report = json.loads(empty.run("check", "--json").stdout)
    assert {finding["about"]: finding["state"] for finding in report["findings"]}["texts"] == "ok"


def test_a_database_that_was_used_by_a_newer_release_is_not_started(lived_in):
    house, _made = lived_in
    house.ask(
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "from django.db import connection\n"
        "MigrationRecorder(connection).record_applied('story', '9999_from_the_future')"
    )

    done = house.run("up", "--port", "1")

    assert (done.returncode, done.stderr) == (
        1,
        "snowdrop: This data was used by a newer Snowdrop (story.9999_from_the_future). "
        "Start that one, or restore an earlier backup.\n",
    )


def test_the_folder_of_a_house_can_be_moved(lived_in, tmp_path):
    house, _made = lived_in
    if URL:
        return  # the database stands elsewhere and does not move along
    shutil.move(house.data, tmp_path / "elsewhere")
    moved = House(tmp_path / "elsewhere")

    report = json.loads(moved.run("check", "--deep", "--json").stdout)

    assert {f["about"] for f in report["findings"] if f["state"] == "broken"} == set()
