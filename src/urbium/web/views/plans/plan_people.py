"""Plan people: who is needed by occupation and year, what is short, what to find out, and what helps."""

from typing import Any

import polars as pl

from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.text import Text, paragraph, say, text
from urbium.web.rendering.drawing import Drawer

_CASES = words_of("case of a need")
_MOST_FIGURES = 5
"""How many figures are listed whose value would be worth knowing."""


def staff(office: Programme, drawer: Drawer) -> dict[str, Any] | None:
    """Gather the people of the plan by occupation and year; None without a plan or where nobody is known."""
    adopted = office.adopted("talent")
    if adopted is None or adopted.table.is_empty():
        return None
    short = adopted.shortage.table.with_columns(name=pl.col("kind").replace(adopted.kinds))
    in_plan = short.filter(pl.col("year") <= adopted.plan.years[-1])
    return {
        "chart": drawer.draw(adopted.chart()),
        "said": _said(adopted),
        **_occupations(adopted),
        "short": in_plan.sort("name", "year").to_dicts(),
        "short_said": short_words(adopted),
        "information": _information(adopted),
        "remedies": _remedies(adopted),
        "supply": adopted.about_supply,
        "unknown": adopted.unknown,
        "differences": adopted.differences,
    }


def city_staff(office: Programme, drawer: Drawer, code: str) -> dict[str, Any] | None:
    """Gather the people of one city's part of the plan; None where nobody is needed, or known to be."""
    adopted = office.adopted("talent")
    if adopted is None or adopted.most(code).is_empty():
        return None
    short = adopted.shortage.by_city.filter(pl.col("city") == code, pl.col("year") <= adopted.plan.years[-1])
    names = short.with_columns(name=pl.col("kind").replace(adopted.kinds))
    return {
        "chart": drawer.apart(adopted.chart(code)),
        **_occupations(adopted, code),
        "short": names.sort("name", "year").to_dicts(),
        "unpaid": adopted.unpaid_words(code),
    }


def _said(adopted: Any) -> Text:  # noqa: ANN401 - urbium.talent.Staff
    share = text(
        "{share:.0%} of the posts across all years are based on assumptions.",
        share=adopted.facts["assumed_share"],
    )
    return paragraph([*adopted.main_words, share])


def _occupations(adopted: Any, code: str = "") -> dict[str, Any]:  # noqa: ANN401 - urbium.talent.Staff
    """One row an occupation, one cell a plan year; the first year after the plan stands for all after it."""
    years = [*adopted.plan.years, adopted.plan.years[-1] + 1]
    table = adopted.by_occupation(code).filter(pl.col("year").is_in(years))
    cells = {(row["isco08"], row["kind"], row["year"]): row for row in table.iter_rows(named=True)}
    rows = [
        row
        | {
            "title": adopted.title_of(row),
            "cells": [cells.get((row["isco08"], row["kind"], year)) for year in years],
        }
        for row in adopted.most(code).iter_rows(named=True)
    ]
    return {"years": years[:-1], "rows": rows}


def short_words(adopted: Any) -> Text:  # noqa: ANN401 - urbium.talent.Staff
    """Say which kind of people is most likely to be short, and when."""
    rows = adopted.shortage.table.sort("chance", "high", "year", descending=[True, True, False])
    if rows.is_empty() or rows["chance"][0] == 0:
        return text("No draw shows a shortage in the occupations with a limit in the plan.")
    row = rows.row(0, named=True)
    return text(
        "{kind} are most likely to be in short supply in {year}: {chance:.0%} of all draws show a "
            "shortage. In 80% of all draws, the shortage is between {low:,.0f} and {high:,.0f} posts, "
            "compared with {planned:,.0f} according to the plan's own figures.",
        kind=adopted.kinds[row["kind"]], year=str(row["year"]), chance=row["chance"], low=row["low"],
        high=row["high"], planned=row["shortage"]
    )  # fmt: skip


def _information(adopted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - urbium.talent.Staff
    """The figures that would be worth knowing most, each with its kind in words."""
    worth = adopted.information.filter(pl.col("value") > 0).sort("value", descending=True).head(_MOST_FIGURES)
    return [
        row | {"title": adopted.titles.get(row["name"], row["name"]), "kind": adopted.kinds[row["kind"]]}
        for row in worth.iter_rows(named=True)
    ]


def _remedies(adopted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - urbium.talent.Staff
    """What fills each shortage at least cost, over all years."""
    sums = adopted.remedies.group_by("kind", "case", "is_possible", maintain_order=True).agg(
        pl.col("short", "units", "contract", "move", "delay", "cost").sum()
    )
    return [
        row | {"kind": adopted.kinds[row["kind"]], "case": str(say(_CASES[row["case"]]))}
        for row in sums.iter_rows(named=True)
    ]
