"""A process that is killed in the middle of an export, by the system and without a warning, goes on where it was."""

from __future__ import annotations

import subprocess
import sys

from tests.archive import exports
from tests.archive.exports import DAY, MARCH
from tests.host.conftest import new_house

__all__ = ["new_house"]

BEGIN = """
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from snowdrop.memorials import beginning
from snowdrop.people.models import Person
answer = beginning.begin(by=Person.objects.create(name="Mara"), name="Wren").slug
"""

# Stops before each post and waits to be told to go on.
BRING = """
import django, sys
django.setup()
from pathlib import Path
from snowdrop.archive.importers.instagram import bringing, export
from snowdrop.memorials.access import stand
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
bringing.GROUP = 3

def tell(done, total):
    print(done, flush=True)
    sys.stdin.readline()

with export.opened([Path(sys.argv[1])]) as opened:
    bringing.bring_in(opened, by=stand(Memorial.objects.get(), Person.objects.get()), tell=tell)
"""

KEPT = """
from snowdrop.keepsakes.models import Photograph
from snowdrop.story.models import Moment, Placed
answer = [
    [m.text, [p.photograph.came_as for p in Placed.objects.filter(moment=m).order_by("order")]]
    for m in Moment.objects.in_order()
]
assert Photograph.objects.count() == sum(len(pictures) for _text, pictures in answer)
"""

POSTS = [(MARCH + n * DAY, f"post {n}", [2 * n + 1, 2 * n + 2]) for n in range(6)]
STORY = [[f"post {n}", [f"{2 * n + 1}_n.jpg", f"{2 * n + 2}_n.jpg"]] for n in range(6)]


def killed_after(posts, path, house):
    """Begin to bring an export in, and kill the process when it has read so many posts."""
    env = {**house.environment, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    command = [sys.executable, "-c", BRING, str(path)]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while int(process.stdout.readline()) < posts:
            process.stdin.write("on\n")
            process.stdin.flush()
        process.kill()


def test_what_was_killed_again_and_again_goes_on_with_every_post_whole_and_none_twice(new_house, tmp_path):
    house = new_house()
    house.data.mkdir(mode=0o700)
    slug = house.ask(BEGIN)
    path = exports.packed(tmp_path / "export.zip", exports.files("media-2024", POSTS, []))

    halves = []
    for posts in (1, 3, 5):
        killed_after(posts, path, house)
        halves.append(house.ask(KEPT))
    again = house.run("import", "instagram", str(path), "--memorial", slug)

    assert halves == [[], STORY[:2], STORY[:4]]
    assert (again.returncode, again.stderr) == (0, "")
    assert house.ask(KEPT) == STORY
