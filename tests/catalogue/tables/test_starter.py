"""The starter of a catalogue loads as it is, and says what every column holds."""

import csv
import re

from urbium.catalogue import load_catalogue
from urbium.catalogue.tables.starter import write_starter
from urbium.text import language


def test_the_starter_loads_as_it_is_and_adds_replaces_and_retires(tmp_path):
    write_starter(tmp_path / "own")
    own, packaged = load_catalogue(tmp_path / "own"), load_catalogue()

    assert own.indices["own_index"].indicators == ("own_clinics_per_100k", "SC: EH: H: 3C")
    assert own.solutions.keys() - packaged.solutions.keys() == {"OWN_TELEHEALTH"}
    assert (packaged.assumptions["urban_share"].value, own.assumptions["urban_share"].value) != (0.8, 0.8)
    assert own.assumptions["urban_share"].value == 0.8
    assert set(own.promises) == {"OWN_CLINICS"}
    assert own.variables["own_clinics"].name["es"] == "Clínicas de salud"


def test_every_column_of_the_starter_is_explained_in_a_comment(tmp_path):
    for file in write_starter(tmp_path / "own"):
        if file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as table:
                columns, meanings, *examples = csv.reader(table)
            assert meanings[0].startswith("# ")
            assert all(meanings)
            assert len(columns) == len(meanings)
            assert examples


def test_the_starter_is_explained_in_the_language_that_is_spoken_and_loads_in_it(tmp_path):
    with language("zh"):
        files = {file.name: file.read_text(encoding="utf-8") for file in write_starter(tmp_path / "own")}

    assert "# 自有基础目录" in files["README.md"]
    assert "    urbium catalogue history\n        列出各版本\n" in files["README.md"]
    assert all("\n# " in said or '\n"# ' in said for name, said in files.items() if name.endswith(".csv"))
    assert not [
        cell
        for name, said in files.items()
        if name.endswith(".csv")
        for cell in next(csv.reader(said.splitlines()[1:2]))
        if " " in cell.removeprefix("# ")
        and not re.search("[\N{CJK UNIFIED IDEOGRAPH-4E00}-\N{CJK UNIFIED IDEOGRAPH-9FA5}]", cell)
    ]
    assert "OWN_TELEHEALTH" in load_catalogue(tmp_path / "own").solutions
