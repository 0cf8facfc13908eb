"""The door of the catalogue: wrong files are refused by file, row and column, and none is taken in silence.

The wrong files are made here, from rows that load as they stand: each is wrong in one thing.
"""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from urbium.catalogue import DATA, load_catalogue
from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.text import Name

GOOD = {
    "units.csv": {"id": "10k MXN", "dimension": "MXN", "factor": "10000", "name": "ten thousand pesos"},
    "sources.csv": {"id": "own_source", "publisher": "INEGI", "title": "Census"},
    "variables/own.csv": {
        "id": "own_beds", "name_en": "Beds", "unit": "beds", "area": "city", "level": "city",
        "definition": "Beds of hospitals", "hard_min": "0", "direction": "1",
    },
    "indicators/own.csv": {
        "id": "own_rate", "name_en": "Beds per head", "unit": "per 1k persons", "numerator": "own_beds",
        "denominator": "population", "factor": "1000", "direction": "1", "standard": "own", "edition": "1",
    },
    "indicators/indices.csv": {
        "id": "own", "name_en": "Own index", "steps": "min-max", "aggregate": "arithmetic",
        "availability": "0.5", "maximum_age": "3", "standard": "own",
    },
    "solutions/solutions.csv": {
        "code": "OWN_BRT", "name": "Bus lanes", "domain": "mobility", "description": "Lanes for buses",
        "cost_low": "10", "cost_high": "20", "cost_unit": "USD/person", "price_year": "2020",
        "opex_share_per_year": "0.1", "lifetime_years": "20", "build_years": "2", "finance_models": "PUB",
        "evidence_level": "assumption", "sources": "ASSUME", "scale": "people",
    },
    "solutions/effects.csv": {
        "solution_code": "OWN_BRT", "indicator": "Own beds", "indicator_code": "own_rate", "direction": "up",
        "effect_low_pct": "1", "effect_high_pct": "2", "unit": "pct", "scope": "citywide", "lag_years": "1",
        "source_id": "ASSUME", "evidence_level": "assumption", "kind": "outcome",
    },
    "solutions/skills.csv": {
        "solution_code": "OWN_BRT", "isco08": "2164", "esco_title": "planner", "build_share": "1",
        "evidence_level": "assumption", "source_id": "ASSUME",
    },
    "funds/funds.csv": {
        "id": "OWN", "name_en": "Own fund", "finance_models": "PUB", "share_max": "0.5",
        "is_foreign": "false", "scope": "city", "evidence": "assumption", "source": "ASSUME",
    },
    "rules/checks.csv": {
        "id": "own-range", "kind": "ratio", "variables": "own_beds;population", "severity": "warning",
        "low": "0", "high": "1", "factor": "1", "message": "beds are fewer than people",
        "remedy": "check the figure",
    },
    "rules/assumptions.csv": {
        "id": "urban_share", "value": "0.8", "unit": "share", "evidence": "assumption", "source": "ASSUME",
    },
    "rules/norms.csv": {
        "id": "own_beds.2020", "service": "own_service", "name_en": "Own beds", "unit": "beds", "per": "1000",
        "driver": "person", "low": "1", "value": "2", "high": "3", "areas": "city", "capacity": "own_beds",
        "valid_from": "2020", "evidence": "assumption", "source": "ASSUME", "status": "assumed",
    },
    "rules/promises.csv": {
        "id": "OWN", "name_en": "Own standard", "solutions": "OWN_BRT", "years": "5",
        "evidence": "assumption", "source": "ASSUME",
    },
    "retired.csv": {"table": "promises", "id": "BASE_DATA", "reason": "not our standard"},
}  # fmt: skip
"""One row of each table, which load together."""

TREE = [
    {"index": "own", "id": "own", "parent": "", "weight": "1", "name_en": "Own"},
    {"index": "own", "id": "own_rate", "parent": "own", "weight": "0.5"},
    {"index": "own", "id": "waste_treatment", "parent": "own", "weight": "0.5"},
]
NODES = "indicators/index_tree.csv"
OWN_HEADERS = {"retired.csv": ["table", "id", "reason"]}
PACKAGED_HEADERS = {
    "variables/own.csv": "variables/health.csv",
    "indicators/own.csv": "indicators/health.csv",
}


def header(file: str) -> list[str]:
    if file in OWN_HEADERS:
        return OWN_HEADERS[file]
    with (DATA / PACKAGED_HEADERS.get(file, file)).open(encoding="utf-8-sig", newline="") as table:
        return next(csv.reader(table))


def as_csv(columns: list[str], rows: list[dict[str, str]], sign: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=sign, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def good_files() -> dict[str, list[dict[str, str]]]:
    return {**{file: [dict(row)] for file, row in GOOD.items()}, NODES: [dict(row) for row in TREE]}


def folder(path: Path, files: dict[str, list[dict[str, str]]], **raw: bytes) -> Path:
    for file, rows in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_text(as_csv(header(file), rows), encoding="utf-8")
    return path


def test_the_good_rows_load_together(tmp_path):
    catalogue = load_catalogue(folder(tmp_path, good_files()))

    assert catalogue.solutions["OWN_BRT"].capital_low == 10
    assert "BASE_DATA" not in catalogue.promises
    assert catalogue.assumptions["urban_share"].value == 0.8


def cell(file: str, column: str, value: str, where: str, message: str):
    return pytest.param(file, {column: value}, where, message, id=f"{file}-{column}-{value[:20]}")


@pytest.mark.parametrize(
    ("file", "change", "where", "message"),
    [
        cell("indicators/own.csv", "direction", "7", "H2", "direction: 7 is out of range"),
        cell("indicators/own.csv", "direction", "-2", "H2", "direction: -2 is out of range"),
        cell("indicators/own.csv", "factor", "-1", "G2", "factor: -1 is out of range"),
        cell("indicators/own.csv", "factor", "0", "G2", "factor: 0 is out of range"),
        cell("indicators/own.csv", "factor", "1e400", "G2", "'1e400' is not a number"),
        cell("indicators/own.csv", "numerator", "own_beds * population", "E2", "not a sum of variables"),
        cell("indicators/own.csv", "numerator", "own_beds population", "E2", "not a sum of variables"),
        cell("indicators/own.csv", "numerator", "", "E2", "the cell is blank"),
        cell("indicators/own.csv", "numerator", "own_bed", "E2", "'own_bed', which is not declared"),
        cell("indicators/own.csv", "numerator", "own_beds+gdp", "E2", "of different kinds: CNY and count"),
        cell("indicators/own.csv", "unit", "bedz", "D2", "no unit 'bedz'"),
        cell("indicators/own.csv", "id", "", "A2", "the row has no id"),
        cell("indicators/own.csv", "name_en", "", "B2", "the entry has no name"),
        cell("indicators/own.csv", "name_en", "Beds\u200b per head", "B2", "an invisible character"),
        cell("indicators/own.csv", "name_en", "x" * 20_001, "B2", "20,001 characters"),
        cell("indicators/indices.csv", "availability", "60", "F2", "availability: 60 is out of range"),
        cell("indicators/indices.csv", "maximum_age", "-1", "G2", "maximum_age: -1 is out of range"),
        cell("indicators/indices.csv", "steps", "Normalise it", "D2", "is not a step"),
        cell("indicators/indices.csv", "aggregate", "", "E2", "the cell is blank"),
        cell("indicators/indices.csv", "weighting", "my-way", "J2", "my-way"),
        cell("units.csv", "factor", "0", "C2", "factor: 0 is out of range"),
        cell("units.csv", "factor", "ten", "C2", "not a number"),
        cell("units.csv", "id", "10k CNY", "A2", "already defined as 10000 of CNY"),
        cell("sources.csv", "publisher", "", "B2", "the cell is blank"),
        cell("variables/own.csv", "unit", "pesos", "D2", "no unit 'pesos'"),
        cell("variables/own.csv", "direction", "up", "L2", "not a whole number"),
        cell("variables/own.csv", "hard_max", "-5", "H2", "own_beds are not in ascending order"),
        cell("solutions/solutions.csv", "cost_low", "-10", "F2", "-10 is out of range"),
        cell("solutions/solutions.csv", "cost_low", "30", "F2", "is more than"),
        cell("solutions/solutions.csv", "opex_share_per_year", "15", "J2", "15 is out of range"),
        cell("solutions/solutions.csv", "wage", "0", "K2", "0 is out of range"),
        cell("solutions/solutions.csv", "lifetime_years", "0", "P2", "0 is out of range"),
        cell("solutions/solutions.csv", "prerequisites", "OWN_BRT", "R2", "form a cycle"),
        cell("solutions/solutions.csv", "sources", "nobody", "V2", "'nobody', which is not declared"),
        cell("solutions/solutions.csv", "scale", "city", "Y2", "not one of people and platform"),
        cell("solutions/effects.csv", "direction", "better", "D2", "not one of up and down"),
        cell("solutions/effects.csv", "effect_low_pct", "5", "E2", "is more than"),
        cell("solutions/effects.csv", "effect_low_pct", "-5", "E2", "-5 is out of range"),
        cell("solutions/effects.csv", "solution_code", "OWN_BUS", "A2", "'OWN_BUS', which is not declared"),
        cell("solutions/skills.csv", "build_share", "50", "G2", "50 is out of range"),
        cell("solutions/skills.csv", "build_share", "0.5", "G2", "sums to 0.5, not 1"),
        cell("funds/funds.csv", "share_max", "50", "E2", "50 is out of range"),
        cell("funds/funds.csv", "scope", "region", "G2", "not one of nation, city and outside"),
        cell("rules/checks.csv", "kind", "range", "B2", "not one of beside, change"),
        cell("rules/checks.csv", "severity", "fatal", "D2", "not one of error, warning and note"),
        cell("rules/checks.csv", "low", "2", "E2", "is more than"),
        cell("rules/assumptions.csv", "value", "high", "B2", "not a number"),
        cell("rules/norms.csv", "low", "-1", "J2", "has the low figure"),
        cell("rules/norms.csv", "status", "sure", "V2", "has the status"),
        cell("rules/norms.csv", "valid_from", "20", "R2", "20 is out of range"),
        cell("rules/promises.csv", "years", "0", "E2", "0 is out of range"),
        cell("retired.csv", "table", "promisses", "A2", "there is no table 'promisses'"),
        cell("retired.csv", "id", "NOTHING", "B2", "urbium has no 'NOTHING'"),
        cell("retired.csv", "reason", "", "C2", "the cell is blank"),
    ],
)
def test_a_wrong_cell_is_refused_by_file_row_and_column(tmp_path, file, change, where, message):
    files = good_files()
    files[file][0] |= change

    with pytest.raises(InputError, match=message) as refused:
        load_catalogue(folder(tmp_path, files))

    about = [fault for fault in refused.value.faults if fault.sheet == file and fault.cell == where]
    assert about, [str(fault) for fault in refused.value.faults]
    assert all(fault.remedy and fault.sheet and fault.cell for fault in refused.value.faults)


def nodes(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"index": "own", "id": name, "parent": parent, "weight": weight} for name, parent, weight in rows]


ROOT = ("own", "", "1")


@pytest.mark.parametrize(
    ("tree", "where", "message"),
    [
        (nodes(ROOT, ("own_rate", "own", "0.5"), ("own_rate", "own", "0.5")), "B4", "appears twice"),
        (nodes(ROOT, ("own_rate", "own", "-0.5"), ("waste_treatment", "own", "1.5")), "D3", "is -0.5"),
        (
            nodes(ROOT, ("own_rate", "own", "1"), ("a", "b", "1"), ("b", "a", "1")),
            "C4",
            "is not within 12 levels",
        ),
        (nodes(ROOT, ("own_rate", "own", "1"), ("a", "a", "1")), "C4", "is not within 12 levels"),
        (nodes(ROOT, ("own_rate", "own", "0.4")), "D3", "sum to 0.4"),
        (nodes(ROOT, ("own_rate", "own", "0.5"), ("nothing", "own", "0.5")), "B4", "'nothing', which is not"),
        (nodes(ROOT, ("own_rate", "pillar", "1")), "C3", "'pillar', which is not declared"),
        (nodes(ROOT, ("own_rate", "", "1")), "C3", "as its only root"),
        (nodes(("other", "", "1"), ("own_rate", "other", "1")), "C2", "as its only root"),
        ([{**row, "index": "ours"} for row in TREE], "A2", "the index 'ours' is not declared"),
    ],
)
def test_a_wrong_tree_is_refused_by_its_row(tmp_path, tree, where, message):
    with pytest.raises(InputError, match=message) as refused:
        load_catalogue(folder(tmp_path, good_files() | {NODES: tree}))

    assert (NODES, where) in [(fault.sheet, fault.cell) for fault in refused.value.faults]
    assert all(fault.remedy for fault in refused.value.faults)


@pytest.mark.parametrize(
    "file", ["indicators/own.csv", "indicators/indices.csv", "solutions/solutions.csv", "rules/norms.csv"]
)
def test_an_entry_given_twice_is_refused_and_both_places_are_named(tmp_path, file):
    files = good_files()
    files[file].append(files[file][0])

    with pytest.raises(InputError, match="appears twice, first in") as refused:
        load_catalogue(folder(tmp_path, files))

    assert {(fault.sheet, fault.cell) for fault in refused.value.faults} == {(file, "A3")}


def test_an_indicator_given_in_two_files_is_refused(tmp_path):
    path = folder(tmp_path, good_files())
    (path / "indicators" / "zwei.csv").write_bytes((path / "indicators" / "own.csv").read_bytes())

    with pytest.raises(InputError, match=r"first in indicators/own\.csv!A2"):
        load_catalogue(path)


TABLE = as_csv(
    header("indicators/own.csv"),
    [GOOD["indicators/own.csv"] | {"name_en": "Camas por niño", "name_zh": "床位"}],
)
LATIN = TABLE.replace("床位", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TABLE.replace("ñ", "n").encode("gb18030"), "--encoding gb18030"),
        (LATIN.encode("latin-1"), "--encoding cp1252"),
        (TABLE.encode("utf-16-be"), "--encoding utf-16-be"),
        (TABLE.encode("utf-16-le"), "--encoding utf-16-le"),
        (b"", "the file is empty"),
        (b"\n\n\n", "the file is empty"),
        (TABLE.splitlines()[0].encode(), "a header but no rows"),
        (b"# only a comment\n", "the table is empty"),
        (b"PK\x03\x04" + b"\0" * 100, "."),
        (b"%PDF-1.7 no table", "PDF"),
        (TABLE.encode() + b"\0\0", "NUL"),
        (TABLE.encode() + b'"open', "quotation mark"),
        (TABLE.encode() + b"too,short\n", "cells is 2 in row 3"),
        (TABLE.replace("factor", "faktor").encode(), "the column factor is missing"),
        (TABLE.replace("edition", "standard").encode(), "the heading 'standard' appears twice"),
        (TABLE.replace("pillar", "").encode(), "the column has no heading"),
        (TABLE.replace("pillar", "pilar").encode(), "did you mean 'pillar'"),
        (b"id" + b",x" * 3_000 + b"\n", "3,001 columns"),
        (b"\xff\xfe\x00\x00" * 9, "."),
        (b"a" * 2_000_000, "a line is longer than"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_name(tmp_path, content, message):
    path = folder(
        tmp_path, {file: rows for file, rows in good_files().items() if file != "indicators/own.csv"}
    )
    (path / "indicators" / "own.csv").write_bytes(content)

    with pytest.raises(InputError, match=message) as refused:
        load_catalogue(path)

    assert all(fault.sheet and fault.remedy for fault in refused.value.faults)
    assert "indicators/own.csv" in {fault.sheet for fault in refused.value.faults}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encoding_that_is_named_or_marked(tmp_path, encoding):
    path = folder(tmp_path, good_files())
    for file in path.rglob("*.csv"):
        file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    (path / "indicators" / "own.csv").write_bytes(TABLE.encode(encoding))

    loaded = load_catalogue(path, encoding=encoding if encoding == "gb18030" else "")

    assert loaded.indicators["own_rate"].name["zh"] == "床位"


@pytest.mark.parametrize(
    "file", ["unitz.csv", "rules/norm.csv", "notes.xlsx", "rules/claim_words.csv", "data.tsv", "a/b/c.csv"]
)
def test_a_file_that_would_not_be_read_is_refused(tmp_path, file):
    path = folder(tmp_path, good_files())
    (path / file).parent.mkdir(parents=True, exist_ok=True)
    (path / file).write_text("id\nx\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"not be read|is not read"):
        load_catalogue(path)


def test_units_of_ones_own_are_read(tmp_path):
    files = good_files()
    files["variables/own.csv"].append(GOOD["variables/own.csv"] | {"id": "own_money", "unit": "10k MXN"})

    assert load_catalogue(folder(tmp_path, files)).variables["own_money"].unit == "10k MXN"


def test_a_unit_of_a_refused_catalogue_is_not_left_behind(tmp_path):
    files = {"units.csv": [{"id": "own bushels", "dimension": "bushels", "factor": "1", "name": "bushels"}]}
    files["retired.csv"] = [{"table": "needs", "id": "air.*", "reason": "x"}]
    files["rules/promises.csv"] = [GOOD["rules/promises.csv"]]
    with pytest.raises(InputError, match="OWN_BRT"):
        load_catalogue(folder(tmp_path, files))

    files["units.csv"][0]["factor"] = "2"
    del files["rules/promises.csv"]
    (tmp_path / "rules" / "promises.csv").unlink()
    assert load_catalogue(folder(tmp_path, files))


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def as_rows(file: str) -> list[list[object]]:
    return [header(file), [GOOD[file].get(column, "") for column in header(file)]]


def test_a_name_in_the_first_language_alone_is_enough(tmp_path):
    path = folder(tmp_path, good_files())
    table = path / "indicators" / "own.csv"
    table.write_text(
        table.read_text(encoding="utf-8")
        .replace("name_en", "name_pt")
        .replace("Beds per head", "Leitos por habitante"),
        encoding="utf-8",
    )
    name = load_catalogue(path).indicators["own_rate"].name

    assert (name["pt"], name["en"]) == ("Leitos por habitante", "Leitos por habitante")


def test_a_workbook_is_read_sheet_by_sheet(tmp_path):
    sheets = {"about": [["what this is"]], "sources": as_rows("sources.csv"), "units": as_rows("units.csv")}

    assert "own_source" in load_catalogue(workbook(tmp_path / "own.xlsx", sheets)).sources


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"source": as_rows("sources.csv")}, "did you mean 'sources'"),
        ({"sources": [["id", "publisher", "title"], ["x", '="a"&"b"', "t"]]}, "contains a formula"),
        ({"about": [["nothing else"]]}, "no sheet of this workbook"),
    ],
)
def test_a_wrong_workbook_is_refused_by_its_sheet(tmp_path, sheets, message):
    with pytest.raises(InputError, match=message) as refused:
        load_catalogue(workbook(tmp_path / "own.xlsx", sheets))

    assert all(fault.sheet and fault.remedy for fault in refused.value.faults)


def test_another_file_than_a_workbook_or_a_folder_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "own.csv").write_text("id\nx\n", encoding="utf-8")

    for path, kind in ((tmp_path / "own.csv", InputError), (tmp_path / "none", NotFoundError)):
        with pytest.raises(kind):
            load_catalogue(path)


def test_of_thousands_of_wrong_rows_of_a_kind_the_first_fifty_are_named(tmp_path):
    rows = [GOOD["variables/own.csv"] | {"id": f"v{i}", "unit": f"unit {i}"} for i in range(4_900)]

    with pytest.raises(UrbiumError) as refused:
        load_catalogue(folder(tmp_path, {"variables/own.csv": rows}))

    assert [fault.cell for fault in refused.value.faults] == [f"D{row}" for row in range(2, 52)]


def in_portuguese(path, column):
    """Write the good rows of a table with their names in Portuguese, and return its folder."""
    table = folder(path, good_files()) / column[0]
    table.write_text(table.read_text(encoding="utf-8").replace(column[1], "name_pt"), encoding="utf-8")
    return path


def test_a_solution_may_have_its_name_in_the_first_language_alone(tmp_path):
    path = in_portuguese(tmp_path, ("solutions/solutions.csv", "name"))
    assert load_catalogue(path).solutions["OWN_BRT"].name == "Bus lanes"


def test_an_outline_may_have_its_name_in_the_first_language_alone(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "outlines.csv").write_text(
        "id,nation,name_pt,source,note\nown,BRA,Plano,a guide,\n", encoding="utf-8"
    )
    (tmp_path / "documents" / "outline_sections.csv").write_text(
        "outline,number,title,part,domains\nown,1,A cidade,context,\n", encoding="utf-8"
    )
    assert load_catalogue(tmp_path).outlines["own"].name == "Plano"


def test_a_row_has_its_name_in_several_languages(tmp_path):
    table = folder(tmp_path, good_files()) / "solutions" / "solutions.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},name_pt", *(f"{row},Faixas" for row in rows)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")

    names = [load_catalogue(tmp_path).solutions[row.partition(",")[0]].name for row in rows]
    assert {name.render("pt") for name in names if isinstance(name, Name)} == {"Faixas"}


def test_a_name_in_one_language_is_not_said_to_be_english(tmp_path):
    path = in_portuguese(tmp_path, ("variables/own.csv", "name_en"))
    name = load_catalogue(path).variables["own_beds"].name

    assert dict(name) == {"pt": "Beds"}
    assert (name["en"], name.get("en"), name.get("zh", "")) == ("Beds", "Beds", "")


def test_effects_without_a_code_are_each_of_the_indicator_in_words(tmp_path):
    effect = GOOD["solutions/effects.csv"] | {"indicator_code": "", "domain": "mobility"}
    other = effect | {"indicator": "Lit streets", "domain": "energy", "kind": "output"}
    solutions = [
        GOOD["solutions/solutions.csv"],
        GOOD["solutions/solutions.csv"] | {"code": "OWN_LIGHT", "domain": "energy"},
    ]
    rows = {"solutions/solutions.csv": solutions, "solutions/effects.csv": [effect, other]}
    assert len(load_catalogue(folder(tmp_path / "good", rows)).effects) > 1

    again = other | {"solution_code": "OWN_LIGHT", "domain": "mobility"}
    rows["solutions/effects.csv"] = [effect, other, again]
    with pytest.raises(InputError, match="the domain of Lit streets"):
        load_catalogue(folder(tmp_path / "wrong", rows))


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"factor": "1"}, "factor", "requires 1000"),
        (
            {"unit": "USD per person"},
            "unit",
            (
                "own_rate yields count over persons, but its unit 'USD per person' measures USD per person; "
                "use a unit of one of these kinds: count per person and per person"
            ),
        ),
    ],
)
def test_a_formula_that_does_not_make_its_unit_is_refused_at_the_door_by_its_cell(
    tmp_path, cells, column, words
):
    rows = good_files()
    rows["indicators/own.csv"] = [GOOD["indicators/own.csv"] | cells]
    with pytest.raises(InputError, match=words) as refused:
        load_catalogue(folder(tmp_path, rows))

    number = header("indicators/own.csv").index(column) + 1
    assert [fault.cell for fault in refused.value.faults] == [f"{'_ABCDEFGHIJ'[number]}2"]
