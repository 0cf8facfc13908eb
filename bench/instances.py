"""The seeded national instances of the reference folder, read as a roadmap.

The generator stays where it is: it is loaded by its path, ``../shared/instances/national.py``, and the
constants of its model are those of its module. Its standards, minimum closings and parity must be kept; here
what they lack has a price.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from urbium.plan import NATIONWIDE, Roadmap, Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"
FIRST_YEAR = 2021
_NATION, _CITY, _PRIVATE, _FOREIGN = "state", "own", "partner", "abroad"


def generator(shared: Path = SHARED) -> ModuleType:
    """Load the generator of the reference folder."""
    spec = importlib.util.spec_from_file_location("reference_national", shared / "instances" / "national.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "instances" / "national.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seeded(size: str, seed: int = 1, *, is_tight: bool = False) -> Roadmap:
    """Return the instance of a size (S, M, L, XL) and seed; tight: parity 0.85 and least closing 0.22."""
    return read(*drawn(size, seed, is_tight=is_tight))


def drawn(size: str, seed: int, *, is_tight: bool) -> tuple[list[dict[str, Any]], dict[str, Any], ModuleType]:
    """Return the cities and the nation of an instance, and the module with the constants of its model."""
    module = generator()
    if is_tight:
        vars(module)["KAPPA"] = 0.85
    cities, nation, _ = module.gen(*module.SIZES[size], seed)
    if is_tight:
        cities = [city | {"theta": 0.22} for city in cities]
    return cities, nation, module


def read(cities: list[dict[str, Any]], nation: dict[str, Any], module: ModuleType) -> Roadmap:
    """Read what ``gen`` returns."""
    years = range(FIRST_YEAR, FIRST_YEAR + len(nation["N"]))
    worth = np.array([city["w"] for city in cities]) / nation["delta"].sum()
    names = [f"c{number}" for number in range(len(cities))]
    price = float(worth.sum(axis=1).max() * nation["delta"].sum())
    return Roadmap(
        years=years,
        cities=pl.DataFrame(
            {
                "city": names,
                "weight": worth.max(axis=1) * module.I,
                "region": [f"r{city['reg']}" for city in cities],
            }
        ),
        indicators=pl.DataFrame(
            {"indicator": [f"i{k}" for k in range(module.I)], "weight": [1 / module.I] * module.I}
        ),
        curve=pl.DataFrame(
            {"segment": range(1, len(module.SEG) + 1), "width": module.SEG, "slope": module.SL}
        ),
        funds=_funds(),
        fairness=_fairness(names, cities, module),
        gaps=_table(
            ("city", "indicator", "need", "ceiling"),
            [
                (name, f"i{k}", need, 1.0)
                for name, row in zip(names, worth / worth.max(axis=1, keepdims=True), strict=True)
                for k, need in enumerate(row.tolist())
            ],
        ),
        **_of_cities(names, cities),
        **_limits(names, cities, nation, years, module),
        settings=Settings(
            discount_rate=float(nation["delta"][0] / nation["delta"][1] - 1),
            foreign_share_max=module.PHI,
            shortfall_price=price,
        ),
    )


def _funds() -> pl.DataFrame:
    """Return the four sources: a project names those that may pay it as finance models."""
    return _table(
        ("fund", "finance_models", "share_max", "city_share_max", "city_budgets_share_max", "payer",
         "is_foreign"),
        [
            (_NATION, _NATION, 1.0, 0.6, None, "nation", False),
            (_CITY, _CITY, 1.0, 1.0, None, "city", False),
            (_PRIVATE, _PRIVATE, 1.0, 1.0, 0.35, "outside", False),
            (_FOREIGN, _FOREIGN, 1.0, 1.0, None, "outside", True),
        ],
    )  # fmt: skip


def _fairness(names: list[str], cities: list[dict[str, Any]], module: ModuleType) -> pl.DataFrame:
    regions = sorted({f"r{city['reg']}" for city in cities})
    return _table(
        ("rule", "place", "share"),
        [("least_closing", name, city["theta"]) for name, city in zip(names, cities, strict=True)]
        + [("parity", region, module.KAPPA) for region in regions],
    )


def _of_cities(names: list[str], cities: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """Return the tables of projects and of what links them."""
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
    for name, city in zip(names, cities, strict=True):
        project = [f"{name}:p{number}" for number in range(len(city["d"]))]
        for number, key in enumerate(project):
            private, foreign, outside = (float(city[share][number]) for share in ("rho", "phi", "sig"))
            models = [_NATION, _CITY, *[_PRIVATE] * (private > 0), *[_FOREIGN] * (foreign > 0)]
            cost = float(city["cost"][number])
            rows["projects"].append(
                (key, name, f"p{number}", cost, 0.04 * cost, 0.0, int(city["d"][number]), ";".join(models),
                 foreign, outside)
            )  # fmt: skip
            if private > 0:
                rows["fund_shares"].append((key, _PRIVATE, private))
            for k in np.flatnonzero(city["v"][number]):
                rows["effects"].append((key, f"i{k}", float(city["v"][number, k]), 0))
            for k in np.flatnonzero(city["r"][number]):
                rows["staff"].append((key, f"k{k}", float(city["r"][number, k]), 0.0))
        rows["teaching"] += [(project[j], f"k{k}", float(places), 1) for j, k, places in city["train"]]
        rows["prerequisites"] += [(project[after], project[i], lag) for i, after, lag in city["prec"]]
        rows["exclusions"] += [
            (f"{name}:g{g}", project[j]) for g, group in enumerate(city["excl"]) for j in group
        ]
        for number, members in enumerate(city["std"]):
            standard, years = f"{name}:s{number}", len(city["B"])
            rows["standards"].append((standard, name, FIRST_YEAR + min(8, years - 2) - 1))
            rows["covers"] += [(standard, project[j]) for j in members]
    return {name: _table(columns, rows[name]) for name, columns in _COLUMNS.items()}


_COLUMNS = {
    "projects": (
        "project", "city", "solution", "capital", "operation", "renewal", "build_years", "finance_models",
        "foreign_share_max", "outside_share_max",
    ),
    "fund_shares": ("project", "fund", "share_max"),
    "effects": ("project", "indicator", "effect", "lag"),
    "staff": ("project", "occupation", "building", "running"),
    "teaching": ("project", "occupation", "places", "lag"),
    "prerequisites": ("project", "requires", "lag"),
    "exclusions": ("group", "project"),
    "standards": ("standard", "city", "deadline"),
    "covers": ("standard", "project"),
}  # fmt: skip


def _limits(
    names: list[str], cities: list[dict[str, Any]], nation: dict[str, Any], years: range, module: ModuleType
) -> dict[str, pl.DataFrame]:
    """Return the tables of money and people that cities have, and that they share."""
    places = [*zip(names, (city["B"] for city in cities), strict=True), (NATIONWIDE, nation["N"])]
    pools = [*zip(names, (city["P"] for city in cities), strict=True), (NATIONWIDE, nation["Q"])]
    return {
        "budgets": _table(
            ("place", "year", "amount"),
            [
                (place, year, float(amount))
                for place, amounts in places
                for year, amount in zip(years, amounts, strict=True)
            ],
        ),
        "occupations": pl.DataFrame({"occupation": [f"k{k}" for k in range(module.K)]}),
        "pools": _table(
            ("place", "occupation", "year", "places"),
            [
                (place, f"k{k}", year, float(held))
                for place, pool in pools
                for k, held in enumerate(pool)
                for year in years
            ],
        ),
        "training": _table(
            ("occupation", "cost", "places", "most", "lag"),
            [
                (f"k{k}", float(cost), float(added), nation["zmax"], module.LAGTR)
                for k, (cost, added) in enumerate(zip(nation["zc"], nation["ze"], strict=True))
            ],
        ),
    }


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None)
