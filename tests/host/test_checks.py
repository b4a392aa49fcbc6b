"""`snowdrop check` finds what is not whole, and names it."""

from __future__ import annotations

import json
import os
import time

from tests.host.conftest import House


def states(house: House, *arguments: str) -> tuple[int, dict[str, str], dict[str, str]]:
    done = house.run("check", "--json", *arguments)
    findings = json.loads(done.stdout)["findings"]
    return (
        done.returncode,
        {finding["about"]: finding["state"] for finding in findings},
        {finding["about"]: finding["sentence"] for finding in findings},
    )


def original(house: House, sha256: str):
    return house.data / "originals" / sha256[:2] / sha256[2:4] / sha256


def test_a_whole_house_is_whole(lived_in):
    house, _made = lived_in

    code, found, said = states(house, "--deep")

    assert (code, sorted(about for about, state in found.items() if state == "broken")) == (0, [])
    assert said["originals"] == "All 2 originals are there, bit for bit"
    assert found["backup"] == "warning"


def test_a_flipped_bit_in_an_original_is_found_by_looking_deep(lived_in):
    house, made = lived_in
    file = original(house, made["originals"][0])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)

    shallow, deep = states(house), states(house, "--deep")

    assert (shallow[0], shallow[1]["originals"]) == (0, "ok")
    assert (deep[0], deep[1]["originals"]) == (1, "broken")
    assert deep[2]["originals"] == f"1 original is damaged or not there: {made['originals'][0]}"


def test_an_original_that_is_not_there_is_named(lived_in):
    house, made = lived_in
    original(house, made["originals"][1]).unlink()

    code, found, said = states(house)

    assert (code, found["originals"]) == (1, "broken")
    assert said["originals"] == f"1 original is damaged or not there: {made['originals'][1]}"


def test_a_file_that_nothing_names_is_found_after_a_day(lived_in):
    house, _made = lived_in
    stray = original(house, "ab" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"stray")
    young = states(house)
    os.utime(stray, (time.time() - 90_000, time.time() - 90_000))
    old = states(house)

    assert (young[0], young[1]["strays"]) == (0, "ok")
    assert (old[0], old[2]["strays"]) == (1, f"1 file among the originals is named by nothing: {'ab' * 32}")


def test_a_text_that_changed_by_itself_is_named(lived_in):
    house, made = lived_in
    # Past the verbs, as a damaged disk would.
    changed = f"Moment.objects.filter(pk={made['moments'][2]!r}).update(text='Something else')"
    house.ask(f"from snowdrop.story.models import Moment\n{changed}")

    code, found, said = states(house)

    assert (code, found["texts"]) == (1, "broken")
    assert said["texts"] == f"1 text is not as it was written: story.moment {made['moments'][2]}"


def test_a_folder_that_is_not_there_is_said_so(house):
    done = house.run("check")

    assert done.returncode == 1
    assert done.stderr == f"snowdrop: There is no data folder {house.data}. Name it: --data DIR\n"


def test_the_last_backup_is_told(lived_in, tmp_path):
    house, _made = lived_in
    house.run("backup", "--to", str(tmp_path / "backups"))

    _code, found, said = states(house)

    assert found["backup"] == "ok"
    assert str(tmp_path / "backups") in said["backup"]


def test_a_full_disk_is_told_and_breaks_nothing(lived_in):
    house, _made = lived_in
    house.more["SNOWDROP_RESERVE"] = str(2**60)

    code, found, said = states(house)

    assert (code, found["disk"]) == (0, "warning")
    assert said["disk"].endswith("are free, so nothing new is taken in")
