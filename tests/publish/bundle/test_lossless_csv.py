import io
import math
import struct
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.publish.bundle.lossless_csv import kinds_of, read_exact, write_exact

KINDS = {"a": "text", "b": "number"}
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def bits(values):
    return [None if value is None else struct.pack("<d", value) for value in values]


@given(st.lists(st.tuples(st.none() | TEXTS, st.none() | FLOATS), max_size=20))
def test_what_is_written_reads_back_with_the_same_bits(rows):
    table = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Float64}, orient="row")

    again = read_exact(write_exact(table), KINDS, place="t")

    assert again["a"].to_list() == table["a"].to_list()
    assert bits(again["b"]) == bits(table["b"])


def test_a_missing_text_is_told_from_an_empty_one():
    table = pl.DataFrame({"a": ["", None], "b": [1.5, None]})

    assert write_exact(table) == b'"a","b"\n"",1.5\n,\n'
    assert read_exact(write_exact(table), KINDS, place="t")["a"].to_list() == ["", None]


def test_the_zero_below_zero_keeps_its_sign():
    again = read_exact(write_exact(pl.DataFrame({"b": [-0.0]})), {"b": "number"}, place="t")

    assert math.copysign(1, again["b"][0]) == -1


def test_another_reader_of_csv_reads_the_same_table():
    table = pl.DataFrame({"a": ['x,"y"\nz', "=cmd"], "b": [0.1, 1e300]})

    other = pl.read_csv(io.BytesIO(write_exact(table)))

    assert other.rows() == table.rows()


def test_whole_numbers_booleans_and_instants_read_back():
    table = pl.DataFrame(
        {"n": [-3, None], "yes": [True, False], "at": [datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), None]},
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    )

    assert kinds_of(table) == {"n": "integer", "yes": "boolean", "at": "time"}
    assert read_exact(write_exact(table), kinds_of(table), place="t").equals(table)


def test_small_numbers_and_categories_are_written_by_what_they_are():
    table = pl.DataFrame(
        {"n": [1], "f": [0.5], "c": ["x"]}, schema={"n": pl.Int32, "f": pl.Float32, "c": pl.Categorical}
    )

    assert kinds_of(table) == {"n": "integer", "f": "number", "c": "text"}
    assert write_exact(table) == b'"n","f","c"\n1,0.5,"x"\n'


def test_a_list_cannot_be_written():
    with pytest.raises(InputError, match="column 'x' of kind List"):
        write_exact(pl.DataFrame({"x": [[1]]}))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_cannot_be_written(value):
    with pytest.raises(InputError, match="is not a finite number"):
        write_exact(pl.DataFrame({"b": [value]}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the header row is not a, b"),
        ('"a"\n', "not a table with 2 columns"),
        ('"b","a"\n', "the header row is not a, b"),
        ("a,b\n", "the header row is not a, b"),
        ('"a","b"\n"x",1', "not a table with 2 columns"),
        ('"a","b"\n"x"\n', "not a table with 2 columns"),
        ('"a","b"\n"x",1,2\n', "not a table with 2 columns"),
        ('"a","b"\n"x"y,1\n', "not a table with 2 columns"),
        ('"a","b"\n"x,1\n', "not a table with 2 columns"),
        ('"a","b"\nx,1\n', "text 'x' is not in quotes"),
        ('"a","b"\n"x","1"\n', "'1' is text, but a value without quotes is expected here"),
        ('"a","b"\n"x",nan\n', "'nan' is not a number"),
        ('"a","b"\n"x",1e999\n', "'1e999' is not a number"),
        ('"a","b"\n"x",1_0\n', "'1_0' is not a number"),
        ('"a","b"\n"x",١\n', "is not a number"),
        ('"a","b"\n"x", 1\n', "' 1' is not a number"),
        ('"a","b"\r\n"x",1\r\n', "not a table with 2 columns"),
    ],
)
def test_a_text_that_is_no_such_table_is_refused(text, words):
    with pytest.raises(InputError, match=words) as error:
        read_exact(text.encode(), KINDS, place="cities.csv")
    assert error.value.place.startswith("cities.csv")


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        ("integer", "1.0", "not a whole number"),
        ("integer", "9" * 19, "not a whole number"),
        ("boolean", "True", "neither true nor false"),
        ("time", "2026-01-02", "not a time in UTC"),
        ("time", "2026-01-02T03:04:05+01:00", "not a time in UTC"),
        ("time", "yesterday", "'yesterday' is not a time in UTC"),
    ],
)
def test_a_cell_of_another_kind_is_refused_with_its_row(kind, cell, words):
    with pytest.raises(InputError, match=words) as error:
        read_exact(f'"x"\n\n{cell}\n'.encode(), {"x": kind}, place="t.csv")
    assert error.value.place == "t.csv, row 3"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(InputError, match="UTF-8"):
        read_exact(b"\xff", KINDS, place="t")


@pytest.mark.parametrize(("kinds", "fault"), [({}, "0 columns"), ({"a": "money"}, "not column types: money")])
def test_kinds_that_are_none_are_refused(kinds, fault):
    with pytest.raises(InputError, match=fault):
        read_exact(b"", kinds, place="t")


def test_more_cells_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr("urbium.publish.bundle.lossless_csv.MAX_CELLS", 3)

    with pytest.raises(InputError, match="more than 3 cells"):
        read_exact(b'"a","b"\n"x",1\n', KINDS, place="t")
    assert read_exact(b'"b"\n1\n2\n', {"b": "number"}, place="t").height == 2
