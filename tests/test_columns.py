"""The vocabulary of columns: one row a key, and no face says another heading for one."""

import ast
import re
from collections import Counter
from pathlib import Path

import urbium
from urbium.columns import KINDS, column, heading, short_title, vocabulary
from urbium.packaged import packaged_rows
from urbium.text import language, say
from urbium.text.translation import _installed

PACKAGE = Path(urbium.__file__).parent


def test_a_key_has_one_row():
    keys = Counter(row["key"] for row in packaged_rows("columns"))

    assert [key for key, rows in keys.items() if rows > 1] == []


def test_every_column_is_of_a_kind_and_has_a_title():
    assert [key for key, one in vocabulary().items() if one.kind not in KINDS or not one.title] == []


def test_a_subject_without_a_row_has_that_of_the_name():
    assert column("space.capital").title != column("capital").title
    assert column("signed.year") is column("year")


def test_a_column_that_the_data_name_is_called_so():
    assert short_title("2035") == "2035"


def test_a_heading_is_said_in_the_language_that_is_spoken(monkeypatch):
    monkeypatch.setitem(_installed, "en-XB", lambda _, one, many, n: f"!{one}!")

    with language("en-XB"):
        assert str(say(heading("capital", "CNY"))) == "!!Cost to build! (CNY)!"


HEADING = r'(?:<th\b[^>]*>|data-title=")\{\{ _\("([^"]*)"\)'
"""A heading that a page writes itself, at the head of a table or, for narrow screens, in its cells."""
TITLES = {str(one.title) for one in vocabulary().values()}


def test_the_sector_of_a_project_is_no_sector_of_the_economy():
    with language("zh"):
        assert [column(key).title.render() for key in ("market.sector", "sector")] == ["领域", "产业"]


def test_a_page_writes_no_heading_of_its_own_for_a_column():
    heads = {
        path.name: re.findall(HEADING, path.read_text(encoding="utf-8"))
        for path in sorted((PACKAGE / "web/templates").glob("*.html"))
    }

    assert {page: sorted(TITLES & set(words)) for page, words in heads.items() if TITLES & set(words)} == {}


def test_every_heading_of_a_page_is_of_a_column():
    keys = {
        key
        for path in (PACKAGE / "web/templates").glob("*.html")
        for key in re.findall(r'heading\("([a-z0-9_.]+)"', path.read_text(encoding="utf-8"))
    }

    assert len(keys) > 200
    assert sorted(keys - set(vocabulary())) == []


def test_workbooks_and_documents_write_no_heading_of_their_own():
    """A heading there is a key; a literal beside the name of a column would be a second wording."""
    written = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path in sorted((PACKAGE / "publish").rglob("*.py"))
        if path.parent.name != "open_data"
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"Head", "Column", "Table"}
        for part in call.args[:2]
        if any(isinstance(word, ast.Constant) and word.value in TITLES for word in ast.walk(part))
    ]

    assert written == []
