"""Scores of a few cities made by hand, and of the demo's 286; a key that nobody else has."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from urbium.catalogue import DATA, load_catalogue
from urbium.measure import Scores, measure_index
from urbium.model import OBSERVATION
from urbium.publish.bundle.signing import SigningKey, signing_key

RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COMMON = {
    "quality": "measured",
    "source": "ccsy",
    "recorded_at": RECORDED,
    "recorded_by": "anna",
    "file": "figures.xlsx",
    "sheet": "Data",
    "reason": "",
}
CITIES = ("340100", "340200", "340300", "340400", "340500")


def figures() -> pl.DataFrame:
    """Five cities: four know gdp, people, beds and green cover; the last knows only its people."""
    rows = []
    for place, city in enumerate(CITIES):
        values = {
            "population_year_end": ("10k persons", "prefecture", 100.1 + place),
            "gdp": ("10k CNY", "prefecture", 1e6 * (place + 1) / 3),
            "hospital_beds": ("beds", "prefecture", 4000.0 - 7 * place),
            "tertiary_share_gdp": ("%", "prefecture", 30.0 + place * place),
        }
        known = list(values.items())[: 1 if city == CITIES[-1] else 4]
        for line, (variable, (unit, area, value)) in enumerate(known):
            rows.append(
                COMMON
                | {"city": city, "variable": variable, "period": "2012", "value": value, "unit": unit}
                | {"area": area, "status": "reported", "cell": f"C{line + 2}"}
            )
    suspect = {"city": CITIES[0], "variable": "public_toilets", "period": "2012", "value": 78666.0}
    rows.append(COMMON | suspect | {"unit": "count", "area": "prefecture", "status": "suspect", "cell": "D9"})
    return pl.DataFrame(rows, schema=dict(OBSERVATION))


def cities() -> pl.DataFrame:
    names = ["Hefei", "=cmd|' /C calc'!A0", '"Bengbu", the\nthird', "Huainan", "马鞍山"]
    return pl.DataFrame(
        {"code": CITIES, "name_en": names, "province_en": ["Anhui", "", None, "Anhui", "Anhui"]}
    )


@pytest.fixture(scope="session")
def few() -> Scores:
    """Return scores of five cities of which one has none, one has a hostile name and one a suspect figure."""
    catalogue = load_catalogue()
    index = catalogue.indices["yearbook"]
    return measure_index(figures(), index, catalogue, cities=cities(), period=2012, availability=0.2, runs=20)


@pytest.fixture(scope="session")
def many() -> Scores:
    """Return the demo's scores of 2012, read without urbium's own readers."""
    raw = pl.read_csv(DATA / "demo" / "observations.csv", infer_schema=False)
    wrong = pl.col("variable").is_in(["public_toilets", "green_area_per_head"])
    table = raw.with_columns(
        pl.col("value").cast(pl.Float64),
        pl.when(wrong).then(pl.lit("suspect")).otherwise("status").alias("status"),
        city="city_code",
        source="source_id",
        cell=pl.concat_str(pl.lit("D"), pl.int_range(2, pl.len() + 2)),
        **{name: pl.lit(COMMON[name]) for name in ("quality", "recorded_by", "file", "sheet", "reason")},
        recorded_at=pl.lit(RECORDED).cast(pl.Datetime("us", "UTC")),
    ).select(*OBSERVATION)
    named = pl.read_csv(DATA / "demo" / "cities.csv", infer_schema=False)
    catalogue = load_catalogue()
    return measure_index(
        table,
        catalogue.indices["yearbook"],
        catalogue,
        cities=named.select("code", "name_en", "name_zh", "province_en", "level"),
        period=2012,
    )


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(Path(tmp_path_factory.mktemp("keys")) / "signing.pem")
