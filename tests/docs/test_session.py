"""The session the library is loved for, as the README prints it, runs on the demo programme."""

import doctest
from pathlib import Path

import pytest

import urbium

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.long
def test_the_session_in_the_readme_says_what_it_prints(demo_copy, monkeypatch):
    monkeypatch.chdir(demo_copy.parent)
    result = doctest.testfile(
        str(README),
        module_relative=False,
        globs={},
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )

    assert result.attempted > 5
    assert result.failed == 0


def test_every_public_name_is_there_and_documented():
    assert all(getattr(urbium, name).__doc__ for name in urbium.__all__ if not name.startswith("__"))
