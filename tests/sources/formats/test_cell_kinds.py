"""A number cell is a number: the signs of a mapping hold for cells that are texts, in every format."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seeds import tries
from sources.workbook_writers import WRITERS
from urbium.sources import read_file
from urbium.sources.formats.cell_frames import grid_of

SIGNS = [("", "."), (".", ","), (",", "."), (" ", ","), ("'", "."), ("", ",")]
"""Signs of thousands and decimals, as nations write them."""

CITIES = pl.DataFrame({"code": [f"C{i}" for i in range(8)], "name_en": [f"City {i}" for i in range(8)]})


def as_typed(number, thousands, decimal):
    """A figure of three decimals as a person types it with these signs."""
    return f"{number:,.3f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def read_figures(path, catalogue, cells, writer, signs, **keys):
    rows = [["code", "figure"], *([f"C{i}", cell] for i, cell in enumerate(cells))]
    mapping = {
        "source": "ccsy",
        "quality": "measured",
        "thousands": signs[0],
        "decimal": signs[1],
        **keys,
        "tables": [
            {
                "layout": "variables",
                "city": "code",
                "period": {"value": "2012"},
                "columns": [{"column": "figure", "variable": "gdp", "unit": "million CNY"}],
            }
        ],
    }
    write, suffix = WRITERS[writer]
    return read_file(
        write(path.with_suffix(suffix), rows), catalogue=catalogue, cities=CITIES, mapping=mapping
    )


thousandths = st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
cells = st.lists(st.tuples(thousandths, st.booleans()), min_size=1, max_size=8)


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=tries(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=cells, signs=st.sampled_from(SIGNS))
def test_the_figure_that_is_read_is_the_number_that_the_cell_means(tmp_path, catalogue, writer, cells, signs):
    written = [as_typed(number, *signs) if is_text else number for number, is_text in cells]
    reading = read_figures(tmp_path / "figures", catalogue, written, writer, signs)
    assert not reading.is_refused, list(reading.lines())
    read = dict(reading.table.select("city", pl.col("value") / 100).iter_rows())
    meant = {f"C{i}": number for i, (number, _) in enumerate(cells)}
    assert read == pytest.approx(meant, abs=1e-9)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_number_with_a_point_is_read_where_texts_of_its_column_have_a_decimal_comma(
    tmp_path, catalogue, writer
):
    reading = read_figures(tmp_path / "a", catalogue, ["14.002,6", 812.345, 15.9], writer, (".", ","))
    assert [value * 0.01 for value in reading.table["value"]] == pytest.approx([14002.6, 812.345, 15.9])


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("cell", "said"), [(date(2020, 12, 31), "is a date"), (True, '"TRUE" is not')])
def test_dates_and_truth_values_are_no_figures_whatever_a_mapping_strips(
    tmp_path, catalogue, writer, cell, said
):
    reading = read_figures(tmp_path / "a", catalogue, ["1,5", cell], writer, ("", ","), strip=["-"])
    assert [(fault.cell, said in fault.message) for fault in reading.faults if fault.rule == "type"] == [
        ("B3", True)
    ]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_word_for_not_known_counts_in_cells_of_numbers_too(tmp_path, catalogue, writer):
    reading = read_figures(
        tmp_path / "a", catalogue, [-999, "-999", 5.5], writer, ("", "."), missing=["-999"]
    )
    assert reading.table["city"].to_list() == ["C2"]


def test_a_text_with_the_other_decimal_sign_is_refused_with_what_to_do(tmp_path, catalogue):
    reading = read_figures(tmp_path / "a", catalogue, ["1,5", "15.9"], "openpyxl", ("", ","))
    (fault,) = [fault for fault in reading.faults if fault.rule == "type"]
    assert (fault.cell, fault.remedy) == ("B3", "write 15,9, or correct the decimal separator in the mapping")


def test_kinds_are_kept_where_a_long_column_changes_from_numbers_to_texts():
    rows = [["1"], *([float(i)] for i in range(10_000)), ["a"], *([float(i)] for i in range(10_000)), [True]]
    grid = grid_of("Data", rows)
    kinds = grid.kind(0)
    assert kinds.len() == grid.frame.height == len(rows)
    assert [kinds[i] for i in (0, 1, 9_999, 10_000, 10_001, 10_002, 20_001, 20_002)] == [
        "text", "number", "number", "number", "text", "number", "number", "truth"
    ]  # fmt: skip
