"""Figures in force: of several observations of one place, variable and year, the one that counts, and why.

Nothing else decides it: every stage, page, command and workbook asks here. The rules, in their order:

1. It must be usable: a finite number, reported or accepted (suspect figures and projections count only where
   a caller admits them by ``also``, and then after the others), in a unit of the variable's kind.
2. Boundaries are never mixed: each kind of area has a figure in force of its own.
3. The source that the variable's declared priority names first (none is declared by default).
4. The best quality grade; one that is not known counts as the worst.
5. The one recorded last, of what was known at the instant asked for.
6. The source first in the alphabet, so that the answer never depends on the order of rows.

See ADR 0018, 0020.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.model import OBSERVATION, Quality, Status, Variable
from urbium.text import coded, text
from urbium.units import unit, units

UNDECLARED: Final[Mapping[str, Variable]] = MappingProxyType({})
"""No declared variables: no source has priority, and no unit is of the wrong kind."""


class Ground(StrEnum):
    """Why a figure is in force or is not: the word in the column ``ground``."""

    ONLY = "only"  # no other usable figure
    AGREED = "agreed"  # the others say the same
    STATUS = "status"  # reported or accepted, while the other is admitted only by the caller
    PRIORITY = "priority"  # declared for the variable
    GRADE = "grade"
    RECORDED = "recorded"  # recorded last
    NAME = "name"  # alike but for the name of the source
    NO_NUMBER = "no number"
    SUSPECT = "suspect"
    REJECTED = "rejected"
    PROJECTED = "projected"
    OTHER_KIND = "other kind"
    SUPERSEDED = "superseded"  # its own source has replaced it


_USABLE: Final = (
    Ground.ONLY, Ground.AGREED, Ground.STATUS, Ground.PRIORITY, Ground.GRADE, Ground.RECORDED, Ground.NAME,
)  # fmt: skip
_PLACE: Final = ("city", "variable", "area", "period")
_NEEDED: Final = ("city", "variable", "period", "value", "unit", "area", "status")
_GOOD: Final = (Status.REPORTED.value, Status.ACCEPTED.value)
_RANKS: Final = (
    ("_standing", Ground.STATUS, False),
    ("_priority", Ground.PRIORITY, False),
    ("_grade", Ground.GRADE, False),
    ("recorded_at", Ground.RECORDED, True),
    ("source", Ground.NAME, False),
    ("value", Ground.NAME, False),
)
"""The rules by which usable figures are put in order: column, what it is called, largest first."""

SAME: Final = 1e-9
"""How far apart, as a share of the larger, two figures are that say the same."""


def decide(
    observations: pl.DataFrame,
    declared: Mapping[str, Variable] = UNDECLARED,
    *,
    also: Collection[Status] = (),
    as_known_on: datetime | None = None,
    history: bool = False,
) -> pl.DataFrame:
    """Say of every figure whether it is in force for its place, variable, boundary and period, and why.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; city, variable, period, value,
        unit, area and status are needed, the others may be missing
    declared : variables by id, for their kind of unit and their priority of sources
    also : statuses admitted besides reported and accepted; such a figure counts where there is no other
    as_known_on : figures recorded later are left out
    history : the table holds earlier versions too, of which the last of each source counts

    Returns
    -------
    The rows in their order, with the columns ``is_in_force``, ``ground`` (a :class:`Ground`) and ``rivals``
    (how many usable figures there are for the place, variable, boundary and period)

    >>> table = pl.DataFrame({
    ...     "city": "a", "variable": "beds", "period": "2012", "value": [1.0, 3.0], "unit": "beds",
    ...     "area": "city", "status": "reported", "quality": ["measured", "not graded"]})
    >>> decide(table).select("value", "is_in_force", "ground").rows()
    [(1.0, True, 'grade'), (3.0, False, 'grade')]
    """
    table = _complete(observations)
    if as_known_on is not None:
        table = table.filter(pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= as_known_on))
    table = table.with_row_index("_row").with_columns(
        ground=_unusable(declared, also, history=history),
        _standing=(~pl.col("status").is_in(_GOOD)).cast(pl.Int8),
        _priority=_priority(declared),
        _grade=_grade(),
        _base=base_value(),
    )
    ordered = table.sort(
        *_PLACE,
        pl.col("ground").is_not_null(),
        *(name for name, _, _ in _RANKS),
        descending=[False] * (len(_PLACE) + 1) + [is_last for _, _, is_last in _RANKS],
        nulls_last=True,
    ).with_columns(_at=pl.struct(_PLACE).rle_id())
    is_usable = pl.col("ground").is_null()
    ordered = ordered.with_columns(
        rivals=is_usable.sum().over("_at").cast(pl.Int64),
        is_in_force=is_usable & (pl.int_range(pl.len()).over("_at") == 0),
        ground=pl.coalesce("ground", _ground()),
    )
    internal = [name for name in ordered.columns if name.startswith("_")]
    return ordered.sort("_row").drop(internal)


def check_columns(observations: pl.DataFrame, *, place: str) -> None:
    """Raise InputError when a column is missing without which no figure can be chosen."""
    missing = [name for name in _NEEDED if name not in observations.columns]
    if missing:
        raise InputError(
            coded(
                "observations.columns",
                "columns are missing from the observations: {names:list}",
                names=missing,
            ),
            place=place,
            remedy=text("supply a table with the columns of urbium.model.OBSERVATION"),
        )


def figures_in_force(
    observations: pl.DataFrame,
    declared: Mapping[str, Variable] = UNDECLARED,
    *,
    also: Collection[Status] = (),
    as_known_on: datetime | None = None,
) -> pl.DataFrame:
    """Return only the figures that :func:`decide` says are in force."""
    return decide(observations, declared, also=also, as_known_on=as_known_on).filter("is_in_force")


def usable_figures(observations: pl.DataFrame, declared: Mapping[str, Variable] = UNDECLARED) -> pl.DataFrame:
    """Return every figure that may count; of several for one place and year the one in force comes first."""
    decided = decide(observations, declared)
    return in_order(decided.filter(pl.col("ground").is_in([ground.value for ground in _USABLE])), declared)


LACKS: Final = (
    coded("observations.lacks.never", "never reported"),
    coded("observations.lacks.older", "older than allowed"),
    coded("observations.lacks.projected", "a projection only"),
    coded("observations.lacks.other_kind", "in a unit of a different kind"),
    coded("observations.lacks.rejected", "rejected as wrong"),
    coded("observations.lacks.suspect", "suspect, excluded until accepted"),
)
"""What a figure may lack, farthest from usable first; the position is its state."""

SUSPECT: Final = len(LACKS) - 1
"""The state of a figure that is new enough but suspect."""

USABLE: Final = len(LACKS)
"""The state of a figure that may be used."""

_OLDER = 1
_STATES: Final = MappingProxyType(
    {
        Ground.PROJECTED.value: 2,
        Ground.OTHER_KIND.value: 3,
        Ground.REJECTED.value: 4,
        Ground.SUSPECT.value: SUSPECT,
    }
)
_ANNUAL = re.compile(r"[0-9]{4}$")


def say_lack(why: str) -> str:
    """Return the message of what a withheld figure lacks."""
    return next((lack for lack in LACKS if lack == why), why)


@dataclass(frozen=True)
class Figures:
    """The figures in force of cities, as arrays of shape (cities, areas, variables).

    ``value`` is in base units (NaN: none), ``year`` and ``grade`` are -1 where there is none, ``state`` is
    a position in LACKS or USABLE. ``chosen`` holds the observations behind the values and ``withheld``
    those that were kept out, with the column ``why``; of older ones only the newest, where nothing else is
    in force.
    """

    cities: tuple[str, ...]
    areas: tuple[str, ...]
    variables: tuple[str, ...]
    value: NDArray[np.float64]
    year: NDArray[np.int64]
    grade: NDArray[np.int64]
    state: NDArray[np.int64]
    chosen: pl.DataFrame
    withheld: pl.DataFrame


def choose_figures(
    observations: pl.DataFrame,
    variables: Mapping[str, Variable],
    *,
    cities: Sequence[str],
    period: int,
    maximum_age: int,
) -> Figures:
    """Choose for each city, boundary and variable the figure in force in the year ``period``.

    It is the newest annual figure, at most ``maximum_age`` years old, reported or accepted. Of several for
    one year the one counts that :func:`decide` says; ``chosen`` tells why. Figures of later years are not
    looked at.
    """
    codes = tuple(dict.fromkeys(cities))
    names = tuple(variables)
    table = _relevant(observations, variables, codes, range(period - maximum_age, period + 1))
    areas = tuple(sorted({*table["area"].unique(), *(variable.area for variable in variables.values())}))
    spots = _positions(table, codes, areas, names)
    shape = (len(codes), len(areas), len(names))
    state = np.zeros(shape, dtype=np.int64)
    np.maximum.at(state, spots, table["state"].to_numpy())

    is_usable = pl.col("state") == USABLE
    chosen = (
        in_order(table.filter(is_usable & pl.col("is_in_force")))
        .sort("year", descending=True, maintain_order=True)
        .unique(["city", "area", "variable"], keep="first", maintain_order=True)
    )
    value, year, grade = np.full(shape, np.nan), np.full(shape, -1), np.full(shape, -1)
    spots = _positions(chosen, codes, areas, names)
    value[spots] = chosen["base"].to_numpy()
    year[spots] = chosen["year"].to_numpy()
    grade[spots] = chosen["grade"].to_numpy()
    why = pl.col("state").replace_strict(dict(enumerate(LACKS)), return_dtype=pl.String)
    withheld = table.filter(~is_usable).with_columns(why.alias("why"))
    return Figures(codes, areas, names, value, year, grade, state, chosen, withheld)


def in_order(figures: pl.DataFrame, declared: Mapping[str, Variable] = UNDECLARED) -> pl.DataFrame:
    """Return usable figures with the one in force first, where there are several for one place and year.

    ``figures`` has the columns variable, quality, recorded_at, source and value.
    """
    ranked = figures.with_columns(_priority=_priority(declared), _grade=_grade())
    order = ["_priority", "_grade", "recorded_at", "source", "value"]
    ranked = ranked.sort(order, descending=[False, False, True, False, False], nulls_last=True)
    return ranked.drop("_priority", "_grade")


def _relevant(
    observations: pl.DataFrame, variables: Mapping[str, Variable], codes: tuple[str, ...], years: range
) -> pl.DataFrame:
    """Return the figures of the years asked for and, where none of them may be used, the newest older one."""
    annual = [
        period for period in observations["period"].unique().to_list() if period and _ANNUAL.match(period)
    ]
    selected = observations.lazy().filter(
        pl.col("city").is_in(list(codes)),
        pl.col("variable").is_in(list(variables)),
        pl.col("value").is_finite(),
    )
    recent = _judge(
        selected.filter(pl.col("period").is_in([p for p in annual if int(p) in years])), variables
    )
    served = recent.filter(pl.col("state") == USABLE).select("city", "variable").unique()
    older = (
        selected.filter(pl.col("period").is_in([p for p in annual if int(p) < years.start]))
        .join(served.lazy(), on=["city", "variable"], how="anti")
        .sort("period", "recorded_at", descending=True, nulls_last=True)
        .unique(["city", "area", "variable"], keep="first", maintain_order=True)
    )
    return pl.concat([recent, _judge(older, variables).with_columns(state=pl.lit(_OLDER, pl.Int64))])


def _judge(table: pl.LazyFrame, variables: Mapping[str, Variable]) -> pl.DataFrame:
    """Add year, base value, grade, state, and what :func:`decide` says."""
    return decide(table.collect(), variables).with_columns(
        year=pl.col("period").cast(pl.Int64),
        base=base_value(),
        grade=_grade(),
        state=pl.col("ground").replace_strict(_STATES, default=USABLE, return_dtype=pl.Int64),
    )


def base_value() -> pl.Expr:
    """Return the value in the base unit of its kind; as it stands where the unit is not known."""
    sizes = {name: unit.factor for name, unit in units().items()}
    return pl.col("value") * pl.col("unit").replace_strict(sizes, default=1.0, return_dtype=pl.Float64)


def _complete(observations: pl.DataFrame) -> pl.DataFrame:
    """Return the table with every column of an observation, and without what was decided before."""
    absent = [
        pl.lit(None, kind).alias(name) for name, kind in OBSERVATION.items() if name not in observations
    ]
    return observations.drop("is_in_force", "ground", "rivals", strict=False).with_columns(absent)


def _unusable(declared: Mapping[str, Variable], also: Collection[Status], *, history: bool) -> pl.Expr:
    """Return the ground on which a figure cannot count, or null."""
    admitted = [status.value for status in also]
    kinds = {name: unit(variable.unit).dimension for name, variable in declared.items()}
    unit_kinds = {name: unit.dimension for name, unit in units().items()}
    wanted = pl.col("variable").replace_strict(kinds, default=None, return_dtype=pl.String)
    kind = pl.col("unit").replace_strict(unit_kinds, default="", return_dtype=pl.String)
    last = pl.col("recorded_at").max().over(*_PLACE, "source")
    is_old = pl.col("source").is_not_null() & (pl.col("recorded_at") < last)
    ground: pl.Expr = (
        pl.when(is_old.fill_null(value=False) if history else pl.lit(value=False))
        .then(pl.lit(Ground.SUPERSEDED.value))
        .when(pl.col("value").is_null() | ~pl.col("value").is_finite())
        .then(pl.lit(Ground.NO_NUMBER.value))
        .when((pl.col("status") == Status.PROJECTED.value) & (Status.PROJECTED.value not in admitted))
        .then(pl.lit(Ground.PROJECTED.value))
        .when(wanted.is_not_null() & (kind != wanted))
        .then(pl.lit(Ground.OTHER_KIND.value))
        .when((pl.col("status") == Status.REJECTED.value).fill_null(value=False))
        .then(pl.lit(Ground.REJECTED.value))
        .when(~pl.col("status").is_in([*_GOOD, *admitted]).fill_null(value=False))
        .then(pl.lit(Ground.SUSPECT.value))
    )
    return ground


def _ground() -> pl.Expr:
    """Return by which rule a usable figure differs from the one in force, or that one from the next."""
    is_first = pl.int_range(pl.len()).over("_at") == 0
    usable = pl.col("ground").is_null()
    count = usable.sum().over("_at")
    base = pl.when(usable).then("_base")
    low, high = base.min().over("_at"), base.max().over("_at")
    rule: pl.Expr = pl.lit(Ground.NAME.value)
    for name, ground, _ in reversed(_RANKS):
        column = pl.col(name)
        other = pl.when(is_first).then(column.shift(-1).over("_at")).otherwise(column.first().over("_at"))
        rule = pl.when(column.ne_missing(other)).then(pl.lit(ground.value)).otherwise(rule)
    return (
        pl.when(count == 1)
        .then(pl.lit(Ground.ONLY.value))
        .when(is_first & (high - low <= SAME * pl.max_horizontal(low.abs(), high.abs())))
        .then(pl.lit(Ground.AGREED.value))
        .otherwise(rule)
    )


def _priority(declared: Mapping[str, Variable]) -> pl.Expr:
    """Return the place of the source in the declared priority of its variable; those not named come last."""
    expression: pl.Expr = pl.lit(0)
    for name, variable in declared.items():
        if variable.source_priority:
            places = {source: place for place, source in enumerate(variable.source_priority)}
            rank = pl.col("source").replace_strict(places, default=len(places), return_dtype=pl.Int32)
            expression = pl.when(pl.col("variable") == name).then(rank).otherwise(expression)
    return expression


def _grade() -> pl.Expr:
    """Return the position of the quality grade, 0 for the best; one that is not known counts as the worst."""
    grades = {grade.value: place for place, grade in enumerate(Quality)}
    return pl.col("quality").replace_strict(grades, default=len(grades) - 1, return_dtype=pl.Int64)


def _positions(
    table: pl.DataFrame, cities: tuple[str, ...], areas: tuple[str, ...], variables: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where the rows of a table stand in the arrays."""

    def place(column: str, order: tuple[str, ...]) -> NDArray[np.int64]:
        spots = {name: spot for spot, name in enumerate(order)}
        return table[column].replace_strict(spots, return_dtype=pl.Int64).to_numpy().astype(np.int64)

    return place("city", cities), place("area", areas), place("variable", variables)
