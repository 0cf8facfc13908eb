"""A module names the decision that explains it: its head has the number of the file in ``docs/decisions``."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("0*.md")}
HEADS = {
    path: re.findall(r"\b0\d{3}\b", "".join(re.findall(r"ADR [\d, ]+", path.read_text(encoding="utf-8"))))
    for folder in ("src", "bench", "docs", "tests")
    for path in (ROOT / folder).rglob("*.py")
}


def test_each_decision_is_named_where_it_is_carried_out():
    named = {number for numbers in HEADS.values() for number in numbers}

    assert WRITTEN - named == set()


def test_no_module_names_a_decision_that_was_not_written():
    unknown = {path.name: numbers for path, numbers in HEADS.items() if not WRITTEN.issuperset(numbers)}

    assert unknown == {}
