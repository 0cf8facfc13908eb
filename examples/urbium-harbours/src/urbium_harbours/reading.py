"""A format and a kind of live source: tide tables, one line a reading: instant, gauge, metres."""

from datetime import datetime
from pathlib import Path

import polars as pl

from urbium.platform.connectors.registry import Connector
from urbium.platform.entities import Batch, Feed, entity
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.file_formats import Format
from urbium.sources.formats.grid import Grid
from urbium.text import text


def read_tide(path: Path, form: CsvForm) -> list[Grid]:
    """Return a tide table as one sheet of texts."""
    del form  # such files are always UTF-8
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    frame = pl.DataFrame({str(at): [row[at] for row in rows] for at in range(len(rows[0]))})
    return [Grid(path.name, frame)]


def read_gauges(path: Path, feed: Feed) -> Batch:
    """Return the readings of a tide table as entities."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Batch(
        tuple(
            entity(feed, gauge, datetime.fromisoformat(at), {"waterLevel": float(metres)})
            for at, gauge, metres in lines
        )
    )


TIDE = Format((".tide",), b"", read_tide)
GAUGE = Connector("tide-gauge", text("tide gauges"), file=read_gauges)
