"""Jobs whose worker or process is killed: each is done once by somebody, or has failed with its reason."""

import base64
import os
import signal
import subprocess
import sys
import time

import pytest

from people_of import actor, staffed
from urbium.store import Store

HEAD = "city,variable,period,value,unit,source_id\n"
WORKER = """
import sys
from urbium.programme.worker import Worker

if __name__ == "__main__":
    Worker(sys.argv[1], lease=float(sys.argv[2])).run(until_idle=len(sys.argv) > 3)
"""
KILLS = 4


def worker(folder, url, lease, *more):
    script = folder / "worker.py"
    script.write_text(WORKER)
    return subprocess.Popen(
        [sys.executable, script, url, str(lease), *more],
        start_new_session=True,
    )


def wait(store, name, *states, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = store.jobs.one(name)
        if job.state in states:
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job is {job.state} after {seconds} s")


@pytest.mark.long
def test_an_import_whose_worker_is_killed_at_any_moment_is_stored_once(tmp_path):
    url = str(tmp_path / "store.db")
    with staffed(url) as programme:
        carl = actor(programme, "carl")
        for kill in range(KILLS):
            rows = "".join(
                f"0503,population,{1900 + kill * 20 + year},{90_000 + year},persons,ccsy\n"
                for year in range(20)
            )
            file = {"name": "a.csv", "content": base64.b64encode((HEAD + rows).encode()).decode()}
            begun = programme.jobs.begin(carl, "import", file)
            first = worker(tmp_path, url, 1.0)
            wait(programme.store, begun.id, "running")
            time.sleep(0.8 * kill)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            time.sleep(1.5)  # the lease runs out
            assert worker(tmp_path, url, 30.0, "idle").wait() == 0
            job = programme.store.jobs.one(begun.id)
            assert (job.state, job.answer["stored"]) == ("done", 20)
            loads = programme.store.audit().filter(what="load", who="carl").height
            assert loads == kill + 1, "stored twice, or not at all"
        programme.store.verify()


@pytest.mark.long
def test_a_job_whose_process_dies_each_time_fails_after_three_attempts(tmp_path):
    url = str(tmp_path / "store.db")
    with staffed(url) as programme:
        begun = programme.jobs.begin(actor(programme, "olga"), "export", {})
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        (tmp_path / "sitecustomize.py").write_text(
            "import os, sys\nif '--multiprocessing-fork' in sys.orig_argv:\n    os._exit(9)\n"
        )
        script = tmp_path / "worker.py"
        script.write_text(WORKER)
        subprocess.run([sys.executable, script, url, "30", "idle"], env=environment, check=True, timeout=120)
        job = programme.store.jobs.one(begun.id)
        assert (job.state, job.attempts) == ("failed", 3)
        assert job.answer["problem"]["code"] == "store.job.lost"


@pytest.mark.long
def test_a_cancelled_job_stops_its_process_soon(tmp_path):
    url = str(tmp_path / "store.db")
    with staffed(url) as programme:
        olga = actor(programme, "olga")
        begun = programme.jobs.begin(olga, "export", {})
        running = worker(tmp_path, url, 3.0)
        try:
            wait(programme.store, begun.id, "running")
            programme.jobs.cancel(olga, begun.id)
            time.sleep(3.0)
            children = subprocess.run(["pgrep", "-P", str(running.pid), "-f", "spawn_main"], check=False)
            assert children.returncode == 1, "its process still runs"
            following = programme.jobs.begin(olga, "export", {})
            assert wait(programme.store, following.id, "done").attempts == 1
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        with Store.open(url) as store:
            assert store.jobs.one(begun.id).state == "cancelled"
