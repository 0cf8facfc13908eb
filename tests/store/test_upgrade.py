"""Stores of older schemas are brought up to date: nothing is lost or changed, and the log is whole."""

import pytest

from old_stores import VERSIONS, make_old_store, rows_of
from seeds import a_few_of
from urbium.access import Clause
from urbium.errors import ConflictError
from urbium.model import City
from urbium.store import FileStamp, Letter, Store
from urbium.store.schema import VERSION

EVERYTHING = (Clause(frozenset(), "all", "", frozenset()),)


@pytest.fixture(params=a_few_of(reversed(VERSIONS), 2))
def version(request):
    return request.param


@pytest.fixture
def old(url, version):
    make_old_store(url, version)
    return url


@pytest.fixture
def upgraded(old):
    Store.upgrade(old)
    with Store.open(old) as store:
        yield store


def test_an_older_store_is_left_alone_until_somebody_upgrades_it(old, version):
    before = rows_of(old)
    with pytest.raises(ConflictError, match=f"schema version {version}"):
        Store.open(old)
    assert rows_of(old) == before


def test_every_row_is_there_as_it_was_and_the_log_has_one_entry_more(old):
    columns, before = rows_of(old)
    Store.upgrade(old)
    _, after = rows_of(old, columns)
    assert len(before["audit"]) + 1 == len(after["audit"])
    assert set(before["audit"]) < set(after["audit"])
    assert {**after, "audit": before["audit"]} == before


def test_the_log_of_an_upgraded_store_verifies_from_its_first_entry_on(old, upgraded, version):
    last = upgraded.verify()
    entries = upgraded.audit()
    assert (entries["seq"].max(), entries["hash"][-1]) == (last.seq, last.hash)
    assert entries.row(-1, named=True)["before"] == f'{{"schema":"{version}"}}'
    assert entries.row(-1, named=True)["after"] == f'{{"schema":"{VERSION}"}}'


def test_places_figures_and_kept_results_read_as_they_did(upgraded):
    renamed_at = upgraded.audit().filter(why="renamed")["at"][0]
    founded_at = upgraded.audit().filter(why="founding")["at"][-1]
    assert founded_at < renamed_at
    assert upgraded.cities()["name_en"].to_list() == ["Aston", "Beeton"]
    assert upgraded.cities(as_known_on=founded_at)["name_en"].to_list() == ["Aston", "Beaton"]
    assert upgraded.cities()["valid_from"].to_list() == ["", ""]
    figures = upgraded.observations().select("city", "period", "value", "status", "cell").rows()
    assert figures == [
        ("T1", "2019", 10.0, "reported", "C2"),
        ("T1", "2020", 990.0, "accepted", "C3"),
        ("T2", "2020", 5.5, "reported", "C4"),
    ]
    assert upgraded.observations(history=True)["status"].to_list().count("suspect") == 1
    assert upgraded.faults()["message"].to_list() == ["99 times the year before"]
    assert upgraded.kept("notes", "first") == {"said": "again"}
    assert upgraded.kept("notes", "first", version=1) == {"said": "it's é"}


@pytest.mark.parametrize("version", ["4", "5"], indirect=True)
def test_the_work_of_people_reads_as_it_did(upgraded, version):
    states = [one.state for one in upgraded.dossiers.history("application", "a1")]
    assert states == ["draft", "submitted"]
    assert upgraded.dossiers.one("application", "a1").content == {"title": "Town hall"}
    (listed,) = upgraded.dossiers.listed("application", EVERYTHING, where={"city": "T1", "round": "r1"})
    assert listed.code == "a1"
    digest = upgraded.audit().filter(what="attach file")["after"].str.json_path_match("$.attachment.sha256")
    assert upgraded.dossiers.attachment(digest[0]) == (b"\x00letter", "text/plain")
    taken = upgraded.letters.lease("w", now=1_800_000_000_000_000, until=1_800_000_001_000_000)
    waiting = taken and (taken.id, taken.account, taken.about)
    assert waiting == (("l1", "ana", {"year": 2020}) if version == "5" else None)


def test_an_upgraded_store_takes_new_figures_and_letters(upgraded, figures):
    upgraded.add_cities([City("340100", {"en": "Ceeton"}, "city")], by="ana", reason="a third")
    table = figures({"source": "office"})
    upgraded.record(table, by="ana", reason="more", file=FileStamp("yearbook.xlsx", "cd" * 32))
    upgraded.letters.add([Letter("l2", "waits", "ana", "round", "r1", 1)])
    assert upgraded.observations().height == 4
    upgraded.verify()
