"""Home: the map and the ranking of all cities, and the figures that say where the programme stands."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from urbium import charts
from urbium.observations.population import AGGLOMERATION
from urbium.web.drawing import Drawer
from urbium.web.parameters import Office
from urbium.web.views.frames import SIZE_VARIABLE, matching, ranked
from urbium.web.words import amount, number, percent

__all__ = ["ORDERS", "home"]

_SHOWN = ("gdp", SIZE_VARIABLE, AGGLOMERATION)

ORDERS: Mapping[str, tuple[str, str, bool]] = {
    "rank": ("Rank", "rank", False),
    "name": ("Name", "name_en", False),
    "coverage": ("Known indicators", "coverage", True),
    "population": ("Registered population", "population", True),
    "growth": ("Growth ahead", "growth", True),
    "projects": ("Planned projects", "projects", True),
}
"""How the ranking may be ordered: what it is called, its column, and whether the largest comes first."""


def home(office: Office, drawer: Drawer, *, words: str, province: str, order: str) -> dict[str, Any]:
    """Gather the first page."""
    everything = ranked(office).with_columns(growth=pl.col("people_then") / pl.col("people_now") - 1)
    chosen = ORDERS.get(order, ORDERS["rank"])
    shown = matching(everything, words, "city", "name_en", "name_zh", "province_en", "province_zh")
    if province:
        shown = shown.filter(pl.col("province_en") == province)
    shown = shown.sort(chosen[1], "rank", descending=[chosen[2], False], nulls_last=True)
    scores = office.adopted("scores")
    provinces = sorted(everything["province_en"].drop_nulls().unique().to_list())
    table = everything.rename({"city": "code", "name_en": "name"})
    spec = charts.city_map(table, link="/cities/", value_title="Score", size_title="People")
    return {
        "page": "home",
        "summary": office.summary(),
        "cards": _cards(office, everything),
        "map": drawer.draw(spec),
        "spread": drawer.draw(charts.histogram(everything)) if scores is not None else None,
        "sentence": _sentence(everything),
        "rows": shown.to_dicts(),
        "total": everything.height,
        "ahead": everything["year_then"].max(),
        "provinces": provinces,
        "orders": {key: text for key, (text, _, _) in ORDERS.items()},
        "asked": {"q": words, "province": province, "order": order if order in ORDERS else "rank"},
        "index": _index(scores),
        "sources": sorted({source.publisher for source in _read(office)}),
    }


def _cards(office: Office, frame: pl.DataFrame) -> list[dict[str, str]]:
    """The key figures; each names what it counts, and leads to where it is shown."""
    summary, plan = office.summary(), office.adopted("plan")
    scored = frame["score"].count()
    cards = [
        {"figure": number(summary["cities"]), "what": "cities", "note": f"{scored} of them scored",
         "to": "#ranking"},
        {"figure": number(summary["observations"]), "what": "figures stored",
         "note": "each with source, file and cell", "to": "/about/sources"},
        {"figure": number(summary["suspects"]), "what": "suspect figures", "note": "kept out of every score",
         "to": "/data"},
    ]  # fmt: skip
    if plan is None:
        return [
            *cards,
            {"figure": "–", "what": "projects planned", "note": "no plan adopted yet", "to": "/plan"},
        ]
    return [
        *cards,
        {"figure": number(plan.table.height), "what": "projects planned",
         "note": f"in {plan.table['city'].n_unique()} cities", "to": "/plan"},
        {"figure": amount(plan.table["capital"].sum(), plan.currency), "what": "to build them",
         "note": f"starts {plan.table['start'].min()} to {plan.table['start'].max()}", "to": "/plan#money"},
        {"figure": percent(math.ceil(1e4 * plan.gap) / 1e4 if math.isfinite(plan.gap) else None, 2),
         "what": "proven gap", "note": "by the solver: no plan can be better by more", "to": "/plan#proof"},
    ]  # fmt: skip


def _sentence(frame: pl.DataFrame) -> str:
    """What the map shows, in words."""
    known = frame.drop_nulls("score").sort("score", descending=True)
    if known.is_empty():
        return "No city has a score yet: run urbium measure --adopt. Circles show where the cities are."
    middle = float(np.median(known["score"].to_numpy()))
    best, last = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"Scores run from {best['score']:.1f} ({best['name_en']}) to {last['score']:.1f} "
        f"({last['name_en']}); "
        f"half of the {known.height} scored cities lie below {middle:.1f}. "
        f"A ring marks the {frame.height - known.height} cities without enough data for a score. "
        "Each colour holds a fifth of the scored cities."
    )


def _index(scores: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the scores' own class
    if scores is None:
        return None
    return {
        "name": scores.index.name.get("en", scores.index.id),
        "period": scores.period,
        "note": scores.index.note,
    }


def _read(office: Office) -> list[Any]:
    """The sources that are really read from, by what is stored."""
    used = set(office.observations(variables=list(_SHOWN))["source"].unique())
    return [source for code, source in office.sources().items() if code in used]
