"""A first search in a fresh environment: nothing compiled, ten seconds, on an idle machine and on a busy one.

The demo's roadmap of five years is planned in a process whose machine code was never compiled; then again
while another process keeps one core busy. Printed are seconds of the wall and of the processor, and the gap.

    python bench/fresh.py [--seconds 10] [--record]
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import demo_plan
import history

SOLVE = """
import json, pickle, sys, time
from urbium.plan import solve
road = pickle.load(open(sys.argv[1], "rb"))
begun, processor = time.monotonic(), time.process_time()
plan = solve(road, time_limit=float(sys.argv[2]))
print(json.dumps({"seconds": time.monotonic() - begun, "processor seconds": time.process_time() - processor,
                  "gap": plan.gap, "value": plan.objective, "bound": plan.bound}))
"""
BUSY = "while True: pass"


def planned(roadmap: Path, seconds: float, cache: Path) -> dict[str, float]:
    """Plan in a process of its own with an empty store of machine code."""
    done = subprocess.run(
        [sys.executable, "-c", SOLVE, str(roadmap), str(seconds)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    history.add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        roadmap = Path(folder) / "roadmap.pickle"
        roadmap.write_bytes(pickle.dumps(demo_plan.roadmap("D")))
        for case in ("fresh", "fresh, one core busy"):
            busy = subprocess.Popen([sys.executable, "-c", BUSY]) if "busy" in case else None
            time.sleep(1.0)
            figures = planned(roadmap, options.seconds, Path(folder) / case)
            if busy is not None:
                busy.kill()
                busy.wait()
            print(f"{case}: " + ", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
            if options.record:
                history.record("fresh", figures, case=case, units={"seconds": "s", "processor seconds": "s"})
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
