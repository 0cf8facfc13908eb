"""The page "How good are we" of the documents shows the figures of the package, number by number."""

from pathlib import Path

import pytest

import truth
from urbium.catalogue.truth import read_truth

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_the_page_is_what_its_program_writes_of_the_table():
    assert (ROOT / "docs" / "how-good-are-we.md").read_text(encoding="utf-8") == truth.page(read_truth())
