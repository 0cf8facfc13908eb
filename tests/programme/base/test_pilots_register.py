"""The register of pilots: counts of records, declared totals with their sources, and one truth for all."""

import csv

import msgspec
import pytest

from people_of import actor, staffed
from rounds_of import Way, called, complete_file
from urbium.catalogue import DATA
from urbium.errors import ConflictError
from urbium.examples.demo import _pilots, _rounds
from urbium.model import Pilot
from urbium.pilot.calls.register import Count, counts, counts_by_kind, said
from urbium.pilot.calls.rounds import DeclaredTotal


@pytest.fixture(scope="module")
def register():
    """The records and rounds of the demo, in a programme without its figures."""
    with staffed() as programme:
        known = list(_pilots())
        records = [
            Pilot(one.programme, one.round, one.kind, one.name, one.province, one.level, one.year, one.source,
                  status=one.status)
            for one in known
        ]  # fmt: skip
        programme.register(pilots=records, by="test", reason="pilots")
        programme.pilots_register.record_past(_rounds(), by="test", reason="rounds")
        yield programme.pilots_register


def test_the_register_says_277_and_22_and_41_and_49_with_what_is_known_by_name(register):
    assert register.said() == (
        "90 + 103 + 84 = 277 new pilots, 39 of them known by name; 9 + 13 = 22 widened pilots, 2 of them "
        "known by name; 41 special projects, none of them known by name; 49 organisations, none of them "
        "known by name; new and extended together: 299, 41 of them known by name"
    )


def test_every_declared_total_has_its_source(register):
    declared = register.table().filter(round="1", kind="new").row(0, named=True)
    assert (declared["known"], declared["declared"], declared["total"]) == (13, 90, 90)
    assert "29 January 2013" in declared["source"]
    assert all(row["source"] for row in register.table().iter_rows(named=True) if row["declared"] is not None)


def test_the_totals_are_those_of_the_table_of_rounds(register):
    with (DATA / "demo" / "rounds.csv").open(encoding="utf-8", newline="") as lines:
        of_file = sum(int(row["count"]) for row in csv.DictReader(lines))
    assert sum(row.total for row in register.counts() if row.round) == of_file == 389


def test_records_of_which_no_source_says_the_round_are_in_no_round_twice(register):
    rows = register.counts()
    assert Count("", "new", 11) in rows
    assert counts_by_kind(rows)["new"].total == 277


def test_without_declared_totals_the_records_are_the_number():
    rows = counts([("1", "new"), ("2", "new"), ("", "new")], {})
    assert (counts_by_kind(rows)["new"].total, said(rows)) == (3, "1 + 1 + 1 = 3 new pilots")
    assert said(counts([("1", "new")], {})) == "1 new pilot"


def test_a_declared_total_is_corrected_by_a_new_version_and_a_round_at_work_is_not(register):
    corrected = {"1": msgspec.structs.replace(_rounds()["1"], note="read again")}
    register.record_past(corrected, by="test", reason="read again")
    assert counts_by_kind(register.counts())["new"].total == 277
    with staffed() as programme:
        called(programme, "1")
        with pytest.raises(ConflictError, match="the programme is already using a round with this code"):
            programme.pilots_register.record_past(corrected, by="test", reason="read again")


def test_more_records_than_declared_are_all_counted():
    rows = counts([("1", "new")] * 3, {"1": [DeclaredTotal("new", 2, "a notice")]})
    assert rows[0].total == 3


def test_special_projects_and_their_organisations_are_counted_apart():
    with staffed() as programme:
        called(programme, "r-special")
        cases, office = programme.casework, actor(programme, "olga")
        for number, body in enumerate(("society", "society", "institute")):
            content = {"title": f"Project {number}", "organisation": body}
            cases.begin(office, "project", f"p{number}", content, parent="r-special")
        table = programme.pilots_register.table()
        assert table.select("kind", "total").rows() == [("special", 3), ("organisation", 2)]


def test_a_city_with_several_pilots_has_a_row_for_each():
    with staffed() as programme:
        called(programme, "r-many")
        for code, title in (("many-a", "Delft"), ("many-b", "Delft Harbour")):
            Way(programme, "r-many", code, complete_file(programme, title)).admitted()
        selection = {code: {"decision": "selected", "reason": "both"} for code in ("many-a", "many-b")}
        cases = programme.casework
        cases.act(actor(programme, "oscar"), "round", "r-many", "close", version=2)
        cases.act(actor(programme, "olga"), "round", "r-many", "propose", {"selection": selection}, version=3)
        assert programme.pilots().is_empty()
        cases.act(actor(programme, "oscar"), "round", "r-many", "decide", version=4)
        pilots = programme.pilots().filter(city="0503")
        assert pilots.select("name_en", "province", "level").rows() == [
            ("Delft", "Zuid-Holland", "town"), ("Delft Harbour", "Zuid-Holland", "town"),
        ]  # fmt: skip
        assert programme.summary()["pilots"] == 2
