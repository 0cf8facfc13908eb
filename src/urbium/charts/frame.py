"""Frame: what every Vega-Lite specification shares, and the choice of the rows that can be drawn.

Rows without the figure that is drawn are left out here, and only here: a chart cannot show what is not
known, and the table beside it says why it is missing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.charts.theme import CONFIG, INK
from urbium.errors import InputError
from urbium.text import ENGLISH, Text, coded, say, spoken, text
from urbium.text.formats import compact_words

AMOUNT = ",.9~r"
"""How an axis writes amounts: thousands apart, no letters for powers of ten."""

NAMES = {"labelLimit": 320}
"""An axis of long names."""

ROW = 24
"""The height of a row of a chart, in pixels."""

Spec = dict[str, Any]
"""A specification, or a part of one."""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_WIDTH = 640
_LINE_OF_TEXT = 15  # pixels
_LONGEST_PART = 28
"""Letters of the longest name that stands beside a stack."""
_WIDE: Final = 1.75
"""Latin letters that a character as wide as two takes the room of."""
_PARTS: Final = re.compile(
    "[（《“]*[\u2e80-\uffff][，。；：、！？）》”]*|[^\\s\u2e80-\uffff]+[）》”，。；：、]*\\s*|\\s+"
)
"""What no line is broken within: a word, or a character with the signs that do not begin or end a line."""
_SIGNAL: Final = "\0"
_FIT = {"type": "fit-x", "contains": "padding"}


def compact(value: str = "datum.value") -> Spec:
    """Return how an axis of large numbers is labelled: 12M in English, 1200万 in Chinese.

    >>> compact("abs(datum.value)")
    {'labelExpr': "format(abs(datum.value), '~s')"}
    """
    if spoken() == ENGLISH:
        return {"labelExpr": f"format({value}, '~s')"}
    choices = [
        f"abs({value}) >= {size} ? format({value} / {size}, '{AMOUNT}') + '{words}'"
        for size, words in compact_words(spoken())
    ]
    return {"labelExpr": " : ".join([*choices, f"format({value}, '{AMOUNT}')"])}


def spoken_now() -> Spec:
    """Return what a specification keeps of the language it is made in, for who draws it later."""
    return {} if spoken() == ENGLISH else {"language": spoken()}


def language_of(spec: Mapping[str, Any]) -> str:
    """Return in which language a specification was made.

    >>> language_of({"usermeta": {"language": "zh"}}), language_of({})
    ('zh', 'en')
    """
    return str(spec.get("usermeta", {}).get("language", ENGLISH))


def known_rows(table: pl.DataFrame, *columns: str, needed: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the rows in which every one of the columns is known.

    Parameters
    ----------
    columns : must be there, and be known
    needed : must be there, and may be null

    Raises InputError, with the columns that are there, for one that is not.

    >>> known_rows(pl.DataFrame({"city": ["a", "b"], "score": [1.0, None]}), "city", "score").height
    1
    """
    absent = [name for name in (*columns, *needed) if name not in table.columns]
    if absent:
        raise InputError(
            coded("chart.no_column", "no column {columns}", columns=", ".join(absent)),
            place="chart",
            remedy=text("the table has these columns: {columns}", columns=", ".join(table.columns)),
        )
    return table.drop_nulls(list(columns))


def specification(
    data: pl.DataFrame | None,
    title: str,
    *,
    finding: Text | str = "",
    **parts: Any,  # noqa: ANN401 - parts of a specification
) -> Spec:
    """Return a Vega-Lite specification as wide as its page, with the data inside and the theme's settings.

    Parameters
    ----------
    data : the rows; None when every layer brings its own
    finding : what the figures say, in a sentence; it stands above the picture on a page and in a file
    parts : the other parts of the specification (mark, encoding, layer, height ...)
    """
    return plain_spec({
        "$schema": _SCHEMA,
        **({"title": title} if title else {}),
        **({} if data is None else {"data": {"values": data.to_dicts()}}),
        "width": _WIDTH,
        "autosize": _FIT,
        **parts,
        "usermeta": parts.get("usermeta", {}) | ({"finding": finding} if finding else {}) | spoken_now(),
        "config": CONFIG,
    })  # fmt: skip


def nominal(field: str, **parts: Any) -> Spec:  # noqa: ANN401 - parts of a channel
    """Return a channel of names: a field, and how it is shown.

    >>> nominal("city", title=None)
    {'field': 'city', 'type': 'nominal', 'title': None}
    """
    return {"field": field, "type": "nominal", **parts}


def ordinal(field: str, **parts: Any) -> Spec:  # noqa: ANN401
    """Return a channel of things in an order, such as years."""
    return {"field": field, "type": "ordinal", **parts}


def quantitative(field: str, **parts: Any) -> Spec:  # noqa: ANN401
    """Return a channel of numbers."""
    return {"field": field, "type": "quantitative", **parts}


def end_labels(
    rows: pl.DataFrame, *, series: str, value: str, height: int, reach: Sequence[float] = ()
) -> Spec:
    """Return a layer that names each line at its last point, far enough apart to be read.

    Parameters
    ----------
    rows : one row a series and ``year``
    height : of the plot, in pixels
    reach : the lowest and the highest value of the axis; those of the rows when left out
    """
    last = rows.sort("year").group_by(series, maintain_order=True).last().sort("year", value)
    span = [*reach] or rows[value].to_list() or [0.0]
    apart = _LINE_OF_TEXT * (max(span) - min(span)) / height
    labels: list[Spec] = []
    for row in last.iter_rows(named=True):
        before = labels[-1] if labels and labels[-1]["year"] == row["year"] else None
        at = row[value] if before is None else max(row[value], before["at"] + apart)
        labels.append({"year": row["year"], "at": at, series: row[series]})
    return {
        "name": "wide_ends",
        "data": {"values": labels},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": INK},
        "encoding": {"y": quantitative("at"), "text": {"field": series}},
    }


def stack_labels(rows: pl.DataFrame, *, series: str, value: str, order: Sequence[str], height: int) -> Spec:
    """Return a layer that names the parts of the last bar of a stack beside it, where they fit.

    A part must be as high as a line, and its name short; where that is so of few, the key names all. A frame
    without room drops the layer, and the key names what it does not.

    Parameters
    ----------
    rows : one row a ``year`` and part
    order : the parts from the bottom of the stack up
    height : of the plot, in pixels
    """
    sums = rows.group_by("year").agg(pl.col(value).sum())
    least = _LINE_OF_TEXT * float(sums[value].max() or 0.0) / height  # type: ignore[arg-type]
    last = dict(rows.filter(pl.col("year") == rows["year"].max()).select(series, value).iter_rows())
    labels, foot = [], 0.0
    for name in order:
        part = last.get(name, 0.0)
        if part > least and len(name) <= _LONGEST_PART:
            labels.append({"year": rows["year"].max(), "at": foot + part / 2, series: name})
        foot += part
    if 2 * len(labels) < len(last):
        labels = []  # a key of most parts is easier to read than two ways of naming them
    return {
        "name": "wide_parts",
        "data": {"values": labels},
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12, "color": INK},
        "encoding": {
            "x": ordinal("year", bandPosition=1),
            "y": quantitative("at"),
            "text": {"field": series},
        },
    }


def letters(words: str) -> float:
    """Return how many Latin letters are as wide as some words.

    >>> letters("Delft"), letters("城市")
    (5.0, 3.5)
    """
    return sum(_WIDE if unicodedata.east_asian_width(sign) in "WF" else 1.0 for sign in words)


def wrapped(words: str, most: float) -> list[str]:
    """Break words into lines of at most so many Latin letters, between words or characters as wide as two.

    >>> wrapped("three words here", 11), wrapped("来源：统计年鉴（2012）。", 12)
    (['three words', 'here'], ['来源：统计年', '鉴（2012）。'])
    """
    lines, line = [], ""
    for part in _PARTS.findall(words):
        if line and letters(line + part.rstrip()) > most:
            lines.append(line.strip())
            line = ""
        line += part
        while letters(line) > most and len(line) > 1 and letters(line[0]) == 1:
            lines.append(line[: int(most)])
            line = line[int(most) :]
    return [*lines, line.strip()] if line.strip() else lines


def joined(message: Text) -> str:
    """Return a message as an expression of Vega, in which its parameters are expressions themselves.

    >>> joined(text("{name}: {count} built", name=signal("datum.name"), count=signal("datum.now")))
    "datum.name+': '+datum.now+' built'"
    """
    parts = str(say(message)).split(_SIGNAL)
    return "+".join(part if at % 2 else repr(part) for at, part in enumerate(parts) if part)


def signal(expression: str) -> str:
    """Return an expression as a parameter of a message for :func:`joined`."""
    return f"{_SIGNAL}{expression}{_SIGNAL}"


def said(message: Text) -> str:
    """Return a message in the language that is spoken, as a plain string that a table may hold."""
    return str(say(message))


def plain_spec(spec: Spec) -> Spec:
    """Return a specification with its messages in the language that is spoken."""
    return {key: _plain(value) for key, value in spec.items()}


def _plain(part: Any) -> Any:  # noqa: ANN401 - any part of a specification
    if isinstance(part, dict):
        return plain_spec(part)
    if isinstance(part, list | tuple):
        return [_plain(value) for value in part]
    return str(say(part)) if isinstance(part, Text) else part


def tips(*columns: tuple[str, str, str]) -> list[Spec]:
    """Return what the pointer shows: field, words, format of a number."""
    return [
        {"field": field, "title": words, **({"type": "quantitative", "format": shape} if shape else {})}
        for field, words, shape in columns
    ]
