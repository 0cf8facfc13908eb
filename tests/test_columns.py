"""The vocabulary of columns: one row a key, and no face says another heading for one."""

from collections import Counter
from pathlib import Path

import urbium
from urbium.columns import KINDS, column, heading, short_title, vocabulary
from urbium.csv_text import packaged_rows
from urbium.text import _installed, language, say

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
