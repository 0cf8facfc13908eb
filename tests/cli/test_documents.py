"""Documents as a newcomer asks for them."""

import zipfile

import pytest

from urbium.model import City
from urbium.programme import new


@pytest.fixture(scope="module")
def file(towns, tmp_path_factory):
    path = tmp_path_factory.mktemp("documents") / "programme.db"
    with new(path, name="Two towns") as own:
        cities = [City("A", {"en": "Aston"}, "prefecture"), City("B", {"en": "Bourne"}, "prefecture")]
        own.register(cities=cities, by="office", reason="a beginning")
        own.adopt(towns.towns_plan(), by="office")
    return path


def test_a_document_is_written_under_its_own_name(run, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run("document", "design", "--city", "Aston", "--format", "html", "-d", file)
    assert code == 0
    assert "design-A.html" in err
    assert (tmp_path / "design-A.html").read_text().startswith("<!DOCTYPE html>")


def test_an_outline_of_ones_own_is_followed(run, file, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("number,title,part\n1,Our streets,projects\n")
    target = tmp_path / "a.md"
    code, _, _ = run("document", "design", "--city", "A", "--outline", own, "--to", target, "-d", file)
    assert code == 0
    assert "## 1 Our streets" in target.read_text()


@pytest.mark.parametrize(
    ("given", "exit_code", "words"),
    [
        (["city"], 2, "is about a single city"),
        (["brief", "--city", "A"], 2, "is about the whole programme"),
        (["city", "--city", "Cogshall"], 3, "Cogshall"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_exit_code(run, file, given, exit_code, words):
    code, _, err = run("document", *given, "-d", file)
    assert code == exit_code
    assert words in err


@pytest.mark.long  # starts processes that write
def test_the_documents_of_all_cities_are_one_archive(run, file, tmp_path):
    target = tmp_path / "all.zip"
    code, _, _ = run("document", "city", "--city", "all", "--format", "pdf", "--to", target, "-d", file)
    assert code == 0
    assert zipfile.ZipFile(target).namelist() == ["city-A.pdf", "city-B.pdf"]
