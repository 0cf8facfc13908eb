"""The catalogue: declared things (variables, indicators, solutions, funds, rules) as checked records.

The rows live in ``data/``; this module reads them, checks that every reference resolves, that no
prerequisite leads back to itself and that weights sum to one, and refuses the whole catalogue otherwise,
with every fault named by file and line. A folder of a user's own tables, laid out like ``data/``, may add
rows or replace those of the same id: so a city licensed for a standard loads its own definitions.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import polars as pl

from urbium.catalogue import checks, needs, norms, rows
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError, counted
from urbium.model import (
    Assumption,
    CandidateRule,
    Ceiling,
    Choice,
    Claim,
    Effect,
    FinanceTerm,
    Fund,
    Index,
    IndexNode,
    Indicator,
    NeedRule,
    Norm,
    Occupation,
    Promise,
    ProvinceFact,
    Proxy,
    Region,
    SkillNeed,
    Solution,
    Source,
    ValueRule,
    Variable,
    Variation,
    Weighting,
)
from urbium.text import text

__all__ = ["DATA", "LEARNED", "Catalogue", "claims_of", "load_catalogue", "read_claims"]

DATA = Path(__file__).parents[1] / "data"
"""The folder of the packaged tables."""

LEARNED = ("growth", "urbanisation", "demography", "workforce")
"""Tables of figures that were learned from many countries, so that the package need not hold the world."""

_NOT_INDICATORS = ("indices", "index_tree", "variations")

Row = Mapping[str, str]
_Read = Mapping[str | None, str | list[str] | None]
"""A row as the csv module reads it: too many cells stand below None, and cells that are missing are None."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Catalogue:  # noqa: PLW1641 - its tables are no key
    """Everything that is declared, by id; ``crosswalk`` lists the names of other standards' indicators."""

    sources: Mapping[str, Source]
    variables: Mapping[str, Variable]
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, Index]
    solutions: Mapping[str, Solution]
    effects: tuple[Effect, ...]
    ceilings: tuple[Ceiling, ...]
    skills: tuple[SkillNeed, ...]
    terms: tuple[FinanceTerm, ...]
    funds: Mapping[str, Fund]
    rules: tuple[ValueRule, ...]
    assumptions: Mapping[str, Assumption]
    norms: Mapping[str, Norm]
    needs: Mapping[str, NeedRule]
    candidates: Mapping[str, CandidateRule]
    province_facts: tuple[ProvinceFact, ...]
    occupations: Mapping[str, Occupation]
    promises: Mapping[str, Promise]
    regions: Mapping[str, Region]
    learned: Mapping[str, Mapping[str, Assumption]]
    proxies: tuple[Proxy, ...]
    variations: tuple[Variation, ...]
    crosswalk: pl.DataFrame

    def __eq__(self, other: object) -> bool:
        """Compare row by row; two frames have no single truth, so they are compared as wholes."""
        if not isinstance(other, Catalogue):
            return NotImplemented
        pairs = ((getattr(self, table.name), getattr(other, table.name)) for table in fields(self))
        return all(
            mine.equals(theirs) if isinstance(mine, pl.DataFrame) else mine == theirs
            for mine, theirs in pairs
        )

    def __repr__(self) -> str:
        return (
            f"Catalogue of {len(self.variables)} variables, {len(self.indicators)} indicators, "
            f"{len(self.indices)} indices, {len(self.solutions)} solutions, {len(self.sources)} sources"
        )


@cache
def load_catalogue(extra: Path | None = None) -> Catalogue:
    """Read the packaged tables, and those of ``extra`` over them; refuse them whole when anything is wrong.

    Raises NotFoundError when there is no table of the catalogue in ``extra``, InputError with one fault for
    each wrong row or reference.

    >>> load_catalogue().variables["gdp"].unit
    '10k CNY'
    """
    if extra is not None and not any(extra.glob("*/*.csv")) and not any(extra.glob("*.csv")):
        raise NotFoundError(
            text("catalogue.folder.no_tables", "there are no tables of a catalogue in this folder"),
            place=str(extra),
            remedy=text(
                "catalogue.folder.no_tables.remedy",
                "name one laid out like src/urbium/data, with indicators/own.csv for example",
            ),
        )
    read = _Reader([DATA, *([extra] if extra else [])])
    catalogue = Catalogue(
        sources=read.keyed(["sources.csv", "solutions/sources.csv", "rules/sources.csv"], rows.source),
        variables=read.keyed(["variables/*.csv"], rows.variable),
        indicators=read.keyed(["indicators/*.csv"], rows.indicator, skip=_NOT_INDICATORS),
        indices=_indices(read),
        solutions=read.keyed(["solutions/solutions.csv"], rows.solution, key="code"),
        effects=read.listed(["solutions/effects.csv"], rows.effect),
        ceilings=read.listed(["solutions/ceilings.csv"], rows.ceiling),
        skills=read.listed(["solutions/skills.csv"], rows.skill),
        terms=read.listed(["funds/terms.csv"], rows.term),
        funds=read.keyed(["funds/funds.csv"], rows.fund),
        rules=read.listed(["rules/checks.csv"], rows.rule),
        assumptions=read.keyed(["rules/assumptions.csv"], rows.assumption),
        norms=read.keyed(["rules/norms.csv"], rows.norm),
        needs=read.keyed(["rules/needs.csv"], rows.need),
        candidates=read.keyed(["rules/candidates.csv"], rows.candidate),
        province_facts=read.listed(["rules/province_facts.csv"], rows.province_fact),
        occupations=read.keyed(["rules/occupations.csv"], rows.occupation),
        promises=read.keyed(["rules/promises.csv"], rows.promise),
        regions=read.keyed(["rules/regions.csv"], rows.region, key="province"),
        learned=MappingProxyType(
            {name: read.keyed([f"rules/{name}.csv"], rows.assumption) for name in LEARNED}
        ),
        proxies=read.listed(["rules/proxies.csv"], rows.proxy),
        variations=read.listed(["indicators/variations.csv"], rows.variation),
        crosswalk=_crosswalk(read),
    )
    if not read.faults:
        read.faults.extend(fault for check in _CHECKS for fault in check(catalogue))
    if read.faults:
        raise InputError(
            text("catalogue.faults", "the catalogue has {faults}", faults=counted(read.faults)),
            place=str(extra or DATA),
            faults=read.faults,
        )
    return catalogue


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read claims: claim_id, text, place, variable_as_named, year, value, unit, comparison, source_id."""
    if not path.is_file():
        raise NotFoundError(
            text("catalogue.claims.no_file", "there is no such file"),
            place=str(path),
            remedy=text("catalogue.claims.no_file.remedy", "check the name"),
        )
    read = _Reader([path.parent])
    claims = read.listed([path.name], rows.claim)
    if not claims and not read.faults:
        raise InputError(
            text("catalogue.claims.none", "there is no claim in this file"),
            place=str(path),
            remedy=text("catalogue.claims.none.remedy", "give one claim a row, below a header"),
        )
    if read.faults:
        raise InputError(
            text("catalogue.claims.not_a_table", "this is not a table of claims"),
            place=str(path),
            faults=read.faults,
        )
    return claims


def claims_of(table: Iterable[Row], place: str) -> tuple[Claim, ...]:
    """Return the claims that the rows of a table state, below one row of headings.

    Raises InputError with every fault by its row.
    """
    claims: list[Claim] = []
    faults: list[Fault] = []
    for line, row in enumerate(table, start=2):
        try:
            claims.append(rows.claim(row))
        except UrbiumError as error:
            wrong = error.faults or (Fault("error", error.message, error.remedy),)
            where = text("catalogue.row.line", "line {line}", line=line)
            faults.extend(replace(fault, rule="catalogue-row", cell=where) for fault in wrong)
    if faults:
        raise InputError(
            text("catalogue.claims.not_a_table", "this is not a table of claims"), place=place, faults=faults
        )
    if not claims:
        raise InputError(
            text("catalogue.claims.none", "there is no claim in this file"),
            place=place,
            remedy=text("catalogue.claims.none.remedy", "give one claim a row, below a header"),
        )
    return tuple(claims)


# Reading: each table row becomes a record, or a fault that names its file and line.


class _Reader:
    """Reads tables from several folders, later ones over earlier ones, and gathers faults."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self.faults: list[Fault] = []

    def raw(self, patterns: list[str], skip: tuple[str, ...] = ()) -> Iterator[tuple[Path, int, _Read]]:
        """Yield the rows of every table that fits one of the patterns, with its file and line."""
        for folder in self.folders:
            for path in [path for pattern in patterns for path in sorted(folder.glob(pattern))]:
                if path.stem not in skip:
                    with path.open(encoding="utf-8-sig", newline="") as table:
                        rows = csv.DictReader(table)
                        yield from ((path, rows.line_num, row) for row in rows)

    def listed(
        self, patterns: list[str], record: Callable[[Row], T], skip: tuple[str, ...] = ()
    ) -> tuple[T, ...]:
        """Return one record a row."""
        return tuple(entry for _, entry in self._records(patterns, record, skip))

    def keyed(
        self, patterns: list[str], record: Callable[[Row], T], skip: tuple[str, ...] = (), key: str = "id"
    ) -> Mapping[str, T]:
        """Return the records by id; a later folder replaces the rows of an earlier one."""
        return MappingProxyType({row[key]: entry for row, entry in self._records(patterns, record, skip)})

    def _records(
        self, patterns: list[str], record: Callable[[Row], T], skip: tuple[str, ...]
    ) -> Iterator[tuple[Row, T]]:
        for path, line, row in self.raw(patterns, skip):
            try:
                whole = _whole(row)
                yield whole, record(whole)
            except UrbiumError as error:
                wrong = error.faults or (Fault("error", error.message, error.remedy),)
                where = text("catalogue.row.line", "line {line}", line=line)
                self.faults.extend(
                    replace(fault, rule="catalogue-row", sheet=path.name, cell=where) for fault in wrong
                )


def _whole(row: _Read) -> Row:
    """Return a row with a cell for each column; raise InputError when it is longer or shorter."""
    cells = {column: cell for column, cell in row.items() if column is not None and isinstance(cell, str)}
    if len(cells) == len(row):
        return cells
    raise InputError(
        text("catalogue.row.cells", "the row has more or fewer cells than the header row"),
        remedy=text("catalogue.row.cells.remedy", "put cells that hold a comma in quotes"),
    )


def _indices(read: _Reader) -> Mapping[str, Index]:
    nodes: dict[str, list[IndexNode]] = defaultdict(list)
    for name, node in read.listed(["indicators/index_tree.csv"], rows.node):
        nodes[name].append(node)

    index = rows.Shape(
        Index,
        composed={
            "nodes": lambda row: tuple(nodes[rows.cell(row, "id")]),
            "steps": lambda row: Choice.row(rows.cell(row, "steps")),
            "aggregate": lambda row: Choice.row(rows.cell(row, "aggregate")),
            "weighting": lambda row: Choice.parse(row.get("weighting") or Weighting.DECLARED),
        },
    )
    return read.keyed(["indicators/indices.csv"], index)


def _crosswalk(read: _Reader) -> pl.DataFrame:
    """One table of the indicators that other standards name."""
    columns = ("standard", "edition", "clause", "name", "kind", "unit", "status")

    def line(*cells: str) -> Row:
        return dict(zip(columns, cells, strict=True))

    iso = read.listed(
        ["crosswalk/iso3712x_indicators.csv"],
        lambda r: line(
            r["standard"], r["edition"], r["clause"], r["indicator"], r["kind"], r["unit"], r["status"]
        ),
    )
    sdg = read.listed(
        ["crosswalk/sdg11_indicators.csv"],
        lambda r: line(
            "SDG 11",
            "2017 and later",
            r["code"],
            r["indicator"],
            "target " + r["target"],
            r["unit"],
            r["source"],
        ),
    )
    trial = read.listed(
        ["crosswalk/mohurd_pilot_indicators.csv"],
        lambda r: line("MOHURD trial set", "2012", r["level2"], r["level3"], r["level1"], "", r["source"]),
    )
    return pl.DataFrame([*iso, *sdg, *trial])


_CHECKS = (
    checks.references,
    checks.variations,
    checks.cycles,
    checks.kinds,
    checks.trees,
    checks.weightings,
    checks.dimensions,
    checks.ranges,
    norms.references,
    norms.figures,
    norms.services,
    needs.references,
    needs.figures,
    needs.candidates,
)
