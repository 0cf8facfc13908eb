"""The page of back-tests is what its program writes, number by number."""

from pathlib import Path

import pytest

import forecast_page

pytestmark = [pytest.mark.shared, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(shared):
    """Return the program that writes the page; ``shared`` because it reads the series of the world."""
    assert shared.is_dir()
    return forecast_page


def test_the_page_of_back_tests_is_what_its_program_writes(program):
    assert (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8") == program.written()
