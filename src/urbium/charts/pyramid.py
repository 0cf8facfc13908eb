"""Pyramid: a population by age and sex, men to the left and women to the right."""

from itertools import pairwise
from typing import Final

import polars as pl

from urbium.charts.frame import Spec, compact, known_rows, nominal, ordinal, quantitative, said, specification
from urbium.charts.theme import ACCENT, INK, MUTED, WARM
from urbium.packaged import words_of
from urbium.text import Text, text

_STEP = 17
_MANY = 30
"""Groups beyond which rows are drawn thin: single years of age."""

_WORDS: Final = words_of("side of a pyramid")
_PERSONS = text("Persons")


def pyramid(
    table: pl.DataFrame,
    *,
    before: pl.DataFrame | None = None,
    title: str = "",
) -> Spec:
    """Draw a population pyramid with the 80% band of each age group, over the outline of an earlier year.

    Parameters
    ----------
    table : one row a sex (``male``, ``female``; empty for both together, drawn to the right) and age, with
        ``sex``, ``age`` (first of its group), ``value``, ``low80`` and ``high80``; the limits may be null
    before : rows of the same shape and of an earlier year, drawn as an outline; none without it

    Raises InputError when a column is missing.

    >>> rows = pl.DataFrame({"sex": ["male", "female"], "age": [0, 0], "value": [3.0, 2.0]})
    >>> spec = pyramid(rows.with_columns(low80=None, high80=None))
    >>> [row["side"] for row in spec["layer"][0]["data"]["values"]]
    [-3.0, 2.0]
    """
    rows = _sides(known_rows(table, "sex", "age", "value", needed=("low80", "high80")))
    ages = rows.sort("age", descending=True)["group"].unique(maintain_order=True).to_list()
    place = ordinal("group", sort=ages, title=None, axis={"labelOverlap": True})
    reach = quantitative("side", title=_PERSONS, axis=compact("abs(datum.value)"), scale={"zero": True})
    counted = set(table["sex"])
    words = [word for sex, word in _WORDS.items() if sex in counted]
    colour = nominal("kind", title=None, scale={"domain": words, "range": [ACCENT, WARM][: len(words)]})
    bar = {
        "data": {"values": rows.to_dicts()},
        "mark": {"type": "bar", "height": {"band": 0.86}, "opacity": 0.82},
        "encoding": {"y": place, "x": reach, "color": colour, "tooltip": _tips()},
    }
    limits = rows.drop_nulls(["low", "high"])
    band = {
        "data": {"values": limits.to_dicts()},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2},
        "encoding": {"y": place, "x": reach | {"field": "low"}, "x2": {"field": "high"}},
    }
    layers = [bar, *([band] if limits.height else [])]
    if before is not None:
        earlier = _sides(known_rows(before, "sex", "age", "value"))
        layers.append(
            {
                "data": {"values": earlier.select("group", "kind", "side", "value").to_dicts()},
                "mark": {"type": "tick", "color": MUTED, "thickness": 2, "height": {"band": 0.86}},
                "encoding": {"y": place, "x": reach},
            }
        )
    finding: Text | str = ""
    if rows.height:
        group, most = rows.group_by("group").agg(pl.col("value").sum()).sort("value", "group").row(-1)
        finding = text("The largest age group: {group}, {count:compact}", group=group, count=most)
    return specification(
        None,
        title,
        finding=finding,
        height={"step": _STEP if len(ages) <= _MANY else _STEP / 4},
        layer=layers,
    )


def _tips() -> list[Spec]:
    words = (
        ("value", _PERSONS),
        ("low80", text("80% from")),
        ("high80", text("80% to")),
    )
    heads = [("kind", text("sex")), ("group", text("age"))]
    return [{"field": field, "title": name} for field, name in heads] + [
        quantitative(field, title=name, format=",.0f") for field, name in words
    ]


def _sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Men below zero; groups named from their first age to the last, the oldest open."""
    firsts = rows["age"].unique().sort().to_list()
    names = [f"{age}-{after - 1}" if after > age + 1 else str(age) for age, after in pairwise(firsts)]
    names += [f"{age}+" for age in firsts[-1:]]
    side = pl.when(pl.col("sex") == "male").then(-1).otherwise(1)
    limits = [name for name in ("low80", "high80") if name in rows.columns]
    return rows.select(
        "age",
        "value",
        *limits,
        group=pl.col("age").replace_strict(firsts, names, return_dtype=pl.String),
        kind=pl.col("sex").replace_strict(
            {sex: said(words) for sex, words in _WORDS.items()}, return_dtype=pl.String
        ),
        side=pl.col("value") * side,
        **{name[:-2]: pl.col(name) * side for name in limits},
    )
