"""Whether values of many sensors are all kept: 100,000, one each a quarter of an hour, at ten times speed.

A server of its own serves twenty places. A gateway a place sends the values of its sensors over NGSI-LD in
batches of 500, evenly over the time in which each sensor has one, ten times as fast as their clocks go; what
is not acknowledged is sent again, and a gateway that is late does not wait. At the end what was sent is held
against what the store has, each value with its sensor and instant. Told are how late a batch was at most, and
the processor's time that the server takes a value. A sensor a minute (``--interval 60``) is 16,667 values a
second. The database is SQLite's in a temporary folder, or the address of a place with no programme yet.

    python bench/sensors.py [--sensors 100000] [--interval 900] [--speed 10] [--seconds 300] [--places 20]
                            [--workers 1] [--database URL] [--json] [--record]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

import history
import server
from urbium.model import City
from urbium.platform.absorbing import readings
from urbium.platform.entities import written
from urbium.programme import new
from urbium.programme.opening import open_programme

BATCH = 500
ATTEMPTS = 100
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
TARGETS = {"lost": 0, "failed": 0}

Value = tuple[str, datetime, float]
"""A sensor, its instant and its number."""


@dataclass
class Sent:
    """What came of batches: values acknowledged by place, failures, and by how many seconds one was late."""

    values: dict[str, list[Value]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    late: float = 0.0


def founded(database: str, places: int) -> dict[str, str]:
    """Make the programme and return the token of each place."""
    codes = [f"{100_000 + place}" for place in range(places)]
    with new(database, nation="NLD", currency="EUR", name="Sensors") as programme:
        cities = [City(code, {"en": code}, "municipality") for code in codes]
        programme.register(cities=cities, by="bench", reason="sensors")
        return {code: programme.context.token(code) for code in codes}


def rounds(place: str, sensors: int, options: argparse.Namespace) -> Iterator[tuple[float, list[Value]]]:
    """Yield batches of a place, each with the seconds after the start at which it is due."""
    period = options.interval / options.speed
    for number in range(max(round(options.seconds / period), 1)):
        for first in range(0, sensors, BATCH):
            share = number + first / sensors
            at = BEGINS + timedelta(seconds=round(share * options.interval))
            some = range(first, min(first + BATCH, sensors))
            yield (
                share * period,
                [
                    (
                        f"urn:ngsi-ld:Air:{place}-{sensor}",
                        at,
                        (sensor * 7919 + number * 104_729) % 10_007 / 10,
                    )
                    for sensor in some
                ],
            )


async def gateway(base: str, place: str, token: str, options: argparse.Namespace, sent: Sent) -> None:
    """Send the values of the sensors of a place."""
    kept, start = sent.values.setdefault(place, []), time.monotonic()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=120.0) as client:
        for due, batch in rounds(place, options.sensors // options.places, options):
            await asyncio.sleep(max(start + due - time.monotonic(), 0.0))
            if await upserted(client, [_entity(*value) for value in batch], sent):
                kept += batch
            sent.late = max(sent.late, time.monotonic() - start - due)


async def upserted(client: httpx.AsyncClient, entities: list[dict[str, Any]], sent: Sent) -> bool:
    """Send a batch until it is acknowledged, a hundred times at most; say whether it was."""
    failure = ""
    for _ in range(ATTEMPTS):
        try:
            answer = await client.post(
                "/ngsi-ld/v1/entityOperations/upsert", json=entities, params={"options": "update"}
            )
        except httpx.HTTPError as error:
            failure = type(error).__name__
        else:
            if answer.status_code in {httpx.codes.CREATED, httpx.codes.NO_CONTENT}:
                return True
            failure = f"{answer.status_code} {answer.text[:200]}"
        await asyncio.sleep(1.0)
    sent.failed.append(failure)
    return False


def _entity(sensor: str, at: datetime, number: float) -> dict[str, Any]:
    value = {"type": "Property", "value": number, "unitCode": "GQ", "observedAt": written(at)}
    return {"id": sensor, "type": "AirQualityObserved", "NO2": value}


async def run(base: str, tokens: dict[str, str], options: argparse.Namespace) -> Sent:
    """Let all gateways send."""
    sent = Sent()
    await asyncio.gather(*(gateway(base, place, token, options, sent) for place, token in tokens.items()))
    return sent


def compared(database: str, sent: Sent) -> dict[str, int]:
    """Return how many values the store has, and how many acknowledged ones it does not have as sent."""
    kept = missing = 0
    with open_programme(database) as programme:
        for place, values in sent.values.items():
            stored = readings(programme.store, place, "AirQualityObserved", "NO2", first=0, last=2**60)
            has = {(one.uri, one.observed, one.number) for one in stored}
            kept += len(has)
            missing += sum((sensor, _microseconds(at), number) not in has for sensor, at, number in values)
    return {"kept": kept, "lost": missing}


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def main() -> int:
    """Serve, send, compare, and tell; return 1 when a value is lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in {"sensors": 100_000, "places": 20, "workers": 1}.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    for name, seconds in {"interval": 900.0, "speed": 10.0, "seconds": 300.0}.items():
        parser.add_argument(f"--{name}", type=float, default=seconds)
    parser.add_argument("--database", default="")
    parser.add_argument("--json", action="store_true")
    history.add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or str(Path(folder) / "sensors.db")
        tokens = founded(database, options.places)
        with server.served(database, options.workers) as (base, process):
            before, began = server.processor_time(process), time.monotonic()
            sent = asyncio.run(run(base, tokens, options))
            seconds = time.monotonic() - began
            served = server.processor_time(process) - before
        count = sum(map(len, sent.values.values()))
        figures = {
            "values": count,
            "values_a_second": round(count / seconds, 1),
            "most_late_seconds": round(sent.late, 1),
            "server_us_a_value": round(1e6 * served / max(count, 1), 1),
            "failed": len(sent.failed),
            "first_failures": sorted(set(sent.failed))[:5],
            **compared(database, sent),
        }
    if options.record:
        case = (
            f"{options.sensors} sensors, {options.interval:g} s each, {options.speed:g} times, "
            f"{options.seconds:g} s, {options.workers} workers, {server.engine(database)}"
        )
        history.record("sensors", figures, case=case, units={"server_us_a_value": "us"})
    return history.conclude(figures, TARGETS, is_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
