"""A worker that ends in the middle of a film, killed or told to: nothing half is left, and the next one makes it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.conftest import MATERIAL
from tests.host.conftest import first_house, lived_in
from tests.storage.test_cage import gone

__all__ = ["first_house", "lived_in"]

ADD = """
from pathlib import Path
from snowdrop.keepsakes import adding
from snowdrop.memorials.access import stand
from snowdrop.memorials.models import Memorial
from snowdrop.people.models import Person
from snowdrop.storage import originals
from django_tasks_db.models import DBTaskResult
DBTaskResult.objects.all().delete()
by = stand(Memorial.objects.get(), Person.objects.get())
answer = adding.add(originals.receive_file(Path(FILM)), by=by).kept.original_id
"""

# Tells of each ffmpeg it starts; the third one makes a film without an end.
WORK = """
import django; django.setup()
from snowdrop.config import worker
from snowdrop.storage import recordings as r
r.film_settings = lambda seen, s=r.film_settings: ["-vf", "loop=-1:75,format=yuv420p", *s(seen)[10:]]
begin = r._Run.__init__
def told(self, *given, **more):
    begin(self, *given, **more)
    print(self.process.pid, flush=True)
r._Run.__init__ = told
worker.work()
"""

STANDS = """
from django_tasks_db.models import DBTaskResult
from snowdrop.keepsakes.models import Recording
from snowdrop.storage import making
row, job = Recording.objects.select_related("original").get(), DBTaskResult.objects.get(task_path=JOB)
answer = {"job": job.status, "began": len(job.worker_ids), "tries": row.original.tries, "made": row.original.made}
"""

GO_ON = """
from datetime import timedelta
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from snowdrop.config import worker
from snowdrop.keepsakes.models import Recording
from snowdrop.storage import making, originals
worker.rescue(now=timezone.now())
stood = DBTaskResult.objects.get(task_path=JOB).status
DBTaskResult.objects.filter(task_path=JOB).update(run_after=timezone.now())
worker.run_waiting()
original = Recording.objects.select_related("original").get().original
swept = originals.sweep(timezone.now() + timedelta(hours=1))
answer = [stood, original.made, making.is_there(original), originals.path(original.sha256).is_file(), swept > 0]
"""
JOB = 'JOB = "snowdrop.keepsakes.jobs.make_recording"\n'


@pytest.fixture
def house(lived_in):
    house, _made = lived_in
    house.ask(f"FILM = {str(MATERIAL / 'recordings' / 'IMG_0042.MOV')!r}\n{ADD}")
    return house


def ended_in_the_middle(house, sign: signal.Signals) -> int:
    """Let a worker come to the middle of the film and send it `sign`; return the number of its ffmpeg."""
    env = {**house.environment, "DJANGO_SETTINGS_MODULE": "snowdrop.config.settings"}
    with subprocess.Popen([sys.executable, "-c", WORK], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = [int(process.stdout.readline()) for _ in range(3)][-1]
        process.send_signal(sign)
        process.wait(15)
    return last


def test_a_worker_killed_in_the_middle_of_a_film_leaves_its_job_to_the_next(house):
    ffmpeg = ended_in_the_middle(house, signal.SIGKILL)

    assert gone(ffmpeg)
    assert house.ask(JOB + STANDS) == {"job": "RUNNING", "began": 1, "tries": 1, "made": "waits"}
    assert house.ask(JOB + GO_ON) == ["READY", "done", True, True, True]


def test_a_worker_that_is_told_to_end_breaks_the_film_off_and_that_is_no_try_in_vain(house):
    ffmpeg = ended_in_the_middle(house, signal.SIGTERM)

    assert gone(ffmpeg)
    assert house.ask(JOB + STANDS) == {"job": "READY", "began": 0, "tries": 0, "made": "waits"}
    assert house.ask(JOB + GO_ON)[:4] == ["READY", "done", True, True]
