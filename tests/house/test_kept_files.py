"""Nothing of the house is left out of a commit by the list of what git ignores."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_no_source_file_or_test_is_ignored():
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a clone: there is no git to ask")
    folders = {
        file.parent for part in ("src", "tests", "docs", "bench") for file in (ROOT / part).rglob("*.*")
    }
    kept = [folder for folder in sorted(folders) if not {"__pycache__", ".mypy_cache"} & set(folder.parts)]
    files = "\n".join(str(folder.relative_to(ROOT) / "a_new_one.py") for folder in kept)
    asked = subprocess.run(
        ["git", "check-ignore", "--stdin"], cwd=ROOT, input=files, capture_output=True, text=True, check=False
    )
    assert (asked.stdout, asked.returncode) == ("", 1), asked.stderr
