"""What is started for heavy work leaves Ctrl-C to the process that starts it, from its first moment on."""

import os
import signal
import subprocess
import sys

import pytest

LOADS_SLOWLY = """
import sys, time

if "--multiprocessing-fork" in sys.orig_argv:
    print("loading", flush=True)
    time.sleep(1)
"""
"""What every process runs first, as Python's ``sitecustomize``."""

STARTS = """
import os, signal
from urbium.processes import Processes, started

signal.signal(signal.SIGINT, lambda *_: None)
{starts}
"""


def interrupted(folder, first, *words):
    """Begin a process that runs some code first, send Ctrl-C to its group while it loads, and let it end."""
    (folder / "sitecustomize.py").write_text(first, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, *words],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join([str(folder), *sys.path])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "loading\n"
    os.killpg(process.pid, signal.SIGINT)
    return *process.communicate(timeout=60), process.returncode


@pytest.mark.parametrize(
    "starts",
    ["print(Processes(1).submit(pow, 2, 3).result())", "started(print, 8).join()"],
    ids=["a pool", "a process"],
)
def test_a_process_that_still_loads_does_not_hear_ctrl_c(tmp_path, starts):
    ended = interrupted(tmp_path, LOADS_SLOWLY, "-c", STARTS.format(starts=starts))
    assert ended == ("8\n", "", 0)


@pytest.mark.parametrize("moment", ["urbium.cli", "cyclopts"])
def test_ctrl_c_while_the_command_loads_ends_it_without_a_word(tmp_path, moment):
    loads_slowly = f"""
import sys, time

class Slow:
    def find_spec(self, name, *_):
        if name == "{moment}":
            print("loading", flush=True)
            time.sleep(60)

sys.meta_path.insert(0, Slow())
"""
    ended = interrupted(tmp_path, loads_slowly, "-m", "urbium", "--version")
    assert ended[1:] == ("", -signal.SIGINT)
