"""What one parser sees in a workbook and another does not: formulas, numbers and cells that hide."""

import polars as pl
import pytest

import malformed
from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.sources import read_file

CITIES = pl.DataFrame({"code": ["340100"], "name_en": ["Hefei"]})
DEEP = 'xmlns:deep="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

FORMULAS = {
    "plain": '<c r="D3"><f>1+1</f><v>2</v></c>',
    "without value": '<c r="D3"><f>1+1</f></c>',
    "empty": '<c r="D3"><f/><v>2</v></c>',
    "shared": '<c r="D3"><f t="shared" si="0"/><v>2</v></c>',
    "array": '<c r="D3"><f t="array" ref="D3">1+1</f><v>2</v></c>',
    "of text": '<c r="D3" t="str"><f>"1"</f><v>1</v></c>',
    "behind space": '<c r="D3">\n  <f>1+1</f><v>2</v></c>',
    "behind its value": '<c r="D3"><v>2</v><f>1+1</f></c>',
    "behind a comment": '<c r="D3"><!-- x --><f>1+1</f><v>2</v></c>',
    "behind CDATA": '<c r="D3"><![CDATA[]]><f>1+1</f><v>2</v></c>',
    "behind an instruction": '<c r="D3"><?x y?><f>1+1</f><v>2</v></c>',
    "behind another element": '<c r="D3"><extLst/><f>1+1</f><v>2</v></c>',
    "with a prefix": f'<deep:c {DEEP} r="D3"><deep:f>1+1</deep:f><deep:v>2</deep:v></deep:c>',
    "with a dotted prefix": '<c r="D3"><a.b-c:f xmlns:a.b-c="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "1+1</a.b-c:f><v>2</v></c>",
    "with a sign in an attribute": '<c r="D3" s="0" x="a>b"><f>1+1</f><v>2</v></c>',
    "with quotes turned": "<c r='D3'><f>1+1</f><v>2</v></c>",
    "across a line": '<c\nr="D3"\n><f\n>1+1</f><v>2</v></c>',
}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture
def read(tmp_path, catalogue):
    def write_and_read(cell):
        rows = malformed.with_value("170")
        rows[2] = [cell if place == 3 else words for place, words in enumerate(rows[2])]
        text = malformed.rows_xml([[c if not c.startswith("<") else "" for c in row] for row in rows])
        end = text.rindex("</row>")
        place = text.index('<c r="E3"')
        path = tmp_path / "a.xlsx"
        path.write_bytes(malformed.workbook(text[:place] + cell + text[place:end] + "</row>"))
        reading = read_file(path, catalogue=catalogue, cities=CITIES)
        reading.raise_if_refused()
        return reading

    return write_and_read


def test_there_are_seventeen_forms():
    assert len(FORMULAS) == 17


@pytest.mark.parametrize("form", FORMULAS)
def test_a_formula_is_refused_in_every_form(read, form):
    with pytest.raises(InputError, match=r"contains a formula|can hide a formula|cannot be read"):
        read(FORMULAS[form])


@pytest.mark.parametrize(
    "cell",
    ['<c r="D3"><v>1&#55;3</v></c>', '<c r="D3" t="n"><v>&#49;</v></c>', '<c r="D3"><v>1&amp;3</v></c>'],
)
def test_a_number_in_character_references_is_refused_and_not_read_as_another(read, cell):
    with pytest.raises(InputError, match="D3, a number is written with character references"):
        read(cell)


def test_a_cell_that_stands_twice_is_refused(read):
    with pytest.raises(InputError, match="the cell D3 appears twice or out of order"):
        read('<c r="D3"><v>1</v></c><c r="D3"><v>2</v></c>')


def test_cells_out_of_order_are_refused(read):
    with pytest.raises(InputError, match="appears twice or out of order"):
        read('<c r="F3"><v>1</v></c>')


def test_a_text_with_a_character_reference_is_read(read):
    assert read('<c r="D3"><v>170</v></c>').table.height == 2


@pytest.mark.parametrize(
    ("sign", "suffix"),
    [
        *[
            (sign, suffix)
            for suffix in (".csv", ".xlsx")
            for sign in ("\x1b[31m", "\u202e", "\x07", "\x9b", "\u2066")
        ],
        *[(sign, ".ods") for sign in ("\u202e", "\x9b", "\u2066")],
    ],
)
def test_control_characters_are_refused_in_every_format(tmp_path, catalogue, sign, suffix):
    path = tmp_path / f"a{suffix}"
    rows = [malformed.HEAD, [f"340100{sign}", *malformed.GOOD[1:]]]
    if suffix == ".csv":
        path.write_bytes(malformed.csv_bytes(rows))
    elif suffix == ".xlsx":
        escaped = "".join(f"_x{ord(c):04X}_" if ord(c) < 32 else c for c in sign)
        path.write_bytes(malformed.workbook([rows[0], [f"340100{escaped}", *rows[1][1:]]]))
    else:
        _write_ods(path, rows)
    with pytest.raises(InputError, match="control character"):
        read_file(path, catalogue=catalogue, cities=CITIES)


def _write_ods(path, rows):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'
            for word in row
        )
        + "</table:table-row>"
        for row in rows
    )
    name = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0" '
        f'xmlns:text="{name}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path.write_bytes(malformed.packed({"mimetype": "x", "content.xml": content}))
