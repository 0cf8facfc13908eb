"""What was changed behind the store's back, by hand or by the disk, is found, and never a crash."""

import hashlib
import json
import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from urbium.errors import ConflictError, Fault, ForbiddenError, NoSpaceError, UnavailableError, UrbiumError
from urbium.model import City, Source
from urbium.programme.base.kept_store import open_store
from urbium.store import Head, Store, audit_log
from urbium.store.audit_log import Entry
from urbium.store.schema import PASSING, TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory, figures, stamp):
    """Return the path of a SQLite store with a few dozen figures, closed, and a head that was kept of it."""
    path = tmp_path_factory.mktemp("verify") / "store.db"
    with Store.open(path, create=True) as store:
        store.add_cities([City("340100", {"en": "Hefei"}, "prefecture")], by="ann", reason="founding")
        store.add_sources([Source("ccsy", "bureau", "yearbook")], by="ann", reason="founding")
        table = figures(*({"period": str(year), "value": year / 7} for year in range(1960, 2020)))
        store.record(table, by="clerk", reason="why", file=stamp, faults=[Fault("note", "a", "b")])
        store.keep("plan", "base", {"gap": 0.01}, by="ann", reason="adopted")
        head = store.verify()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return path, head


@pytest.fixture
def filled(made, tmp_path):
    """Return a copy of that store, which a test may change, and the head."""
    return str(shutil.copy(made[0], tmp_path / "store.db")), made[1]


def is_found(path, kept=()):
    """Say whether a store is refused or does not verify; anything but an error of urbium ends the test."""
    try:
        with Store.open(path) as store:
            store.verify(kept)
    except UrbiumError:
        return True
    return False


def rewrite(path, change):
    """Change a store as somebody does who may write the file: triggers are dropped and made again."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous = off")  # a disk that is waited for a hundred times proves nothing
    triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"drop trigger {name}")
    change(connection)
    for _, statement in triggers:
        connection.execute(statement)
    connection.close()


def seal_anew(connection):
    """Seal the whole chain anew, as anybody can who reads how it is made."""
    connection.row_factory = sqlite3.Row
    previous = ""
    for row in connection.execute("select * from audit order by seq").fetchall():
        fields = {**dict(row), "previous": previous}
        del fields["hash"]
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        connection.execute(
            "update audit set previous = ?, hash = ? where seq = ?", (previous, digest, row["seq"])
        )
        previous = digest


def test_a_chain_that_was_sealed_anew_is_found_by_a_kept_head_and_only_by_one(filled):
    path, head = filled

    def forge(connection):
        connection.execute("update audit set why = 'a better reason' where seq = 3")
        seal_anew(connection)

    rewrite(path, forge)

    assert not is_found(path)
    assert is_found(path, [head])
    assert is_found(path, [Head(0, 0, head.hash)])


def test_a_log_that_was_cut_is_found_by_a_kept_head(filled):
    path, head = filled

    def cut(connection):
        connection.execute("delete from document")
        connection.execute("delete from audit where seq = (select max(seq) from audit)")

    rewrite(path, cut)

    assert not is_found(path)
    assert is_found(path, [head])


def test_a_kept_head_of_before_is_still_an_entry_later(filled):
    path, head = filled
    with Store.open(path) as store:
        store.keep("plan", "base", {"gap": 0.02}, by="ann", reason="adopted")
        later = store.verify([head])

    assert later.seq == head.seq + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("drop trigger observation_no_update", "trigger observation_no_update is missing"),
        ("drop index series_variable_id_ix", r"the table series was altered \(indexes\)"),
        ("drop table pilot_version", "the table pilot_version is missing"),
        ("create trigger more after insert on audit begin select 1; end", "the trigger more was added"),
        ("alter table city add column more text", r"the table city was altered \(columns\)"),
    ],
)
def test_a_schema_that_is_not_the_one_urbium_makes_is_found(filled, change, said):
    path, _ = filled
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(change)

    with Store.open(path) as store, pytest.raises(UrbiumError, match=said):
        store.verify()


def test_a_trigger_that_does_something_else_is_found(filled):
    path, _ = filled
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("drop trigger audit_no_update")
        connection.execute("create trigger audit_no_update before update on audit begin select 1; end")

    with Store.open(path) as store, pytest.raises(ConflictError, match="trigger audit_no_update was altered"):
        store.verify()


@pytest.mark.parametrize("after", ["{", "[]", "7", "[" * 5000, ""])
def test_what_an_entry_says_may_be_anything_and_is_no_crash(filled, after):
    path, _ = filled
    rewrite(path, lambda connection: connection.execute("update audit set after = ? where seq = 4", (after,)))

    with Store.open(path) as store, pytest.raises(ConflictError, match="audit entry 4 is not valid"):
        store.verify()


@pytest.mark.parametrize("value", [b"\xff\xfe", 7])
def test_a_field_of_an_entry_may_be_of_any_kind_and_is_no_crash(made, tmp_path, value):
    for column in ("at", "why", "after", "hash"):
        copy = shutil.copy(made[0], tmp_path / f"{column}.db")
        change = f"update audit set {column} = ? where seq = 2"
        rewrite(copy, lambda connection: connection.execute(change, (value,)))  # noqa: B023 - at once

        assert is_found(copy), column


def flip(path, page, rng, size):
    """Change one bit of one page of a file."""
    with open(path, "r+b") as file:  # noqa: PTH123 - in place
        place = page * size + rng.randrange(size)
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << rng.randrange(8)]))


def content(path):
    """Return everything that a store says."""
    with Store.open(path) as store:
        return store.observations(history=True).rows(), store.audit().rows(), store.cities().rows()


@pytest.mark.parametrize(
    "flips", [12, pytest.param(200, marks=pytest.mark.long), pytest.param(600, marks=pytest.mark.release)]
)
def test_one_bit_in_an_index_is_found_or_changes_nothing(filled, flips, tmp_path):
    path, head = filled
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        size = connection.execute("pragma page_size").fetchone()[0]
        roots = "select rootpage from sqlite_master where type = 'index' or name = 'observation'"
        pages = [row[0] - 1 for row in connection.execute(roots)]
    before, rng = content(path), random.Random(1)
    missed = []
    for number in range(flips):
        copy = shutil.copy(path, tmp_path / f"copy{number}.db")
        flip(copy, rng.choice(pages), rng, size)
        if not is_found(copy, [head]) and content(copy) != before:
            missed.append(number)
        copy_of = tmp_path / f"copy{number}.db"
        copy_of.unlink()

    assert missed == []


def tampered(connection, rng, tables=(), column=""):
    """Change one value of one row of one of these tables, or of any; return which."""
    tables = tables or [
        row[0]
        for row in connection.execute("select name from sqlite_master where type = 'table'")
        if row[0] != "urbium_schema"
    ]
    for _ in range(100):
        table = rng.choice(tables)
        rows = connection.execute(f"select * from {table}").fetchall()
        if not rows:
            continue
        names = [row[1] for row in connection.execute(f"pragma table_info({table})")]
        keys = [row[1] for row in connection.execute(f"pragma table_info({table})") if row[5]]
        row = dict(zip(names, rng.choice(rows), strict=True))
        name = column or rng.choice(names)
        old = row[name]
        new = (
            rng.choice([0, 1, 99_999])
            if old is None
            else old + rng.choice([1, -1, 1000])
            if isinstance(old, int | float)
            else old + rng.choice([b"x", b"0"])
            if isinstance(old, bytes)
            else old + rng.choice(["x", " ", "0"])
        )
        where = " and ".join(f"{key} = ?" for key in keys)
        try:
            connection.execute(f"update {table} set {name} = ? where {where}", (new, *(row[k] for k in keys)))
        except sqlite3.IntegrityError:
            continue  # the database itself refuses it
        return table, name, old, new
    return None


@pytest.mark.parametrize(
    "times", [8, pytest.param(300, marks=pytest.mark.long), pytest.param(1000, marks=pytest.mark.release)]
)
def test_a_changed_value_of_any_row_is_found(filled, times, tmp_path):
    path, _ = filled
    rng, missed = random.Random(16), []
    for number in range(times):
        copy = shutil.copy(path, tmp_path / f"copy{number}.db")
        changes = []
        rewrite(copy, lambda connection: changes.append(tampered(connection, rng)))  # noqa: B023 - at once
        if not is_found(copy):
            missed += changes
        (tmp_path / f"copy{number}.db").unlink()

    assert missed == []


HISTORY = sorted(set(TABLES.tables) - PASSING)


def has_rows(path, table):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None


def test_the_demo_or_the_store_above_has_rows_of_every_table_of_history(demo_file, made):
    """A table of history that has none is not tried below: give the demo some, whoever adds it."""
    assert [name for name in HISTORY if not has_rows(demo_file, name) and not has_rows(made[0], name)] == []


@pytest.mark.long
@pytest.mark.parametrize("table", HISTORY)
def test_a_changed_value_of_each_column_of_a_table_of_history_is_found(demo_file, made, tmp_path, table):
    """Of each by itself: one that nothing digests would pass the draw above."""
    whole = made[0] if has_rows(made[0], table) else demo_file
    tried, missed = [], []
    for column in TABLES.tables[table].columns:
        copy, changes = shutil.copy(whole, tmp_path / "copy.db"), []
        draw = random.Random(column.name)
        rewrite(copy, lambda link: changes.append(tampered(link, draw, [table], column.name)))  # noqa: B023
        if not any(changes):
            continue  # the database itself refuses every other value
        tried.append(column.name)
        if not is_found(copy):
            missed += changes
    assert missed == []
    assert len(tried) > 1


def test_a_store_that_is_cut_short_is_called_damaged_and_leads_to_a_backup(filled):
    path, _ = filled
    with open(path, "r+b") as file:  # noqa: PTH123 - in place
        file.truncate(9000)

    advice = r"damaged.*continue from the last backup that passes verification"
    with pytest.raises(UnavailableError, match=advice) as refusal, open_store(path) as store:
        store.verify()

    assert "urbium new" not in str(refusal.value)


def test_a_clock_that_is_far_behind_the_last_entry_is_refused_until_somebody_says_which_is_right(
    store, load, figures, monkeypatch
):
    ahead = audit_log._now().replace(year=2050)
    real = audit_log._now
    first = load(figures({"value": 1.0}))
    monkeypatch.setattr(audit_log, "_now", lambda: ahead)
    load(figures({"value": 2.0}))
    monkeypatch.setattr(audit_log, "_now", real)
    with pytest.raises(ConflictError, match=r"last entry is dated 2050.*urbium restart-clock"):
        load(figures({"value": 3.0}))
    store.restart_clock(by="ann", reason="the clock of the server was wrong")
    third = load(figures({"value": 3.0}))

    assert third.recorded_at.year < 2050
    assert store.observations(as_known_on=first.recorded_at)["value"].to_list() == [1.0]
    assert store.observations(as_known_on=third.recorded_at)["value"].to_list() == [3.0]
    assert store.verify().instant == third.recorded_at
    with pytest.raises(ConflictError, match="the clock is not behind"):
        store.restart_clock(by="ann", reason="again")


def test_an_entry_without_a_restart_may_not_be_earlier():
    entries, previous = [], ""
    for seq, at, what in [(1, 10, "load"), (2, 5, audit_log.RESTART), (3, 4, "load")]:
        fields = (seq, at, "ann", what, "why", "{}", "{}", previous)
        entries.append(Entry(*fields, hash=Entry(*fields).seal()))
        previous = entries[-1].hash

    assert audit_log.first_break(entries[:2]) is None
    assert audit_log.first_break(entries)[0] == 3


def test_a_store_that_may_only_be_read_is_read_and_refuses_to_be_written(filled, monkeypatch):
    path, head = filled
    before = content(path)
    monkeypatch.setattr("urbium.store.database.is_protected", lambda _place: True)

    assert content(path) == before
    with Store.open(path) as store:
        assert store.verify([head]) == head
        with pytest.raises(ForbiddenError, match=r"open for reading only.*nothing was stored"):
            store.keep("plan", "b", {}, by="ann", reason="why")


def test_a_full_disk_is_said_and_leaves_the_store_as_it_was(filled):
    path, head = filled
    with Store.open(path) as store:
        with store._database.reading() as connection:
            pages = connection.exec_driver_sql("pragma page_count").scalar()
        with store._database._engine.connect() as connection:
            connection.connection.driver_connection.execute(f"pragma max_page_count = {pages}")
            connection.rollback()
        with pytest.raises(NoSpaceError, match="no space left") as refusal:
            store.keep("plan", "large", {"text": "x" * 500_000}, by="ann", reason="why")
        assert refusal.value.status == 507
        assert store.verify([head]) == head
        store.keep("plan", "small", {}, by="ann", reason="the next write works")
