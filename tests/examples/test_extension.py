"""The example of an extension works where installed beside urbium, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from urbium.errors import InputError
from urbium.extensions import Extended

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "urbium-harbours"


def test_the_tests_of_the_example_pass_where_it_is_installed(tmp_path):
    install = ["pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(tmp_path)]
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, *install, "--python", sys.executable, str(EXAMPLE)], check=True, timeout=200)
    path = os.pathsep.join([str(tmp_path), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE / "tests")],
        env=os.environ | {"PYTHONPATH": path}, cwd=tmp_path, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout
    assert "6 passed" in ran.stdout


def test_without_it_there_are_urbium_s_own_rows_alone():
    table = Extended("steps", int, {"one": 1})

    assert dict(table) == {"one": 1}


class Package(list):
    """What a package names."""

    def select(self, group):
        return self if group == "urbium.steps" else []


class Point:
    """An entry point of a package that is not there."""

    dist = None
    value = "elsewhere:row"

    def __init__(self, name, row):
        self.name, self.row = name, row

    def load(self):
        if isinstance(self.row, Exception):
            raise self.row
        return self.row


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("two", "not a number", "str"),
        ("one", 2, "the table already has an entry with that name"),
        ("two", ImportError("no such module"), "no such module"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_names_its_package(monkeypatch, name, row, said):
    monkeypatch.setattr("urbium.extensions._installed", lambda: Package([Point(name, row)]))

    with pytest.raises(InputError, match=said) as refused:
        dict(Extended("steps", int, {"one": 1}))

    assert "elsewhere:row" in str(refused.value)
