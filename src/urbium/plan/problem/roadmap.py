"""The planning problem as data: plain tables of projects, limits, effects and funds over a span of years.

A roadmap says what could be built, what it costs and does, and which limits hold; it knows no solver. All
amounts are millions of one currency (``settings.currency``) at the prices of ``settings.price_year``. A
limit that has no row does not exist: no budget row of a city and year means that nothing is limited there.
The nation is called ``nation`` among the places; its code of ISO 3166 is understood too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from urbium.errors import Fault, InputError, NotFoundError, nearest, refuse
from urbium.nations import is_nation
from urbium.plan.problem.files import read_tables, write_tables
from urbium.plan.problem.tables import DECLARED, MILLION_PEOPLE, NATIONWIDE, TABLES, Settings, empty, shaped
from urbium.text import coded, text, texts, unpacked

_OF_PLACES = tuple(
    name for name, table in DECLARED.items() if any(column.names == "places" for column in table.columns)
)
"""The tables in which places stand that may be the nation."""

_NEEDED = ("cities", "indicators", "projects", "effects", "gaps", "curve", "funds")
"""The tables without which there is no roadmap."""


@dataclass(frozen=True, kw_only=True)
class Roadmap:
    """The problem as data: what could be built, what it does and costs, and what limits the choice.

    The tables have the columns of :data:`TABLES`. Optional ones may be left out.

    Parameters
    ----------
    years : those of the plan, and the last ``settings.ends_after`` ones, in which what was begun in the plan
        is completed; without gaps
    cities : each with its weight in the objective (for example million people), and its ``region``
    indicators : each with its weight; the weights sum to 1
    projects : ``capital`` is spread evenly over ``build_years``; in every year after the last build year
        ``operation`` is paid, and ``renewal`` set aside, so that by the end of its life there is what
        replaces it (null: nobody said what that takes); ``build_posts`` are the full-time posts of all
        occupations that ``capital`` pays in each build year, ``run_posts`` those that ``operation`` pays in
        each later one (null: nobody said); ``status`` is ``candidate``, ``mandatory`` (chosen,
        any start), ``committed`` (chosen with the start given) or ``forbidden``; ``foreign_share_max`` limits
        the foreign money of each year's capital, ``outside_share_max`` the money of all funds with payer
        ``outside``;
        ``earliest`` and ``latest`` are the first and last start year allowed (null: any); nothing starts
        after the :attr:`start_years`, nor what would not be finished in the last year
    outlays : what a committed project pays in each of its build years, in place of equal parts of its
        capital, to which they add up; those of projects that are not committed do not count
    inflows : what a project brings its ``receiver`` in each year after its last build year, between ``low``
        and ``high``; ``running_cost`` says whether its operation is taken off already. Where ``kind`` is
        ``none`` the project is cost-only, and ``note`` says why. Of projects of a city with the same
        ``overlap`` one has the money; ``same_effects`` are effects that are the same gain. No rule reads it
    prerequisites : ``requires`` must be finished, and ``lag`` further years passed, before ``project``
        starts; where ``kind`` is ``soft`` it may start all the same, and the objective loses ``loss``, and
        where it is ``advice`` nothing is lost: it is only said whether the order was kept
    exclusions : at most one project of a group is chosen
    alternatives : at least one project of a group is chosen
    effects : the share (0 to 1) of the gap's potential that a project closes, from ``lag`` years after its
        last build year on, in equal steps over ``rollout`` years (1: all at once); ``low`` and ``high`` are
        the ends of its range
    gaps : ``need`` is the share (0 to 1) of the way to the target that is still open; all effects on a gap
        together count up to ``ceiling`` (0 to 1)
        ``low`` and ``high`` say how far the need may be off; ``figures`` names those that tell it
    figures : a city's figures that tell its needs: each lies between ``none_at``, where nothing is to be
        gained, and ``all_at``, where all is; they explain the plan and do not enter it
    potentials : what closing the whole potential of an indicator changes, from ``low`` to ``high`` (below 0:
        less), in ``pct`` of a city's own figure, in points of it (``pp``), or in the unit in which a source
        says it of every city, for each person or as an average; they explain the plan and do not enter it
    curve : the worth of closing: ``slope`` for each successive ``width`` of a gap; slopes never rise
    funds : ``payer`` says whose budget the money counts to: ``nation``, ``city`` or ``outside`` (none);
        ``share_max`` is the largest share of a project's capital of a year, ``city_share_max`` that of the
        capital of a city in a year, and ``city_budgets_share_max`` (null: none) what the fund may pay in a
        city over all years, as a share of the city's budgets of all years
    fund_shares : a project's own largest share of a fund, in place of the fund's ``share_max``
    budgets : what a place (a city, or the nation) may pay in a year: its funds, and operation and renewal if
        it pays them;
        ``evidence`` and ``note`` say what the amount rests on
    upkeep : what a place may pay for the operation and renewal of all that is built, in the year ``since``
        (after the plan) and in every later one; a place without a row may pay any amount
    repayments : what must be paid back of each million that a fund paid: ``share`` of it, ``after`` so many
        years (0: in the same year), by the project's ``city``, the ``nation`` or the ``users`` of what is
        built; budgets pay it in plan years, and in later ones it stands beside upkeep under the limits
        of ``upkeep``; what users pay enters no limit
    fund_limits : what a fund may pay in a year, in all places together
    start_limits : how many projects may start in a place and year
    occupations : the kinds of people that are scarce
    pools : how many ``places`` of an occupation a city has in a year, or the nation lends to cities; people,
        unlike money, are never without limit: a place and year without a row has none
    staff : places that a project needs in each build year (``building``) and in each year after (``running``)
    teaching : places that a project adds to its city's pool, from ``lag`` years after its last build year on
    training : what the nation may decide: up to ``most`` whole units a year of an occupation, each of which
        costs ``cost`` of the nation's budget in that year, and adds ``places`` to the nation's pool in all
        years from ``lag`` years later on
    standards : a city meets a standard when a covering project is finished by the end of the ``deadline``
        year; it may be missed, at the settings' shortfall price, and is then reported
    covers : which projects cover which standard
    fairness : ``least_closing``: the closing of a city (``place``) in the last year is at least ``share``;
        ``parity``: the mean closing of a region's cities is at least ``share`` x the mean of all cities. A
        city's closing is the worth curve of what is closed of each of its gaps in the last year, weighted by
        indicator weight x need; a city with nothing to close is left out of the means. What is lacking is
        priced with the shortfall price, and reported
    omitted : solutions of the catalogue that are no candidate in a city, and why; also in cities that are
        left out of ``cities``
    wordings : what ``said`` in a cell in English is made of, so that it can be said in any language
        (:meth:`words`); a roadmap of one's own needs none, and its cells are said as they are
    """

    years: range
    cities: pl.DataFrame
    indicators: pl.DataFrame
    projects: pl.DataFrame
    effects: pl.DataFrame
    gaps: pl.DataFrame
    curve: pl.DataFrame
    funds: pl.DataFrame
    figures: pl.DataFrame = field(default_factory=lambda: empty("figures"))
    potentials: pl.DataFrame = field(default_factory=lambda: empty("potentials"))
    outlays: pl.DataFrame = field(default_factory=lambda: empty("outlays"))
    inflows: pl.DataFrame = field(default_factory=lambda: empty("inflows"))
    prerequisites: pl.DataFrame = field(default_factory=lambda: empty("prerequisites"))
    exclusions: pl.DataFrame = field(default_factory=lambda: empty("exclusions"))
    alternatives: pl.DataFrame = field(default_factory=lambda: empty("alternatives"))
    budgets: pl.DataFrame = field(default_factory=lambda: empty("budgets"))
    upkeep: pl.DataFrame = field(default_factory=lambda: empty("upkeep"))
    repayments: pl.DataFrame = field(default_factory=lambda: empty("repayments"))
    fund_shares: pl.DataFrame = field(default_factory=lambda: empty("fund_shares"))
    fund_limits: pl.DataFrame = field(default_factory=lambda: empty("fund_limits"))
    start_limits: pl.DataFrame = field(default_factory=lambda: empty("start_limits"))
    occupations: pl.DataFrame = field(default_factory=lambda: empty("occupations"))
    pools: pl.DataFrame = field(default_factory=lambda: empty("pools"))
    staff: pl.DataFrame = field(default_factory=lambda: empty("staff"))
    teaching: pl.DataFrame = field(default_factory=lambda: empty("teaching"))
    training: pl.DataFrame = field(default_factory=lambda: empty("training"))
    standards: pl.DataFrame = field(default_factory=lambda: empty("standards"))
    covers: pl.DataFrame = field(default_factory=lambda: empty("covers"))
    fairness: pl.DataFrame = field(default_factory=lambda: empty("fairness"))
    omitted: pl.DataFrame = field(default_factory=lambda: empty("omitted"))
    wordings: pl.DataFrame = field(default_factory=lambda: empty("wordings"))
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        for name in TABLES:
            object.__setattr__(self, name, shaped(name, getattr(self, name)))
        cities = set(self.cities["city"])
        for name in _OF_PLACES:
            object.__setattr__(self, name, with_nation(getattr(self, name), cities))

    def __repr__(self) -> str:
        projects = texts("{count} project", "{count:,} projects", count=self.projects.height)
        cities = texts("{count} city", "{count:,} cities", count=self.cities.height)
        if not self.start_years:
            return text("Roadmap of {projects} in {cities}, no years",
                        projects=projects, cities=cities).render()  # fmt: skip
        return text(
            "Roadmap of {projects} in {cities}, {first:d}-{last:d}",
            projects=projects, cities=cities, first=self.start_years[0], last=self.start_years[-1]
        ).render()  # fmt: skip

    @property
    def start_years(self) -> range:
        """The years of the plan: those in which projects may start."""
        return self.years[: max(len(self.years) - self.settings.ends_after, 0)]

    @property
    def last_counted(self) -> int:
        """The last year in which what is built counts."""
        return self.years[-1] + self.settings.years_after

    def last_start(self, build_years: int) -> int:
        """Return the last year in which a project that takes so long may start, and be finished in time."""
        return min(self.years[-1] + 1 - build_years, self.start_years[-1])

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: a copy, since a thread may be adding what is computed at first sight."""
        return vars(self).copy()

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}

    @cached_property
    def _wordings(self) -> Mapping[str, str]:
        return dict(self.wordings.select("said", "wording").iter_rows())

    def words(self, said: str) -> str:
        """Return what a cell says as a text for readers of any language; as it is where nobody kept that."""
        kept = self._wordings.get(said)
        return unpacked(json.loads(kept)) if kept else said

    def named(self, table: str) -> dict[str, str]:
        """Return what the rows of a table are called, by their key, for readers of any language."""
        (key,) = DECLARED[table].key
        return {code: self.words(name) for code, name in getattr(self, table).select(key, "name").iter_rows()}

    @cached_property
    def hard_prerequisites(self) -> pl.DataFrame:
        """Prerequisites that must be finished: project, requires, lag."""
        return self.prerequisites.filter(pl.col("kind") == "hard").select("project", "requires", "lag")

    @cached_property
    def soft_prerequisites(self) -> pl.DataFrame:
        """Prerequisites that may be lacking at a loss: project, requires, lag, loss."""
        soft = self.prerequisites.filter(pl.col("kind") == "soft")
        return soft.select("project", "requires", "lag", "loss")

    @cached_property
    def advice(self) -> pl.DataFrame:
        """Prerequisites that are recommended only: project, requires, lag."""
        return self.prerequisites.filter(pl.col("kind") == "advice").select("project", "requires", "lag")

    def replace(self, **changes: Any) -> "Roadmap":  # noqa: ANN401 - tables, a range or settings
        """Return the roadmap with some of its tables, years or settings exchanged."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        unknown = set(changes) - set(given)
        if unknown:
            raise InputError(
                coded(
                    "plan.roadmap.no_table",
                    "a roadmap has nothing called {names:list}",
                    names=sorted(unknown),
                ),
                remedy=text("it has {names:list}", names=list(given)),
            )
        return Roadmap(**(given | changes))

    def add(self, table: str, **cells: Any) -> "Roadmap":  # noqa: ANN401 - what a cell may hold
        """Return the roadmap with one more row in one of its tables.

        Parameters
        ----------
        table : its name, as in :data:`TABLES`
        cells : the row by its columns; what is left out has its default

        Raises
        ------
        NotFoundError
            When there is no such table.
        InputError
            When a column is unknown, one without a default is left out, or a cell has the wrong type.

        >>> road = Roadmap.example()
        >>> road.add("budgets", place="harbour", year=2031, amount=4).budgets.height - road.budgets.height
        1
        """
        if table not in TABLES:
            raise NotFoundError(
                coded("plan.roadmap.no_table", "a roadmap has nothing called {names:list}", names=[table]),
                remedy=nearest(table, TABLES),
            )
        faults = [
            Fault("error", coded("plan.roadmap.no_column", "there is no column {name!r}", name=name),
                  nearest(name, TABLES[table]), table, cell=name)
            for name in cells
            if name not in TABLES[table]
        ]  # fmt: skip
        refuse(faults, "", coded("plan.roadmap.row", "the row cannot be added"))
        row = shaped(table, pl.DataFrame([cells]))
        return self.replace(**{table: pl.concat([getattr(self, table), row])})

    @classmethod
    def example(cls) -> "Roadmap":
        """Return a small invented roadmap to try things on: two cities, four projects, five years.

        >>> Roadmap.example()
        Roadmap of 4 projects in 2 cities, 2026-2030
        """
        road = cls(
            years=range(2026, 2031),
            settings=Settings(spending_price=0.0005, weight_unit=MILLION_PEOPLE, note="invented"),
            **{name: empty(name) for name in _NEEDED},
        )
        for city, people, need in (("harbour", 1.2, 0.6), ("hill", 0.5, 0.9)):
            road = road.add("cities", city=city, weight=people)
            for indicator in ("light", "water"):
                road = road.add("gaps", city=city, indicator=indicator, need=need, ceiling=1.0)
            for year in road.years:
                road = road.add("budgets", place=city, year=year, amount=3.0)
            for solution, capital, indicator in (("lamps", 4.0, "light"), ("meters", 9.0, "water")):
                project = f"{solution} {city}"
                road = road.add(
                    "projects", project=project, city=city, solution=solution, capital=capital,
                    operation=0.1, build_years=2, finance_models="PUB", foreign_share_max=0.0,
                ).add("effects", project=project, indicator=indicator, effect=0.5, lag=0)  # fmt: skip
        for indicator in ("light", "water"):
            road = road.add("indicators", indicator=indicator, weight=0.5)
        fund = {
            "fund": "town",
            "finance_models": "PUB",
            "share_max": 1.0,
            "payer": "city",
            "is_foreign": False,
        }
        return road.add("funds", **fund).add("curve", segment=1, width=1.0, slope=1.0)

    def of_city(self, city: str) -> "Roadmap":
        """Return the part of the roadmap that concerns one city; limits of the whole nation stay in it.

        Parity between regions is left out: it needs the other cities.
        """
        projects = self.projects.filter(pl.col("city") == city).select("project")
        parts: dict[str, pl.DataFrame] = {}
        for name, table in self.tables.items():
            match DECLARED[name].of_city:
                case "city":
                    parts[name] = table.filter(pl.col("city") == city)
                case "place":
                    parts[name] = table.filter(pl.col("place").is_in([city, NATIONWIDE]))
                case "project":
                    parts[name] = table.join(projects, on="project", how="semi", maintain_order="left")
        is_its_minimum = (pl.col("rule") == "least_closing") & (pl.col("place") == city)
        return self.replace(**parts, fairness=self.fairness.filter(is_its_minimum))

    def save(self, path: str | Path) -> Path:
        """Write the roadmap: a workbook with one sheet a table (.xlsx), or a folder with one CSV a table."""
        about = {"first_year": self.years[0], "last_year": self.years[-1]} | asdict(self.settings)
        return write_tables(self.tables, about, Path(path))

    @classmethod
    def read(cls, path: str | Path) -> "Roadmap":
        """Read a roadmap that :meth:`save` wrote, or anybody else in its form: a workbook, or a folder.

        Tables, columns and settings that earlier versions did not write may be missing.

        Raises
        ------
        InputError
            When a table is missing or a cell cannot be read; every fault is named by sheet and cell.
        """
        about, tables = read_tables(Path(path))
        years = range(about.pop("first_year"), about.pop("last_year") + 1)
        return cls(years=years, settings=Settings(**about), **tables)


def with_nation(table: pl.DataFrame, cities: set[str]) -> pl.DataFrame:
    """Return a table in which a place that is no city but bears a nation's code is the nation."""
    codes = [
        place for place in table["place"].unique().to_list() if place not in cities and is_nation(place or "")
    ]
    return table.with_columns(pl.col("place").replace(codes, NATIONWIDE)) if codes else table
