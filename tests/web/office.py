"""A stand-in for a programme: real demo figures, and results made by rules so simple that they can be seen.

It lets the pages be tested without the store and the stages: a score is the mean of two min-max values, the
outlook goes on at the last growth, the plan builds eight solutions in sixty cities. A rank is sure to within
five places, and every ten ranks make a tier.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from types import SimpleNamespace

import polars as pl

from urbium.catalogue import DATA, load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Origin
from urbium.model import OBSERVATION, City
from urbium.observations.disagreements import disagreements
from urbium.plan import NATIONWIDE, Roadmap, compare
from urbium.plan.milp.financing import OVERRUNS, SHORTFALLS, TRAINING
from urbium.programme.plan_tables import PlanTables
from urbium.result import Result

VARIABLES = {
    "population_year_end": "10k persons",
    "gdp": "10k CNY",
    "green_cover_rate": "%",
    "tertiary_share_gdp": "%",
}
SOLUTIONS = (
    "CYBERSEC", "DATA_PLATFORM", "BASEMAP", "BACKBONE", "IOC", "DIGITAL_ID", "EGOV", "LEAK_DETECT",
)  # fmt: skip
LEAVES = ("tertiary_share", "green_cover")
KEPT = {
    "name": pl.String, "version": pl.Int64, "kept_at": pl.Datetime("us", "UTC"), "kept_by": pl.String,
    "reason": pl.String, "years": pl.String, "projects": pl.Int64, "cities": pl.Int64, "capital": pl.Float64,
    "currency": pl.String, "worth": pl.Float64, "gap": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Made(Result):
    stage: str
    more: dict = field(default_factory=dict)

    def __getattr__(self, name):
        if name.startswith("__") or name == "more":
            raise AttributeError(name)
        try:
            return self.more[name]
        except KeyError as error:
            raise AttributeError(name) from error


class StandIn:
    """What the pages need of a programme; ``stages`` says which were run."""

    def __init__(self, stages=("scores", "outlook", "plan"), *, has_faults=True):
        self.catalogue = load_catalogue()
        self.stages = stages
        self.has_faults = has_faults
        self.kept = {}

    @cached_property
    def _cities(self):
        table = pl.read_csv(DATA / "demo" / "cities.csv", schema_overrides={"code": pl.String})
        return table.select(
            "code", "name_en", "name_zh", "province_en", "province_zh", "level",
            latitude="lat", longitude="lon", parent=pl.lit(""), note=pl.lit(""),
        ).sort("code")  # fmt: skip

    @cached_property
    def _observations(self):
        kinds = {"city_code": pl.String, "period": pl.String, "value": pl.Float64}
        table = pl.read_csv(DATA / "demo" / "observations.csv", schema_overrides=kinds)
        kept = table.filter(
            pl.col("variable").is_in([*VARIABLES, "population_agglomeration", "green_area_per_head"]),
            pl.col("period") >= "2009",
        )
        suspect = (pl.col("variable") == "green_area_per_head") | (
            (pl.col("unit") == "%") & (pl.col("value") > 100)
        )
        return kept.with_row_index("line", offset=2).select(
            pl.col("city_code").alias("city"), "variable", "period", "value", "unit", "area",
            status=pl.when(suspect).then(pl.lit("suspect")).otherwise("status"),
            quality=pl.lit("measured"), source="source_id",
            recorded_at=pl.lit(datetime(2026, 1, 5, tzinfo=UTC)).cast(OBSERVATION["recorded_at"]),
            recorded_by=pl.lit("office"), file=pl.lit("observations.csv"), sheet=pl.lit(""),
            cell=pl.format("D{}", "line"), reason=pl.lit(""),
        )  # fmt: skip

    def cities(self):
        return self._cities

    def city(self, code):
        found = self._cities.filter(
            (pl.col("code") == code) | (pl.col("name_en").str.to_lowercase() == code.lower())
        )
        if found.height != 1:
            raise NotFoundError.named("city", code, [*self._cities["code"], *self._cities["name_en"]])
        row = found.row(0, named=True)
        return City(
            code=row["code"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            level=row["level"],
            province={"en": row["province_en"], "zh": row["province_zh"]},
            latitude=row["latitude"],
            longitude=row["longitude"],
        )

    def observations(self, **only):
        table = self._observations
        columns = {"variables": "variable", "cities": "city", "periods": "period", "statuses": "status"}
        for name, wanted in only.items():
            table = table.filter(pl.col(columns[name]).is_in(list(wanted)))
        return table

    def disagreements(self):
        return disagreements(self._observations, self.catalogue.variables)

    def faults(self):
        bad = self._observations.filter(pl.col("status") == "suspect", pl.col("unit") == "%")
        rows = [
            {"severity": "warning", "sheet": "", "cell": row["cell"], "city": row["city"],
             "variable": row["variable"], "period": row["period"], "value": str(row["value"]),
             "rule": "plausible range",
             "message": f"{row['value']:g} % is more than the whole", "remedy": "ask the city"}
            for row in bad.to_dicts()
        ]  # fmt: skip
        rows.append(
            {"severity": "warning", "sheet": "", "cell": "D1", "city": "", "variable": "green_area_per_head",
             "period": "", "value": "", "rule": "column in the wrong unit",
             "message": "the whole column is in thousands of square metres a person",
             "remedy": "ask the publisher"}
        )  # fmt: skip
        kinds = dict.fromkeys(rows[-1], pl.String)
        return pl.DataFrame(rows if self.has_faults else [], schema=kinds)

    def sources(self):
        return self.catalogue.sources

    def summary(self):
        table = self._observations
        return {
            "store": "stand-in",
            "cities": self._cities.height,
            "sources": 3,
            "observations": table.height,
            "suspects": table.filter(pl.col("status") == "suspect").height,
        }

    def plan_tables(self):
        return PlanTables(self.required("plan"))

    def nation(self):
        return "CHN"

    def adopted(self, stage):
        return (
            {"scores": self._scores, "outlook": self._outlook, "plan": self._plan}[stage]
            if stage in self.stages
            else None
        )

    def required(self, stage):
        made = self.adopted(stage)
        if made is None:
            verb = {"scores": "measure", "outlook": "forecast"}.get(stage, "plan")
            raise NotFoundError(f"there are no adopted {stage} yet", remedy=f"run urbium {verb} --adopt")
        return made

    def explain(self, city, what="score", name="", *, period="", area=""):
        place = self.city(city)
        if what == "project" and name not in self.catalogue.solutions:
            raise NotFoundError.named("solution", name, self.catalogue.solutions)
        if what == "figure":
            rows = self._observations.filter(
                pl.col("city") == place.code, pl.col("variable") == name, pl.col("period") == period
            )
            if rows.is_empty():
                raise NotFoundError(
                    f"no {name} of {city} is stored for {period}", remedy="choose another period"
                )
            return self._told(rows.row(0, named=True))
        rows = self._observations.filter(pl.col("city") == place.code).head(4).to_dicts()
        return Explanation(
            f"{what} of {place}", 61.5, kind="project" if what == "project" else "score",
            children=tuple(self._told(row) for row in rows),
        )  # fmt: skip

    def _told(self, row):
        source = self.catalogue.sources[row["source"]]
        origin = Origin(
            source.publisher, source.title, source.year, source.licence, row["file"],
            row["sheet"], row["cell"], row["recorded_at"].isoformat(), row["recorded_by"],
        )  # fmt: skip
        return Explanation(
            row["variable"],
            row["value"],
            row["unit"],
            row["period"],
            row["area"],
            "observation",
            origin=origin,
        )

    @cached_property
    def _scores(self):
        wanted = {"tertiary_share_gdp": "tertiary_share", "green_cover_rate": "green_cover"}
        rows = self._observations.filter(pl.col("variable").is_in(list(wanted)), pl.col("period") == "2012")
        own = rows.filter(pl.col("status") != "suspect").select(
            "city", "value", indicator=pl.col("variable").replace(wanted)
        )
        grid = self._cities.select(city="code").join(pl.DataFrame({"indicator": LEAVES}), how="cross")
        low, high = pl.col("value").min().over("indicator"), pl.col("value").max().over("indicator")
        values = grid.join(own, on=["city", "indicator"], how="left").with_columns(
            normalised=100 * (pl.col("value") - low) / (high - low)
        )
        indicators = values.with_columns(
            unit=pl.lit("%"), period=pl.lit("2012"), quality=pl.lit("measured"), reason=pl.lit(""),
            status=pl.when(pl.col("value").is_null()).then(pl.lit("missing")).otherwise(pl.lit("measured")),
        )  # fmt: skip
        table = (
            values.group_by("city", maintain_order=True)
            .agg(
                score=pl.when(pl.col("value").is_not_null().all()).then(pl.col("normalised").mean()),
                coverage=pl.col("value").is_not_null().mean(),
            )
            .with_columns(
                rank=pl.col("score").rank("min", descending=True).cast(pl.Int64),
            )
            .with_columns(
                rank_low=pl.max_horizontal(pl.col("rank") - 5, pl.when(pl.col("rank").is_not_null()).then(1)),
                rank_high=pl.min_horizontal(
                    pl.col("rank") + 5, pl.when(pl.col("rank").is_not_null()).then(pl.col("rank").max())
                ),
                tier=(pl.col("rank") - 1) // 10 + 1,
                reason=pl.when(pl.col("score").is_null())
                .then(pl.lit("1 of 2 indicators is known"))
                .otherwise(pl.lit("")),
            )
            .sort("rank", "city", nulls_last=True)
        )
        pillars = values.select(
            "city",
            node=pl.col("indicator").replace({"tertiary_share": "economy", "green_cover": "environment"}),
            parent=pl.lit("yearbook"), score="normalised", weight=pl.lit(0.5), coverage=pl.lit(1.0),
        )  # fmt: skip
        return Made(
            table=table, stage="scores",
            more={"pillars": pillars, "indicators": indicators, "period": 2012,
                  "index": self.catalogue.indices["yearbook"]},
        )  # fmt: skip

    def what_if(self, *, weights=None, steps=None, aggregate=None, values=None):
        share = {"economy": 1 / 3, "society": 1 / 3, "environment": 1 / 3} | dict(weights or {})
        if not share["economy"] + share["environment"]:
            raise InputError("the change cannot be made", remedy="give one node a weight above 0")
        wide = self._scores.pillars.pivot(on="node", index="city", values="score")
        if steps and steps.endswith("rank"):
            wide = wide.with_columns(pl.col("economy", "environment").rank())
        part = pl.col("economy").log() if aggregate == "geometric" else pl.col("economy")
        other = pl.col("environment").log() if aggregate == "geometric" else pl.col("environment")
        mean = (share["economy"] * part + share["environment"] * other) / (
            share["economy"] + share["environment"]
        )
        after = wide.select("city", score=mean.exp() if aggregate == "geometric" else mean)
        after = after.with_columns(rank=pl.col("score").rank("min", descending=True).cast(pl.Int64))
        before = self._scores.table.select("city", score_before="score", rank_before="rank")
        return Made(
            table=before.join(after, on="city")
            .with_columns(change=pl.col("rank_before") - pl.col("rank"))
            .sort("rank", "city", nulls_last=True),
            stage="what-if",
        )

    def analyse(self):
        values = self._scores.indicators
        wide = values.pivot(on="indicator", index="city", values="normalised").drop_nulls()
        both = wide.select(pl.corr(*LEAVES)).item()
        return SimpleNamespace(
            correlations=pl.DataFrame(
                [(LEAVES[0], LEAVES[1], both, 0.03, "negative")],
                schema=["first", "second", "coefficient", "p_value", "flag"], orient="row",
            ),
            statistics=values.group_by("indicator", maintain_order=True).agg(
                known=pl.col("value").count(), low=pl.col("value").min(), median=pl.col("value").median(),
                mean=pl.col("value").mean(), high=pl.col("value").max(), skewness=pl.col("value").skew(),
            ),
            effective_weights=pl.DataFrame(
                {"node": LEAVES, "weight": [0.2, 0.2], "effective_weight": [0.07, float("nan")]}
            ),
            alpha=0.31,
            removal=pl.DataFrame({"node": ["economy"], "mean_change": [21.5]}),
        )  # fmt: skip

    def profile(self, city):
        table = self._scores.indicators.with_columns(
            rank=pl.col("value").rank("min", descending=True).over("indicator").cast(pl.Int64),
            of=pl.col("value").count().over("indicator").cast(pl.Int64),
        )
        own = table.filter(pl.col("city") == city).drop_nulls("rank").sort("rank")
        own = own.select("indicator", name="indicator", pillar="indicator", rank="rank", of="of",
                         value="value", unit="unit")  # fmt: skip
        same = self._cities.filter(pl.col("code").str.slice(0, 2) == city[:2], pl.col("code") != city)
        return SimpleNamespace(
            strengths=own.head(1), weaknesses=own.tail(own.height - 1),
            peers=same.select(city="code", distance=pl.lit(0.5)),
            progress=pl.DataFrame(
                {"indicator": list(LEAVES), "value": [None, 38.0], "target": [50.0, 40.0],
                 "share": [None, float("nan")], "grade": ["not known", "improving too slowly"]}
            ),
        )  # fmt: skip

    def silence(self):
        table = self._scores.table.select(
            "city", "score", "coverage", reachable=pl.col("score") + 2.5, gain=pl.lit(2.5),
            cautious=pl.col("score") - 1,
        )  # fmt: skip
        return Made(table=table, stage="silence")

    def information(self):
        missing = self._scores.indicators.filter(pl.col("value").is_null())
        table = missing.select(
            "city", "indicator", why=pl.lit("missing"), expected_move=pl.lit(None, pl.Float64),
            rank=pl.lit(None, pl.Int64), rank_best=pl.lit(3), rank_worst=pl.lit(120),
            gives_score=pl.lit(value=True),
        )  # fmt: skip
        return Made(table=table, stage="information")

    @cached_property
    def _outlook(self):
        seen = (
            self._observations.filter(
                pl.col("variable") == "population_agglomeration", pl.col("period").is_in(["2010", "2015"])
            )
            .pivot(on="period", index="city", values="value")
            .drop_nulls()
        )
        rows = []
        for row in seen.to_dicts():
            growth = (row["2015"] / row["2010"]) ** 0.2
            for year in range(2010, 2036):
                value = row["2015"] * growth ** (year - 2015)
                ahead = year > 2015
                spread = [value * share if ahead else None for share in (0.9, 1.1, 0.8, 1.2)]
                kind = "projected" if ahead else "observed"
                rows.append((row["city"], "agglomeration", year, value, *spread, kind, "exponential"))
        names = ["city", "area", "year", "value", "low80", "high80", "low95", "high95", "kind", "curve"]
        backtest = pl.DataFrame(
            [{"area": "agglomeration", "horizon": 10, "method": "pooled", "cities": 266, "median_ape": 0.05,
              "ratio_to_naive": 0.8, "ratio_to_drift": 0.3, "coverage80": 0.8, "coverage95": None}]
        )  # fmt: skip
        table = pl.DataFrame(rows, schema=names, orient="row")
        return Made(table=table, stage="outlook", more={"backtest": backtest, "notes": ("made up",)})

    @cached_property
    def _plan(self):
        known = [code for code in SOLUTIONS if code in self.catalogue.solutions]
        rows = [
            {"project": f"{city}:{code}", "city": city, "solution": code, "start": 2016 + (place + turn) % 13,
             "finish": 2017 + (place + turn) % 13, "capital": 10.0 + place, "operation": 1.0, "value": 0.25}
            for place, city in enumerate(self._cities["code"].head(60))
            for turn, code in enumerate(known)
        ]  # fmt: skip
        table = pl.DataFrame(rows).with_columns(status=pl.lit("candidate"), evidence=pl.lit("assumption"))
        half = table.select("project", "city", year="start", amount=pl.col("capital") / 2)
        money = pl.concat([half.with_columns(fund=pl.lit(name)) for name in ("NATION", "CITY")])
        money = money.select("project", "city", "fund", "year", pl.lit("capital").alias("kind"), "amount")
        check = SimpleNamespace(
            limit="start_once", counted=table.height, violation=0.0, is_kept=True, where=""
        )
        certificate = SimpleNamespace(checks=(check,), is_valid=True)
        roadmap = self._roadmap(table)
        return Made(
            table=table, stage="plan",
            more={"money": money, "currency": "CNY", "objective": 120.0, "bound": 120.96, "gap": 0.008,
                  "certificate": certificate, "roadmap": roadmap, "years": roadmap.years,
                  "overruns": pl.DataFrame(schema=OVERRUNS), "training": pl.DataFrame(schema=TRAINING),
                  "shortfalls": pl.DataFrame(
                      [("standard", "110000", "fire brigade", 1.0)], schema=SHORTFALLS, orient="row"
                  )},
        )  # fmt: skip

    def _roadmap(self, table):
        """The problem behind the plan: budgets of the nation and of every city, people of one occupation."""
        cities, years = table["city"].unique().sort(), range(2016, 2031)
        places = [NATIONWIDE, *cities]
        staff = table.select("project", occupation=pl.lit("eng"), building=pl.lit(1.0), running=pl.lit(0.0))
        return Roadmap(
            years=years,
            cities=pl.DataFrame({"city": cities, "weight": 1.0}),
            indicators=pl.DataFrame({"indicator": ["calls"], "name": ["Calls answered"], "weight": [1.0]}),
            projects=table.select(
                "project", "city", "solution", "capital", "operation", "status", "evidence",
                build_years=pl.lit(2), finance_models=pl.lit("PUB"), foreign_share_max=pl.lit(1.0),
            ),
            effects=table.select("project", indicator=pl.lit("calls"), effect=pl.lit(0.1), lag=pl.lit(0)),
            gaps=pl.DataFrame({"city": cities, "indicator": "calls", "need": 0.5, "ceiling": 1.0,
                               "evidence": "assumption"}),
            curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
            funds=pl.DataFrame({"fund": ["NATION", "CITY"], "finance_models": "PUB", "share_max": 1.0,
                                "payer": ["nation", "city"], "is_foreign": False}),
            budgets=pl.DataFrame(
                [(place, year, 9e3 if place == NATIONWIDE else 200.0) for place in places for year in years],
                schema=["place", "year", "amount"], orient="row",
            ),
            pools=pl.DataFrame(
                [(NATIONWIDE, "eng", year, 100.0, "assumption") for year in years],
                schema=["place", "occupation", "year", "places", "evidence"], orient="row",
            ),
            staff=staff,
            occupations=pl.DataFrame({"occupation": ["eng"], "name": ["Engineers"]}),
        )  # fmt: skip

    def once(self, name, make):
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def plans(self):
        known = [
            {"name": "a year later", "version": 2, "kept_at": datetime(2026, 1, 6, tzinfo=UTC),
             "kept_by": "office", "reason": "what waiting does", "years": "2016-2030", "projects": 420,
             "cities": 60, "capital": 18960.0, "currency": "CNY", "worth": 110.0, "gap": 0.01}
        ]  # fmt: skip
        return pl.DataFrame(known if "plan" in self.stages else [], schema=KEPT)

    def compare(self, a, b="adopted"):
        later = replace(self._plan, table=self._plan.table.with_columns(pl.col("start", "finish") + 1))
        known = {"adopted": self._plan, "a year later": later}
        for name in (a, b):
            if name not in known:
                raise NotFoundError.named("kept plan", name, known)
        return compare(known[a], known[b], names=(a, b))

    def solution_names(self, city=""):
        return {code: each.name for code, each in self.catalogue.solutions.items()}

    def plan_workbook(self):
        self.required("plan")
        return b"PK workbook"
