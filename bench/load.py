"""How fast observations are stored and read back: 3.3 million in the full run, 330,000 with ``--quick``.

The same rows go three ways in the same process: into a store (checked, compared with what is current,
digested, chained, indexed, durable), as text into one flat SQLite table without any of that, and through a
CSV file with polars. A full run takes about a minute on two cores, a quick run under ten seconds.

    python bench/load.py [--quick] [--json]
"""

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from urbium.model import City, Source
from urbium.store import FileStamp, Store

CITIES, VARIABLES, PERIODS = 277, 119, 100
TARGET_SECONDS = 20.0  # for the full load on SQLite


def observations(periods: int) -> pl.DataFrame:
    """Return seeded observations of every city and variable in ``periods`` years up to 2024."""
    draw = np.random.default_rng(20_120_805)
    rows = CITIES * VARIABLES * periods
    number = np.arange(rows)
    city, variable, year = (
        number // (VARIABLES * periods),
        number // periods % VARIABLES,
        number % periods,
    )
    letters = pl.Series([f"{chr(65 + place // 26)}{chr(65 + place % 26)}" for place in range(VARIABLES)])
    return pl.DataFrame(
        {
            "city": pl.Series(city_codes()).gather(city),
            "variable": pl.Series(variable_names()).gather(variable),
            "period": pl.Series([str(2024 - periods + 1 + place) for place in range(periods)]).gather(year),
            "value": np.round(draw.lognormal(5, 2, rows), 2),
            "unit": pl.Series(["persons", "10k CNY", "%", "m2"]).gather(variable % 4),
            "area": pl.Series(["prefecture", "urban districts"]).gather(variable % 2),
            "status": pl.Series(["reported", "suspect"]).gather((draw.random(rows) < 0.01).astype(int)),
            "quality": pl.Series(["measured"]).gather(np.zeros(rows, dtype=int)),
            "source": pl.Series(["yearbook"]).gather(np.zeros(rows, dtype=int)),
            "file": pl.Series(["panel.xlsx"]).gather(np.zeros(rows, dtype=int)),
            "sheet": pl.Series(["Data"]).gather(np.zeros(rows, dtype=int)),
            "cell": letters.gather(variable) + pl.Series(2 + city * periods + year).cast(pl.String),
            "reason": pl.Series([""]).gather(np.zeros(rows, dtype=int)),
        }
    )


def city_codes() -> list[str]:
    """Return the codes of the made-up cities."""
    return [f"{100_000 + 100 * place}" for place in range(1, CITIES + 1)]


def variable_names() -> list[str]:
    """Return the names of the made-up variables."""
    return [f"variable_{place:03d}" for place in range(VARIABLES)]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run ``work`` and return how many seconds it took, and what it returned."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def load_part(table: pl.DataFrame, folder: Path) -> dict[str, float]:
    """Store the table, store it again, read one variable and everything, verify; return the figures."""
    path = folder / "store.db"
    with Store.open(path, create=True) as store:
        cities = [City(code, {"en": code}, "prefecture") for code in city_codes()]
        store.add_cities(cities, by="bench", reason="bench")
        store.add_sources([Source("yearbook", "bench", "bench")], by="bench", reason="bench")
        stamp = FileStamp("panel.xlsx", "0" * 64)
        load, receipt = timed(lambda: store.record(table, by="bench", reason="bench", file=stamp))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert receipt.stored == table.height
        one, found = timed(lambda: store.observations(variables=[variable_names()[7]]))
        assert found.height == table.height // VARIABLES
        again, receipt = timed(lambda: store.record(table, by="bench", reason="bench", file=stamp))
        assert receipt.unchanged == table.height
        everything, found = timed(store.observations)
        assert found.height == table.height
        verify, _ = timed(store.verify)
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

    load, _ = timed(insert)
    question = "select * from observation where variable = ?"
    read, rows = timed(
        lambda: pl.DataFrame(
            database.execute(question, [variable_names()[7]]).fetchall(),
            schema=dict(table.schema),
            orient="row",
        )
    )
    assert rows.height == table.height // VARIABLES
    database.close()
    size = (folder / "flat.db").stat().st_size / 1e6
    return {"flat_load_seconds": load, "flat_read_variable_seconds": read, "flat_file_megabytes": size}


def csv_part(table: pl.DataFrame, folder: Path) -> dict[str, float]:
    """Write the same rows as CSV with polars and read one variable of them."""
    path = folder / "flat.csv"
    load, _ = timed(lambda: table.write_csv(path))
    wanted = pl.col("variable") == variable_names()[7]
    read, _ = timed(lambda: pl.scan_csv(path, infer_schema=False).filter(wanted).collect())
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


def main() -> int:
    """Run the benchmark; return 1 when the full load misses its target."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the rows")
    asked = arguments.parse_args()
    print("a quick run takes under ten seconds" if asked.quick else "a full run takes about a minute")
    table = observations(PERIODS // 10 if asked.quick else PERIODS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {**load_part(table, folder), **flat_part(table, folder), **csv_part(table, folder)}
    report(figures)
    is_met = asked.quick or figures["load_seconds"] < TARGET_SECONDS
    if not asked.quick:
        print(f"target: load under {TARGET_SECONDS:.0f} s: {'met' if is_met else 'MISSED'}")
    if asked.json:
        print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
