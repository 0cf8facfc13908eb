"""Two who write at once: one waits, nothing is lost, and readers go on."""

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from urbium.errors import ConflictError, UrbiumError
from urbium.model import City, Source
from urbium.store import FileStamp, Store
from urbium.store.queries import query

LOADS = 8


def write(address, name, table):
    """Record the table's rows one by one, in another process."""
    with Store.open(address) as store:
        for place in range(table.height):
            store.record(table[place], by=name, reason="at once", file=FileStamp(name, "00"))


def test_two_processes_that_write_at_once_lose_nothing(store, url, figures):
    years = [str(2000 + place) for place in range(LOADS)]
    tables = {
        name: figures(*({"period": year, "variable": name, "file": name} for year in years))
        for name in ("a", "b")
    }

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(write, url, name, table) for name, table in tables.items()]
        for job in jobs:
            job.result()

    stored = store.observations()
    assert stored.group_by("variable").len().sort("variable").rows() == [("a", LOADS), ("b", LOADS)]
    assert store.audit().filter(what="load").height == 2 * LOADS
    store.verify()


def test_threads_that_correct_the_same_figure_leave_one_version_each(store, load, figures):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda place: load(figures({"value": float(place)})), range(LOADS)))

    assert sorted(store.observations(history=True)["value"]) == [float(place) for place in range(LOADS)]
    store.verify()


def test_who_waits_too_long_for_another_writer_is_told(store, url, figures, stamp):
    with (
        Store.open(url, patience=0.05) as other,
        store._database.writing(),
        pytest.raises(ConflictError, match="someone else is writing; try again"),
    ):
        other.record(figures(), by="clerk", reason="late", file=stamp)


def test_readers_go_on_while_somebody_writes(store, url, load, figures):
    load(figures())
    with Store.open(url, patience=0.05) as other, store._database.writing():
        assert other.observations().height == 1


def test_a_reader_of_the_present_instant_waits_for_the_writer_whose_load_bears_an_earlier_one(
    store, url, figures, stamp, monkeypatch
):
    """The writer takes its instant, then stops before it commits; who reads as known on now must see it."""
    in_flight, go_on = threading.Event(), threading.Event()
    original = query.add_observations

    def slow(*arguments: object) -> None:
        in_flight.set()
        go_on.wait(10)
        original(*arguments)

    monkeypatch.setattr(query, "add_observations", slow)
    with Store.open(url) as other, ThreadPoolExecutor(2) as pool:
        writing = pool.submit(store.record, figures(), by="clerk", reason="slow", file=stamp)
        in_flight.wait(10)
        now = datetime.now(UTC)
        reading = pool.submit(other.observations, as_known_on=now)
        go_on.set()

        assert writing.result(10).recorded_at <= now
        assert reading.result(10).height == 1


def test_a_reader_of_a_settled_instant_does_not_wait(store, url, load, figures):
    receipt = load(figures())
    with Store.open(url, patience=0.05) as other, store._database.writing():
        assert other.observations(as_known_on=receipt.recorded_at).height == 1


def test_two_who_make_the_same_store_at_once_make_one(url):
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: Store.open(url, create=True), range(2)))

    counts = [store.audit().height for store in made]
    for store in made:
        store.close()
    assert counts == [1, 1]


def test_a_failure_in_the_middle_of_a_load_leaves_nothing_of_it(store, load, figures, monkeypatch):
    before = store.audit().height

    def break_down(*_: object) -> None:
        raise OSError("the lights went out")

    monkeypatch.setattr(query, "add_observations", break_down)
    with pytest.raises(OSError, match="lights"):
        load(figures({"variable": "never"}))

    assert store.audit().height == before
    with store._database.reading() as connection:
        assert query.words(connection, "variable").is_empty()
    store.verify()


def test_a_full_disk_is_said_plainly_and_leaves_nothing_of_the_load(tmp_path, figures, stamp):
    with Store.open(tmp_path / "store.db", create=True) as store:
        store.add_cities([City("340100", {"en": "Hefei"}, "prefecture")], by="ann", reason="founding")
        store.add_sources([Source("ccsy", "bureau", "yearbook")], by="ann", reason="founding")
        with store._database.reading() as connection:
            connection.exec_driver_sql("pragma max_page_count = 1").close()  # the pages it has, and no more
        table = figures(*({"variable": f"variable {place}" * 100} for place in range(1000)))

        with pytest.raises(UrbiumError, match=r"store\.db: there is no space left on the disk of the store"):
            store.record(table, by="clerk", reason="too much", file=stamp)

        assert store.observations().is_empty()
        store.verify()
