"""Truth: the page that says how good the forecasts were on figures that came later."""

from itertools import groupby
from typing import Any

from urbium.catalogue.truth import ALL, TruthRow, read_truth
from urbium.errors import NotFoundError
from urbium.nations import nation_names
from urbium.programme import Programme
from urbium.text import spoken
from urbium.web.rendering.parameters import FromOffice


def truth_page(office: FromOffice) -> dict[str, Any]:
    """Gather the figures by set and years ahead: every method on all countries, and the forecast by group.

    What was found in the programme's own nation stands first.
    """
    names, code = nation_names("en"), _nation(office)
    return {
        "nation": nation_names(spoken()).get(code, code),
        "own": [row for row in read_truth() if row.group == names.get(code)],
        "sets": [_set(list(rows)) for _, rows in groupby(read_truth(), key=lambda row: (row.part, row.set))],
    }


def _nation(office: Programme) -> str:
    """The code of the programme's nation; empty where none is registered."""
    try:
        return office.nation()
    except NotFoundError:
        return ""


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
        "better": sorted((row for row in methods if row.error < rows[0].error), key=lambda row: row.error),
        "groups": [row for row in rows if row.group != ALL],
    }
