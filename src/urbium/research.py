"""Research: the stages on a data frame, without a programme and without a database (ADR 0050).

Frames of polars and of pandas are taken; results hold polars tables and give pandas ones by ``to_pandas``.
What comes in a frame has no file, no sheet and no stated unit, and explanations say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from urbium.catalogue import load_catalogue
from urbium.errors import Fault, InputError, few, nearest, refuse
from urbium.model import OBSERVATION, Choice, Index, IndexNode, Indicator, Quality, Source, Status, Variable
from urbium.periods import PeriodLike, year_of
from urbium.text import coded, text

if TYPE_CHECKING:
    import pandas as pd

    from urbium.forecast import Outlook
    from urbium.measure import Scores

Frame = Any
"""A polars or pandas data frame."""

Branch = Mapping[str, Any] | Sequence[str]
"""A part of a tree: names with weights or parts of their own, or names of equal weight."""

_AREA: Final = "as given"
_UNIT: Final = "as given"
_SOURCE: Final = Source("frame", "who gave the data frame", "data frame given to urbium")
_CITY: Final = ("city", "code", "city_code")
_NAME: Final = ("name", "name_en", "city_name")
_PERIOD: Final = ("period", "year")
_VALUE: Final = ("value", "people", "population", "persons")
_ROOT: Final = "index"
_PEOPLE: Final = "population"
_LEAST_WORD: Final = "-"


def measure(
    frame: "pl.DataFrame | pd.DataFrame",
    tree: Branch,
    *,
    period: PeriodLike | None = None,
    steps: str = "min-max",
    aggregate: str = "arithmetic",
    availability: float = 0.5,
    maximum_age: int = 0,
    runs: int | None = None,
    seed: int = 0,
) -> "Scores":
    """Score the rows of a data frame by an index of one's own, with an interval for each rank.

    Parameters
    ----------
    frame : one row a city, or a city and year: ``city``, perhaps ``name`` and ``period`` (or ``year``), and a
        column of numbers for each indicator; empty cells are not known
    tree : the index, as a list of columns, or a mapping of columns to weights and of pillars to trees; only
        proportions of weights count. ``-`` before a column says that less is better
    period : the year; the last one of the frame unless given; where it has none that of today, which the name
        of the index says
    steps : from values to one scale, with ``>`` between them
    aggregate : the mean of each level from the bottom up
    availability : the least share (0 to 1) of the indicators below a node that must be known
    maximum_age : how many years old a value may be
    runs : how often the index is computed again within its doubt; 0 for none
    seed : of those runs

    Raises
    ------
    InputError : a column is missing, is no number, or stands twice in the tree; a city stands twice in a
        year; a step or mean is not known

    >>> frame = pl.DataFrame({"city": ["a", "b", "c"], "beds": [2.0, 4.0, 6.0], "smog": [9.0, 5.0, 1.0]})
    >>> measure(frame, {"health": {"beds": 1}, "air": {"-smog": 1}}, runs=0).table["score"].to_list()
    [100.0, 50.0, 0.0]
    """
    from urbium.measure import DEFAULT_RUNS, measure_index  # noqa: PLC0415 - heavy, and only when it is asked for

    table = _polars(frame)
    nodes, directions = _read_tree(tree)
    _check_columns(table, [_CITY], directions)
    city, when = _column(table, _CITY), _optional(table, _PERIOD)
    is_dated = period is not None or when is not None
    only = year_of(datetime.now(UTC).year if period is None else period)  # of a frame that says no year
    table = table.with_columns(
        pl.col(city).cast(pl.String),
        pl.col(when).cast(pl.String) if when else pl.lit(str(only)).alias(_PERIOD[0]),
    )
    when = when or _PERIOD[0]
    _check_once(table, city, when)
    year = year_of(str(table[when].max()) if period is None else period)
    title = (
        text("Index of the data frame")
        if is_dated
        else text(
            "Index of the data frame (no year is given, so the current year, {year}, is used)", year=str(year)
        )
    )
    index = Index(
        _ROOT, {"en": title.render()}, tuple(nodes),
        Choice.row(steps), Choice.row(aggregate), availability, maximum_age,
    )  # fmt: skip
    names = list(directions)
    catalogue = replace(
        load_catalogue(),
        variables={name: Variable(name, {"en": name}, _UNIT, _AREA) for name in names},
        indicators={name: _indicator(name, direction) for name, direction in directions.items()},
        indices={_ROOT: index},
        proxies=(),
        sources={_SOURCE.id: _SOURCE},
    )
    long = table.unpivot(names, index=[city, when], variable_name="variable").drop_nulls("value")
    return measure_index(
        _observations(long.rename({city: "city", when: "period"}), _UNIT),
        index,
        catalogue,
        cities=_register(table, city),
        period=year,
        runs=DEFAULT_RUNS if runs is None else runs,
        seed=seed,
    )


def forecast_population(
    frame: "pl.DataFrame | pd.DataFrame", *, to: PeriodLike, unit: str = "persons"
) -> "Outlook":
    """Forecast the population of the cities of a data frame, with bands of 80% and 95%.

    Parameters
    ----------
    frame : one row a city and year: ``city``, perhaps ``name`` and ``country``, ``year`` (or ``period``), and
        ``people`` (or ``population``, ``value``); or one row a city with a column for each year
    to : the last year of the forecast, at most 100 years after the last figure
    unit : of the figures: ``persons``, ``1k persons`` or another that counts people

    Raises InputError where a column is missing or no number, and where ``to`` is not ahead of the figures.

    >>> frame = pl.DataFrame({"city": ["a"] * 6, "year": list(range(1990, 2020, 5)),
    ...                       "people": [500_000.0 * 1.1 ** step for step in range(6)]})
    >>> forecast_population(frame, to=2030)
    Outlook for 1 city to 2030
    """
    from urbium.forecast import forecast_population as forecast  # noqa: PLC0415 - heavy

    table = _polars(frame)
    years = [name for name in table.columns if name.strip().isdecimal() and len(name.strip()) == len("2012")]
    is_wide = bool(years) and _optional(table, _PERIOD) is None
    _check_columns(table, [_CITY] if is_wide else [_CITY, _PERIOD, _VALUE], years if is_wide else [])
    city = _column(table, _CITY)
    table = table.with_columns(pl.col(city).cast(pl.String))
    if is_wide:
        long = table.unpivot(years, index=city, variable_name="period").rename({city: "city"})
    else:
        when, value = _column(table, _PERIOD), _column(table, _VALUE)
        _check_columns(table, [], [value])
        _check_once(table, city, when)
        long = table.select(city=city, period=pl.col(when).cast(pl.String), value=value)
    country = _optional(table, ("country",))
    places = table.select(code=city, country=country).unique("code") if country else None
    long = long.drop_nulls("value").with_columns(variable=pl.lit(_PEOPLE))
    return forecast(
        _observations(long, unit),
        to=year_of(to),
        cities=_register(table, city),
        places=places,
        variables=(_PEOPLE,),
        sources={_SOURCE.id: _SOURCE},
    )


def _polars(frame: Frame) -> pl.DataFrame:
    """Return a frame as polars; one of pandas is taken column by column, a missing value as null."""
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if hasattr(frame, "columns") and hasattr(frame, "to_dict"):
        whole = _with_named_index(frame)
        columns = {str(name): [_plain(value) for value in whole[name].tolist()] for name in whole.columns}
        return pl.DataFrame(columns, strict=False)
    raise InputError(
        coded("research.no_frame", "{kind} is not a data frame", kind=type(frame).__name__),
        remedy=text("supply a polars or pandas data frame"),
    )


def _with_named_index(frame: Frame) -> Frame:
    """Return a frame of pandas with what its index names as columns; words without a name are the cities.

    Numbers without a name only count the rows.
    """
    if any(name is not None for name in frame.index.names):
        return frame.reset_index()
    columns = {str(name).strip().casefold() for name in frame.columns}
    if columns.isdisjoint(_CITY) and frame.index.nlevels == 1 and frame.index.dtype.kind in "OSU":
        return frame.reset_index(names=_CITY[0])
    return frame


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a cell of pandas may hold
    """Return a cell of pandas; what it takes for missing is unequal to itself, or says that it is NA."""
    is_missing = value is None or type(value).__name__ in ("NAType", "NaTType") or value != value  # noqa: PLR0124
    return None if is_missing else value


def _optional(table: pl.DataFrame, names: Sequence[str]) -> str | None:
    """Return the first column of one of the names, in any case."""
    by_name = {column.strip().casefold(): column for column in table.columns}
    return next((by_name[name] for name in names if name in by_name), None)


def _column(table: pl.DataFrame, names: Sequence[str]) -> str:
    return cast("str", _optional(table, names))  # which was checked


def _check_columns(table: pl.DataFrame, needed: Iterable[Sequence[str]], numbers: Iterable[str]) -> None:
    """Raise InputError for each column that is under none of its names, or holds no finite numbers."""
    faults: list[Fault] = []
    for names in needed:
        if _optional(table, names) is None:
            message = coded("research.no_column", "the data frame has no column {name!r}", name=names[0])
            remedy = text("its columns are {columns}", columns=few(table.columns))
            faults.append(Fault("error", message, remedy, "frame", cell=names[0]))
    for name in numbers:
        if name not in table.columns:
            message = coded("research.no_column", "the data frame has no column {name!r}", name=name)
            faults.append(Fault("error", message, nearest(name, table.columns), "frame", cell=name))
        elif not table[name].dtype.is_numeric():
            message = coded("research.no_numbers", "the column {name!r} contains no numbers", name=name)
            remedy = text("enter numbers, and leave the cell empty where a number is unknown")
            faults.append(Fault("error", message, remedy, "frame", cell=name))
        elif table[name].is_infinite().any() or table[name].is_nan().any():
            message = coded("research.not_finite", "the column {name!r} contains NaN or infinity", name=name)
            remedy = text("leave the cell empty (null) where the number is unknown")
            faults.append(Fault("error", message, remedy, "frame", cell=name))
    refuse(faults, "", coded("research.frame", "the data frame cannot be used"))


def _check_once(table: pl.DataFrame, city: str, when: str) -> None:
    twice = table.filter(table.select(city, when).is_duplicated())
    if twice.height:
        raise InputError(
            coded(
                "research.twice",
                "{city} appears twice in {period}",
                city=str(twice[city][0]),
                period=str(twice[when][0]),
            ),
            remedy=text("use one row for each city and year"),
        )


def _read_tree(tree: Branch) -> tuple[list[IndexNode], dict[str, int]]:
    """Return the nodes of a tree, the root first, and the directions of its leaves, or raise InputError."""
    nodes = [IndexNode(_ROOT, "", 1.0, {"en": _ROOT})]
    directions: dict[str, int] = {}
    numbers = count(1)

    def add(branch: Branch, parent: str) -> None:
        parts = dict(branch) if isinstance(branch, Mapping) else dict.fromkeys(branch, 1.0)
        if not parts:
            raise _wrong_tree(coded("research.tree.empty", "a part of the tree has no columns"))
        weights = {name: _weight(name, part) for name, part in parts.items()}
        total = sum(weights.values())
        for name, part in parts.items():
            share = weights[name] / total
            if isinstance(part, int | float):
                leaf = name.removeprefix(_LEAST_WORD).strip()
                if leaf in directions:
                    raise _wrong_tree(
                        coded("research.tree.twice", "{name!r} appears twice in the tree", name=leaf)
                    )
                directions[leaf] = -1 if name.startswith(_LEAST_WORD) else 1
                nodes.append(IndexNode(leaf, parent, share, {"en": leaf}))
            else:
                pillar = f"{name} ({next(numbers)})" if name in directions or name == _ROOT else name
                nodes.append(IndexNode(pillar, parent, share, {"en": name}))
                add(part, pillar)

    add(tree, _ROOT)
    ids = [node.id for node in nodes]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise _wrong_tree(coded("research.tree.twice", "{name!r} appears twice in the tree", name=twice))
    return nodes, directions


def _weight(name: str, part: Any) -> float:  # noqa: ANN401 - a weight, or a part of the tree
    """Return the weight of a part; pillars that give none weigh the same."""
    if not isinstance(part, int | float):
        return 1.0
    if isinstance(part, bool) or not 0 < part < float("inf"):
        raise _wrong_tree(
            coded(
                "research.tree.weight",
                "the weight of {name!r} is {weight}, but must be a number above zero",
                name=name,
                weight=part,
            )
        )
    return float(part)


def _wrong_tree(message: str) -> InputError:
    return InputError(
        message,
        place="tree",
        remedy=text(
            'write it like {{"health": {{"beds": 2, "-mortality": 1}}, "economy": ["income"]}}, with weights '
            "above zero"
        ),
    )


def _indicator(name: str, direction: int) -> Indicator:
    return Indicator(
        id=name, name={"en": name}, unit=_UNIT, numerator=((name, 1),), denominator=(), factor=1.0,
        direction=direction, standard="", edition="",
    )  # fmt: skip


def _observations(long: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return figures (city, variable, period, value) as observations of nobody's file."""
    constants = {
        "unit": unit, "area": _AREA, "status": Status.REPORTED.value, "quality": Quality.NOT_GRADED.value,
        "source": _SOURCE.id, "recorded_by": "", "file": "", "sheet": "", "cell": "", "reason": "",
    }  # fmt: skip
    return long.with_columns(
        pl.col("value").cast(pl.Float64),
        recorded_at=pl.lit(datetime.now(UTC)).cast(pl.Datetime("us", "UTC")),
        **{name: pl.lit(value) for name, value in constants.items()},
    ).select(pl.col(name).cast(kind) for name, kind in OBSERVATION.items())


def _register(table: pl.DataFrame, city: str) -> pl.DataFrame:
    name = _optional(table, _NAME)
    named = pl.col(name).cast(pl.String) if name else pl.col(city)
    return table.select(code=city, name_en=named.fill_null(pl.col(city))).unique("code", maintain_order=True)
