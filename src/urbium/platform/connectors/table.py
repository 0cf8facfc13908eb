"""Table: a CSV file or workbook whose columns a layout names: readings of sensors, or requests of citizens.

A layout says which column is the instant and which are values. What cannot be read is a finding with its row;
what a source has wrong as a whole (a zone that is not its own, a sensor without data) is a finding, too.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from urbium.errors import Fault, InputError, nearest
from urbium.files import write_whole
from urbium.platform.entities import Batch, Entity, Feed, entity, in_order, microseconds
from urbium.platform.local_time import TypedInstant, read_instants
from urbium.platform.service_requests import CLOSED, ServiceRequest, request_entities, status_word
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.read import open_grids
from urbium.text import coded, text

_EMPTY = frozenset({"", "na", "n/a", "nan", "-"})
_LISTED = 20
_INSTANTS = ("requested", "closed", "expected")


class RequestColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a list of service requests; an empty name stands for none."""

    id: str = ""
    requested: str = ""
    closed: str = ""
    expected: str = ""
    status: str = ""
    service: str = ""
    address: str = ""
    latitude: str = ""
    longitude: str = ""


class ServiceKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service that citizens ask for; within ``days`` a request is to be closed, where these are said."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    keywords: str = ""
    days: float | None = None


class TableLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a table is read.

    Attributes
    ----------
    encoding, delimiter : of a CSV file; the delimiter is found where none is given
    at, hour : the column of the day or instant, and of the hour (0 to 23) where it stands apart
    day_first : whether days are written 31/12/2012
    sensor : the column that names the sensor, or what the only sensor is called
    numbers : columns of values, by attribute
    wide : the attribute whose values stand in one column a sensor; every column not named otherwise is one
    short_rows : whether rows may lack their last cells, which are empty then
    requests : the columns of service requests, where it is a list of those
    closed_words : what its language calls a request that is closed, besides the English words
    services : what citizens can ask of the city over Open311
    """

    encoding: str = "utf-8"
    delimiter: str = ""
    at: str = ""
    hour: str = ""
    day_first: bool = False
    sensor: str = ""
    numbers: dict[str, str] = {}
    wide: str = ""
    short_rows: bool = False
    requests: RequestColumns | None = None
    closed_words: list[str] = []
    services: list[ServiceKind] = []


Row = tuple[int, Mapping[str, str]]


def read_table_feed(path: Path, feed: Feed) -> Batch:
    """Return what a table holds; raise InputError when it lacks a column or is no table."""
    layout = _layout(feed)
    with tempfile.TemporaryDirectory() as folder:
        source, padded = _padded(path, layout, Path(folder)) if layout.short_rows else (path, 0)
        grid = open_grids(source, CsvForm(layout.encoding, layout.delimiter))[0]
    headings = grid.row(0)
    rows = [(at + 1, dict(zip(headings, grid.row(at), strict=False))) for at in range(1, grid.frame.height)]
    batch = _read(rows, headings, layout, feed, path.name)
    if not padded:
        return batch
    short = Fault("warning",
                  coded("platform.table.short", "rows in which the last cells are missing: {count:,}",
                        count=padded),
                  text("the missing cells are read as empty; check with the publisher of the table"),
                  "short-rows")  # fmt: skip
    return Batch(batch.entities, (short, *batch.findings))


def _padded(path: Path, layout: TableLayout, folder: Path) -> tuple[Path, int]:
    """Return a copy in which every row is as long as the first, and how many were not; quoted ones stay."""
    sign = layout.delimiter or ","
    lines = path.read_bytes().split(b"\n")
    width, count = lines[0].count(sign.encode()), 0
    for place, line in enumerate(lines):
        missing = width - line.count(sign.encode())
        if line.strip() and missing > 0 and b'"' not in line:
            ending = b"\r" if line.endswith(b"\r") else b""
            lines[place], count = line.removesuffix(b"\r") + sign.encode() * missing + ending, count + 1
    return write_whole(folder / path.name, b"\n".join(lines)), count


def read_records(records: Sequence[Mapping[str, Any]], feed: Feed) -> Batch:
    """Return what records hold (of JSON, of a table over the network), read by the layout of the feed."""
    headings = list(dict.fromkeys(name for record in records for name in record))
    rows = [
        (at, {name: "" if value is None else str(value) for name, value in record.items()})
        for at, record in enumerate(records, 1)
    ]
    return _read(rows, headings, _layout(feed), feed, feed.code) if rows else Batch(())


def _read(rows: Sequence[Row], headings: list[str], layout: TableLayout, feed: Feed, place: str) -> Batch:
    _check_columns(place, layout, headings)
    findings: list[Fault] = []
    if layout.requests is not None:
        entities = tuple(_of_requests(rows, layout.requests, layout.closed_words, feed, findings))
    else:
        entities = tuple(_of_sensors(rows, layout, headings, feed, findings))
    return Batch(in_order(entities), tuple(findings))


def _layout(feed: Feed) -> TableLayout:
    return table_layout(feed.settings, feed.code)


def table_layout(settings: Mapping[str, Any], place: str = "") -> TableLayout:
    """Return what the settings of a feed say of its table; raise InputError for what no table has."""
    try:
        return msgspec.convert(dict(settings), TableLayout)
    except msgspec.ValidationError as error:
        raise InputError(
            coded(
                "platform.table.layout", "the settings of the feed cannot be read: {error}", error=str(error)
            ),
            place=place,
            remedy=text("use one of: {names:list}", names=TableLayout.__struct_fields__),
        ) from error


def _check_columns(place: str, layout: TableLayout, headings: list[str]) -> None:
    columns = (
        [name for name in msgspec.structs.astuple(layout.requests) if name]
        if layout.requests is not None
        else [name for name in (layout.at, layout.hour, *layout.numbers.values()) if name]
    )
    faults = [
        Fault("error", coded("platform.table.column", "there is no column {name!r}", name=name),
              nearest(name, headings), "columns", cell="1")
        for name in columns if name not in headings
    ]  # fmt: skip
    if faults or not columns:
        raise InputError(
            coded(
                "platform.table.columns",
                "the data does not have the columns named in the settings of the feed",
            )
            if columns
            else coded("platform.table.no_columns", "the settings of the feed do not name any column"),
            place=place,
            remedy=text("correct the feed's settings, or send data that matches them"),
            faults=faults,
        )


def _of_sensors(
    rows: Sequence[Row], layout: TableLayout, headings: list[str], feed: Feed, findings: list[Fault]
) -> Iterator[Entity]:
    """Yield one entity a sensor and instant."""
    columns = layout.numbers or {layout.wide: ""}
    wide = [name for name in headings if layout.wide and name and name not in (layout.at, layout.hour)]
    filled: Counter[str] = Counter()
    sensors = [feed.code if wide else row.get(layout.sensor) or layout.sensor or feed.code for _, row in rows]
    cells = [
        TypedInstant(_clock_time(row, layout), str(number), sensor)
        for (number, row), sensor in zip(rows, sensors, strict=True)
    ]
    instants, faults = read_instants(cells, feed.zone)
    findings += faults
    for (number, row), its_sensor, at in zip(rows, sensors, instants, strict=True):
        if at is None:
            continue
        if wide:
            readings = [(name, {layout.wide: row.get(name, "")}) for name in wide]
        else:
            readings = [(its_sensor, {name: row.get(column, "") for name, column in columns.items()})]
        for sensor, typed in readings:
            values = {name: _number(cell, number, findings) for name, cell in typed.items()}
            if any(value is not None for value in values.values()):
                filled[sensor] += 1
                yield entity(feed, sensor, at, values)
    findings += [
        Fault("warning",
              coded("platform.table.silent", "{sensor} has no value anywhere in the file", sensor=sensor),
              text("ask the operator whether the sensor is out of order"),
              "silent-sensor", value=sensor)
        for sensor in wide if not filled[sensor]
    ]  # fmt: skip


def _clock_time(row: Mapping[str, str], layout: TableLayout) -> str:
    """Return the instant of a row as one text, also where its hour stands apart."""
    typed = row.get(layout.at, "")
    if layout.day_first:
        typed = "-".join(reversed(typed.split("/")))
    if not layout.hour:
        return typed
    return f"{typed.strip()[:10]}T{row.get(layout.hour, '').strip():0>2}"


def _number(cell: str, row: int, findings: list[Fault]) -> float | None:
    if cell.strip().lower() in _EMPTY:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if value - value == 0:  # neither infinite nor no number
        return value
    if len(findings) < _LISTED:
        findings.append(
            Fault("warning", coded("platform.table.number", "{cell!r} is not a number", cell=cell),
                  text("it was left out; check with the source of the data"), "number",
                  cell=str(row), value=cell)
        )  # fmt: skip
    return None


def _of_requests(
    rows: Sequence[Row], columns: RequestColumns, words: Sequence[str], feed: Feed, findings: list[Fault]
) -> Iterator[Entity]:
    """Yield what became of each request: its opening, and its closing where it was closed."""
    closed_words = {word.casefold() for word in words}
    strange: list[int] = []
    backward: list[int] = []
    undated: list[int] = []
    table = [
        {name: row.get(getattr(columns, name), "") for name in columns.__struct_fields__} for _, row in rows
    ]
    typed = [
        TypedInstant(cells[name], str(number), is_optional=name != "requested")
        for (number, _), cells in zip(rows, table, strict=True)
        for name in _INSTANTS
    ]
    instants, faults = read_instants(typed, feed.zone)
    findings += faults
    for place, ((number, _), cells) in enumerate(zip(rows, table, strict=True)):
        requested, closed, expected = instants[3 * place : 3 * place + 3]
        if cells["status"].strip().casefold() in closed_words:
            cells["status"] = CLOSED
        if requested is None:
            continue
        local = requested.astimezone(feed.zone)
        if requested.utcoffset() != local.utcoffset():
            strange.append(number)
        closed = _end_of_day(cells["closed"], closed)
        is_backward = closed is not None and microseconds(closed) < microseconds(requested)
        if is_backward:
            backward.append(number)
        if closed is None and status_word(cells["status"]) == CLOSED:
            undated.append(number)
        yield from request_entities(
            feed,
            ServiceRequest(
                id=cells["id"] or f"row-{number}",
                service=cells["service"],
                status=cells["status"],
                requested=local,
                closed=None if is_backward else closed,
                expected=expected,
                address=cells["address"],
                place=_place(cells),
                doubt="closed-before-opened" if is_backward else "",
            ),
        )
    named = (
        (strange, "zone",
         coded("platform.table.zone",
             "times with an offset that {zone} does not have at that time: {count:,}; they are read as "
             "points in time and shown in {zone}", count=len(strange), zone=feed.zone.key)),
        (backward, "closed-before-opened",
         coded("platform.table.backward",
             "requests closed before they were opened: {count:,}; they are treated as open, and marked",
             count=len(backward))),
        (undated, "closed-without-day",
         coded("platform.table.undated",
               "requests marked as closed but without a closing date: {count:,}; they are left out "
                   "when the time to close is calculated", count=len(undated))),
    )  # fmt: skip
    remedy = text("ask the publisher what is correct")
    findings += [
        Fault("warning", message, remedy, rule, cell=str(rows_[0])) for rows_, rule, message in named if rows_
    ]


def _end_of_day(typed: str, at: datetime | None) -> datetime | None:
    """Return an instant; of a day without a time, its end, for it is closed on that day at some time."""
    is_day = at is not None and len(typed.strip()) == len("2024-04-16")
    return (at + timedelta(days=1, seconds=-1)).replace(fold=1) if at is not None and is_day else at


def _place(cells: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        return float(cells["longitude"]), float(cells["latitude"])
    except ValueError:
        return None
