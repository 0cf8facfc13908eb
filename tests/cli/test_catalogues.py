"""The catalogue in the command: started, imported, listed, exported, retired from, and refused by cell."""

import json

import pytest


@pytest.fixture
def own(run, tmp_path):
    """Return an empty programme and the folder of a starter."""
    assert run("new", "-d", tmp_path / "own.db")[0] == 0
    assert run("catalogue", "start", tmp_path / "mine")[0] == 0
    return tmp_path / "own.db", tmp_path / "mine"


def test_a_starter_is_imported_listed_and_exported(run, own, tmp_path):
    database, folder = own
    code, out, _ = run("catalogue", "import", folder, "-d", database, "--json", "--reason", "our own")
    assert code == 0
    assert json.loads(out)["version"] == 1

    _, out, _ = run("catalogue", "history", "-d", database, "--json")
    assert [(row["version"], row["reason"], row["retired"]) for row in json.loads(out)] == [(1, "our own", 2)]

    code, out, _ = run("catalogue", "export", tmp_path / "own.xlsx", "-d", database)
    assert (code, (tmp_path / "own.xlsx").is_file()) == (0, True)


def test_people_read_what_an_import_would_change(run, own):
    database, folder = own
    code, out, _ = run("catalogue", "import", folder, "-d", database, "--dry-run")

    assert code == 0
    assert "taken out" in out
    assert "version 1 of the catalogue" in out


def test_a_wrong_cell_is_named_by_file_row_and_column_with_exit_code_2(run, own):
    database, folder = own
    file = folder / "indicators" / "own.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",100000,1,", ",100000,7,"), encoding="utf-8")
    code, _, err = run("catalogue", "import", folder, "-d", database)

    assert code == 2
    assert "indicators/own.csv!G3: direction: 7 is out of range; enter a figure from -1 to 1" in err


def test_standards_are_retired_by_the_command(run, own):
    database, _ = own
    code, out, _ = run("catalogue", "retire", "promises", "*", "-d", database, "--json")

    assert code == 0
    assert json.loads(out)["taken_out"] == 2


def test_a_table_that_is_not_there_is_refused_with_the_nearest(run, own):
    database, _ = own
    code, _, err = run("catalogue", "retire", "promise", "*", "-d", database)

    assert code == 3
    assert "did you mean 'promises'" in err
