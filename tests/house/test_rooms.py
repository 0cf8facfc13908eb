"""The rooms of the code: how many modules each holds, what its head says, and that what is named is there."""

import ast
import re
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "urbium"
ROOMS = sorted(file.parent for file in CODE.rglob("__init__.py"))
NAMED = re.compile(r"`([\w./-]+\.(?:py|csv|html|typ|md|css|lp)|[\w./-]+/)`")
"""Files and folders between backticks; ``<rule>.py`` and ``*.csv`` name none."""


def head(room):
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""


def missing(text, *places):
    """Return what a text names that is in none of the places nor, as a bare name, anywhere in the tree."""
    tree = {path.name for part in ("src", "tests", "docs", "bench") for path in (ROOT / part).rglob("*.*")}
    return [
        name
        for name in NAMED.findall(text)
        if not any((place / name).exists() for place in (ROOT, CODE, *places)) and name not in tree
    ]


def test_no_folder_holds_more_than_25_modules():
    counts = {str(room.relative_to(CODE)): len(list(room.glob("*.py"))) for room in ROOMS}

    assert {room: count for room, count in counts.items() if count > 25} == {}


def test_no_module_has_more_than_500_lines():
    lines = {
        str(file.relative_to(CODE)): len(file.read_text(encoding="utf-8").splitlines())
        for file in CODE.rglob("*.py")
    }

    assert {file: count for file, count in lines.items() if count > 500} == {}


@pytest.mark.parametrize(("package", "most"), [("urbium.programme", 8), ("urbium.web", 6)])
def test_rooms_stand_on_few_floors(package, most):
    graph = grimp.build_graph("urbium", cache_dir=None)
    rooms = graph.find_children(package)
    for room in rooms:
        graph.squash_module(room)

    @cache
    def floor(room):
        below = graph.find_modules_directly_imported_by(room) & rooms
        return 1 + max((floor(lower) for lower in below), default=0)

    assert len(rooms) > 5
    assert max(floor(room) for room in rooms) <= most


def test_no_folder_of_source_is_called_as_tools_call_their_output():
    assert [path for path in CODE.rglob("*") if path.is_dir() and path.name in {"build", "dist"}] == []


def test_every_room_says_at_its_head_what_it_is():
    assert [str(room) for room in ROOMS if len(head(room)) < 30] == []


def test_every_file_that_the_head_of_a_room_names_is_there():
    assert {str(room): lost for room in ROOMS if (lost := missing(head(room), room, CODE / "data"))} == {}


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")

    assert len(NAMED.findall(text)) > 3
    assert missing(text, CODE / "measure", CODE / "data", ROOT / "src") == []


def test_the_architecture_is_read_on_two_screens():
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 100
