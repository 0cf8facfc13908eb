"""Processes that load a file and may be killed, forked from one that has imported everything once.

Run as ``python loader.py ROWS``. For each path of a store on its input it forks a child, which says its
number, ``ready``, ``writing`` inside the transaction and ``stored N`` when the load is acknowledged, and then
waits to be killed; ``ended`` follows when it is gone.
"""

import os
import signal
import sys
import traceback

import polars as pl

from urbium.store import FileStamp, Store
from urbium.store.queries import query


def table(rows: int, name: str) -> pl.DataFrame:
    """Return ``rows`` observations of one city, of variables called after ``name``."""
    text = pl.lit("", dtype=pl.String)
    return pl.DataFrame({"number": range(rows)}).select(
        city=pl.lit("340100"),
        variable=pl.format("{}_{}", pl.lit(name), pl.col("number") // 100),
        period=(1900 + pl.col("number") % 100).cast(pl.String),
        value=pl.col("number") * 1.5,
        unit=pl.lit("persons"),
        area=pl.lit("prefecture"),
        status=pl.lit("reported"),
        quality=pl.lit("measured"),
        source=pl.lit("ccsy"),
        file=text,
        sheet=text,
        cell=pl.format("C{}", pl.col("number") + 2),
        reason=text,
    )


def say(word: object) -> None:
    """Tell the test, at once and in one piece."""
    os.write(1, f"{word}\n".encode())


def load(path: str, rows: int) -> None:
    """Open the store, load, acknowledge, and wait for the end."""
    add = query.add_observations

    def add_and_say(*arguments: object) -> None:
        say("writing")
        add(*arguments)

    query.add_observations = add_and_say
    with Store.open(path) as store:
        figures = table(rows, "loaded")
        say(os.getpid())
        say("ready")
        receipt = store.record(figures, by="loader", reason="to be killed", file=FileStamp("new.csv", "00"))
        say(f"stored {receipt.stored}")
        signal.pause()


def serve(rows: int) -> None:
    """Fork a child for each path; the parent itself never touches a store, so a fork is safe."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                load(line.strip(), rows)
            except BaseException:  # noqa: BLE001 - a child says what happened and goes no further
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
