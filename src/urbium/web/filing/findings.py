"""Findings: what was found in a file of figures, as a page lists it: each cause once, with its count.

What is advised can be done on the page: neither options of the command nor mapping files are named.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.errors import Fault, by_kind, fault_kind, few
from urbium.model import ValueRule
from urbium.programme.base.labels import label
from urbium.text import say, text
from urbium.text.advice import on_page
from urbium.web.rendering.listing import Listed, Listing

if TYPE_CHECKING:
    from urbium.programme import Reading

_PLACES: Final = 3
"""How many cells of a cause a page names."""
_LISTED_SINGLY: Final = 20
_RANK: Final = {"error": 0, "warning": 1, "note": 2}
_LISTED: Final = (
    Listed("cells", title=text("Cells")), Listed("count", title=text("Times found")),
    Listed("city", by="cities"), Listed("variable", by="figures"), Listed("message"), Listed("remedy"),
    Listed("severity", by="grade"),
)  # fmt: skip
_SCHEMA: Final[dict[str, Any]] = {
    "places": pl.List(pl.Struct({"sheet": pl.String, "cell": pl.String})), "cells": pl.String,
    "count": pl.Int64, "cities": pl.String, "figures": pl.String, "message": pl.String, "remedy": pl.String,
    "severity": pl.String, "grade": pl.String,
}  # fmt: skip


def findings_of(
    reading: "Reading",
    names: Mapping[str, str],
    variables: Mapping[str, str],
    address: str,
    *,
    order: str = "",
    page: int = 1,
) -> Listing:
    """Return the findings of a file by cause, gravest first, as a list that stands at an address.

    ``names`` and ``variables`` are what cities and variables are called, by code; a cause is shown with the
    first of its cities, variables and cells.
    """
    faults = sorted(reading.faults, key=lambda fault: _RANK[fault.severity])
    rows = [_row(group, names, variables) for group in by_kind(faults, fault_kind)]
    return Listing(pl.DataFrame(rows, _SCHEMA), _LISTED, address, {}, order, page, anchor="findings")


def departures_of(
    reading: "Reading", rules: Iterable[ValueRule], cities: Mapping[str, str], variables: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the figures of a file that are far from what was known before of their city, each by its cell.

    ``cities`` and ``variables`` are their names by code.
    """
    ids = {rule.id for rule in rules if rule.kind == "departure"}
    faults = [one for one in reading.faults if one.rule in ids and one.cell]
    return [
        {
            "fault": one,
            "city": cities.get(one.city, one.city),
            "figure": variables.get(one.variable, one.variable),
        }
        for one in faults[:_LISTED_SINGLY]
    ]


def _row(group: list[Fault], names: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, Any]:
    first, cities = group[0], dict.fromkeys(names.get(one.city, one.city) for one in group if one.city)
    figures = dict.fromkeys(variables.get(one.variable, one.variable) for one in group if one.variable)
    places = [{"sheet": one.sheet or "", "cell": one.cell or ""} for one in group[:_PLACES]]
    return {
        "places": places,
        "cells": ", ".join("!".join(filter(None, place.values())) for place in places),
        "count": len(group),
        "cities": str(say(few(list(cities), _PLACES))),
        "figures": str(say(few(list(figures), _PLACES))),
        "message": str(say(first.message)),
        "remedy": str(say(on_page(first.remedy))),
        "severity": first.severity,
        "grade": label(first.severity),
    }
