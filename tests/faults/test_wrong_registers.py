"""Sixty wrong registers: each is refused with file, row, column and remedy, none ends in a traceback."""

import re

import polars as pl
import pytest

import malformed
from urbium.errors import InputError
from urbium.sources import read_cities

HEAD = "code,name_en,level,lat,lon,parent,valid_from,valid_to"
GOOD = "MEX03,Monterrey,metropolitan area,25.67,-100.31,,,"
REGISTERED = pl.DataFrame(
    {
        "code": ["MEX03", "MEX05"], "name_en": ["Monterrey", "León"], "name_zh": [None, None],
        "province_en": [None, None], "province_zh": [None, None], "level": ["metropolitan area"] * 2,
        "latitude": [25.67, 21.12], "longitude": [-100.31, -101.68], "parent": ["", ""], "note": ["", ""],
        "valid_from": ["", ""], "valid_to": ["", ""],
    }
)  # fmt: skip

CITIES = {
    # a cell of a row: (row, the cell that must be named)
    "no code": (",Toluca,town,19,-99,,,", "A2"),
    "a code of spaces": ("  ,Toluca,town,19,-99,,,", "A2"),
    "no level": ("MEX99,Toluca,,19,-99,,,", "C2"),
    "a latitude above the pole": ("MEX99,Toluca,town,91,-99,,,", "D2"),
    "a latitude below the pole": ("MEX99,Toluca,town,-90.5,-99,,,", "D2"),
    "a longitude beyond the date line": ("MEX99,Toluca,town,19,181,,,", "E2"),
    "a latitude with a comma": ('MEX99,Toluca,town,"19,3",-99,,,', "D2"),
    "a latitude in degrees and minutes": ("MEX99,Toluca,town,19°17',-99,,,", "D2"),
    "a latitude with a letter": ("MEX99,Toluca,town,19N,-99,,,", "D2"),
    "a latitude that is not a number": ("MEX99,Toluca,town,nan,-99,,,", "D2"),
    "a latitude without end": ("MEX99,Toluca,town,inf,-99,,,", "D2"),
    "a latitude with full-width digits": ("MEX99,Toluca,town,１９,-99,,,", "D2"),
    "a latitude with an underscore": ("MEX99,Toluca,town,1_9,-99,,,", "D2"),
    "a formula as a longitude": ("MEX99,Toluca,town,19,=1+1,,,", "E2"),
    "a period that is none": ("MEX99,Toluca,town,19,-99,,soon,", "G2"),
    "a month that is none": ("MEX99,Toluca,town,19,-99,,2011-13,", "G2"),
    "a last period that is none": ("MEX99,Toluca,town,19,-99,,,1/8/2011", "H2"),
    "an end before the beginning": ("MEX99,Toluca,town,19,-99,,2005,1999", "H2"),
    "the code twice": (f"{GOOD}\n{GOOD}", "A3"),
    "the code twice, with other figures": (f"{GOOD}\nMEX03,Monterrey,town,25,-100,,,", "A3"),
    "the code of León and the name Monterrey": ("MEX05,Monterrey,metropolitan area,25.67,-100.31,,,", "B2"),
    "the code of Monterrey and the name León": ("MEX03,León,metropolitan area,21.12,-101.68,,,", "B2"),
    "itself as its parent": ("MEX99,Toluca,town,19,-99,MEX99,,", "F2"),
    "a parent that is not registered": ("MEX99,Toluca,town,19,-99,MEX00,,", "F2"),
    "a control character in the name": ("MEX99,Tolu\x1b[31mca,town,19,-99,,,", "B2"),
    "a turned text in the name": ("MEX99,Tolu\u202eca,town,19,-99,,,", "B2"),
    "a bell in the code": ("MEX\x0799,Toluca,town,19,-99,,,", "A2"),
    "a cell too many": ("MEX99,Toluca,town,19,-99,,,,more", "A2"),
    "a cell too few": ("MEX99,Toluca,town", "A2"),
}
TABLES = {
    # a whole file, and what must be said
    "no heading of a code": ("name_en,level\nToluca,town\n", "code, level"),
    "no heading of a level": ("code,name_en\nMEX99,Toluca\n", "A2: the city has no level"),
    "no headings at all": ("MEX99,Toluca,town\n", "code, level"),
    "an empty file": ("", "empty"),
    "blank lines only": ("\n\n\n", "empty"),
    "headings but no cities": ("code,name_en,level\n", "headings but no"),
    "two codes that disagree": ("code,city_code,name_en,level\nMEX99,MEX98,Toluca,town\n", "B2"),
    "two latitudes that disagree": ("code,name_en,level,lat,latitude\nMEX99,Toluca,town,19,20\n", "D2|E2"),
    "the heading of the level twice": ("code,level,level\nMEX99,town,city\n", "C2"),
    "an open quote": ('code,name_en,level\nMEX99,"Toluca,town\n', "quotation mark is opened"),
}
WORKBOOKS = {
    "a formula as a code": ('<c r="A2"><f>1+1</f><v>2</v></c>', "A2"),
    "an error as a level": (
        '<c r="A2" t="inlineStr"><is><t>X</t></is></c><c r="C2" t="e"><v>#REF!</v></c>',
        "C2",
    ),
    "a cell twice": ('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>', "A2"),
    "a code in character references": ('<c r="A2"><v>1&#55;3</v></c>', "A2"),
    "a hidden formula": ('<c r="A2"><!-- x --><f>1+1</f><v>2</v></c>', "hide a formula"),
}


def refusal(read):
    """Return what is said of a register that is refused."""
    with pytest.raises(InputError) as caught:
        read().raise_if_refused()
    return caught.value


def check(error, name, place):
    said = str(error)
    assert name in said
    assert re.search(place, said), said
    assert error.remedy
    assert all(fault.remedy for fault in error.faults if fault.severity == "error")


@pytest.mark.parametrize("kind", CITIES)
def test_a_wrong_city_is_refused_with_its_cell(tmp_path, kind):
    rows, cell = CITIES[kind]
    path = tmp_path / "cities.csv"
    path.write_text(f"{HEAD}\n{rows}\n", encoding="utf-8")
    error = refusal(lambda: read_cities(path, registered=REGISTERED))
    check(error, "cities.csv", cell)


@pytest.mark.parametrize("kind", TABLES)
def test_a_wrong_table_of_cities_is_refused(tmp_path, kind):
    content, words = TABLES[kind]
    path = tmp_path / "cities.csv"
    path.write_text(content, encoding="utf-8")
    error = refusal(lambda: read_cities(path, registered=REGISTERED))
    check(error, "cities.csv", words)


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_wrong_workbook_of_cities_is_refused(tmp_path, kind):
    cells, words = WORKBOOKS[kind]
    head = malformed.rows_xml([["code", "name_en", "level"]])
    path = tmp_path / "cities.xlsx"
    path.write_bytes(malformed.workbook(f'{head}<row r="2">{cells}</row>'))
    error = refusal(lambda: read_cities(path, registered=REGISTERED))
    check(error, "cities.xlsx", words)


def test_a_good_register_is_read(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text(f"{HEAD}\n{GOOD}\nMEX99,Toluca,town,19.3,-99.7,MEX03,,2030\n", encoding="utf-8")
    read = read_cities(path, registered=REGISTERED)
    assert read.faults == ()
    assert read.changes["change"].to_list() == ["unchanged", "new"]
