"""Declared rows as JSON: what an index rests on in the catalogue, written whole and read with suspicion.

A bundle carries its own catalogue: the index with its tree and steps, the indicators with their formulas, the
variables, the proxies that may stand in, the sources and the units. What is read passes the same checks as
the packaged catalogue, and it is only ever used to recompute the bundle.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from urbium.catalogue import Catalogue, load_catalogue
from urbium.catalogue.checks import references
from urbium.catalogue.checks.formulas import formulas
from urbium.errors import Fault, InputError, counted
from urbium.model import Assumption, Index, Indicator, Proxy, Source, Variable, Variation
from urbium.publish.bundle.plain_records import LONGEST, Reader, plain, read_json
from urbium.text import coded, text
from urbium.units import Unit, units

_MOST_AGE: Final = 1_000
_DEEPEST: Final = 12
_EVERY_INDEX: Final = "*"
_SPREAD: Final = "spread."  # the assumptions on how far a figure may be off, by quality grade
_ROWS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "assumptions": Assumption,
        "indicators": Indicator,
        "proxies": Proxy,
        "sources": Source,
        "units": Unit,
        "variables": Variable,
        "variations": Variation,
    }
)
_LISTED: Final = ("proxies", "variations")


@dataclass(frozen=True)
class Declared:
    """What an index rests on: itself, the catalogue with the rows it needs, and the units they name."""

    index: Index
    catalogue: Catalogue
    units: Mapping[str, Unit]

    def record(self) -> dict[str, Any]:
        """Return the rows as plain mappings and lists."""
        rows = {name: getattr(self.catalogue, name) for name in _ROWS if name != "units"} | {
            "units": self.units
        }
        return {
            "index": plain(self.index),
            **{
                name: [plain(row) for row in (listed.values() if isinstance(listed, Mapping) else listed)]
                for name, listed in rows.items()
            },
        }

    @property
    def other_units(self) -> tuple[str, ...]:
        """The units that are declared otherwise here than there."""
        here = units()
        return tuple(
            name
            for name, unit in self.units.items()
            if (here[name].dimension, here[name].factor) != (unit.dimension, unit.factor)
        )


def declared_by(
    index: Index,
    catalogue: Catalogue,
    sources: Mapping[str, Source],
    *,
    used: Sequence[str],
    named: Sequence[str],
) -> Declared:
    """Return what an index rests on.

    Parameters
    ----------
    sources : where figures come from, by id
    used : the sources of the observations
    named : the units of the observations
    """
    leaves = index.indicators
    proxies = tuple(
        proxy for proxy in catalogue.proxies if proxy.use == "value" and proxy.indicator in leaves
    )
    names = dict.fromkeys((*leaves, *(proxy.proxy for proxy in proxies)))
    indicators = {name: catalogue.indicators[name] for name in names}
    variables = {
        name: catalogue.variables[name] for indicator in indicators.values() for name in indicator.variables
    }
    here = units()
    unit_names = {*named} | _units_of(indicators, variables)
    return Declared(
        index,
        replace(
            load_catalogue(),
            assumptions={
                name: assumption
                for name, assumption in catalogue.assumptions.items()
                if name.startswith(_SPREAD)
            },
            indicators=indicators,
            indices={index.id: index},
            proxies=proxies,
            sources={name: sources[name] for name in sorted({*used}) if name in sources},
            variables=variables,
            variations=tuple(
                variation for variation in catalogue.variations if variation.index in (index.id, _EVERY_INDEX)
            ),
        ),
        {name: here[name] for name in sorted(unit_names & here.keys())},
    )


def read_declared(content: bytes, *, place: str) -> Declared:
    """Return what :meth:`Declared.record` wrote as JSON; raise InputError with every fault otherwise."""
    whole = read_json(content, place=place)
    if not isinstance(whole, dict) or whole.keys() != {"index", *_ROWS}:
        raise InputError(
            coded(
                "bundle.catalogue.none",
                "this is not a catalogue with exactly these parts: {names}",
                names=", ".join(["index", *_ROWS]),
            ),
            place=place,
        )
    read = Reader()
    index = read.record(Index, whole["index"], "index")
    rows: dict[str, list[Any]] = {name: read.records(kind, whole[name], name) for name, kind in _ROWS.items()}
    faults = read.faults
    if index is not None and not faults:
        tables: dict[str, Any] = {
            name: {row.id: row for row in rows[name]} for name in _ROWS.keys() - {*_LISTED}
        }
        tables |= {name: tuple(rows[name]) for name in _LISTED}
        own_units = tables.pop("units")
        declared = Declared(index, replace(load_catalogue(), indices={index.id: index}, **tables), own_units)
        faults = list(_faults(declared, rows)) or list(_tree_faults(declared))
        if not faults:
            return declared
    raise InputError(
        coded("bundle.catalogue.faulty", "the catalogue has {count}", count=counted(faults)),
        place=place,
        faults=faults,
    )


def _faults(declared: Declared, rows: Mapping[str, list[Any]]) -> Iterator[Fault]:
    """What is wrong with single rows: given twice, without a formula, a unit that is not known here."""
    for name, listed in rows.items():
        ids = Counter(row if name in _LISTED else row.id for row in listed)
        yield from (
            _said(
                coded(
                    "bundle.catalogue.given_twice", "{name}: {one!r:.60} is listed twice", name=name, one=one
                )
            )
            for one, count in ids.items()
            if count > 1
        )
    for indicator in declared.catalogue.indicators.values():
        if not indicator.numerator:
            yield _said(
                coded("bundle.catalogue.no_formula", "indicator {id} has no formula", id=indicator.id)
            )
        if indicator.direction not in (-1, 0, 1):
            yield _said(
                coded(
                    "bundle.catalogue.direction",
                    "indicator {id} has the direction {direction}, but must have 1, -1 or 0",
                    id=indicator.id,
                    direction=indicator.direction,
                )
            )
    named = _units_of(declared.catalogue.indicators, declared.catalogue.variables)
    for one in sorted(named | declared.units.keys()):
        if one not in units():
            yield _said(coded("bundle.catalogue.unknown_unit", "the unit {one!r} is unknown here", one=one))
    if not 0 <= declared.index.maximum_age <= _MOST_AGE:
        yield _said(
            coded(
                "bundle.catalogue.age",
                "the maximum age {maximum_age} is not between 0 and {most:,} years",
                maximum_age=declared.index.maximum_age,
                most=_MOST_AGE,
            )
        )
    if len(declared.index.nodes) > LONGEST:
        yield _said(
            coded(
                "bundle.catalogue.too_many_nodes",
                "the index has more than {longest:,} nodes",
                longest=LONGEST,
            )
        )


def _tree_faults(declared: Declared) -> Iterator[Fault]:
    """What is wrong with the tree, and with what one row says of others."""
    catalogue, nodes = declared.catalogue, declared.index.nodes
    ids = {node.id for node in nodes}
    if len(ids) < len(nodes):
        yield _said(coded("bundle.catalogue.node_repeated", "two nodes of the index have the same id"))
    parents = {node.id: node.parent for node in nodes}
    reached, ring = {""}, ids
    for _ in range(_DEEPEST):
        ring = {name for name in ring if parents[name] not in reached}
        reached = ids - ring | {""}
    if ring:
        yield _said(
            coded(
                "bundle.catalogue.loose_nodes",
                "these nodes are not below the root: {names}",
                names=", ".join(sorted(ring)[:9]),
            )
        )
    for check in (references.trees, references.weightings, formulas, references.ranges):
        yield from check(catalogue)
    leaves = dict.fromkeys((*declared.index.indicators, *(proxy.proxy for proxy in catalogue.proxies)))
    yield from (
        _said(
            coded(
                "bundle.catalogue.indicator_undeclared", "the indicator {name!r} is not declared", name=name
            )
        )
        for name in leaves
        if name not in catalogue.indicators
    )
    terms = dict.fromkeys(name for indicator in catalogue.indicators.values() for name in indicator.variables)
    yield from (
        _said(
            coded("bundle.catalogue.variable_undeclared", "the variable {name!r} is not declared", name=name)
        )
        for name in terms
        if name not in catalogue.variables
    )


def _units_of(indicators: Mapping[str, Indicator], variables: Mapping[str, Variable]) -> set[str]:
    return {row.unit for row in indicators.values()} | {row.unit for row in variables.values()}


def _said(message: str) -> Fault:
    return Fault("error", message, text("ask the sender for the file again"))
