"""The reference of the manual is made of what the code declares, and leaves nothing out."""

import re
import tomllib
from pathlib import Path

import pytest

import reference
from urbium.plan.problem.tables import DECLARED
from urbium.sources.mappings import mapping
from urbium.sources.mappings.mapping_keys import MAPPING_KEYS

MANUAL = Path(reference.__file__).parent


@pytest.mark.parametrize("part", reference.PARTS)
def test_every_part_is_made_and_asked_for_by_a_page(part):
    pages = "".join(page.read_text(encoding="utf-8") for page in MANUAL.rglob("*.md"))

    assert reference.PARTS[part]().count("\n") > 2
    assert f"<!-- made: {part} -->" in pages


def test_every_command_has_a_heading_and_every_option_a_meaning():
    page = reference.commands()
    shown = {name for name, _ in reference.verbs()}

    assert set(re.findall(r"^## ([\w -]+)$", page, re.MULTILINE)) >= shown
    assert {"measure", "catalogue import"} <= shown
    assert re.findall(r"^\| `[^|]+\|  *\|$", page, re.MULTILINE) == []


def test_every_column_of_a_roadmap_has_a_row():
    page = reference.roadmap()
    columns = sum(len(table.columns) for table in DECLARED.values())

    assert len(re.findall(r"^\| `\w+` \|", page, re.MULTILINE)) >= columns


def test_the_keys_of_a_mapping_file_are_those_that_are_read():
    page = reference.mapping_keys()
    keys = {key for keys in MAPPING_KEYS.values() for key in keys}

    assert {key for key in keys if not re.search(rf"\b{key}\b", page)} == set()


def test_the_mapping_file_that_is_shown_is_read():
    shown = re.findall(r"```toml\n(.*?)```", reference.mapping_keys(), re.DOTALL)

    assert all(tomllib.loads(block) for block in shown)
    assert mapping.read_mapping(tomllib.loads(shown[0])).tables[0].columns[0].variable == "gdp"


def test_a_page_shows_what_it_asks_for():
    assert reference.filled("a <!-- made: means --> z").startswith("a | mean | is |")
