"""Each program of the bench runs at its smallest size, so that the figures of a release can be made again."""

import os
import runpy
import shlex
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = "demo.db"
Done = tuple[int, str, str]
"""The exit code of a program, what it printed, and what it complained of."""
Run = Callable[[list[str]], Done]
SMALLEST = {
    "assistant": (f"{DEMO} --questions 10", "right: 100.0%"),
    "budget_rules": (DEMO, "2006 to 2012: 221 cities"),
    "city_ages": ("../shared/data/real/population", "from 2010, 10 years apart, 2020"),
    "command": ("--quick --json", '"help_seconds": '),
    "context_store": ("--entities 300", "start_processor_seconds"),
    "documents": (f"{DEMO} --kind city --ending md", "refused: False"),
    "finance": ("--quick", "largest difference of a rate to pyxirr's"),
    "forecast": ("cohorts --quick", "cohorts_cpu_seconds"),
    "growth_rules": ("", "together.persistence,"),
    "harvest": ("--catalogues 2", "ckan, again: "),
    "households": ("", "80% band holds 77%"),
    "index": ("--quick --json", '"measure_first_seconds": '),
    "interrupt": (f"--database {DEMO} --quick", "plan         2 s after its start:"),
    "killed": ("--seconds 4 --every 2 --users 2 --json", '"lost": 0'),
    "languages": (f"{DEMO} --times 1", "times as long in zh as in English"),
    "load": ("--quick --json", '"load_seconds": '),
    "market": ("--projects 100 --mandates 20", "stable: True"),
    "measure": ("--quick --json", '"large_runs": '),
    "methods": ("--seeds 1 --seconds 1 --methods alone", "S seed 1   alone    worth"),
    "mutation": ("--room observations --sample 1 --learn 1", "seed 1; 1 "),
    "own_panels": ("", "judging: 45 cases"),
    "plan": ("--sizes S --seeds 1 --seconds 2 --json", '"valid": true'),
    "pressure": ("--cities 5 --paths 20", "bands agree     True"),
    "publication": (DEMO, "kept mb"),
    "published": ("TRICK", "TRICK    staff            21     21.000000"),
    "queueing": ("--people 3 --seconds 3", "foretold_response_ms"),
    "release": ("check", "every file says "),
    "repayments": (f"--database {DEMO} --seconds 2", "the rule costs"),
    "revision_rules": ("", "household_size.apart,"),
    "sbom": ("requirements.lock sbom.json", ""),
    "seeded": ("--quick --json", '"alarms": '),
    "sensors": ("--sensors 40 --places 2 --interval 10 --seconds 2 --json", '"lost": 0'),
    "serve": ("--seconds 3 --users 3 --json", '"errors": 0'),
    "slopes": ("--cities 800 --variables 40", "import    exponent"),
    "track": ("", "all,,,drift,"),
    "truth": ("--part 'births and lives'", "births and lives,"),
    "workforce_rules": ("--rows 5", "city.drift,0.011194,log-ratio,CHN,"),
}
"""The arguments of each program at its smallest size, and what its output promises."""

LEFT_OUT = {
    "forecast_page": "tests/docs makes its page whole, and compares every number",
    "fresh": "compiles the loops of the search from nothing, twice: two minutes of processor",
}
"""Programs that have no small size, and why."""

ALONE = {"command", "context_store", "interrupt", "load", "measure", "mutation", "release", "serve"}
"""Programs that kill, serve or measure processes; each is one. The others run in that of the tests, which has
imported what they need, has the demo's results, and reads the world's series once."""


def programs() -> set[str]:
    """Return the names of the programs that are commands."""
    return {
        path.stem for path in (ROOT / "bench").rglob("*.py") if '__name__ == "__main__"' in path.read_text()
    }


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, shared: Path, demo_file: Path) -> Path:
    """Return a copy of the bench beside what it reads, in which a program may write."""
    copy = tmp_path_factory.mktemp("clone") / "urbium"
    shutil.copytree(ROOT / "bench", copy / "bench", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "docs").mkdir()
    for name in (
        "src",
        "tests",
        "deploy",
        "pyproject.toml",
        "requirements.lock",
        "CITATION.cff",
        "CHANGELOG.md",
    ):
        (copy / name).symlink_to(ROOT / name)
    (copy / "docs" / "manual").symlink_to(ROOT / "docs" / "manual")
    (copy.parent / "shared").symlink_to(shared)
    shutil.copy(demo_file, copy / DEMO)
    return copy


def test_each_program_is_run_or_left_out_with_a_reason():
    assert programs() == SMALLEST.keys() | LEFT_OUT.keys()
    assert not SMALLEST.keys() & LEFT_OUT.keys()


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.parametrize("program", SMALLEST)
def test_a_program_prints_what_it_promises_at_its_smallest_size(program: str, clone: Path, here: Run):
    arguments, promised = SMALLEST[program]
    words = [f"bench/{program}.py", *shlex.split(arguments)]
    code, said, complaint = apart(words, clone) if program in ALONE else here(words)

    assert promised in said, complaint
    assert code == ("MISSED" in said), complaint  # a target of seconds, on a busy machine


def apart(words: list[str], clone: Path) -> Done:
    """Run a program in a process of its own."""
    done = subprocess.run(
        [sys.executable, *words], cwd=clone, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def here(clone: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a program in this process, as Python runs a script."""

    def run(words: list[str]) -> Done:
        monkeypatch.chdir(clone)
        monkeypatch.setattr(sys, "argv", words)
        monkeypatch.setattr(sys, "path", [*sys.path])  # some add to it
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
        code = 0
        try:
            with warnings.catch_warnings():
                warnings.resetwarnings()  # which a program writes down, and the tests take for faults
                runpy.run_path(words[0], run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
        return code, *capfd.readouterr()

    return run
