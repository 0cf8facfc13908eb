"""A harvest whose process is killed in the middle goes on at the page where it was, and repeats nothing."""

import json
import signal
import subprocess
import sys
import threading

import pytest

from catalogues_of import harvested, portal
from people_of import actor, staffed
from urbium.programme import open_programme

HARVEST = """
import sys
from urbium.programme import open_programme
with open_programme(sys.argv[1]) as programme:
    programme.harvests.run("delft", by="olga")
"""
COUNT = 350


@pytest.mark.long
def test_a_harvest_that_was_killed_goes_on_at_the_page_where_it_was(tmp_path):
    path, reached, leave = tmp_path / "nation.db", threading.Event(), threading.Event()
    packages = [{"id": f"p{number:04}", "title": f"Package {number}"} for number in range(COUNT)]

    def answer(start):
        def page(_):
            if start == 200:
                reached.set()
                leave.wait(60)
            body = {"success": True, "result": {"count": COUNT, "results": packages[start : start + 100]}}
            return json.dumps(body).encode(), "application/json", ""

        return page

    with portal() as server:
        for start in range(0, COUNT, 100):
            server.answers[f"/api/3/action/package_search?rows=100&start={start}&sort=id+asc"] = answer(start)
        with staffed(str(path)) as programme:
            harvested(programme, server.address, form="ckan")
        process = subprocess.Popen([sys.executable, "-c", HARVEST, str(path)])
        assert reached.wait(120)
        process.send_signal(signal.SIGKILL)
        process.wait()
        leave.set()
        server.asked.clear()
        with open_programme(path) as programme:
            assert len(programme.casework.listed(actor(programme, "olga"), "resource")) == 200
            outcome = programme.harvests.run("delft", by="olga")
            assert (outcome.new, outcome.gone, outcome.failure, len(server.asked)) == (COUNT, 0, "", 2)
            assert len(programme.casework.listed(actor(programme, "olga"), "resource")) == COUNT
            programme.store.verify()
