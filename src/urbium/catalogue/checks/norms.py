"""Rules of declared norms: each yields the faults it finds; only load_catalogue raises.

A service may have several rows (by province and by year): they must agree in all but the figures, and a
service that is driven by another must not lead back to itself.
"""

import graphlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import INDICATOR, SOURCE, VARIABLE, missing
from urbium.errors import Fault
from urbium.model import Norm
from urbium.text import coded, text
from urbium.units import is_per_person, unit

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

DRIVERS: Final[Mapping[str, str]] = {"person": "persons", "worker": "workers"}
"""What a need is counted by, besides other services, and in which unit."""

_DRIVER = text("driver")
_BOUNDARY = text("boundary")
_STATUS: Final = ("confirmed", "recalled", "assumed")
_SAME: Final = ("unit", "driver", "ages", "areas", "capacity", "use", "indicator")


def driver_units(norms: Iterable[Norm]) -> dict[str, str]:
    """Return in which unit each driver of norms is counted: people, and the services themselves."""
    return {**DRIVERS, **{norm.service: norm.unit for norm in norms}}


def references(c: "Catalogue") -> Iterator[Fault]:
    """Every driver, boundary, variable, indicator and source that a norm names is declared."""
    services_declared = {norm.service for norm in c.norms.values()}
    areas = {variable.area for variable in c.variables.values()}
    for norm in c.norms.values():
        owner = text("norm {id}", id=norm.id)
        yield from missing(
            _DRIVER, owner, [norm.driver], {*DRIVERS, *services_declared}, ("norms", norm.id, "driver")
        )
        yield from missing(_BOUNDARY, owner, norm.areas, areas, ("norms", norm.id, "areas"))
        yield from missing(SOURCE, owner, [norm.source], c.sources, ("norms", norm.id, "source"))
        named = (*(("capacity", name) for name in norm.capacity), *([("use", norm.use)] if norm.use else []))
        for column, name in named:
            yield from missing(VARIABLE, owner, [name], c.variables, ("norms", norm.id, column))
        if norm.indicator:
            yield from missing(
                INDICATOR, owner, [norm.indicator], c.indicators, ("norms", norm.id, "indicator")
            )
        for column, name in named:
            if name in c.variables and not _fits(c.variables[name].unit, norm.unit):
                yield _fault(
                    norm.id,
                    column,
                    coded(
                        "catalogue.norm.unit",
                        "{owner} is measured in {unit}, but its variable {name} is measured in {unit2}",
                        owner=owner,
                        unit=norm.unit,
                        name=name,
                        unit2=c.variables[name].unit,
                    ),
                    text("name a variable that measures the same thing, in total or per person"),
                )


def figures(c: "Catalogue") -> Iterator[Fault]:
    """The figures of a norm are above zero and in order, and its words are known ones."""
    for norm in c.norms.values():
        if not 0 < norm.low <= norm.value <= norm.high:
            yield _fault(
                norm.id,
                "low",
                coded(
                    "catalogue.norm.range",
                    "norm {id} has the low figure {low:.6g}, the value {value:.6g} and the high figure "
                    "{high:.6g}",
                    id=norm.id,
                    low=norm.low,
                    value=norm.value,
                    high=norm.high,
                ),
                text("enter low, value and high above zero, in ascending order"),
            )
        if norm.per <= 0:
            yield _fault(
                norm.id,
                "per",
                coded(
                    "catalogue.norm.per",
                    "norm {id} is stated per {per:.6g} units of its driver",
                    id=norm.id,
                    per=norm.per,
                ),
                text("enter a number of driver units above zero"),
            )
        if norm.status not in _STATUS:
            yield _fault(
                norm.id,
                "status",
                coded(
                    "catalogue.norm.status",
                    "norm {id} has the status {status!r}",
                    id=norm.id,
                    status=norm.status,
                ),
                text("use one of {names:list}", names=_STATUS),
            )
        if norm.ages is not None and norm.driver != "person":
            yield _fault(
                norm.id,
                "age_from",
                coded(
                    "catalogue.norm.ages_of",
                    "norm {id} has an age range, but its driver is {driver!r}, not person",
                    id=norm.id,
                    driver=norm.driver,
                ),
                text("enter ages only if the driver is person"),
            )
        if norm.ages is not None and not 0 <= norm.ages[0] <= _last(norm):
            yield _fault(
                norm.id,
                "age_from",
                coded(
                    "catalogue.norm.ages", "norm {id} has the age range {ages}", id=norm.id, ages=norm.ages
                ),
                text("enter the first age, then the last"),
            )
        if not norm.areas:
            yield _fault(
                norm.id,
                "areas",
                coded("catalogue.norm.no_boundary", "norm {id} does not name a boundary", id=norm.id),
                text("name the boundaries to which the norm applies"),
            )


def services(c: "Catalogue") -> Iterator[Fault]:
    """The rows of a service agree, none is given twice, and no service drives itself."""
    rows: dict[str, list[Norm]] = {}
    for norm in c.norms.values():
        rows.setdefault(norm.service, []).append(norm)
    for service, service_norms in rows.items():
        for name in _SAME:
            if len({getattr(norm, name) for norm in service_norms}) > 1:
                yield _fault(
                    service_norms[-1].id,
                    "age_from" if name == "ages" else name,
                    coded(
                        "catalogue.norms.differing",
                        "the norms of {service} differ in {name}",
                        service=service,
                        name=name,
                    ),
                    text("enter the same value in every row"),
                )
        times = Counter(
            (place, norm.valid_from) for norm in service_norms for place in norm.provinces or ("",)
        )
        for (place, year), count in times.items():
            if count > 1:
                where = f" for {place}" if place else ""
                yield _fault(
                    service_norms[-1].id,
                    "valid_from",
                    coded(
                        "catalogue.norms.repeated",
                        "{service} has {number} norms for {year}{where}",
                        service=service,
                        number=count,
                        year=year,
                        where=where,
                    ),
                    text("keep one of them"),
                )
    try:
        graphlib.TopologicalSorter(
            {name: {service_norms[0].driver} for name, service_norms in rows.items()}
        ).prepare()
    except graphlib.CycleError as error:
        yield _fault(
            rows[str(error.args[1][0])][0].id,
            "driver",
            coded(
                "catalogue.norms.circle",
                "services drive each other: {names}",
                names=" -> ".join(error.args[1]),
            ),
            text("remove one of these links"),
        )


def _fits(variable: str, whole: str) -> bool:
    return unit(variable).dimension == unit(whole).dimension or is_per_person(variable, whole)


def _last(norm: Norm) -> float:
    last = norm.ages[1] if norm.ages else None
    return float("inf") if last is None else last


def _fault(key: str, column: str, message: str, remedy: str) -> Fault:
    return found(("norms", key, column), message, remedy, "norm")
