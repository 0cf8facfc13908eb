"""Sensors: what is known of an attribute of theirs, the unit in which they send, and which do not work.

A value in another unit than the declared one is converted; one in a unit that cannot be converted enters no
figure. A sensor is silent when it has sent nothing for longer than it may, and stuck when it sends one value
only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from urbium.errors import Fault, InputError, NotFoundError, nearest
from urbium.model.live import LiveAttribute, LiveRule
from urbium.platform.entities import Entity
from urbium.store import Newest
from urbium.text import coded, text
from urbium.units import convert, units

_HOUR: Final = 3_600_000_000


class SensorState(StrEnum):
    """Whether a sensor works, the worst first."""

    SILENT = "silent"
    STUCK = "stuck"
    WORKS = "works"


@dataclass(frozen=True, slots=True)
class Sensor:
    """An attribute of an entity: its newest value, when that was, and whether the sensor works.

    Parameters
    ----------
    uri, attribute, unit : of what
    at, value : its newest value and when it was observed, in microseconds since 1970
    hours : since then
    state : whether it works
    """

    uri: str
    attribute: str
    unit: str
    at: int
    value: float
    hours: float
    state: SensorState


def names_of(attribute: str, declared: Iterable[LiveAttribute], kind: str) -> tuple[str, ...]:
    """Return the names under which an attribute of a type is sent, as rules call it first."""
    rows = (one for one in declared if one.entity_type == kind and one.attribute == attribute)
    return (attribute, *(name for one in rows for name in one.also))


def factor_of(code: str | None, unit: str) -> float | None:
    """Return by what a value is multiplied to be in a unit; None where its own cannot be converted to it.

    >>> factor_of("GP", "ug/m3"), factor_of("CEL", "ug/m3"), factor_of(None, "ug/m3")
    (1000.0, None, 1.0)
    """
    if not code:
        return 1.0
    named = next((one.id for one in units().values() if code == one.code), code)
    try:
        return convert(1.0, named, unit)
    except (InputError, NotFoundError):
        return None


def unit_faults(entities: Iterable[Entity], declared: Iterable[LiveAttribute]) -> Iterator[Fault]:
    """Yield what is to be said of the units in which values are sent: each attribute and unit once."""
    rows = {(one.entity_type, name): one for one in declared for name in (one.attribute, *one.also)}
    first: dict[tuple[str, str, str], str] = {}
    for entity in entities:
        kinds = entity["type"] if isinstance(entity["type"], list) else [entity["type"]]
        for name, value in entity.items():
            code = value.get("unitCode") if isinstance(value, Mapping) else None
            row = next((rows[kind, name] for kind in kinds if (kind, name) in rows), None)
            if code and row is not None:
                first.setdefault((name, str(code), row.unit), str(entity["id"]))
    for (name, code, unit), uri in first.items():
        factor = factor_of(code, unit)
        if factor is None:
            yield Fault(
                "warning",
                coded("platform.sensor.unit",
                     "{name} of {sensor} is sent in the unit {sent}, which cannot be converted to "
                     "{unit}: it is not used in any figure", name=name, sensor=uri, sent=code, unit=unit),
                text("have the source send {unit}, or declare the unit that is sent, with its code, in "
                     "the units table of the programme's catalogue",
                     unit=unit),
                "unit", cell=name, value=code,
            )  # fmt: skip
        elif factor != 1.0:
            yield Fault(
                "note",
                coded("platform.sensor.converted",
                     "{name} of {sensor} is sent in the unit {sent} and converted to {unit} for the figures",
                     name=name, sensor=uri, sent=code, unit=unit),
                text("check that this is the correct unit"),
                "unit", cell=name, value=code,
            )  # fmt: skip


def unread_faults(
    names: Iterable[str], kind: str, rules: Sequence[LiveRule], declared: Sequence[LiveAttribute]
) -> Iterator[Fault]:
    """Yield that no rule reads some attributes, where others of their type are read."""
    read = {name for rule in rules for name in names_of(rule.attribute, declared, kind)}
    unread = sorted(set(names) - read)
    if unread and read:
        yield Fault(
            "note",
            coded("platform.sensor.unread",
                  "no live rule uses the attribute {names:list}",
                  "no live rule uses the attributes {names:list}", count=len(unread), names=unread),
            nearest(unread[0], read),
            "unread-attribute", cell=unread[0],
        )  # fmt: skip


def sensors(
    rows: Iterable[Newest], declared: LiveAttribute, *, now: int, silent_after: float
) -> Iterator[Sensor]:
    """Yield how sensors are, by their newest values.

    Parameters
    ----------
    rows, declared : the newest values of an attribute, and what is known of it
    now : the present, in microseconds since 1970
    silent_after : hours after which a sensor is silent where nothing is declared of its attribute
    """
    allowed = declared.silent_after or silent_after
    for row in rows:
        hours = (now - row.observed) / _HOUR
        same = (row.observed - row.since) / _HOUR
        is_stuck = declared.stuck_after is not None and same >= declared.stuck_after
        state = SensorState.STUCK if is_stuck else SensorState.WORKS
        state = SensorState.SILENT if hours > allowed else state
        yield Sensor(row.uri, declared.attribute, declared.unit, row.observed, row.number, hours, state)
