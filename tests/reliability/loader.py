"""A process that loads one file and may be killed: it says when it is ready, in the transaction, and done.

Run as ``python loader.py STORE ROWS``; it begins when it reads a line, and prints the receipt's counts when the
load is acknowledged.
"""

import sys

import polars as pl

from urbium.store import FileStamp, Store, query


def table(rows: int, name: str) -> pl.DataFrame:
    """Return ``rows`` observations of one city, of variables called after ``name``."""
    number = pl.int_range(rows, eager=True)
    text = pl.lit("", dtype=pl.String)
    return pl.DataFrame({"number": number}).select(
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


def say(word: str) -> None:
    """Tell the parent, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(path: str, rows: int) -> None:
    """Open the store, wait for the word, load, and acknowledge."""
    add = query.add_observations

    def add_and_say(*arguments: object) -> None:
        say("writing")
        add(*arguments)

    query.add_observations = add_and_say
    with Store.open(path) as store:
        figures = table(rows, "loaded")
        say("ready")
        sys.stdin.readline()
        receipt = store.record(figures, by="loader", reason="to be killed", file=FileStamp("new.csv", "00"))
        say(f"stored {receipt.stored}")
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
