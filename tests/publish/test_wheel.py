"""The program that a server hands out: the package alone, the same bytes each time, and pip installs it."""

import hashlib
import io
import os
import subprocess
import sysconfig
import venv
import zipfile
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

import urbium
from urbium.plan import solve
from urbium.plan.result.plan_file import plan_file
from urbium.publish.wheel import wheel, wheel_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packed():
    with zipfile.ZipFile(io.BytesIO(wheel())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_every_file_of_the_package_and_nothing_else(packed):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/urbium"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    tree = {name.removeprefix("src/") for name in listed if (ROOT / name).is_file()}

    assert {name for name in packed if ".dist-info/" not in name} == tree


def test_what_else_lies_in_the_folder_of_the_package_stays_there(monkeypatch, tmp_path):
    for name in ("__init__.py", "key.pem", ".env", ".cache/a.py", "__pycache__/a.py", "programme.db"):
        path = tmp_path / "urbium" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"1")
    here = str(tmp_path / "urbium" / "publish" / "wheel.py")
    monkeypatch.setattr("urbium.publish.wheel.__file__", here)

    with zipfile.ZipFile(io.BytesIO(wheel.__wrapped__())) as archive:
        assert [name for name in archive.namelist() if ".dist-info/" not in name] == ["urbium/__init__.py"]


def test_it_is_as_large_as_the_page_of_the_proof_says():
    page = (ROOT / "src/urbium/web/templates/plan_proof.html").read_text(encoding="utf-8")
    assert f"about {len(wheel()) / 1e6:.0f} MB" in page


def test_the_same_files_make_the_same_bytes():
    assert hashlib.sha256(wheel.__wrapped__()).digest() == hashlib.sha256(wheel()).digest()


def test_its_record_has_the_digest_of_each_file(packed):
    record = next(content for name, content in packed.items() if name.endswith("/RECORD")).decode()
    digests = dict(line.split(",")[:2] for line in record.splitlines())
    said = {
        name: urlsafe_b64decode(digest.removeprefix("sha256=") + "=")
        for name, digest in digests.items()
        if digest
    }

    assert said == {
        name: hashlib.sha256(content).digest()
        for name, content in packed.items()
        if not name.endswith("/RECORD")
    }


def test_its_licence_comes_along(packed):
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in packed)


@pytest.mark.long
def test_pip_installs_it_and_its_command_checks_a_plan(tmp_path, towns):
    """The packages that it needs are those of the tests, which come after its own."""
    (tmp_path / wheel_name()).write_bytes(wheel())
    (tmp_path / "plan.json").write_bytes(plan_file(solve(towns.towns_roadmap(), work_limit=10)))
    venv.create(tmp_path / "check", with_pip=True)
    scripts = tmp_path / "check" / "bin"
    site_packages = subprocess.run(
        [scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    Path(site_packages, "packages_of_tests.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command):
        return subprocess.run(
            command, cwd=tmp_path, env=plain, capture_output=True, text=True, check=True, timeout=300
        ).stdout

    run(scripts / "pip", "install", "--no-deps", "--no-index", wheel_name())
    place = run(scripts / "python", "-c", "import urbium; print(urbium.__file__)")

    assert place.startswith(site_packages)
    assert run(scripts / "urbium", "--version").strip() == urbium.__version__
    assert run(scripts / "urbium", "certify", "plan.json").startswith("Independent check passed")
