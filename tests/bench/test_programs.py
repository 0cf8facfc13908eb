"""Programs of the bench: each can be started, so no figure of the history is lost to a renamed function."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
IMPORT = (
    "import runpy, sys\nsys.path.insert(0, '.')\n"
    "for program in sys.argv[1:]:\n"
    "    try:\n"
    "        runpy.run_path(program, run_name='imported')\n"
    "    except Exception as error:\n"
    "        print(program, repr(error))\n"
)


def test_each_program_of_the_bench_can_be_imported():
    programs = sorted(map(str, BENCH.glob("*.py")))
    words = [sys.executable, "-c", IMPORT, *programs]
    done = subprocess.run(words, cwd=BENCH, capture_output=True, text=True, timeout=300, check=True)

    assert len(programs) > 30
    assert done.stdout == ""
