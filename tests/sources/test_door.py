"""One door for every small table that is read: claims, reports on projects, starts, levers, ages."""

import polars as pl
import pytest

import malformed
from urbium.errors import InputError
from urbium.forecast import read_cohorts
from urbium.plan import read_actuals, read_starts
from urbium.sources.door import read_table

COLUMNS = {"project": pl.String(), "start": pl.Int64(), "spent": pl.Float64(), "done": pl.Boolean()}
HOSTILE = {
    "missing": None,
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "NUL bytes": b"project,status\nA,\x00\n",
    "UTF-16": "project,status\nA,finished\n".encode("utf-16-le"),
    "GBK": "project,status\n合肥,合肥市安徽省\n".encode("gbk"),
    "an open quote": b'project,status\n"A,finished\n',
    "rows of two lengths": b"project,status\nA\n",
    "other headings": b"a,b\n1,2\n",
    "a control character": b"project,status,start\nA,\x1b[31m,2016\n",
    "a line without end": b"project,status\n" + b"x" * 2_000_000,
}


@pytest.mark.parametrize("reader", [read_actuals, read_starts, read_cohorts])
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_by_every_reader(tmp_path, reader, kind):
    path = tmp_path / "a.csv"
    if HOSTILE[kind] is not None:
        path.write_bytes(HOSTILE[kind])
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind is looked at below
        reader(path)
    assert type(caught.value).__name__ in ("InputError", "NotFoundError"), repr(caught.value)
    assert "a.csv" in str(caught.value)
    assert caught.value.remedy


@pytest.fixture
def read(tmp_path):
    def write_and_read(content, suffix=".csv", **options):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, COLUMNS, **options)

    return write_and_read


def test_a_table_is_read_in_its_types_whatever_the_case_of_its_headings(read):
    table = read("Project,START,spent,Done,more\nA,2016,1.5,yes,x\n\nB,,2,no,y\n")
    assert table.rows() == [("A", 2016, 1.5, True), ("B", None, 2.0, False)]


def test_columns_that_are_not_there_are_null(read):
    assert read("project\nA\n").rows() == [("A", None, None, None)]


def test_a_workbook_is_read_as_a_csv_is(read):
    rows = [
        ["project", "start", "spent"],
        ["A", malformed.number_cell("B2", 2016), malformed.number_cell("C2", 1.5)],
    ]
    assert read(malformed.workbook(rows), ".xlsx").rows() == [("A", 2016, 1.5, None)]


def test_every_wrong_cell_is_named_with_its_remedy(read):
    with pytest.raises(InputError) as caught:
        read("project,start,spent,done\nA,2016.5,12 m,maybe\nB,soon,inf,\n")
    assert {fault.cell for fault in caught.value.faults} == {"B2", "C2", "D2", "B3", "C3"}
    assert all(fault.remedy for fault in caught.value.faults)


def test_a_column_that_is_needed_or_nearly_there_or_twice_is_named(read):
    with pytest.raises(InputError) as caught:
        read("project,project,spend\nA,B,1\n", needed=("start",))
    said = str(caught.value)
    assert "there is no column 'start'" in said
    assert "the column 'project' appears twice" in said
    assert "'spent' instead of 'spend'" in said


def test_a_formula_is_refused(read):
    cell = '<c r="B2"><f>1+1</f><v>2</v></c>'
    with pytest.raises(InputError, match="B2: the cell contains a formula"):
        read(malformed.workbook([["project", "start"], ["A", cell]]), ".xlsx")
