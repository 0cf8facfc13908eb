"""The commands of the platform as a newcomer types them, for people and for programs."""

import json

import pytest

from people_of import staffed


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("platform") / "city.db"
    with staffed(str(path)) as programme:
        programme.settings.change(by="test", reason="test", base_data="eif")
    return path


HEAD = (
    "title,identifier,description,nature,keywords,access_rights,periodicity,modified,distribution_access_url"
)
TABLE = f"""{HEAD}
Trees,trees,Each tree,dataset,park; tree,PUBLIC,WEEKLY,2026-01-02,https://data.example.org/trees.csv
Air,air,Each hour,feed,air,PUBLIC,HOURLY,2026-01-02,
"""


def test_a_table_of_resources_is_brought_in_as_drafts_and_again_changes_nothing(store, tmp_path, run):
    file = tmp_path / "resources.csv"
    file.write_text(TABLE, encoding="utf-8")
    command = (
        "resources",
        "import",
        str(file),
        "--city",
        "Delft",
        "--as",
        "carl",
        "--json",
        "--database",
        str(store),
    )
    code, out, error = run(*command)
    assert (code, len(json.loads(out)["begun"])) == (0, 2), error
    assert json.loads(run(*command)[1]) == {"begun": [], "changed": [], "differing": [], "unchanged": 2}
    code, out, _ = run("resources", "list", "--json", "--database", str(store))
    assert (code, json.loads(out)) == (0, [])


def test_a_table_with_faults_is_refused_whole_with_each_by_its_resource(store, tmp_path, run):
    file = tmp_path / "resources.csv"
    file.write_text(
        TABLE.replace("WEEKLY", "sometimes").replace("2026-01-02,\n", "soon,\n"), encoding="utf-8"
    )
    code, _, error = run(
        "resources", "import", str(file), "--city", "0503", "--as", "carl", "--database", str(store)
    )
    assert code == 2
    assert "trees" in error
    assert "sometimes" in error
    assert "soon" in error


def test_base_data_that_nobody_reported_is_not_measurable(store, run):
    code, out, _ = run("base-data", "show", "Delft", "--json", "--database", str(store))
    rows = json.loads(out)
    assert code == 0
    assert {row["share"] for row in rows} == {None}
    assert {row["database"] for row in rows} >= {"people", "companies"}


def test_two_lists_are_linked_by_hashes_and_identifiers_are_refused(tmp_path, run):
    (tmp_path / "key").write_bytes(b"a key of our own, long")
    for name, rows in (("a", "1\n2\n3\n4\n"), ("b", "3\n4\n5\n")):
        (tmp_path / name).write_text(rows, encoding="utf-8")
        key, to = str(tmp_path / "key"), str(tmp_path / f"{name}.txt")
        assert run("base-data", "hash", str(tmp_path / name), "--key-file", key, "--to", to)[0] == 0
    code, out, _ = run("base-data", "link", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json")
    assert (code, json.loads(out)) == (0, {"linked": 2, "identifiers": 4, "share": 0.5})
    assert run("base-data", "link", str(tmp_path / "a"), str(tmp_path / "b"))[0] == 2


def test_nothing_is_due_where_no_catalogue_is_harvested(store, run):
    code, out, _ = run("harvest", "--json", "--database", str(store))
    assert (code, json.loads(out)) == (0, [])
