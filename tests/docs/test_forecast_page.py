"""The page of back-tests is what its program writes, number by number."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.shared

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(shared, monkeypatch):
    """Return the program that writes the page; ``shared`` because it reads the series of the world."""
    assert shared.is_dir()
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location("forecast_page", ROOT / "bench" / "forecast_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in ("forecast", "workforce_rules"):
        sys.modules.pop(name, None)


def test_the_page_of_back_tests_is_what_its_program_writes(program):
    assert (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8") == program.written()
