"""Truth: the page that says how good the forecasts were on figures that came later."""

from itertools import groupby
from typing import Any

from urbium.catalogue.truth import ALL, TruthRow, read_truth


def truth_page() -> dict[str, Any]:
    """Gather the figures by set and years ahead: every method on all countries, and the forecast by group."""
    return {
        "sets": [_set(list(rows)) for _, rows in groupby(read_truth(), key=lambda row: (row.part, row.set))]
    }


def _set(rows: list[TruthRow]) -> dict[str, Any]:
    """One set: its name, and what is said of each horizon."""
    return {
        "part": rows[0].part,
        "name": rows[0].set,
        "horizons": [_horizon(list(part)) for _, part in groupby(rows, key=lambda row: row.horizon)],
    }


def _horizon(rows: list[TruthRow]) -> dict[str, Any]:
    """The methods on all countries, the best first; the forecast in each group."""
    methods = sorted((row for row in rows if row.group == ALL), key=lambda row: row.crps)
    return {
        "years": rows[0].horizon,
        "series": rows[0].series,
        "countries": rows[0].countries,
        "ours": rows[0].method,
        "methods": methods,
        "groups": [row for row in rows if row.group != ALL],
    }
