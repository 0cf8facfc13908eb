"""Nothing stored is changed, and what is changed behind the store's back is found."""

import hashlib
import json
import re

import pytest
import sqlalchemy as sa

from urbium.errors import ConflictError, Fault, UrbiumError
from urbium.model import City, Pilot
from urbium.model.dossiers import Dossier
from urbium.store import Publication, PublishedFile
from urbium.store.schema import PASSING, TABLES


@pytest.fixture
def full(store, load, figures):
    """Return a store with something in every table that only grows: entries 1 to 11."""
    load(
        figures({"reason": "own reason"}, {"period": "2011", "status": "suspect"}),
        faults=[Fault("note", "a", "b")],
    )
    store.accept(city="340100", variable="gdp", period=2011, by="reviewer", reason="confirmed")
    pilot = Pilot("cn", "1", "new", {"en": "Hefei"}, "Anhui", "prefecture", 2013, "list")
    store.add_pilots([pilot], by="ann", reason="list of 2013")
    store.keep("plan", "base", {"gap": 0.01}, by="ann", reason="adopted")
    store.add_cities(
        [City("110101", {"en": "Dongcheng"}, "district", parent="110000")], by="ann", reason="more"
    )
    draft = Dossier(kind="round", code="1", state="draft", content={})
    store.dossiers.record([draft], by="ann", what="round: create", reason="first call")
    store.dossiers.keep_attachment(b"letter", "text/plain", by="ann", reason="letter")
    pins = dict.fromkeys(("code", "settings", "catalogue", "policy", "content", "licence", "supersedes"), "")
    file = PublishedFile("csv", "figures.csv", "text/csv", 6, "0" * 64, "0" * 64)
    store.publications.add(Publication("first", 1, files=(file,), **pins), by="ann", reason="open data")
    return store


def test_every_change_says_when_who_what_and_why(full):
    table = full.audit()

    assert table["seq"].to_list() == list(range(1, 12))
    assert table["what"].to_list() == [
        "make store",
        "add cities",
        "add sources",
        "load",
        "accept",
        "add pilots",
        "keep plan",
        "add cities",
        "round: create",
        "attach file",
        "publish",
    ]
    assert table["who"].to_list()[3:5] == ["clerk", "reviewer"]
    assert table["at"].is_sorted()


def test_an_untouched_store_verifies(full):
    full.verify()


def test_the_chain_can_be_recomputed_by_hand(full):
    previous = ""
    for entry in full.audit().to_dicts():
        fields = {name: entry[name] for name in ("seq", "who", "what", "why", "before", "after")}
        fields |= {"previous": previous, "at": round(entry["at"].timestamp() * 1_000_000)}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()

        assert entry["hash"] == previous


def test_the_digest_of_a_load_can_be_recomputed_by_hand(store, load, figures):
    load(figures({"value": 2.5, "cell": "C14"}, {"period": "2011", "value": -1.0, "cell": "D3"}))

    # columns in the order of their names; each its sorted words as JSON, then int32 places; the rows by the
    # order of their periods' numbers, which were given to sorted new words: 2011, 2012
    periods = ["2011 2011-01-01 2011-12-31", "2012 2012-01-01 2012-12-31"]
    one = (0).to_bytes(4, "little") * 2
    none = (-1).to_bytes(4, "little", signed=True) * 2
    parts = [
        b'["area",["prefecture"]]' + one,
        b'["city",["340100"]]' + one,
        json.dumps(["period", periods], separators=(",", ":")).encode() + one[:4] + (1).to_bytes(4, "little"),
        b'["quality",["measured"]]' + one,
        b'["reason",[]]' + none,
        b'["sheet",["Economy"]]' + one,
        b'["source",["ccsy"]]' + one,
        b'["status",["reported"]]' + one,
        b'["unit",["10k CNY"]]' + one,
        b'["variable",["gdp"]]' + one,
        b"cell_column" + (4).to_bytes(4, "little") + (3).to_bytes(4, "little"),
        b"cell_row" + (3).to_bytes(4, "little") + (14).to_bytes(4, "little"),
        b"value" + bytes.fromhex("000000000000f0bf") + bytes.fromhex("0000000000000440"),
    ]
    after = json.loads(store.audit()["after"][-1])

    assert after["load"]["digest"] == hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize("statement", ["update {table} set {column} = {column}", "delete from {table}"])
def test_the_database_refuses_to_change_what_is_stored(full, statement):
    for table in sorted(TABLES.tables.keys() - PASSING):
        column = next(iter(TABLES.tables[table].columns)).name
        with (
            pytest.raises(UrbiumError, match="nothing stored is changed or deleted"),
            full._database.writing() as connection,
        ):
            connection.execute(sa.text(statement.format(table=table, column=column)))

    full.verify()


def test_a_row_cannot_be_replaced_by_inserting_it_again(full, url):
    if url.startswith("postgresql"):
        statement = """
            insert into observation select * from observation
            on conflict (series_id, period_id, load_entry) do update set value = 0
            """
    else:
        statement = "insert or replace into observation select * from observation"

    with (
        pytest.raises(UrbiumError, match="nothing stored is changed or deleted"),
        full._database.writing() as connection,
    ):
        connection.execute(sa.text(statement))


def test_an_observation_of_an_unknown_series_is_refused_by_the_database(full):
    statement = """
        insert into observation (series_id, period_id, load_entry, value, unit_id, status, quality)
        values (999, 1, 4, 0, 1, 0, 0)
        """

    with pytest.raises(UrbiumError, match=r"(?i)foreign key"), full._database.writing() as connection:
        connection.execute(sa.text(statement))


REST = "value, unit_id, status, quality, sheet_id, cell_row, cell_column, reason_id from observation"

TAMPERINGS = {
    "a value": (4, "update observation set value = 1 where load_entry = 4 and status = 0"),
    "a value by one bit": (4, "update observation set value = 4164.340000000001 where load_entry = 4"),
    "a value accepted": (5, "update observation set value = 1 where load_entry = 5"),
    "a status": (4, "update observation set status = 0 where load_entry = 4"),
    "a quality grade": (4, "update observation set quality = 5 where load_entry = 4"),
    "a cell": (4, "update observation set cell_row = 15 where load_entry = 4"),
    "the reason of a row": (4, "update reason set code = 'other'"),
    "the name of a variable": (4, "update variable set code = 'gnp'"),
    "the name of a unit": (4, "update unit set code = 'USD'"),
    "the name of an area": (4, "update area set code = 'urban'"),
    "the name of a sheet": (4, "update sheet set code = 'Water'"),
    "the days of a period": (4, "update period set last_day = '2012-06-30' where code = '2012'"),
    "the code of a city": (2, "update city set code = '340101' where code = '340100'"),
    "the name of a file": (4, "update file set name = 'other.xlsx'"),
    "the kind of a load": (5, "update load set kind = 'file'"),
    "a fault": (4, "update fault set message = 'fine'"),
    "the name of a city": (2, "update city_version set name = '{}' where entry = 2"),
    "the parent of a city": (8, "update city_version set parent_id = 1 where entry = 8"),
    "a source": (3, "update source_version set publisher = 'nobody'"),
    "a pilot": (6, "update pilot_version set year = 2012"),
    "a kept result": (7, "update document set content = '{}'"),
    "a kept result and its sum": (7, "update document set content = '{}', sha256 = 'aa'"),
    "an observation taken out": (4, "delete from observation where load_entry = 4 and status = 0"),
    "an observation slipped in": (
        4,
        f"insert into observation select series_id, period_id + 90, load_entry, {REST} where load_entry = 4",
    ),
    "an observation of no load": (
        7,
        f"insert into observation select series_id, period_id, 7, {REST} where load_entry = 4",
    ),
    "who made an entry": (5, "update audit set who = 'somebody' where seq = 5"),
    "when an entry was made": (4, "update audit set at = at + 1 where seq = 4"),
    "what an entry says": (4, "update audit set after = '{}' where seq = 4"),
    "an entry taken out": (4, "delete from audit where seq = 4"),
    "the first entry": (1, "delete from audit where seq = 1"),
}


def test_what_is_changed_behind_the_store_is_found_and_its_first_entry_named(full, behind):
    """One change after the other, each taken back: to make a store takes longer than to look through it."""
    named = {}
    for change, (_, statement) in TAMPERINGS.items():
        table = re.search(r"(?:update|delete from|insert into) (\w+)", statement)[1]
        behind(f"create table before as select * from {table}", statement)
        with pytest.raises(ConflictError) as found:
            full.verify()
        named[change] = int(re.search(r"audit entry (\d+) is not valid", str(found.value))[1])
        behind(f"delete from {table}", f"insert into {table} select * from before", "drop table before")

    assert named == {change: number for change, (number, _) in TAMPERINGS.items()}


def test_an_entry_forged_with_a_hash_of_its_own_breaks_the_next_one(full, behind):
    entry = full.audit().row(4, named=True)
    fields = {name: entry[name] for name in ("seq", "what", "why", "before", "after", "previous")}
    fields |= {"who": "somebody", "at": round(entry["at"].timestamp() * 1_000_000)}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    forged = hashlib.sha256(text.encode()).hexdigest()
    behind(f"update audit set who = 'somebody', hash = '{forged}' where seq = 5")

    with pytest.raises(ConflictError, match="audit entry 6 is not valid: it does not follow"):
        full.verify()
