"""One thing has one name in a language: what its folder calls it, and which variant is not written."""

import csv
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import urbium
from urbium.text import FOLDER

DATA = Path(urbium.__file__).parent / "data"
TITLES = {"source_names.csv"}
"""Tables of titles that others gave."""


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(row, ending):
    """Yield what a declared row is called, in English and in the language of an ending."""
    for column, words in row.items():
        if column and column.endswith(ending) and words:
            name = column.removesuffix(ending)
            yield row.get(name) or row.get(f"{name}_en") or "", words


TERMS = [(path.parent, row) for path in sorted(FOLDER.glob("*/terms.csv")) for row in rows(path)]


@pytest.fixture(scope="module")
def said():
    """Return by language each sentence and each declared name, in English and as it is said."""
    by_language = {}
    for folder in {folder for folder, _ in TERMS}:
        with (folder / "LC_MESSAGES" / "urbium.po").open("rb") as file:
            catalogue = read_po(file, locale=folder.name)
        pairs = [
            (one.id, one.string) if isinstance(one.id, str) else (one.id[0], one.string[0])
            for one in catalogue
            if one.id
        ]
        for path in DATA.rglob("*.csv"):
            if path.name not in TITLES:
                pairs += [pair for row in rows(path) for pair in names(row, f"_{folder.name}")]
        by_language[folder.name] = pairs
    return by_language


@pytest.mark.parametrize(("folder", "row"), TERMS, ids=[row["term_en"] for _, row in TERMS])
def test_a_thing_has_one_name(folder, row, said):
    other = [
        words
        for english, words in said[folder.name]
        if re.search(row["variant"], words) and re.search(row["where"], english)
    ]
    assert other == [], f"write {row['term_zh']}: {row['reason']}"


@pytest.mark.parametrize(("folder", "row"), TERMS, ids=[row["term_en"] for _, row in TERMS])
def test_the_name_is_the_one_in_use_and_its_choice_has_a_reason(folder, row, said):
    assert any(row[f"term_{folder.name}"] in words for _, words in said[folder.name])
    assert row["reason"]


def test_an_amount_in_chinese_has_its_currency_behind_it(said):
    before = re.compile(r"\{currency\}\s*\{\w+:(compact|millions)\}")

    assert [words for _, words in said["zh"] if before.search(words)] == []
