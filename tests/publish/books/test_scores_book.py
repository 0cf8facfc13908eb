import io
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.measure import measure_index
from urbium.model import OBSERVATION, Choice
from urbium.publish.books.scores_book import write_workbook
from urbium.publish.books.sheets import Book, Column, Mark, number_form

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEETS = ["About", "Ranking", "Pillars", "Indicators", "Step 1 screen", "Step 2 winsorise", "Normalised"]
REST = ["Weights", "Missing", "Cells", "Kept out", "Sources"]


@pytest.fixture(scope="module")
def book(many, tmp_path_factory):
    return openpyxl.load_workbook(write_workbook(many, tmp_path_factory.mktemp("w") / "many.xlsx"))


@pytest.fixture(scope="module")
def small(few, tmp_path_factory):
    return openpyxl.load_workbook(write_workbook(few, tmp_path_factory.mktemp("w") / "few.xlsx"))


@pytest.fixture(scope="module")
def treated(many, tmp_path_factory):
    """Return a workbook with imputation and treatment, and the scores it shows."""
    steps = "screen(availability=0.6, exclude=340100) > impute-median > winsorise(limit=5) > min-max"
    table = pl.concat([many.used, many.withheld], how="diagonal").select(*OBSERVATION)
    is_lost = (pl.col("city") == "110000") & (pl.col("variable") == "industrial_so2")
    scores = measure_index(
        table.filter(~is_lost),
        replace(many.index, steps=Choice.row(steps)),
        many.catalogue,
        cities=many.cities,
        period=2012,
        runs=0,
    )
    path = write_workbook(scores, tmp_path_factory.mktemp("w") / "treated.xlsx")
    return openpyxl.load_workbook(path), scores


def heads(sheet):
    return [cell.value for cell in sheet[3]]


def same(found, expected):
    """Assert that cells hold the expected numbers to the 16 digits that Excel keeps, and lack the same."""
    pairs = list(zip(found, expected, strict=True))
    known = [pair for pair in pairs if None not in pair]

    assert len(known) + sum(one is None and two is None for one, two in pairs) == len(pairs)
    assert [one for one, _ in known] == pytest.approx([two for _, two in known], rel=1e-15)


def column(sheet, title):
    place = heads(sheet).index(title) + 1
    return [sheet.cell(row, place).value for row in range(4, sheet.max_row + 1)]


def test_the_sheets_stand_in_the_order_in_which_a_reader_asks(book):
    assert book.sheetnames == SHEETS + REST


def test_the_ranking_is_the_table_of_the_scores(book, many):
    sheet = book["Ranking"]

    assert column(sheet, "Code") == many.table["city"].to_list()
    same(column(sheet, "Score (0 to 100)"), many.table["score"])
    assert column(sheet, "Rank") == many.table["rank"].to_list()
    assert column(sheet, "Best rank (5% of runs)") == many.table["rank_low"].to_list()
    assert column(sheet, "Worst rank (95% of runs)") == many.table["rank_high"].to_list()
    same(column(sheet, "Known indicators"), many.table["coverage"])
    assert [text or "" for text in column(sheet, "Why there is no score")] == many.table["reason"].to_list()


def test_the_pillars_are_those_of_the_scores(book, many):
    own = dict(many.pillars.filter(node="economy").select("city", "score").iter_rows())
    sheet = book["Pillars"]

    same(column(sheet, "Economy: score"), [own[code] for code in column(sheet, "Code")])


def test_the_indicators_stand_in_their_own_units(book, many):
    own = dict(many.indicators.filter(indicator="gdp_per_head").select("city", "value").iter_rows())
    sheet = book["Indicators"]

    same(column(sheet, "GDP per registered head (CNY per person)"), [own[c] for c in column(sheet, "Code")])
    assert sheet["C4"].number_format == "#,##0"
    assert sheet.cell(4, heads(sheet).index("Tertiary share of GDP (%)") + 1).number_format == "#,##0.0"


def test_the_normalised_values_are_those_of_the_scores(book, many):
    own = dict(many.indicators.filter(indicator="tertiary_share").select("city", "normalised").iter_rows())
    sheet = book["Normalised"]

    same(column(sheet, "Tertiary share of GDP (common scale)"), [own[code] for code in column(sheet, "Code")])


def test_no_cell_holds_an_error_a_formula_or_a_number_that_is_none(book, many, tmp_path):
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"n", "s"}
    with zipfile.ZipFile(write_workbook(many, tmp_path / "x.xlsx")) as package:
        text = b"".join(package.read(name) for name in package.namelist() if "worksheets/sheet" in name)
    assert b"<f>" not in text
    assert b"nan" not in text.lower().replace(b"finance", b"")


def test_panes_are_frozen_and_tables_can_be_filtered(book):
    assert {sheet.title: sheet.freeze_panes for sheet in book} == {
        "About": None,
        "Ranking": "D4",
        "Weights": "B4",
        "Sources": "B4",
        **dict.fromkeys([*SHEETS[2:], "Missing", "Cells", "Kept out"], "C4"),
    }
    assert book["Ranking"].auto_filter.ref.startswith("A3:")
    assert book["Cells"].auto_filter.ref == f"A3:Q{book['Cells'].max_row}"


def test_scores_carry_bars_from_0_to_100(many, tmp_path):
    with zipfile.ZipFile(write_workbook(many, tmp_path / "x.xlsx")) as package:
        ranking = package.read("xl/worksheets/sheet2.xml").decode()

    assert '<cfvo type="num" val="0.0"/><cfvo type="num" val="100.0"/>' in ranking


def test_every_figure_stands_with_its_cell(book, many):
    sheet = book["Cells"]
    known = many.used.sort("city", "variable", "period", "area", "source")

    assert column(sheet, "Cell") == known["cell"].to_list()
    assert column(sheet, "Value") == known["value"].to_list()
    assert {*column(sheet, "Recorded at (UTC)")} == {"2026-01-02 03:04:05"}


def test_what_was_kept_out_stands_with_its_reason(book, many):
    assert sorted(column(book["Kept out"], "Why it was not used")) == many.withheld["why"].sort().to_list()


def test_the_sources_are_named_with_their_licence(book, many):
    sheet = book["Sources"]

    assert column(sheet, "Publisher") == [many.sources["ccsy"].publisher]
    assert column(sheet, "Licence") == [many.sources["ccsy"].licence]
    assert column(sheet, "Figures used") == [many.used.height]


def test_the_missing_values_are_listed_with_why(book, many):
    lacking = many.indicators.filter(pl.col("value").is_null())
    sheet = book["Missing"]

    assert len(column(sheet, "Reason")) == lacking.height
    assert sorted(column(sheet, "Reason")) == lacking["reason"].sort().to_list()


def test_the_weights_in_the_whole_sum_to_one_on_each_level(book):
    sheet = book["Weights"]
    whole = dict(zip(column(sheet, "Identifier"), column(sheet, "Weight in the whole index"), strict=True))
    units = dict(zip(column(sheet, "Identifier"), column(sheet, "Unit"), strict=True))

    assert sum(share for name, share in whole.items() if units[name]) == pytest.approx(1)
    assert whole["gdp_per_head"] == pytest.approx(1 / 15)
    assert column(sheet, "Computed as")[4] == (
        "Gross domestic product, current prices / Registered population at year end, in base units"
    )


def test_the_first_sheet_says_what_each_other_is(book):
    labels = [cell.value for cell in book["About"]["A"]]

    assert {*SHEETS[1:], *REST} <= {*labels}
    assert "Assumptions and remarks" in labels


def test_a_filled_in_value_is_coloured_and_says_so(treated):
    book, scores = treated
    sheet = book["Step 2 impute-median"]
    place = heads(sheet).index("Industrial sulphur dioxide per GDP (t per 100 million CNY)") + 1
    cell = next(sheet.cell(row, place) for row in range(4, 290) if sheet.cell(row, 2).value == "110000")
    scored = scores.table.filter(pl.col("score").is_not_null())["city"].to_list()
    known = scores.indicators.filter(pl.col("city").is_in(scored), indicator="so2_per_gdp")["value"]

    assert cell.value == pytest.approx(known.median(), rel=1e-14)
    assert cell.fill.start_color.rgb == "FFD9E1F2"
    assert cell.comment.text == "not reported: filled in by this step"
    assert "1 value was filled in" in sheet["A2"].value


def test_outliers_drawn_in_are_coloured_and_keep_their_old_value(treated):
    book, _ = treated
    sheet = book["Step 3 winsorise"]
    place = heads(sheet).index("GDP per registered head (CNY per person)") + 1
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 2).value == "440300")

    assert sheet.cell(row, place).fill.start_color.rgb == "FFFFF2CC"
    assert sheet.cell(row, place).comment.text == "it was 450,280"
    assert sheet.cell(row, place).value < 450_280


def test_an_indicator_on_another_scale_says_so_and_is_not_marked_cell_by_cell(treated):
    book, _ = treated
    sheet = book["Step 3 winsorise"]
    title = "Foreign direct investment per registered head (other scale)"
    place = heads(sheet).index(title) + 1

    assert all(sheet.cell(row, place).comment is None for row in range(4, sheet.max_row + 1))
    assert "indicators were rescaled" in sheet["A2"].value


def test_a_city_that_was_left_out_is_coloured_with_its_reason(treated):
    book, _ = treated
    sheet = book["Step 1 screen"]
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 2).value == "340100")

    assert sheet.cell(row, 1).fill.start_color.rgb == "FFD0CECE"
    assert sheet.cell(row, 1).comment.text
    assert sheet.cell(row, 3).value is None
    assert sheet.cell(row, 3).comment.text.startswith("left out; it was ")


def test_a_suspect_figure_is_coloured_otherwise_than_a_missing_one(small):
    sheet = small["Indicators"]
    place = heads(sheet).index("Public toilets per 100,000 registered persons (per 100k persons)") + 1
    fills = {sheet.cell(row, 2).value: sheet.cell(row, place).fill.start_color.rgb for row in range(4, 9)}

    assert fills["340100"] == "FFFCE4D6"
    assert fills["340200"] == "FFE7E6E6"


def test_a_city_named_like_a_formula_stays_a_text_even_when_edited(few, small, tmp_path):
    sheet = small["Ranking"]
    cell = next(sheet.cell(row, 2) for row in range(4, 9) if sheet.cell(row, 3).value == "340200")

    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    assert cell.quotePrefix


def test_the_same_scores_give_the_same_bytes(few, tmp_path):
    one, two = (write_workbook(few, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))

    assert one.read_bytes() == two.read_bytes()


def test_the_document_bears_the_date_of_its_newest_figure(small):
    assert small.properties.created == datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as openpyxl gives it


def test_scores_without_runs_have_a_workbook_too(treated):
    book, scores = treated

    assert column(book["Ranking"], "Group of cities whose ranks cannot be told apart") == [None] * 286
    same(column(book["Ranking"], "Score (0 to 100)"), scores.table["score"])


def test_another_ending_is_refused(few, tmp_path):
    with pytest.raises(InputError, match=r"a workbook is an .xlsx file"):
        write_workbook(few, tmp_path / "few.xls")


def test_a_folder_that_is_not_there_leaves_nothing(few, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_workbook(few, tmp_path / "none" / "few.xlsx")
    assert list(tmp_path.iterdir()) == []


# The sheets themselves


def opened(book):
    return openpyxl.load_workbook(io.BytesIO(book.content()))


def blank():
    return Book("t", datetime(2026, 1, 2))  # noqa: DTZ001 - only the date counts


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_text_that_begins_like_a_formula_is_marked(start):
    book = blank()
    book.table("T", "title", "note", [Column("x", [f"{start}1+1", "plain"])])

    sheet = opened(book)["T"]

    assert (sheet["A4"].data_type, sheet["A4"].value, sheet["A4"].quotePrefix) == ("s", f"{start}1+1", True)
    assert not sheet["A5"].quotePrefix


def test_missing_values_are_empty_cells():
    book = blank()
    book.table("T", "title", "note", [Column("x", [None, float("nan"), float("inf"), 0.0], "0.0")])

    sheet = opened(book)["T"]
    assert [sheet.cell(row, 1).value for row in range(4, 8)] == [None, None, None, 0]


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    book = blank()
    book.table("T", "title", "note", [Column("x", ["a" * 40_000])])

    text = opened(book)["T"]["A4"].value
    assert len(text) == 32_767
    assert text.endswith("a…")


def test_what_a_comment_cannot_hold_is_left_out():
    book = blank()
    marks = {0: Mark("changed", "was \x00\x0b3\nhere")}
    book.table("T", "title", "note", [Column("x", [1.0], "0", marks=marks)])

    assert opened(book)["T"]["A4"].comment.text == "was 3\nhere"


def test_more_rows_than_a_sheet_holds_are_cut_and_it_is_said(monkeypatch):
    monkeypatch.setattr("urbium.publish.books.sheets.LAST_ROW", 5)
    book = blank()
    book.table("T", "title", "All.", [Column("x", [1.0, 2.0, 3.0], "0")])

    sheet = opened(book)["T"]
    assert sheet.max_row == 5
    assert sheet["A2"].value == "All. The rest does not fit on one sheet: use the bundle."


def test_a_table_without_rows_is_a_sheet_with_headings():
    book = blank()
    book.table("T", "title", "note", [Column("x", [], has_bars=True), Column("y", [])])

    assert heads(opened(book)["T"]) == ["x", "y"]


@pytest.mark.parametrize(
    ("kind", "values", "form"),
    [
        ("persons", [3.0, 4000.0], "#,##0"),
        ("persons", [3.5], "#,##0.00"),
        ("share", [1000.0], "#,##0"),
        ("share", [999.0], "#,##0.0"),
        ("share", [10.0], "#,##0.0"),
        ("share", [9.9], "#,##0.00"),
        ("share", [1.0], "#,##0.00"),
        ("share", [0.5], "#,##0.000"),
        ("share", [0.02], "#,##0.0000"),
        ("share", [1e-20], "#,##0.00000000"),
        ("share", [], "#,##0.00"),
        ("share", [None, 0.0, -500.0], "#,##0.0"),
        ("share", [0.5, 20.0, 3000.0], "#,##0.0"),
    ],
)
def test_numbers_show_about_four_figures_that_count(kind, values, form):
    assert number_form(kind, values) == form
