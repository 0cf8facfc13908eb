"""A roadmap goes out as a workbook or a folder that people change, and comes back whole or not at all."""

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from polars.testing import assert_frame_equal

from urbium.errors import InputError
from urbium.plan import Roadmap, write_model
from urbium.plan.problem.tables import TABLES
from urbium.text import language


@pytest.fixture
def road(programme):
    return programme(5)


@pytest.mark.parametrize("name", ["roadmap", "roadmap.xlsx"])
def test_what_was_written_is_read_again(name, road, tmp_path):
    again = Roadmap.read(road.save(tmp_path / name))
    assert (again.years, again.settings) == (road.years, road.settings)
    for table in TABLES:
        assert_frame_equal(again.tables[table], road.tables[table], rel_tol=1e-14)


def test_sheets_named_in_the_language_of_their_reader_are_read_in_any(road, tmp_path):
    with language("zh"):
        path = road.save(tmp_path / "roadmap.xlsx")
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    assert {"备选项目", "设置"} <= {*names}
    assert not {*names} & {*TABLES}
    assert_frame_equal(Roadmap.read(path).tables["projects"], road.tables["projects"], rel_tol=1e-14)


def test_a_fault_is_at_the_sheet_as_the_workbook_calls_it(road, tmp_path):
    with language("zh"):
        path = road.save(tmp_path / "roadmap.xlsx")
    in_excel(path, "备选项目", lambda sheet: setattr(sheet["D3"], "value", "#N/A"))
    with pytest.raises(InputError) as refused:
        Roadmap.read(path)
    assert refused.value.faults[0].where == "备选项目!D3"


def with_cells(road, path, **tables):
    """Write a workbook in which tables are lists of rows, header first, as a spreadsheet program would."""
    road.save(path.with_suffix(""))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name in dict.fromkeys(("settings", *TABLES, *tables)):
            rows = tables.get(name)
            if rows is None:
                table = pl.read_csv(path.with_suffix("") / f"{name}.csv", infer_schema=False)
                rows = [table.columns, *table.rows()]
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def rows_of(table):
    return [table.columns, *(list(row) for row in table.rows())]


def test_codes_that_a_spreadsheet_holds_as_numbers_stay_codes(road, tmp_path):
    rows = [*rows_of(road.exclusions), [7, 340100]]
    again = Roadmap.read(with_cells(road, tmp_path / "typed.xlsx", exclusions=rows))
    assert again.exclusions.rows()[-1] == ("7", "340100")


def test_empty_rows_are_no_rows(road, tmp_path):
    rows = rows_of(road.exclusions)
    rows = [*rows, [None] * len(rows[0]), ["last", "P1"]]
    again = Roadmap.read(with_cells(road, tmp_path / "gaps.xlsx", exclusions=rows))
    assert again.exclusions.height == road.exclusions.height + 1


def spoilt(road, column, value):
    rows = rows_of(road.projects)
    rows[2][rows[0].index(column)] = value
    return rows


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("capital", "a lot", "projects!D3: capital is 'a lot'; enter a number"),
        ("build_years", "1.5", "projects!G3: build_years is '1.5'; enter a whole number"),
    ],
)
def test_a_cell_that_is_no_number_is_named(column, value, told, road, tmp_path):
    path = with_cells(road, tmp_path / "spoilt.xlsx", projects=spoilt(road, column, value))
    with pytest.raises(InputError) as error:
        Roadmap.read(path)
    assert told in str(error.value)


def test_a_truth_that_is_none_is_named(road, tmp_path):
    rows = rows_of(road.funds)
    rows[1][rows[0].index("is_foreign")] = "perhaps"
    with pytest.raises(InputError, match="is_foreign is 'perhaps'; enter true or false"):
        Roadmap.read(with_cells(road, tmp_path / "truth.xlsx", funds=rows))


def test_all_faults_are_named_at_once(road, tmp_path):
    folder = road.save(tmp_path / "roadmap")
    for name, old, new in (
        ("projects", "capital", "kapital"),
        ("settings", "discount_rate,", "discount_rat,"),
        ("budgets", "2016", "MMXVI"),
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as error:
        Roadmap.read(folder)
    said = str(error.value)
    assert "projects has no column 'kapital'; did you mean 'capital'?" in said
    assert "no column capital" in said
    assert "did you mean 'discount_rate'?" in said
    assert "year is 'MMXVI'; enter a whole number" in said


def test_a_sheet_that_is_no_table_is_named(road, tmp_path):
    path = with_cells(road, tmp_path / "more.xlsx", budget=rows_of(road.budgets))
    with pytest.raises(InputError, match="no such table; did you mean 'budgets'"):
        Roadmap.read(path)


def test_years_that_are_not_given_are_asked_for(road, tmp_path):
    folder = road.save(tmp_path / "roadmap")
    (folder / "settings.csv").write_text("setting,value\nfirst_year,2016\n")
    with pytest.raises(InputError, match="settings are missing: last_year"):
        Roadmap.read(folder)


def test_a_workbook_that_is_none_is_refused_before_any_parser(tmp_path):
    path = tmp_path / "roadmap.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(InputError, match=r"roadmap\.xlsx"):
        Roadmap.read(path)


def test_a_formula_is_written_as_the_text_it_is(road, tmp_path):
    evil = road.replace(cities=road.cities.with_columns(note=pl.lit("=1+1")))
    again = Roadmap.read(evil.save(tmp_path / "roadmap.xlsx"))
    assert set(again.cities["note"]) == {"=1+1"}


def test_a_path_that_cannot_be_written_is_told(road, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        road.save(tmp_path / "nowhere" / "roadmap.xlsx")
    with pytest.raises(InputError, match="cannot be written"):
        write_model(road, tmp_path / "nowhere" / "model.lp")


def test_another_form_is_not_written(road, tmp_path):
    with pytest.raises(InputError, match=r"\.ods is not a file format for a roadmap"):
        road.save(tmp_path / "roadmap.ods")


def test_a_workbook_that_could_not_be_written_leaves_the_last_one(road, tmp_path):
    path = road.save(tmp_path / "roadmap.xlsx")
    before = path.read_bytes()
    endless = road.replace(cities=road.cities.with_columns(weight=float("nan")))
    with pytest.raises(InputError, match="could not be written"):
        endless.save(path)
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_no_roadmap(tmp_path):
    for name in ("nowhere.xlsx", "nowhere"):
        with pytest.raises(InputError, match="there is no"):
            Roadmap.read(tmp_path / name)


def test_a_table_whose_name_is_misspelt_is_not_left_out(road, tmp_path):
    folder = road.save(tmp_path / "roadmap")
    (folder / "pools.csv").rename(folder / "pool.csv")
    with pytest.raises(InputError, match="pool!A1: a roadmap has no such table; did you mean 'pools'"):
        Roadmap.read(folder)


def test_a_setting_stands_once(road, tmp_path):
    folder = road.save(tmp_path / "roadmap")
    with (folder / "settings.csv").open("a") as file:
        file.write("discount_rate,0.5\n")
    with pytest.raises(InputError, match="discount_rate appears twice"):
        Roadmap.read(folder)


def in_excel(path, sheet, change):
    """Change a sheet of a written workbook as a spreadsheet program would."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sheet: setattr(sheet["D3"], "value", "#N/A"), r"projects!D3: .*#N/A"),
        (lambda sheet: setattr(sheet["D3"], "value", "=1+1"), "projects!D3: the cell contains a formula"),
        (lambda sheet: sheet.merge_cells("A2:A3"), "projects!A2: cells are merged"),
        (
            lambda sheet: setattr(sheet["X1"].offset(1), "value", 7),
            "projects!X1: a column with values has no",
        ),
    ],
)
def test_what_would_be_lost_is_named(change, told, road, tmp_path):
    path = in_excel(road.save(tmp_path / "roadmap.xlsx"), "projects", change)
    with pytest.raises(InputError, match=told):
        Roadmap.read(path)
