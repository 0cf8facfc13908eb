"""The planning problem as data: plain tables of projects, limits, effects and funds over a span of years.

A roadmap says what could be built, what it costs and does, and which limits hold; it knows no solver. All
amounts are millions of one currency (``settings.currency``) at the prices of ``settings.price_year``. A
limit that has no row does not exist: no budget row of a city and year means that nothing is limited there.
"""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from urbium.errors import InputError, counted
from urbium.plan.faults import find_faults

__all__ = ["NATIONWIDE", "TABLES", "Roadmap", "Settings"]

NATIONWIDE = "CHN"
"""The place of a limit that holds for the whole programme."""

_TEXT, _NUMBER, _YEAR = pl.String(), pl.Float64(), pl.Int64()

TABLES: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "cities": {"city": _TEXT, "name": _TEXT, "weight": _NUMBER, "evidence": _TEXT, "note": _TEXT},
        "indicators": {
            "indicator": _TEXT, "name": _TEXT, "domain": _TEXT, "weight": _NUMBER,
            "evidence": _TEXT, "note": _TEXT,
        },
        "projects": {
            "project": _TEXT, "city": _TEXT, "solution": _TEXT, "capital": _NUMBER, "operation": _NUMBER,
            "build_years": _YEAR, "finance_models": _TEXT, "foreign_share_max": _NUMBER, "status": _TEXT,
            "start": _YEAR, "evidence": _TEXT, "note": _TEXT,
        },
        "prerequisites": {"project": _TEXT, "requires": _TEXT, "lag": _YEAR},
        "exclusions": {"group": _TEXT, "project": _TEXT},
        "alternatives": {"group": _TEXT, "project": _TEXT},
        "effects": {
            "project": _TEXT, "indicator": _TEXT, "effect": _NUMBER, "lag": _YEAR, "evidence": _TEXT,
            "note": _TEXT,
        },
        "gaps": {
            "city": _TEXT, "indicator": _TEXT, "need": _NUMBER, "ceiling": _NUMBER, "evidence": _TEXT,
            "note": _TEXT,
        },
        "curve": {"segment": _YEAR, "width": _NUMBER, "slope": _NUMBER},
        "funds": {
            "fund": _TEXT, "name": _TEXT, "finance_models": _TEXT, "share_max": _NUMBER, "payer": _TEXT,
            "is_foreign": pl.Boolean(), "evidence": _TEXT, "note": _TEXT,
        },
        "budgets": {
            "place": _TEXT, "year": _YEAR, "amount": _NUMBER, "evidence": _TEXT, "note": _TEXT,
        },
        "fund_limits": {"fund": _TEXT, "year": _YEAR, "amount": _NUMBER},
        "start_limits": {"place": _TEXT, "year": _YEAR, "most": _YEAR},
        "omitted": {"city": _TEXT, "solution": _TEXT, "reason": _TEXT},
    }
)  # fmt: skip
"""The columns of each table of a roadmap. ``;`` separates several finance models in one cell."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole roadmap.

    Parameters
    ----------
    discount_rate : yearly rate by which later closing of gaps counts less, as a share (0.05 for 5 %)
    spending_price : value given up for each million spent, so that nothing is built that does nothing
    foreign_share_max : largest share of each year's capital that foreign funds pay, 0 to 1
    operation_by : whose budget pays the operation of what is built: ``city`` or ``nation``
    currency : of all amounts, which are in millions
    price_year : the year of the prices, or what is said of them; nothing is inflated
    note : how the amounts were made (exchange rate, source), shown with them
    """

    discount_rate: float = 0.05
    spending_price: float = 0.0
    foreign_share_max: float = 1.0
    operation_by: str = "city"
    currency: str = "CNY"
    price_year: str = ""
    note: str = ""


def _empty(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=TABLES[name])


@dataclass(frozen=True, kw_only=True)
class Roadmap:
    """The problem as data: what could be built, what it does and costs, and what limits the choice.

    The tables have the columns of :data:`TABLES`. Optional ones may be left out.

    Parameters
    ----------
    years : the plan years, without gaps
    cities : each with its weight in the objective (for example million people)
    indicators : each with its weight; the weights sum to 1
    projects : ``capital`` is spread evenly over ``build_years``, ``operation`` is paid every year after the
        last build year; ``status`` is ``candidate``, ``mandatory`` (chosen, any start), ``committed``
        (chosen with the start given) or ``forbidden``; ``foreign_share_max`` limits the foreign money of
        each year's capital; a project that would not be finished in the last year is not started
    prerequisites : ``requires`` must be finished, and ``lag`` further years passed, before ``project`` starts
    exclusions : at most one project of a group is chosen
    alternatives : at least one project of a group is chosen
    effects : the share (0 to 1) of the gap's potential that a project closes, from ``lag`` years after its
        last build year on
    gaps : ``need`` is the share (0 to 1) of the way to the target that is still open; all effects on a gap
        together count up to ``ceiling`` (0 to 1)
    curve : the worth of closing: ``slope`` for each successive ``width`` of a gap; slopes never rise
    funds : ``payer`` says whose budget the money counts to: ``nation``, ``city`` or ``outside`` (none);
        ``share_max`` is the largest share of a project's capital of a year
    budgets : what a place (a city, or the nation) may pay in a year: its funds, and operation if it pays it;
        ``evidence`` and ``note`` say what the amount rests on
    fund_limits : what a fund may pay in a year, in all places together
    start_limits : how many projects may start in a place and year
    omitted : solutions of the catalogue that are no candidate in a city, and why; also in cities that are
        left out of ``cities``
    """

    years: range
    cities: pl.DataFrame
    indicators: pl.DataFrame
    projects: pl.DataFrame
    effects: pl.DataFrame
    gaps: pl.DataFrame
    curve: pl.DataFrame
    funds: pl.DataFrame
    prerequisites: pl.DataFrame = field(default_factory=lambda: _empty("prerequisites"))
    exclusions: pl.DataFrame = field(default_factory=lambda: _empty("exclusions"))
    alternatives: pl.DataFrame = field(default_factory=lambda: _empty("alternatives"))
    budgets: pl.DataFrame = field(default_factory=lambda: _empty("budgets"))
    fund_limits: pl.DataFrame = field(default_factory=lambda: _empty("fund_limits"))
    start_limits: pl.DataFrame = field(default_factory=lambda: _empty("start_limits"))
    omitted: pl.DataFrame = field(default_factory=lambda: _empty("omitted"))
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        for name, schema in TABLES.items():
            object.__setattr__(self, name, _shaped(name, getattr(self, name), schema))

    def __repr__(self) -> str:
        span = f"{self.years[0]}-{self.years[-1]}" if self.years else "no years"
        return f"Roadmap of {self.projects.height:,} projects in {self.cities.height:,} cities, {span}"

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}

    def check(self) -> None:
        """Raise one InputError that carries every fault of the tables; do nothing when there is none."""
        faults = find_faults(self.tables, self.years, asdict(self.settings), NATIONWIDE)
        if faults:
            raise InputError(
                f"the roadmap has {counted(faults)}",
                place="roadmap",
                remedy="correct each one named",
                faults=faults,
            )

    def replace(self, **changes: Any) -> "Roadmap":  # noqa: ANN401 - tables, a range or settings
        """Return the roadmap with some of its tables, years or settings exchanged."""
        own = {item.name: getattr(self, item.name) for item in fields(self)}
        unknown = set(changes) - set(own)
        if unknown:
            raise InputError(
                f"a roadmap has no {', '.join(sorted(unknown))}", remedy=f"it has {', '.join(own)}"
            )
        return Roadmap(**(own | changes))

    def of_city(self, city: str) -> "Roadmap":
        """Return the part of the roadmap that concerns one city; limits of the whole nation stay in it."""
        projects = self.projects.filter(pl.col("city") == city)
        names = projects.select("project")
        own = [city, NATIONWIDE]
        return self.replace(
            cities=self.cities.filter(pl.col("city") == city),
            projects=projects,
            gaps=self.gaps.filter(pl.col("city") == city),
            omitted=self.omitted.filter(pl.col("city") == city),
            budgets=self.budgets.filter(pl.col("place").is_in(own)),
            start_limits=self.start_limits.filter(pl.col("place").is_in(own)),
            **{
                name: getattr(self, name).join(names, on="project", how="semi", maintain_order="left")
                for name in ("prerequisites", "exclusions", "alternatives", "effects")
            },
        )

    def save(self, folder: str | Path) -> Path:
        """Write the roadmap as a folder of CSV tables, one a table, and ``settings.csv``."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.write_csv(target / f"{name}.csv")
        about = {"first_year": self.years[0], "last_year": self.years[-1]} | asdict(self.settings)
        with (target / "settings.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("setting", "value"), *about.items()])
        return target

    @classmethod
    def read(cls, folder: str | Path) -> "Roadmap":
        """Read a roadmap that :meth:`save` wrote; raise InputError when a table is missing or wrong."""
        source = Path(folder)
        missing = [f"{name}.csv" for name in (*TABLES, "settings") if not (source / f"{name}.csv").is_file()]
        if missing:
            raise InputError(
                f"no {', '.join(missing)}",
                place=str(source),
                remedy="a roadmap is a folder with one CSV a table",
            )
        with (source / "settings.csv").open(encoding="utf-8", newline="") as file:
            about = {row["setting"]: row["value"] for row in csv.DictReader(file)}
        try:
            years = range(int(about.pop("first_year")), int(about.pop("last_year")) + 1)
            kinds = {item.name: item.type for item in fields(Settings)}
            settings = Settings(**{name: _typed(kinds[name], text) for name, text in about.items()})
            tables = {
                name: pl.read_csv(source / f"{name}.csv", schema_overrides=dict(schema))
                for name, schema in TABLES.items()
            }
        except (KeyError, ValueError, pl.exceptions.PolarsError) as error:
            raise InputError(
                str(error), place=str(source), remedy="write it again with Roadmap.save"
            ) from error
        return cls(years=years, settings=settings, **tables)

    def write_lp(self, path: str | Path) -> Path:
        """Write the whole programme as a mathematical model; the ending .lp or .mps chooses the form.

        Characters that the LP form reserves are exchanged in names: ``:`` by ``.``, ``[]`` by ``()`` and
        ``<-`` by ``~``.
        """
        from urbium.plan.whole import write_model  # noqa: PLC0415 - the solver loads only when asked for

        return write_model(self, path)


def _typed(kind: object, text: str) -> Any:  # noqa: ANN401 - str, int or float, as the setting's type says
    return {float: float, int: int}.get(kind, str)(text)  # type: ignore[call-overload]


def _shaped(name: str, table: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the table with exactly the columns and types of its schema, or say what does not fit."""
    optional = {"evidence": "", "note": "", "name": "", "start": None, "status": "candidate", "domain": ""}
    absent = [column for column in schema if column not in table.columns and column not in optional]
    if absent:
        raise InputError(
            f"no column {', '.join(absent)}", place=f"table {name}", remedy=f"it has {', '.join(schema)}"
        )
    filled = table.with_columns(pl.lit(optional[c]).alias(c) for c in schema if c not in table.columns)
    try:
        shaped = filled.select(pl.col(column).cast(kind) for column, kind in schema.items())
    except pl.exceptions.PolarsError as error:
        raise InputError(str(error), place=f"table {name}", remedy="give values of the right type") from error
    return shaped.with_columns(pl.col(pl.String).fill_null(""))
