"""In Chinese at most two in a hundred of the words of a workbook are English, on every sheet.

Publishers without a Chinese name are called by their own; sources, files, nodes of an index, norms and parts
of a nation have a column of their ids.
"""

import io

import openpyxl
import pytest

from english_words import MOST, share_of, without_publishers
from urbium.text import language
from urbium.text.own_words import own_words

DIMENSIONS = ("sector", "region", "year", "instrument", "readiness")
BOOKS = {
    "plan": lambda programme, _: programme.plan_workbook(),
    "track": lambda programme, _: programme.track.workbook(),
    "scores": lambda programme, path: programme.workbook(path).read_bytes(),
    "template": lambda programme, path: programme.template(
        path, variables=["gdp", "population_year_end", "hospital_beds"], city="340100"
    ).read_bytes(),
    "sheet": lambda programme, _: programme.market.sheet_file(_first_sheet(programme), "xlsx"),
    **{
        f"sums by {by}": lambda programme, _, by=by: programme.market.sums_file(by, "xlsx")
        for by in DIMENSIONS
    },
}
"""What a page or a command hands out."""

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


@pytest.mark.long
@pytest.mark.parametrize("book", BOOKS)
def test_every_sheet_of_a_chinese_workbook_is_chinese(demo, book, tmp_path):
    with language("zh"), own_words(demo.own_words):
        content = BOOKS[book](demo, tmp_path / "book.xlsx")
    _check(demo, content)


@pytest.mark.release
def test_every_sheet_of_a_chinese_outlook_is_chinese(demo, tmp_path):
    with language("zh"), own_words(demo.own_words):
        content = demo.outlook_book(tmp_path / "book.xlsx", to=2030).read_bytes()
    _check(demo, content)


def _check(demo, content):
    sheets = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    nodes = {node.id for index in demo.catalogue.indices.values() for node in index.nodes}
    norms = {name for norm in demo.catalogue.norms.values() for name in (norm.id, norm.service)}
    named = {part for name in {*demo.register.sources(), *nodes, *norms} for part in name.split("_")}
    typed = {"catalogue", "start"}  # of a command
    ids = named | typed | {"yearbook", "nation", "urban", "other", "rural"}
    left = {
        sheet.title: share_of(sheet.title, without_publishers(_words(sheet), demo), ids) for sheet in sheets
    }
    assert [said for share, said in left.values() if share > MOST] == []


def _first_sheet(programme):
    return programme.market.sheet(programme.market.pipeline().prospects[0].code)


def _words(sheet):
    return "\n".join(
        cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    )
