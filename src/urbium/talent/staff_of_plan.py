"""Staff: what a plan asks of people: demand, supply, shortage, what to find out, and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import polars as pl

from urbium import charts
from urbium.catalogue import Catalogue
from urbium.catalogue.checks.labour import BUILDING
from urbium.columns import schema_of
from urbium.errors import ConflictError, InfeasibleError, InputError, NotFoundError
from urbium.explanation import Explanation, Kind, Origin, declared
from urbium.model import Evidence
from urbium.packaged import words_of
from urbium.plan import NATIONWIDE, Plan
from urbium.result import Result
from urbium.talent.assumed import Assumed
from urbium.talent.demand_of_plan import PHASES, Demand, demand, kinds_of, most_words
from urbium.talent.information import perfect, value_of_information
from urbium.talent.labour_cost import unpaid_in_plan, unpaid_words
from urbium.talent.places import share_out
from urbium.talent.reconciliation import differences
from urbium.talent.remedy import Course, Options, cheapest
from urbium.talent.shortage import DRAWS, Shortage, shortage, shortage_words
from urbium.talent.staffing_rows import occupation_titles
from urbium.talent.supply import AgeRates, basis, supply
from urbium.text import Text, coded, paragraph, say, text
from urbium.text import declared as said
from urbium.units import million

_SHOWN: Final = ["isco08", "title", "kind", "phase", "year", "posts", "low", "high", "evidence"]
_INFORMATION: Final = schema_of("kind name value share perfect year")
_REMEDIES: Final = {
    "kind": pl.String(), "case": pl.String(), "year": pl.Int64(), "short": pl.Float64(), "units": pl.Int64(),
    "trained": pl.Float64(), "contract": pl.Float64(), "move": pl.Float64(), "delay": pl.Float64(),
    "cost": pl.Float64(), "is_possible": pl.Boolean(),
}  # fmt: skip
_CASES: Final = ("middle", "high")
"""The shortages that are remedied: that of the middle draw, and the 90% one."""


@dataclass(frozen=True, kw_only=True)
class Staff(Result):
    """What a plan asks of people.

    Parameters
    ----------
    table : isco08, title, kind (the plan's occupation), phase (``building`` or ``running``), year, posts
        (full-time), low, high (80%), evidence
    plan : whose people these are
    demand, supply, shortage : by city, kind and year
    information : kind, name (of the figure), value (what knowing it is worth, millions), share of the perfect
        value, perfect, year of the largest shortage
    remedies : kind, case (``middle`` or ``high`` shortage), year, short, units of training, posts that are
        trained, contracted, moved and put off, cost (millions), is_possible
    about_supply : what the supply rests on
    unpaid : where a source counts more people than the money pays (:func:`.unpaid_in_plan`)
    unknown : share of the plan's projects of whose running staff nothing is known
    assumed : what it rests on
    occupations : what each occupation of ISCO-08 is called
    solutions : what solutions are called, by their titles in ``unpaid``
    notes : what could not be said
    """

    stage: ClassVar[str] = "talent"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = {"phase": PHASES}
    plan: Plan
    demand: Demand
    supply: pl.DataFrame
    shortage: Shortage
    information: pl.DataFrame
    remedies: pl.DataFrame
    about_supply: str
    unpaid: pl.DataFrame
    unknown: float
    assumed: Assumed
    occupations: Mapping[str, Text]
    solutions: Mapping[str, str]
    notes: tuple[Text, ...] = ()

    def __repr__(self) -> str:
        about = text(
            "People for the plan's projects, {first}-{last} (projects: {count:,}; occupations: "
                "{occupations}).",
            count=self.plan.table.height, first=str(self.demand.years[0]), last=str(self.demand.years[-1]),
            occupations=self.table["isco08"].n_unique()
        )  # fmt: skip
        return paragraph([about, *self.main_words]).render()

    @property
    def main_words(self) -> tuple[Text, ...]:
        """When most people are needed, which the plan limits, who may be short, what the money does not pay.

        Nothing where nobody is needed.
        """
        return (*most_words(self.table, self.kinds), *self.shortage_words(), *self.unpaid_words())

    def shortage_words(self) -> tuple[Text, ...]:
        """Say for each occupation that the plan limits how likely a shortage is, and how large."""
        said = [
            shortage_words(row, self.kinds[row["kind"]])
            for row in self.shortage.peaks.iter_rows(named=True)
            if row["chance"] > 0
        ]
        if said and set(self.supply["evidence"]) == {Evidence.ASSUMPTION.value}:
            said.append(text("The number of people available in these occupations is an assumption."))
        return tuple(said)

    def unpaid_words(self, city: str = "") -> tuple[Text, ...]:
        """Say where a source counts more people than the money pays, in a city or in all."""
        rows = self.unpaid.filter(city=city) if city else self.unpaid
        return unpaid_words(rows, PHASES, self.solutions)

    @cached_property
    def differences(self) -> int:
        """In how many cities, occupations and years posts do not add up to the plan's rows; 0 is right."""
        return len(differences(self.plan, self.demand.by_city, self.demand.years[-1]))

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures that stand for the whole: unit, sums, shares that are assumed, and the check."""
        posts = float(self.table["posts"].sum())
        assumed = float(self.table.filter(pl.col("evidence") == "assumption")["posts"].sum())
        return {
            "unit": text("full-time posts"),
            "occupations": self.table["isco08"].n_unique(),
            "assumed_share": assumed / posts if posts else 0.0,
            "unknown_running": self.unknown,
            "differences": self.differences,
            "currency": million(self.plan.currency),
            "prices": self.plan.roadmap.settings.price_year,
            "shortage": self.shortage.table.to_dicts(),
            "information": self.information.to_dicts(),
            "remedies": self.remedies.to_dicts(),
            "seats": self.seats.to_dicts(),
            "supply_rests_on": self.about_supply,
        }

    @property
    def overview(self) -> pl.DataFrame:
        """The occupations in the year in which each is needed most, the largest first."""
        return self.most()

    def most(self, city: str = "") -> pl.DataFrame:
        """Return each occupation in the year in which most are needed, the largest first."""
        return (
            self.by_occupation(city)
            .sort("posts", "isco08", "year", descending=[True, False, False])
            .unique(["isco08", "kind"], keep="first", maintain_order=True)
            .select("isco08", "year", "posts", "low", "high", "evidence", "title", "kind")
        )

    def by_occupation(self, city: str = "") -> pl.DataFrame:
        """Return isco08, title, kind, year, posts, low, high and evidence; of one city, or of all."""
        rows = self.demand.of_city(city) if city else self.table
        return (
            rows.group_by("isco08", "title", "kind", "year")
            .agg(
                pl.col("posts", "low", "high").sum(),
                pl.col("evidence").cast(pl.Enum(Evidence)).max().cast(pl.String),
            )
            .sort("isco08", "kind", "year")
        )

    @cached_property
    def seats(self) -> pl.DataFrame:
        """Seats of the training that remedies the middle shortage, by what cities lack: kind, city, seats."""
        parts = [pl.DataFrame(schema={"kind": pl.String, "city": pl.String, "seats": pl.Int64})]
        places = dict(self.plan.roadmap.training.select("occupation", "places").iter_rows())
        units = self.remedies.filter(pl.col("case") == _CASES[0]).group_by("kind").agg(pl.col("units").sum())
        for kind, count in units.sort("kind").iter_rows():
            lacking = self.shortage.by_city.filter(pl.col("kind") == kind).group_by("city")
            shared = share_out(
                round((count or 0) * places.get(kind, 0.0)), lacking.agg(pl.col("lacking").sum())
            )
            parts.append(shared.select(pl.lit(kind).alias("kind"), "city", "seats"))
        return pl.concat(parts)

    @property
    def kinds(self) -> dict[str, str]:
        """What the occupations of the plan are called; those that it does not limit go by the empty word."""
        return kinds_of(self.plan)

    @property
    def titles(self) -> dict[str, str]:
        """What the figures behind a shortage are called, by their names in ``information``."""
        titles = {row["isco08"]: self.title_of(row) for row in self.table.iter_rows(named=True)}
        return {**titles, **words_of("source of people")}

    def title_of(self, row: Mapping[str, Any]) -> str:
        """Return what the occupation of a row (isco08, kind, title) is called."""
        return self.occupations.get(row["isco08"]) or self.kinds.get(row["kind"]) or str(row["title"])

    def titled(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table of occupations (isco08, kind, title) with their titles in the language spoken."""
        titles = [str(say(self.title_of(row))) for row in table.iter_rows(named=True)]
        return table.with_columns(title=pl.Series(titles, dtype=pl.String))

    def chart(self, city: str = "") -> dict[str, Any]:
        """Return the posts of the kinds that the plan limits, and of all others, by year."""
        rows = self.by_occupation(city).group_by("kind", "year").agg(amount=pl.col("posts").sum())
        kind = text("occupations")
        return charts.money(
            rows.with_columns(kind=pl.col("kind").replace(self.kinds)).sort("year", "kind"),
            title=text("People needed by year"),
            y_title=text("full-time posts"),
            by="kind",
            by_title=kind,
        )

    def explain(self, key: str) -> Explanation:
        """Say what the posts of an occupation (by its code) are made of, down to the largest projects."""
        codes = sorted({*self.table["isco08"]})
        if key not in codes:
            raise NotFoundError.named("occupation", key, codes)
        rows = self.demand.rows.filter(pl.col("isco08") == key)
        most = (
            rows.with_columns(posts=pl.max_horizontal("building", "running") / 1e6)
            .sort("posts", "project", descending=[True, False])
            .head(5)
        )
        peak = self.overview.filter(pl.col("isco08") == key).row(0, named=True)
        unit = text("full-time posts")
        assumptions = tuple(
            declared(row.id, row.value, row.unit, evidence=row.evidence, title="assumptions",
                     file="rules/assumptions.csv", row=row.id, note=said(row.note))
            for row in self.assumed.rows
        )  # fmt: skip
        projects = tuple(
            Explanation(
                row["project"], row["posts"], unit, kind=Kind.PROJECT, grade=row["evidence"],
                origin=Origin(publisher="roadmap", title="staff", cell=f"{row['project']}, {row['kind']}"),
            )
            for row in most.iter_rows(named=True)
        )  # fmt: skip
        return Explanation(
            coded(
                "talent.explain", "{title} (ISCO-08 {occupation})", title=self.title_of(peak), occupation=key
            ),
            peak["posts"], unit, period=str(peak["year"]), kind=Kind.PROJECT, grade=peak["evidence"],
            note=text("{low:,.0f} to {high:,.0f} in 80% of all cases, if every underlying figure is "
                      "wrong in the same direction", low=peak["low"], high=peak["high"]),
            children=(*projects, *assumptions),
        )  # fmt: skip


def staff(
    plan: Plan,
    catalogue: Catalogue,
    assumed: Assumed,
    *,
    rates: AgeRates | None = None,
    own: pl.DataFrame | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Staff:
    """Return what a plan asks of people: demand, supply, shortage, value of information and remedies.

    Parameters
    ----------
    plan, catalogue : the plan, and the catalogue that it was made with
    assumed : the assumptions about people, in the plan's currency
    rates : of ages; None where none are projected
    own : a table of supply that was brought
    draws, seed : of the ranges of the shortage

    Raises InputError with every fault of the table of supply, and ConflictError when the posts by occupation
    do not add up to the plan's rows.
    """
    needed = demand(plan, catalogue, assumed)
    of_ages = rates or AgeRates()
    stocks = supply(plan, assumed, needed.years, of_ages, own)
    short = shortage(needed, stocks, plan, assumed, draws=draws, seed=seed)
    chosen = plan.roadmap.projects.join(plan.table, on="project", how="semi")
    unpriced = _unpriced(assumed, plan)
    result = Staff(
        table=needed.of_nation.select(_SHOWN),
        settings={"draws": draws, "seed": seed},
        plan=plan,
        demand=needed,
        supply=stocks,
        shortage=short,
        information=pl.DataFrame(schema=_INFORMATION) if unpriced else _information(short, plan, assumed),
        remedies=pl.DataFrame(schema=_REMEDIES)
        if unpriced
        else _remedies(short, stocks, needed, plan, assumed),
        notes=(unpriced,) if unpriced else (),
        about_supply=basis(assumed, of_ages, plan),
        unpaid=unpaid_in_plan(plan, catalogue),
        unknown=chosen["run_posts"].null_count() / chosen.height if chosen.height else 0.0,
        assumed=assumed,
        occupations=occupation_titles(catalogue),
        solutions={str(one.name): one.name for one in catalogue.solutions.values()},
    )
    if result.differences:
        raise ConflictError(
            coded(
                "talent.mismatch",
                "the numbers of people by occupation and year do not match the rows of the plan",
            ),
            place="plan",
            remedy=text("solve the plan again: its table and its roadmap do not belong together"),
        )  # fmt: skip
    return result


def _unpriced(assumed: Assumed, plan: Plan) -> Text | None:
    """Say that no remedy is priced, where no rate leads from the assumptions' money to the plan's."""
    try:
        assumed("contract_cost")
    except InputError:
        return text(
            "the remedies have no prices: there is no exchange rate to convert the assumed costs "
            "to {currency}",
            currency=plan.currency,
        )
    return None


def _information(short: Shortage, plan: Plan, assumed: Assumed) -> pl.DataFrame:
    """Return what knowing each figure is worth for the shortage of each kind in its worst year."""
    courses = {row["occupation"]: row for row in plan.roadmap.training.iter_rows(named=True)}
    parts = []
    for row in short.peaks.iter_rows(named=True):
        drawn, course = short.drawn[row["kind"]], courses.get(row["kind"])
        posts = drawn.posts[:, row["year"] - plan.years[0]]
        prepare = course["cost"] / course["places"] if course and course["places"] else 0.0
        lack = assumed("contract_cost")
        if not (prepare > 0 and lack > 0):
            continue
        values = value_of_information(posts, drawn.factors, drawn.names, prepare=prepare, lack=lack)
        parts.append(
            values.select(
                pl.lit(row["kind"]).alias("kind"), "name", "value", "share",
                pl.lit(perfect(posts, prepare, lack)).alias("perfect"),
                pl.lit(row["year"], pl.Int64).alias("year"),
            )
        )  # fmt: skip
    return pl.concat(parts) if parts else pl.DataFrame(schema=_INFORMATION)


def _remedies(
    short: Shortage, stocks: pl.DataFrame, needed: Demand, plan: Plan, assumed: Assumed
) -> pl.DataFrame:
    """Return the cheapest remedy of the middle and of the high shortage of each kind."""
    courses = {
        name: Course(cost, places, most, lag)
        for name, cost, places, most, lag in plan.roadmap.training.select(
            "occupation", "cost", "places", "most", "lag"
        ).iter_rows()
    }
    rows = []
    for kind in short.drawn:
        options = _options(kind, courses.get(kind), short, stocks, needed, assumed)
        table = short.table.filter(pl.col("kind") == kind).sort("year")
        for case in _CASES:
            missing = dict(table.select("year", case).iter_rows())
            if not any(missing.values()):
                continue
            try:
                remedy = cheapest(missing, options)
            except InfeasibleError:
                rows += [(kind, case, year, posts, None, None, None, None, None, None, False)
                         for year, posts in missing.items()]  # fmt: skip
                continue
            rows += [(kind, case, *row, True) for row in remedy.table.iter_rows()]
    return pl.DataFrame(rows, schema=_REMEDIES, orient="row")


def _options(  # noqa: PLR0917 - what a remedy is made of
    kind: str, course: Course | None, short: Shortage, stocks: pl.DataFrame, needed: Demand, assumed: Assumed
) -> Options:
    """Return what may be done for a kind of people, and how much of it there is by year."""
    years = needed.years
    of_kind = pl.col("kind") == kind
    contractors = stocks.filter(of_kind).group_by("year").agg(pl.col("contractors").sum())
    posts = short.by_city.filter(of_kind).select("city", "year", "own")
    held = stocks.filter(of_kind & (pl.col("place") != NATIONWIDE)).select("year", "stock", city="place")
    spare = held.join(posts, on=["city", "year"], how="left").select(
        "year", spare=(pl.col("stock") - pl.col("own").fill_null(0.0)).clip(0.0)
    )  # fmt: skip
    building = needed.of_nation.filter(of_kind & (pl.col("phase") == BUILDING))
    return Options(
        course,
        contract=assumed("contract_cost"),
        move=assumed("move_cost"),
        delay=assumed("delay_cost"),
        contractors=_by_year(contractors, "contractors", years),
        movable=_by_year(spare.group_by("year").agg(pl.col("spare").sum()), "spare", years),
        delayable=tuple(
            assumed("delay_share") * posts
            for posts in _by_year(building.group_by("year").agg(pl.col("posts").sum()), "posts", years)
        ),
    )


def _by_year(table: pl.DataFrame, column: str, years: range) -> tuple[float, ...]:
    amounts = dict(table.select("year", column).iter_rows())
    return tuple(float(amounts.get(year, 0.0)) for year in years)
