"""The list of packages names every package of the lock, and is the same again."""

import re
from pathlib import Path

import sbom

LOCK = (Path(__file__).resolve().parents[2] / "requirements.lock").read_text(encoding="utf-8")


def test_every_locked_package_is_listed_once_with_its_version():
    locked = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)
    listed = [(one["name"], one["version"]) for one in sbom.components(LOCK)]
    assert sorted(listed) == sorted((re.sub(r"[-_.]+", "-", name).lower(), number) for name, number in locked)


def test_the_same_lock_gives_the_same_document():
    assert sbom.document(LOCK) == sbom.document(LOCK)
    assert sbom.document(LOCK)["bomFormat"] == "CycloneDX"
