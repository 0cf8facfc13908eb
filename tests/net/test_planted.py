"""The net finds what is put in by hand: eleven faults, each in a copy of the source."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planted import PLANTED, Planted

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900
_BY_SEEDS = ("of_a_seed", "test_generated_programmes.py")
_BY_PEOPLE = ("dutch_towns_keep", "test_walk.py")


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_a_planted_fault_has_its_place_in_the_source(fault):
    source = (ROOT / "src" / "urbium" / fault.file).read_text(encoding="utf-8")
    assert source.count(fault.old) == 1, f"{fault.file} has changed: plant {fault.name!r} anew"


@pytest.mark.release
@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_the_net_finds_a_planted_fault(fault, tmp_path):
    told = caught(fault, tmp_path / "src")
    assert fault.law in told, told[-3000:]


def caught(fault: Planted, copy: Path) -> str:
    """Return what the net says of a copy of the source with the fault in it."""
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "urbium" / fault.file
    file.write_text(file.read_text(encoding="utf-8").replace(fault.old, fault.new), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(copy), "URBIUM_NET_SEEDS": fault.seeds}
    which, where = _BY_SEEDS if fault.seeds else _BY_PEOPLE
    words = ["-n", "0", "-q", "-m", "not release", "-k", which, f"tests/net/{where}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 1, f"nothing was found: {run.stdout[-2000:]}{run.stderr[-500:]}"
    return run.stdout
