"""Jobs whose worker or process is killed: each is done once by somebody, or has failed with its reason."""

import base64
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from people_of import actor, staffed
from seeds import PARTS_OF_KILLS
from urbium.store import Store

HEAD = "city,variable,period,value,unit,source_id\n"
WORKER = """
import sys
from urbium.programme.worker import Worker

if __name__ == "__main__":
    Worker(sys.argv[1], lease=float(sys.argv[2])).run(until_idle=len(sys.argv) > 3)
"""
WORKERS = Path(__file__).with_name("job_worker.py")
LEASE = 0.5


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


@pytest.fixture(scope="module")
def workers():
    """Return the process that starts workers."""
    command = [sys.executable, str(WORKERS), str(LEASE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


class Deaths:
    """Kills workers, the processes that do their jobs, or both, and sees that all are gone at the end."""

    def __init__(self, workers, address):
        self.workers, self.address = workers, address
        self.groups = []

    def start(self):
        self.workers.stdin.write(f"{self.address}\n")
        self.workers.stdin.flush()
        self.groups.append(int(self.workers.stdout.readline()))
        return self.groups[-1]

    def kill_all(self, worker):
        os.killpg(worker, signal.SIGKILL)

    def kill_worker(self, worker):
        os.kill(worker, signal.SIGKILL)

    def kill_process(self, worker):
        """Kill what does the job; its worker, which begins it anew, is killed a little later."""
        for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split():
            with suppress(ProcessLookupError):  # it was done before
                os.kill(int(child), signal.SIGKILL)
        time.sleep(0.05)
        self.kill_all(worker)

    def end(self, worker, kill):
        kill(worker)
        assert self.workers.stdout.readline().strip() == "ended"

    def bury(self):
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def begin_import(programme, number):
    """Ask for twenty figures to be stored, with a reason of their own."""
    rows = "".join(
        f"0503,population,{1900 + year},{90_000 + 100 * number + year},persons,ccsy\n" for year in range(20)
    )
    file = {"name": "a.csv", "content": base64.b64encode((HEAD + rows).encode()).decode()}
    asked = {**file, "reason": f"job {number}"}
    return programme.jobs.begin(actor(programme, "olga"), "import", asked).id


def resumed(workers, address, times, seed):
    """Kill whoever does jobs so often, and say how they ended: none is stranded, none is done twice."""
    draw = random.Random(seed)
    with staffed(address) as programme:
        names = [begin_import(programme, number) for number in range(times)]
        deaths = Deaths(workers, address)
        try:
            first = deaths.start()
            longest = usual_seconds(programme.store, names[0])
            deaths.end(first, deaths.kill_all)
            ways = (deaths.kill_all, deaths.kill_process, deaths.kill_worker)
            for place in range(times):
                one = deaths.start()
                time.sleep(draw.uniform(0.0, 1.2 * longest))
                deaths.end(one, ways[place % len(ways)])
            last = deaths.start()
            ended = [wait(programme.store, name, "done", "failed") for name in names]
            deaths.end(last, deaths.kill_all)
        finally:
            deaths.bury()
        stored = Counter(programme.store.audit().filter(what="load", who="olga")["why"].to_list())
        for number, job in enumerate(ended):
            assert stored[f"job {number}"] == (job.state == "done"), "stored twice, or not as the job says"
            if job.state == "failed":
                assert (job.attempts, job.answer["problem"]["code"]) == (3, "store.job.lost")
        programme.store.verify()
    return Counter(job.state for job in ended)


def usual_seconds(store, name):
    """Wait for a job that nobody disturbs and return how long it takes, its process included."""
    wait(store, name, "running")
    began = time.monotonic()
    wait(store, name, "done")
    return time.monotonic() - began


def test_jobs_whose_workers_and_processes_are_killed_are_done_once_or_fail_with_a_reason(workers, address):
    ended = resumed(workers, address, 3, seed=4)

    assert ended["done"] > 0


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS_OF_KILLS)
def test_of_many_kills_during_jobs_none_strands_a_job_or_does_it_twice(workers, address, part):
    times = (20 if address.startswith("postgresql") else 60) // part
    ended = resumed(workers, address, times, seed=5)

    assert ended["done"] > times // 3
    sys.stderr.write(f"jobs: {times} kills, {dict(ended)}\n")


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
