"""GTFS: what a timetable (GTFS Schedule) offers on each day: trips, stops served, and kilometres where told.

Read by polars from the zip: which services run on a day is asked of ``calendar.txt`` and of the exceptions of
``calendar_dates.txt`` (GTFS Schedule Reference, gtfs.org).
"""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import Fault, InputError
from urbium.platform.entities import Batch, Feed, entity, zone_of
from urbium.text import coded, text

_NEEDED: Final = ("agency.txt", "trips.txt", "stop_times.txt", "stops.txt")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LARGEST: Final = 1 << 30
_MOST_DAYS: Final = 400


def read_gtfs(path: Path, feed: Feed) -> Batch:
    """Return one entity a day with ``scheduledTrips`` and ``servedStops``.

    The settings ``from`` and ``to`` name the first and last day; the first fourteen of the timetable when
    left out. Raises InputError for what is no timetable.
    """
    tables = _tables(path)
    services = _services(tables)
    first, last = _span(tables, feed)
    trips = tables["trips.txt"].select("service_id", "trip_id")
    times = tables["stop_times.txt"].select("trip_id", "stop_id", "stop_sequence", "departure_time")
    served = (
        trips.join(times.select("trip_id", "stop_id"), on="trip_id").select("service_id", "stop_id").unique()
    )
    zone = zone_of(str(tables["agency.txt"]["agency_timezone"][0]))
    entities = []
    for step in range(min((last - first).days + 1, _MOST_DAYS)):
        day = first + timedelta(days=step)
        running = services(day)
        values = {
            "scheduledTrips": trips.filter(pl.col("service_id").is_in(running)).height,
            "servedStops": served.filter(pl.col("service_id").is_in(running))["stop_id"].n_unique(),
        }
        entities.append(entity(feed, "timetable", datetime.combine(day, time(12), zone), values))
    return Batch(tuple(entities), tuple(_findings(tables)))


def _tables(path: Path) -> dict[str, pl.DataFrame]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            missing = [name for name in _NEEDED if name not in sizes]
            if missing or sum(sizes.values()) > _LARGEST:
                raise _no_timetable(path, ", ".join(missing) or "size")
            return {
                name: pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False)
                for name in sizes
                if name.endswith(".txt") and name != "shapes.txt" and sizes[name]
            }
    except (zipfile.BadZipFile, pl.exceptions.PolarsError) as error:
        raise _no_timetable(path, str(error)) from error


def _services(tables: dict[str, pl.DataFrame]) -> Callable[[date], list[str]]:
    calendar, exceptions = tables.get("calendar.txt"), tables.get("calendar_dates.txt")

    def running(day: date) -> list[str]:
        written = day.strftime("%Y%m%d")
        names: set[str] = set()
        if calendar is not None:
            is_on = (pl.col(_DAYS[day.weekday()]) == "1") & (pl.col("start_date") <= written)
            names |= set(calendar.filter(is_on & (pl.col("end_date") >= written))["service_id"])
        if exceptions is not None:
            of_day = exceptions.filter(pl.col("date") == written)
            names |= set(of_day.filter(pl.col("exception_type") == "1")["service_id"])
            names -= set(of_day.filter(pl.col("exception_type") == "2")["service_id"])
        return sorted(names)

    return running


def _span(tables: dict[str, pl.DataFrame], feed: Feed) -> tuple[date, date]:
    calendar = tables.get("calendar.txt", tables.get("calendar_dates.txt"))
    column = "start_date" if calendar is not None and "start_date" in calendar.columns else "date"
    begins = "" if calendar is None else str(calendar[column].min())
    first = date.fromisoformat(str(feed.settings.get("from") or f"{begins[:4]}-{begins[4:6]}-{begins[6:]}"))
    return first, date.fromisoformat(str(feed.settings.get("to") or (first + timedelta(days=13)).isoformat()))


def _findings(tables: dict[str, pl.DataFrame]) -> list[Fault]:
    """Return what of a timetable contradicts itself."""
    times = tables["stop_times.txt"].with_columns(
        pl.col("stop_sequence").cast(pl.Int64),
        seconds=pl.col("departure_time")
        .str.strip_chars()
        .str.split(":")
        .list.eval(pl.element().cast(pl.Int64, strict=False)),
    )
    clock = times["seconds"].list
    times = times.with_columns(at=clock.get(0) * 3600 + clock.get(1) * 60 + clock.get(2))
    ordered = times.drop_nulls("at").sort("trip_id", "stop_sequence")
    backward = ordered.filter(pl.col("at").diff().over("trip_id") < 0)["trip_id"].n_unique()
    absent = times.join(tables["stops.txt"], on="stop_id", how="anti")["stop_id"].n_unique()
    remarks = [
        (
            backward,
            coded("platform.gtfs.backward", "trips that run backwards in time: {count:,}", count=backward),
        ),
        (
            absent,
            coded(
                "platform.gtfs.stops",
                "stops named in trips but missing from the list of stops: {count:,}",
                count=absent,
            ),
        ),
    ]
    remedy = text("check with the publisher of the timetable")
    return [Fault("warning", message, remedy, "timetable") for count, message in remarks if count]


def _no_timetable(path: Path, why: str) -> InputError:
    return InputError(
        coded("platform.gtfs.unreadable", "this is not a GTFS timetable ({why})", why=why),
        place=path.name,
        remedy=text("submit the zip file that the operator publishes"),
    )
