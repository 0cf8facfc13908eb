"""What is handed out is whole: the wheel and the source archive hold what the tree does, and it works."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from urbium import __version__

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long


def tracked(folder="."):
    """Return the files of a folder that the repository holds, or would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel, made of the source archive, as `uv build` makes both."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [Path(sys.executable).with_name("uv"), "build", "--quiet", "--no-build-isolation", "--offline",
         "--python", sys.executable, "--out-dir", folder, ROOT],
        check=True, capture_output=True, timeout=120,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The wheel unpacked in an empty folder; the packages that it needs are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


def run(installed, folder, *arguments):
    """Run Python with the wheel in a folder, which is no part of a repository, and return what it prints."""
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=folder, capture_output=True, text=True, timeout=300,
        check=True, env=os.environ | {"PYTHONPATH": str(installed)},
    ).stdout  # fmt: skip


def test_the_wheel_holds_the_package_with_all_its_data_and_nothing_else(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert names == {name.removeprefix("src/") for name in tracked("src/urbium")}
    assert {"urbium/text/locale/zh/LC_MESSAGES/urbium.po", "urbium/web/templates/base.html"} <= names


def test_the_source_archive_holds_the_repository_and_nothing_else(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}

    assert names - {"PKG-INFO"} == tracked()


def test_the_demo_is_built_and_measured_by_the_wheel_alone(installed, tmp_path):
    said = run(installed, tmp_path, "-m", "urbium", "--version")
    build = "import urbium; urbium.open_demo('demo.db', with_plan=False).close(); print(urbium.__file__)"
    file = run(installed, tmp_path, "-c", build)
    measure = ("-m", "urbium", "measure", "--period", "2012", "--json", "--database", "demo.db")

    assert said.strip() == __version__
    assert file.startswith(str(installed))
    assert '"score"' in run(installed, tmp_path, *measure)
