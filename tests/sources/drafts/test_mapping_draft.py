"""A mapping is proposed by looking at a table, and the proposal reads what it was made from."""

import tomllib

import pytest
import xlsxwriter

from urbium.errors import InputError
from urbium.sources import draft_mapping, read_file


def write_book(path, rows, sheet="x"):
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet(sheet)
        for i, row in enumerate(rows):
            page.write_row(i, 0, row)
    return path


@pytest.fixture
def drafted(tmp_path, catalogue, small_cities):
    """Return a function that writes a book, drafts its mapping, and reads it by the draft."""

    def draft_and_read(rows, source="ccsy", name="x"):
        path = write_book(tmp_path / "theirs.xlsx", rows, name)
        draft = draft_mapping(path, variables=catalogue.variables, cities=small_cities, sources=["ccsy"])
        mapping = tomllib.loads(draft) | {"source": source, "quality": "measured"}
        return draft, read_file(path, catalogue=catalogue, cities=small_cities, mapping=mapping)

    return draft_and_read


def values(reading):
    assert not reading.is_refused, list(reading.lines())
    names = ("city", "variable", "period", "value")
    return set(reading.table.select(names).iter_rows())


def test_a_long_table_below_titles(drafted):
    rows = [
        ["Statistics of the province"],
        [],
        ["Ville", "Indicator", "Année", "Valeur"],
        ["Hefei", "Hospitals", 2012, 173],
        ["Wuhu", "Hospitals", 2012, 90],
        ["Hefei", "hospital_beds", 2012, 30_000],
    ]
    draft, reading = drafted(rows)
    assert 'layout = "long"' in draft
    assert values(reading) == {
        ("340100", "hospitals", "2012", 173.0),
        ("340200", "hospitals", "2012", 90.0),
        ("340100", "hospital_beds", "2012", 30_000.0),
    }


def test_one_column_a_variable_with_units_in_the_headings(drafted):
    rows = [
        ["City", "Year", "Hospitals", "Population at year end (persons)", "Remarks"],
        ["Hefei", 2012, 173, 7_110_000, "x"],
        ["Wuhu", 2012, 90, 3_800_000, "y"],
    ]
    draft, reading = drafted(rows)
    assert 'layout = "variables"' in draft
    assert ("340100", "population_year_end", "2012", 711.0) in values(reading)


def test_one_column_a_year(drafted):
    rows = [
        ["Country Name", "Series", "2010", "2011", "2012"],
        ["Hefei", "Hospitals", 170, 171, 173],
        ["Atlantis", "Hospitals", 1, 2, 3],
        ["Wuhu", "CO2 per head", 1, 2, 3],
    ]
    draft, _ = drafted(rows)
    assert 'layout = "periods"' in draft
    assert 'city = {column = "Country Name"}' in draft
    assert '"CO2 per head" = "..."}, others = "skip"}' in draft
    _, reading = drafted([row for row in rows if row[0] != "Atlantis"])
    assert values(reading) == {
        ("340100", "hospitals", str(2010 + i), v) for i, v in enumerate((170.0, 171.0, 173.0))
    }


def test_a_yearbook_in_chinese(drafted):
    rows = [["城市", "年份", "公厕数量"], ["合肥市", "2012年", 173], ["芜湖市", "2012年", 90]]
    draft, reading = drafted(rows)
    assert 'city = {column = "城市"}' in draft
    assert values(reading) == {
        ("340100", "public_toilets", "2012", 173.0),
        ("340200", "public_toilets", "2012", 90.0),
    }


def test_what_is_not_recognised_is_asked_and_not_guessed(drafted, tmp_path, catalogue, small_cities):
    path = write_book(tmp_path / "a.xlsx", [["A", "B", "C"], ["p", 1, 2], ["q", 3, 4]])
    draft = draft_mapping(path, variables=catalogue.variables, cities=small_cities)
    assert "# city = " in draft
    assert "# period = " in draft
    assert '# {column = "B", variable = "..."}' in draft
    tomllib.loads(draft)


def test_a_file_without_a_table_is_refused(tmp_path, catalogue, small_cities):
    path = write_book(tmp_path / "a.xlsx", [["only a title"]])
    with pytest.raises(InputError, match="no sheet has a row of headings"):
        draft_mapping(path, variables=catalogue.variables, cities=small_cities)


@pytest.mark.parametrize("nation", ["TLS", "VUT", "WSM", "BOL"])
def test_a_draft_is_made_for_a_nation_of_whose_languages_one_is_written_nowhere(
    tmp_path, catalogue, small_cities, nation
):
    path = write_book(tmp_path / "theirs.xlsx", [["city", "gdp"], ["Alpha", "1,5"]])
    draft = draft_mapping(
        path, variables=catalogue.variables, cities=small_cities, sources=["ccsy"], nation=nation
    )
    assert tomllib.loads(draft)
