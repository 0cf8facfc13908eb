"""In Chinese at most two in a hundred of the words of a workbook are English, on every sheet.

Publishers without a Chinese name are called by their own, sources and files by their ids.
"""

import io

import openpyxl
import pytest

from english_words import MOST, share_of, without_publishers
from urbium.text import language
from urbium.text.own_words import own_words

BOOKS = {
    "plan": lambda programme: programme.plan_workbook(),
    "track": lambda programme: programme.track.workbook(),
}

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


@pytest.mark.long
@pytest.mark.parametrize("book", BOOKS)
def test_every_sheet_of_a_chinese_workbook_is_chinese(demo, book):
    with language("zh"), own_words(demo.own_words):
        content = BOOKS[book](demo)
    sheets = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    ids = {part for name in demo.register.sources() for part in name.split("_")} | {"nation"}
    left = {
        sheet.title: share_of(sheet.title, without_publishers(_words(sheet), demo), ids) for sheet in sheets
    }
    assert [said for share, said in left.values() if share > MOST] == []


def _words(sheet):
    return "\n".join(
        cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    )
