"""Indices over small tables made by hand, and the demo tables read without urbium's own readers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from urbium.catalogue import DATA, Catalogue, load_catalogue
from urbium.measure import Scores, measure_index
from urbium.model import Choice, Index, IndexNode, Indicator, Variable

RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Observe = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def indicators() -> dict[str, Indicator]:
    """Beds per 100,000 people, and the percentage as it is."""
    rate = Indicator(
        id="bed_rate",
        name={"en": "Beds per 100,000"},
        unit="per 100k persons",
        numerator=(("beds", 1),),
        denominator=(("people", 1),),
        factor=100_000,
        direction=1,
        standard="test",
        edition="1",
    )
    cover = Indicator(
        id="cover",
        name={"en": "Green cover"},
        unit="%",
        numerator=(("cover", 1),),
        denominator=(),
        factor=1,
        direction=1,
        standard="test",
        edition="1",
    )
    return {"bed_rate": rate, "cover": cover}


@pytest.fixture(scope="session")
def flat_index() -> Callable[..., Index]:
    """Return a maker of an index of one level with equal weights."""

    def index(*names: str, availability: float = 0.5, maximum_age: int = 0) -> Index:
        root = IndexNode("flat", "", 1.0, {"en": "Flat index"})
        leaves = [IndexNode(name, "flat", 1 / len(names), {"en": name}) for name in names]
        return Index(
            "flat",
            {"en": "Flat index"},
            (root, *leaves),
            Choice.row("screen > min-max"),
            Choice.row("arithmetic"),
            availability,
            maximum_age,
        )

    return index


@pytest.fixture(scope="session")
def score_tree(
    catalogue: Catalogue, indicators: dict[str, Indicator], observe: Observe
) -> Callable[..., Scores]:
    """Return a maker of scores of cities a, b, c, ...: figures by indicator, None where there is none.

    ``parents`` places indicators and pillars below others than the root ("top"), ``weights`` are 1 where left
    out, ``lower`` names the indicators of which less is better, ``grades`` the quality of single figures.
    """

    def score(
        figures: dict[str, list[float | None]],
        *,
        parents: dict[str, str] | None = None,
        weights: dict[str, float] | None = None,
        lower: tuple[str, ...] = (),
        benchmarks: dict[str, float] | None = None,
        grades: dict[tuple[str, str], str] | None = None,
        steps: str = "screen > min-max",
        aggregate: str = "arithmetic",
        availability: float = 0.0,
        weighting: str = "declared",
    ) -> Scores:
        above, weigh = parents or {}, weights or {}
        variables = {name: Variable(name, {"en": name}, "%", "prefecture") for name in figures}
        made = {
            name: replace(
                indicators["cover"],
                id=name,
                numerator=((name, 1),),
                direction=-1 if name in lower else 1,
                benchmark=(benchmarks or {}).get(name),
            )
            for name in figures
        }
        names = [*dict.fromkeys(above.values()), *figures]
        nodes = [IndexNode("top", "", 1.0, {"en": "Top"})] + [
            IndexNode(name, above.get(name, "top"), weigh.get(name, 1.0), {"en": name})
            for name in dict.fromkeys(names)
            if name != "top"
        ]
        index = Index(
            "top",
            {"en": "Top"},
            tuple(nodes),
            Choice.row(steps),
            Choice.row(aggregate),
            availability,
            0,
            weighting=Choice.parse(weighting),
        )
        codes = "abcdefghijklmnopqrstuvwxyz"[: max(map(len, figures.values()))]
        tables = [observe(unit="%")]
        for name, values in figures.items():
            for city, value in zip(codes, values, strict=True):
                if value is not None:
                    grade = (grades or {}).get((city, name), "measured")
                    marks = {"status": "suspect"} if grade == "suspect" else {"quality": grade}
                    tables.append(observe((city, name, 2012, float(value)), unit="%", **marks))
        return measure_index(
            pl.concat(tables),
            index,
            replace(catalogue, variables=variables, indicators=made),
            cities=pl.DataFrame({"code": list(codes), "name_en": [code.upper() for code in codes]}),
            period=2012,
            runs=0,
        )

    return score


def _demo(table: str, place: str) -> pl.DataFrame:
    raw = pl.read_csv(DATA / "demo" / table, infer_schema=False)
    return raw.select(
        pl.col(place).alias("city"),
        "variable",
        "period",
        pl.col("value").cast(pl.Float64),
        "unit",
        "area",
        "status",
        pl.lit("measured").alias("quality"),
        pl.col("source_id").alias("source"),
        pl.lit(RECORDED).cast(pl.Datetime("us", "UTC")).alias("recorded_at"),
        pl.lit("anna").alias("recorded_by"),
        pl.lit(table).alias("file"),
        pl.lit("").alias("sheet"),
        pl.concat_str(pl.lit("D"), pl.int_range(2, pl.len() + 2)).alias("cell"),
        pl.lit("").alias("reason"),
    )


@pytest.fixture(scope="session")
def demo_figures() -> pl.DataFrame:
    """Return the city figures of the demo, the two columns known to be wrong as a whole marked suspect."""
    wrong = pl.col("variable").is_in(["public_toilets", "green_area_per_head"])
    status = pl.when(wrong).then(pl.lit("suspect")).otherwise("status").alias("status")
    return _demo("observations.csv", "city_code").with_columns(status)


@pytest.fixture(scope="session")
def demo_cities() -> pl.DataFrame:
    return pl.read_csv(DATA / "demo" / "cities.csv", infer_schema=False).select(
        "code", "name_en", "name_zh", "level"
    )


@pytest.fixture(scope="session")
def national_figures() -> pl.DataFrame:
    return _demo("national.csv", "country")


@pytest.fixture(scope="session")
def claims_file() -> Path:
    return DATA / "demo" / "claims.csv"
