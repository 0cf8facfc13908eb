"""Weights sum to one, the curve of worth falls, and what is promised can be measured and has a price."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from urbium.errors import Fault, nearest
from urbium.plan.problem.keys import Tables, fault, key_of

__all__ = ["promises", "worth"]

_TOLERANCE = 1e-6


def worth(tables: Tables) -> Iterator[Fault]:
    """Yield the faults of weights and of the curve."""
    yield from _weights(tables)
    yield from _curve(tables["curve"])


def _weights(tables: Tables) -> Iterator[Fault]:
    total = float(tables["indicators"]["weight"].sum())
    if abs(total - 1) > _TOLERANCE:
        yield fault("weights", "indicators", "weight", f"the weights sum to {total:.6g}", "let them sum to 1")


def _curve(curve: pl.DataFrame) -> Iterator[Fault]:
    rows = curve.sort("segment")
    total = float(rows["width"].sum())
    if abs(total - 1) > _TOLERANCE:
        text = f"the widths sum to {total:.6g}"
        yield fault("curve", "curve", "width", text, "let them sum to 1")
    if (rows["slope"].diff().fill_null(0) > _TOLERANCE).any():
        yield fault("curve", "curve", "slope", "a slope rises", "let each slope be at most the one before")


def promises(tables: Tables, settings: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of standards and rules of fairness; the references hold."""
    yield from _price(tables, settings)
    yield from _uncovered(tables)
    yield from _unmeasured(tables)


def _price(tables: Tables, settings: Mapping[str, Any]) -> Iterator[Fault]:
    """What may be missed has a price above 0."""
    for name in ("standards", "fairness"):
        if tables[name].height and settings["shortfall_price"] <= 0:
            text = f"shortfall_price is missing, and there is a table {name}"
            yield fault("price", "settings", "shortfall_price", text, "give a price above 0")


def _uncovered(tables: Tables) -> Iterator[Fault]:
    """A standard is covered by some project, of its own city."""
    home = dict(tables["standards"].select("standard", "city").iter_rows())
    city = dict(tables["projects"].select("project", "city").iter_rows())
    covered = set(tables["covers"]["standard"])
    for standard in home:
        if standard not in covered:
            text = f"{standard} has no covering project"
            yield fault("cover", "standards", standard, text, "name one in the table covers")
    for standard, project in tables["covers"].iter_rows():
        if city[project] != home[standard]:
            text = f"{project} covers {standard} of another city"
            yield fault("same_city", "covers", f"{standard}, {project}", text, "name a project of the city")


def _unmeasured(tables: Tables) -> Iterator[Fault]:
    """A rule of fairness is about a city, or a region, with something to close."""
    weight = dict(tables["indicators"].select("indicator", "weight").iter_rows())
    gaps = tables["gaps"].select("city", "indicator", "need").iter_rows()
    open_cities = {city for city, indicator, need in gaps if weight[indicator] * need > 0}
    region = dict(tables["cities"].select("city", "region").iter_rows())
    places = {"least_closing": open_cities, "parity": {region[city] for city in open_cities} - {""}}
    known = {"least_closing": set(region), "parity": set(region.values()) - {""}}
    for row in tables["fairness"].iter_rows(named=True):
        rule, place = row["rule"], row["place"]
        word = "city" if rule == "least_closing" else "region"
        if place not in known[rule]:
            yield fault(
                "reference", "fairness", key_of("fairness", row), f"there is no {word} {place!r}",
                nearest(place, known[rule]),
            )  # fmt: skip
        elif place not in places[rule]:
            text = f"{word} {place} has nothing to close"
            yield fault("closing", "fairness", key_of("fairness", row), text, "drop the rule or give gaps")
