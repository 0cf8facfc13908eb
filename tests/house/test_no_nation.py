"""No nation is built in: a search of the code finds none outside the data sets."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
WORDS = re.compile(r"china|\bcny\b|\bchn\b|hefei|合肥|\b105\b", re.IGNORECASE)
"""Whole words: "technical" holds the letters of a code of ISO 3166."""
FILES = sorted(path for ending in ("py", "html", "js") for path in SOURCE.rglob(f"*.{ending}"))


def test_there_is_code_to_search():
    assert len(FILES) > 300


@pytest.mark.parametrize("ending", ["py", "html", "js"])
def test_no_code_names_a_nation_its_money_its_meridian_or_a_city(ending):
    said = [
        f"{path.relative_to(SOURCE)}:{number}: {line.strip()}"
        for path in FILES
        if path.suffix == f".{ending}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]

    assert not said
