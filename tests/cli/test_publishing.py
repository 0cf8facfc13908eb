"""Publishing as a newcomer types it: what would be published, what is, and where it is found again."""

import json

import pytest

from urbium.model import City, Source
from urbium.programme import new
from urbium.publish.open_data import formats
from urbium.store import FileStamp


@pytest.fixture
def ask(run, observe, tmp_path):
    """Ask a programme of one town and one figure."""
    path = tmp_path / "mx.db"
    with new(path, nation="MX", name="Ciudades") as programme:
        town, source = City("21847", {"en": "León"}, "metro"), Source("wup", "United Nations", "Prospects")
        programme.register(cities=[town], sources=[source], by="ann", reason="a beginning")
        table = observe(
            ("21847", "population_agglomeration", 2015, 1_714_000.0),
            area="agglomeration", unit="persons", source="wup",
        ).drop("recorded_at", "recorded_by")  # fmt: skip
        stamp = FileStamp("figures.xlsx", "0" * 64)
        programme.store.record(table, by="ann", reason="people", file=stamp)
    return lambda *arguments: run(*arguments, "-d", path)


def test_what_would_be_published_is_said_and_not_kept(ask):
    code, out, _ = ask("publish", "--dry-run")
    assert code == 0
    assert "figures.csv: Figures" in out
    assert json.loads(ask("publications", "--json")[1]) == []


def test_a_publication_is_kept_listed_and_written_into_a_folder(ask, tmp_path):
    code, out, _ = ask(
        "publish", "--licence", "https://example.org/l", "--folder", tmp_path / "out", "--by", "ann", "--json"
    )
    facts = json.loads(out)
    assert code == 0
    assert {file["name"] for file in facts["files"]} == {file.name for file in (tmp_path / "out").iterdir()}
    assert facts["cite"].startswith(f"Ciudades: publication {facts['id']}, data as of ")
    (listed,) = json.loads(ask("publications", "--json")[1])
    assert (listed["id"], listed["licence"]) == (facts["id"], "https://example.org/l")
    assert facts["id"] in ask("publications")[1]


def test_some_formats_are_asked_for_by_name(ask):
    facts = json.loads(ask("publish", "--formats", "sdmx", "geojson", "--json")[1])
    assert {file["format"] for file in facts["files"]} == {"csv", "sdmx", "geojson"}


def test_all_formats_leave_out_what_needs_an_extra_and_say_how_to_install_it(ask, monkeypatch):
    monkeypatch.setattr(formats, "is_installed", lambda _: False)
    code, out, err = ask("publish")
    assert (code, "sdmx-structure.xml" in out) == (0, False)
    assert "pip install 'urbium[sdmx]'" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--formats", "sdmxx"), 3, "did you mean"),
        (("--as-known-on", "2999-01-01"), 2, "this time is in the future"),
        (("--as-known-on", "someday"), 2, "is neither a date nor a date and time"),
        (("--licence", "CC BY"), 2, "is not the address of a licence"),
        (("--licence", "https://"), 2, "is not the address of a licence"),
        (("--licence", "https://example.org/by the city"), 2, "is not the address of a licence"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(ask, arguments, code, words):
    status, _, err = ask("publish", *arguments)
    assert status == code
    assert words in err
