"""How fast observations are stored, read back and measured: 3.3 million, or 330,000 with ``--quick``.

The same rows go three ways in the same process: into a store (checked, compared with what is current,
digested, chained, indexed, durable), as text into one flat SQLite table without any of that, and through a
CSV file with polars. What the store gives back is measured by the 91 U4SSC indicators, and by a plain loop.
A full run takes about a minute and a half on two cores, a quick run about ten seconds.

    python bench/load.py [--quick] [--json]
"""

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
from pathlib import Path

import polars as pl

import history
import index
from urbium.catalogue import load_catalogue
from urbium.model import City, Source
from urbium.store import FileStamp, Store

TARGET_SECONDS = 20.0  # for the full load on SQLite
QUESTION = "population"  # the variable read for all cities


def cells(years: int) -> pl.DataFrame:
    """Return seeded observations of every city and U4SSC variable, as a file of one sheet would hold them."""
    table = index.observations(load_catalogue(), years).drop("recorded_at", "recorded_by")
    place = table.select(column=pl.col("variable").rank("dense") - 1, row=pl.int_range(pl.len()) // years + 2)
    letters = pl.Series([f"{chr(65 + place // 26)}{chr(65 + place % 26)}" for place in range(26 * 26)])
    cell = letters.gather(place["column"]) + place["row"].cast(pl.String)
    return table.with_columns(file=pl.lit("panel.xlsx"), sheet=pl.lit("Data"), cell=cell)


def load_part(table: pl.DataFrame, folder: Path) -> dict[str, float]:
    """Store the table, store it again, read one variable and everything, verify; return the figures."""
    path = folder / "store.db"
    with Store.open(path, create=True) as store:
        cities = [City(code, {"en": code}, "prefecture") for code in index.city_codes()]
        store.add_cities(cities, by="bench", reason="bench")
        store.add_sources([Source("u4ssc", "bench", "bench")], by="bench", reason="bench")
        stamp = FileStamp("panel.xlsx", "0" * 64)
        load, receipt = index.timed(lambda: store.record(table, by="bench", reason="bench", file=stamp))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert receipt.stored == table.height
        one, found = index.timed(lambda: store.observations(variables=[QUESTION]))
        assert found.height == table.filter(pl.col("variable") == QUESTION).height
        again, receipt = index.timed(lambda: store.record(table, by="bench", reason="bench", file=stamp))
        assert receipt.unchanged == table.height
        everything, found = index.timed(store.observations)
        assert found.height == table.height
        verify, _ = index.timed(store.verify)
    measured = index.measure_part(found, load_catalogue())
    return {
        "rows": table.height,
        "load_seconds": load,
        "load_rows_per_second": table.height / load,
        "load_peak_megabytes": peak,
        "file_megabytes": path.stat().st_size / 1e6,
        "read_variable_seconds": one,
        "load_again_seconds": again,
        "read_all_seconds": everything,
        "verify_seconds": verify,
        "cities": measured["cities"],
        "indicators": measured["indicators"],
        "measure_seconds": measured["measure_first_seconds"],
        "measure_loop_seconds": measured["loop_seconds"],
    }


def flat_part(table: pl.DataFrame, folder: Path) -> dict[str, float]:
    """Insert the same rows as they are into one SQLite table with an index for the same question."""
    database = sqlite3.connect(folder / "flat.db", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute(f"create table observation ({', '.join(table.columns)})")
    database.execute("create index by_variable on observation (variable, city, period)")

    def insert() -> None:
        database.execute("begin immediate")
        marks = ", ".join("?" * table.width)
        for block in table.iter_slices(100_000):
            values = zip(*(column.to_list() for column in block), strict=True)
            database.executemany(f"insert into observation values ({marks})", values)
        database.execute("commit")

    load, _ = index.timed(insert)
    question = "select * from observation where variable = ?"
    read, rows = index.timed(
        lambda: pl.DataFrame(
            database.execute(question, [QUESTION]).fetchall(),
            schema=dict(table.schema),
            orient="row",
        )
    )
    assert rows.height == table.filter(pl.col("variable") == QUESTION).height
    database.close()
    size = (folder / "flat.db").stat().st_size / 1e6
    return {"flat_load_seconds": load, "flat_read_variable_seconds": read, "flat_file_megabytes": size}


def csv_part(table: pl.DataFrame, folder: Path) -> dict[str, float]:
    """Write the same rows as CSV with polars and read one variable of them."""
    path = folder / "flat.csv"
    load, _ = index.timed(lambda: table.write_csv(path))
    wanted = pl.col("variable") == QUESTION
    read, _ = index.timed(lambda: pl.scan_csv(path, infer_schema=False).filter(wanted).collect())
    size = path.stat().st_size / 1e6
    return {"csv_write_seconds": load, "csv_read_variable_seconds": read, "csv_file_megabytes": size}


def report(figures: dict[str, float]) -> None:
    """Print the figures as a table for people, with ratios to the peers."""
    print(f"{'':28}{'store':>12}{'flat SQLite':>14}{'ratio':>8}{'polars CSV':>13}{'ratio':>8}")
    lines = (
        ("load, s", "load_seconds", "flat_load_seconds", "csv_write_seconds"),
        (
            "read one variable, s",
            "read_variable_seconds",
            "flat_read_variable_seconds",
            "csv_read_variable_seconds",
        ),
        ("size, MB", "file_megabytes", "flat_file_megabytes", "csv_file_megabytes"),
    )
    for name, *keys in lines:
        ours, flat, text = (figures[key] for key in keys)
        print(f"{name:28}{ours:12.3f}{flat:14.3f}{ours / flat:8.2f}{text:13.3f}{ours / text:8.2f}")
    for key in (
        "load_rows_per_second",
        "load_peak_megabytes",
        "load_again_seconds",
        "read_all_seconds",
        "verify_seconds",
    ):
        print(f"{key.replace('_', ' '):28}{figures[key]:12,.1f}")
    ours, loop = figures["measure_seconds"], figures["measure_loop_seconds"]
    print(
        f"measure {figures['cities']} cities x {figures['indicators']} indicators: {ours:.3f} s; "
        f"plain loop {loop:.3f} s; ratio {ours / loop:.3f}"
    )


def main() -> int:
    """Run the benchmark; return 1 when the full load misses its target."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the rows")
    history.add_option(arguments)
    asked = arguments.parse_args()
    print("a quick run takes ten seconds" if asked.quick else "a full run takes a minute and a half")
    table = cells(index.YEARS // 10 if asked.quick else index.YEARS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {**load_part(table, folder), **flat_part(table, folder), **csv_part(table, folder)}
    report(figures)
    is_met = figures["load_seconds"] < TARGET_SECONDS and figures["measure_seconds"] < index.TARGET_SECONDS
    targets = f"load under {TARGET_SECONDS:.0f} s, measure under {index.TARGET_SECONDS:.0f} s"
    print(f"targets: {targets}: {'met' if is_met else 'MISSED'}{' on a tenth' if asked.quick else ''}")
    if asked.json:
        print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
    if asked.record:
        history.record("load", figures, case="quick" if asked.quick else "full")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
