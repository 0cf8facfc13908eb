"""Plan compare: the adopted plan and the kept ones, two of them side by side."""

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.results.plan_checks import ADOPTED, plan_title
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Word
from urbium.web.rendering.words import named_rows
from urbium.web.views.frames import named_projects

_ROWS = 60
_CITIES = 25
_MOST_DIGITS = 5
_NOTHING = 1e-7
"""A difference of shares that is none: half the last digit shown."""
_KINDS = words_of("difference of two plans")
_PAYERS = words_of("payer")


def scenarios(office: Programme) -> list[dict[str, Any]]:
    """Return the kept plans as rows, by name."""
    return office.plans().to_dicts()


def comparison(office: FromOffice, drawer: FromDrawer, a: Word = ADOPTED, b: Word = "") -> dict[str, Any]:
    """Gather the page that sets two plans side by side; with fewer than two it says how to keep one."""
    kept = scenarios(office)
    names = [*([ADOPTED] if office.adopted("plan") is not None else []), *(row["name"] for row in kept)]
    context: dict[str, Any] = {
        "kept": kept,
        "titles": {name: plan_title(name) for name in names},
        "has_adopted": ADOPTED in names,
        "a": a or ADOPTED,
        "b": b,
        "found": None,
    }
    if not b:
        return context
    compared = office.compare(a or ADOPTED, b)
    differing = named_projects(office, _Differing(compared.overview.with_columns(_shown_years())))
    return context | {
        "found": compared,
        "currency": compared.currency,
        "chart": drawer.draw(compared.chart()),
        "sides": [
            _shown(row) | {"title": title, "unit": compared.unit_of(row["figure"])}
            for row, title in zip(
                compared.sides.to_dicts(), compared.shown_sides["figure"].to_list(), strict=True
            )
        ],
        "inputs": compared.shown_inputs.to_dicts(),
        "years": compared.by_year.to_dicts(),
        "payers": compared.by_payer.to_dicts(),
        "payer_words": _PAYERS,
        "funds": compared.by_fund.to_dicts(),
        "fund_names": named_rows(office.catalogue_of("plan").funds),
        "kinds": _KINDS,
        "counts": compared.counts,
        "solutions": _by_solution(differing),
        "cities": _cities(compared),
        "rows": differing.sort(pl.col("difference") == "moved", "difference", "in_order", "title")
        .head(_ROWS)
        .to_dicts(),
        "total": differing.height,
        "linkable": office.solution_names(),
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of figures whose shares have the digits that tell them apart; gaps are rounded up.

    The difference is that of the shares shown, so that a reader who subtracts finds it.
    """
    if row["figure"] not in ("gap", "closed") or row["difference"] is None:
        return row | {"digits": 2}
    whole = math.ceil if row["figure"] == "gap" else round
    for digits in range(2, _MOST_DIGITS + 1):
        unit = 10.0 ** -(digits + 2)
        a, b = (whole(round(row[side] / unit, 6)) for side in ("a", "b"))
        is_exact = row["figure"] == "gap" or b - a == round(row["difference"] / unit)
        if is_exact and (a != b or abs(row["difference"]) < _NOTHING):
            break
    return row | {"digits": digits, "a": a * unit, "b": b * unit, "difference": (b - a) * unit}


@dataclass(frozen=True)
class _Differing:
    """Projects as those of a plan, so that they get names."""

    table: pl.DataFrame


def _shown_years() -> tuple[pl.Expr, ...]:
    """The start in either plan, as a plan's own."""
    start = pl.coalesce("start_a", "start_b")
    return (start.alias("start"), start.alias("finish"))


def _by_solution(differing: pl.DataFrame) -> list[dict[str, Any]]:
    """How many projects of each solution differ how."""
    kinds = {"only_a": "only in a", "only_b": "only in b", "moved": "moved"}
    counts = {name: (pl.col("difference") == kind).sum() for name, kind in kinds.items()}
    table = differing.group_by("title").agg(**counts, later=pl.col("moved").mean())
    return table.sort(pl.sum_horizontal(*kinds), "title", descending=[True, False]).to_dicts()


def _cities(compared: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.plan.Comparison
    """The cities in which the two plans differ most in who pays and in what it costs."""
    changed = compared.changed_cities
    counts = {"more": ("pays", 1), "less": ("pays", -1), "lose": ("improves", -1), "gain": ("improves", 1)}
    return {
        "rows": changed.head(_CITIES).to_dicts(),
        "total": changed.height,
        "same": compared.by_city.height - changed.height,
        **{name: (changed[column] == sign).sum() for name, (column, sign) in counts.items()},
    }
