"""A whole programme is copied, brought back and moved by one command each, and says how it is."""

import json

import pytest

import urbium
from urbium.model import City


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "programme.db"
    with urbium.new(path) as programme:
        cities = [City("340100", {"en": "Hefei"}, "prefecture")]
        programme.register(cities=cities, by="office", reason="a beginning")
    return path


def test_a_backup_comes_back_as_it_was(database, tmp_path, run):
    code, out, _ = run("backup", tmp_path / "copy.db", "-d", database, "--json")
    head = json.loads(out)["hash"]
    database.unlink()

    assert code == 0
    assert run("restore", tmp_path / "copy.db", "-d", database)[0] == 0
    assert json.loads(run("health", "-d", database, "--json")[1])["entries"] == json.loads(out)["entries"]
    assert run("verify", "--expect", head, "-d", database)[0] == 0
    with urbium.open(database) as programme:
        assert programme.city("Hefei").code == "340100"


def test_a_programme_is_moved_to_another_file(database, tmp_path, run):
    assert run("move", tmp_path / "moved.db", "-d", database)[0] == 0
    assert run("verify", "-d", tmp_path / "moved.db")[0] == 0
    assert database.exists()


def test_a_file_that_is_there_is_not_written_over(database, run):
    code, _, err = run("backup", database, "-d", database)

    assert code == 4
    assert "the file already exists" in err


def test_of_no_programme_there_is_no_backup(tmp_path, run):
    code, _, err = run("backup", tmp_path / "copy.db", "-d", tmp_path / "none.db")

    assert code == 3
    assert "urbium new" in err
    assert not (tmp_path / "copy.db").exists()


def test_the_health_of_a_programme_names_what_waits(database, run):
    code, out, _ = run("health", "-d", database, "--json")
    facts = json.loads(out)

    assert code == 0
    assert facts["waiting jobs"] == facts["failed letters"] == facts["waiting messages"] == 0
    assert facts["free bytes"] > 0


def test_the_health_of_what_is_not_there_is_an_exit_code(tmp_path, run):
    assert run("health", "-d", tmp_path / "none.db")[0] == 3
